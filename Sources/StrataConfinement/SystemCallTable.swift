/// The system calls that a store needs, with their numbers on the two architectures.
///
/// A list of what is allowed and not of what is forbidden: a call that somebody invents next year is not in it.
/// What is missing is answered with ENOSYS, as by an older Linux, so that libraries fall back to what they did
/// before. Sockets that were handed in may be used, none may be made. Not here, and on
/// purpose: tracing, other processes' memory, mounts, namespaces, keys, `io_uring` (whose operations no filter sees), `bpf`, `perf_event_open`, `userfaultfd`, modules, clocks.
///
/// The numbers are Linux's (`asm/unistd_64.h`, `asm-generic/unistd.h`); where an architecture never had a
/// call, there is none. A test compares them with the system's own headers.
struct SystemCallTable {
  /// A call and its numbers.
  struct Call {
    let name: String
    let x86: Int?
    let arm: Int?

    /// The number where this was compiled for.
    var number: UInt32? {
      #if arch(x86_64)
        x86.map { UInt32($0) }
      #else
        arm.map { UInt32($0) }
      #endif
    }
  }

  /// Allowed whatever their arguments are.
  static let always: [Call] = parse(
    """
    read 0 63; write 1 64; close 3 57; fstat 5 80; lseek 8 62; mmap 9 222; mprotect 10 226;
    munmap 11 215; brk 12 214; rt_sigaction 13 134; rt_sigprocmask 14 135; rt_sigreturn 15 139;
    pread64 17 67; pwrite64 18 68; readv 19 65; writev 20 66; sched_yield 24 124; mremap 25 216;
    msync 26 227; mincore 27 232; madvise 28 233; dup 32 23; nanosleep 35 101; getpid 39 172;
    getitimer 36 102; setitimer 38 103; exit 60 93; exit_group 231 94; uname 63 160; fcntl 72 25;
    flock 73 32; fsync 74 82; fdatasync 75 83; truncate 76 45; ftruncate 77 46; getdents64 217 61;
    getcwd 79 17; chdir 80 49; fchdir 81 50; fchmod 91 52; umask 95 166; gettimeofday 96 169;
    getrlimit 97 163; getrusage 98 165; sysinfo 99 179; times 100 153; getuid 102 174;
    getgid 104 176; geteuid 107 175; getegid 108 177; getppid 110 173; getpgid 121 155;
    getsid 124 156; getgroups 115 158; getresuid 118 148; getresgid 120 150; sigaltstack 131 132;
    rt_sigpending 127 136; rt_sigtimedwait 128 137; rt_sigsuspend 130 133; statfs 137 43;
    fstatfs 138 44; prctl 157 167; sync 162 81; gettid 186 178; readahead 187 213; futex 202 98;
    sched_getaffinity 204 123; sched_getparam 143 121; sched_getscheduler 145 120;
    sched_get_priority_max 146 125; sched_get_priority_min 147 126; set_tid_address 218 96;
    fadvise64 221 223; clock_gettime 228 113; clock_getres 229 114; clock_nanosleep 230 115;
    epoll_ctl 233 21; openat 257 56; mkdirat 258 34; newfstatat 262 79; unlinkat 263 35;
    renameat 264 38; linkat 265 37; symlinkat 266 36; readlinkat 267 78; fchmodat 268 53;
    faccessat 269 48; pselect6 270 72; ppoll 271 73; set_robust_list 273 99;
    get_robust_list 274 100; sync_file_range 277 84; utimensat 280 88; epoll_pwait 281 22;
    fallocate 285 47; eventfd2 290 19; epoll_create1 291 20; dup3 292 24; pipe2 293 59;
    preadv 295 69; pwritev 296 70; syncfs 306 267; getcpu 309 168; renameat2 316 276;
    getrandom 318 278; memfd_create 319 279; execve 59 221; membarrier 324 283;
    copy_file_range 326 285; preadv2 327 286; pwritev2 328 287; statx 332 291; rseq 334 293;
    close_range 436 436; openat2 437 437; faccessat2 439 439; epoll_pwait2 441 441;
    sendto 44 206; recvfrom 45 207; sendmsg 46 211; recvmsg 47 212; shutdown 48 210;
    futex_waitv 449 449; fchmodat2 452 452; restart_syscall 219 128; sendfile 40 71;
    open 2 -; stat 4 -; lstat 6 -; poll 7 -; access 21 -; pipe 22 -; select 23 -; dup2 33 -;
    pause 34 -; alarm 37 -; rename 82 -; mkdir 83 -; rmdir 84 -; creat 85 -; link 86 -;
    unlink 87 -; symlink 88 -; readlink 89 -; chmod 90 -; getpgrp 111 -; arch_prctl 158 -;
    epoll_wait 232 -; epoll_create 213 -; eventfd 284 -; getdents 78 -
    """)

  /// Allowed only to those who may start processes: compilers and linkers.
  static let processes: [Call] = parse(
    """
    fork 57 -; vfork 58 -; wait4 61 260; waitid 247 95; kill 62 129; tkill 200 130; tgkill 234 131;
    setsid 112 157; setpgid 109 154; socketpair 53 199; chown 92 -; fchown 93 55; fchownat 260 54;
    sched_setaffinity 203 122; getpriority 140 141; setpriority 141 140; clone3 435 435;
    clone 56 220; prlimit64 302 261; splice 275 76; fsetxattr 190 7; getxattr 191 8;
    fgetxattr 193 10; listxattr 194 11; flistxattr 196 13; pidfd_open 434 434
    """)

  /// Allowed for some arguments only.
  static let clone = Call(name: "clone", x86: 56, arm: 220)
  static let kill = Call(name: "kill", x86: 62, arm: 129)
  static let tgkill = Call(name: "tgkill", x86: 234, arm: 131)
  static let prlimit = Call(name: "prlimit64", x86: 302, arm: 261)
  static let ioctl = Call(name: "ioctl", x86: 16, arm: 29)
  static let socket = Call(name: "socket", x86: 41, arm: 198)

  private static func parse(_ table: String) -> [Call] {
    table.split { $0 == ";" || $0 == "\n" }.compactMap { entry in
      let words = entry.split(separator: " ")
      guard words.count == 3 else { return nil }
      return Call(name: String(words[0]), x86: Int(words[1]), arm: Int(words[2]))
    }
  }
}
