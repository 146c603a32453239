// `environ` is a C variable that the compiler cannot check; it is only handed on.
#if canImport(Darwin)
  @preconcurrency import Darwin
#elseif canImport(Glibc)
  @preconcurrency import Glibc
#elseif canImport(Musl)
  @preconcurrency import Musl
#endif
import CConfinement

/// What the grader asks of the operating system about processes.
///
/// With `System+Files.swift` and `System+Attempts.swift` the only files of the grader that import the C library.
public enum System {
  /// This process.
  public static var processIdentifier: Int32 { getpid() }
  /// The process that started this one.
  static var parentIdentifier: Int32 { getppid() }
  /// The user that this process belongs to.
  public static var userIdentifier: UInt32 { getuid() }
  /// True when no permission is refused to this process.
  public static var isSuperuser: Bool { geteuid() == 0 }
  /// How many processors there are.
  public static var processorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  /// The value of an environment variable.
  public static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  /// The environment variables that a grader started from here needs.
  static var inheritedEnvironment: [String] {
    ["PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "LD_LIBRARY_PATH"].compactMap { name in
      environment(name).map { "\(name)=\($0)" }
    }
  }

  /// The error of the last call, in words.
  static var lastError: String { describe(errno) }

  static func describe(_ code: Int32) -> String {
    var text = [CChar](repeating: 0, count: 256)
    guard strerror_r(code, &text, text.count) == 0 else { return "error \(code)" }
    return string(text)
  }

  static func string(_ characters: [CChar]) -> String {
    String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The file that this process runs.
  public static var executablePath: String {
    #if canImport(Darwin)
      var size = UInt32(4096)
      var buffer = [CChar](repeating: 0, count: Int(size))
      guard _NSGetExecutablePath(&buffer, &size) == 0 else { return CommandLine.arguments[0] }
      return string(buffer)
    #else
      var buffer = [CChar](repeating: 0, count: 4097)
      guard readlink("/proc/self/exe", &buffer, 4096) > 0 else { return CommandLine.arguments[0] }
      return string(buffer)
    #endif
  }

  /// Seconds since some moment; only differences mean something.
  public static var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Seconds since 1970.
  public static var now: Int { Int(time(nil)) }

  /// Writes to standard output or standard error.
  public static func write(_ text: String, toErrors: Bool = false) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        #if canImport(Darwin)
          Darwin.write(toErrors ? 2 : 1, $0.baseAddress, $0.count)
        #elseif canImport(Glibc)
          Glibc.write(toErrors ? 2 : 1, $0.baseAddress, $0.count)
        #else
          Musl.write(toErrors ? 2 : 1, $0.baseAddress, $0.count)
        #endif
      }
      if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return }
    }
  }

  /// Ends this process.
  public static func exit(_ status: Int32) -> Never {
    #if canImport(Darwin)
      Darwin.exit(status)
    #elseif canImport(Glibc)
      Glibc.exit(status)
    #else
      Musl.exit(status)
    #endif
  }

  // MARK: Giving things up

  /// Closes every descriptor but the three standard ones and those to keep.
  static func closeDescriptors(except kept: Set<Int32>) {
    let highest = Int32(min(sysconf(Int32(_SC_OPEN_MAX)), 65_536))
    for descriptor in 3..<max(3, highest) where !kept.contains(descriptor) { close(descriptor) }
  }

  /// Goes to a directory; false when that is not possible.
  static func enter(_ directory: String) -> Bool { chdir(directory) == 0 }

  /// Leaves the terminal, and with it the signals of whoever sits there.
  static func startSession() { _ = setsid() }

  /// The tasks, threads included, that belong to this user; they count against a limit of processes.
  static func tasksOfThisUser() -> Int {
    let user = getuid()
    return names(in: "/proc").reduce(0) { sum, name in
      guard UInt32(name) != nil, ownerOfPath("/proc/\(name)") == user else { return sum }
      return sum + names(in: "/proc/\(name)/task").count
    }
  }

  /// Becomes another program; returns only when that failed, with the reason.
  static func become(_ command: [String], environment: [String]) -> String {
    var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
    guard let path = words[0] else { return "there is no command" }
    execve(path, &words, &variables)
    return "\(command[0]): \(lastError)"
  }

  // MARK: Children

  /// Starts a program in a session of its own, its input empty, its output and errors into one pipe.
  ///
  /// - Returns: the process, and the end of the pipe to read from; or the reason why not.
  static func spawn(_ command: [String], environment: [String]) -> Result<(Int32, Int32), Failure> {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return .failure(Failure("pipe: \(lastError)")) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[1]) }
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
      let session: Int32 = 0x400
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
      let session: Int32 = 0x80
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(session))
    var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
    defer { for word in words + variables { free(word) } }
    var process: Int32 = 0
    let code = posix_spawn(&process, command[0], &actions, &attributes, &words, &variables)
    guard code == 0 else {
      close(ends[0])
      return .failure(Failure("\(command[0]): \(describe(code))"))
    }
    return .success((process, ends[0]))
  }

  /// A reason, as the end of a sentence.
  struct Failure: Error { let reason: String; init(_ reason: String) { self.reason = reason } }

  /// Waits for something to read, at most so many milliseconds.
  static func waitToRead(_ descriptor: Int32, milliseconds: Int32) -> Bool {
    var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return withUnsafeMutablePointer(to: &poll) { pointer in
      #if canImport(Darwin)
        Darwin.poll(pointer, 1, milliseconds) > 0
      #elseif canImport(Glibc)
        Glibc.poll(pointer, 1, milliseconds) > 0
      #else
        Musl.poll(pointer, 1, milliseconds) > 0
      #endif
    }
  }

  /// Waits a moment, when there is nothing else to wait for.
  static func pause(milliseconds: Int32) { _ = usleep(UInt32(milliseconds) * 1000) }

  /// Reads what is there; empty at the end.
  static func readSome(_ descriptor: Int32) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 { return Array(buffer.prefix(count)) }
      if errno != EINTR { return [] }
    }
  }

  /// Gives a descriptor back.
  static func closeDescriptor(_ descriptor: Int32) { close(descriptor) }

  /// How a child ended, without waiting for it: its exit status, or 128 and a signal; nil while it runs.
  static func endOf(_ process: Int32) -> Int32? {
    var status: Int32 = 0
    let answer = waitpid(process, &status, WNOHANG)
    if answer == 0 || (answer < 0 && errno == EINTR) { return nil }
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
  }

  /// Ends a process and all of its session's group (kill −9).
  static func end(_ process: Int32) {
    _ = kill(-process, SIGKILL)
    _ = kill(process, SIGKILL)
  }

  /// From now on, what a child leaves behind becomes a child of this process.
  public static func adoptOrphans() { _ = strata_adopt_orphans() }

  /// Ends every child of this process, and what it left behind, until there is none.
  ///
  /// For moments in which none should be running. A child that starts children faster than they are ended
  /// meets its limit of processes.
  ///
  /// - Returns: how many there were.
  @discardableResult public static func endAllChildren() -> Int {
    var ended: Set<Int32> = []
    for _ in 0..<200 {
      let children = childrenOfThisProcess()
      if children.isEmpty { break }
      for child in children { end(child) }
      for child in children {
        var status: Int32 = 0
        if waitpid(child, &status, 0) == child { ended.insert(child) }
      }
    }
    return ended.count
  }

  private static func childrenOfThisProcess() -> [Int32] {
    let own = getpid()
    return names(in: "/proc").compactMap { name in
      guard let process = Int32(name), let bytes = contents("/proc/\(name)/stat", atMost: 4096)
      else { return nil }
      // "pid (name) state parent …"; the name may hold anything, so from its last parenthesis on.
      let text = String(decoding: bytes, as: UTF8.self)
      let words = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
      return words.count > 2 && Int32(words[2]) == own ? process : nil
    }
  }
}
