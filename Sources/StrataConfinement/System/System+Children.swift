#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif
import CConfinement

/// What the grader asks of the operating system about the programs that it starts.
extension System {
  /// Starts a program in a session of its own, its input empty, its output and errors into one pipe.
  ///
  /// - Returns: the process, and the end of the pipe to read from; or the reason why not.
  package static func spawn(_ command: [String], environment: [String]) -> Result<
    (Int32, Int32), Failure
  > {
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
  package struct Failure: Error {
    package let reason: String
    init(_ reason: String) { self.reason = reason }
  }

  /// Waits for something to read, at most so many milliseconds.
  package static func waitToRead(_ descriptor: Int32, milliseconds: Int32) -> Bool {
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
  package static func pause(milliseconds: Int32) { _ = usleep(UInt32(milliseconds) * 1000) }

  /// Reads what is there; empty at the end.
  package static func readSome(_ descriptor: Int32) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 { return Array(buffer.prefix(count)) }
      if errno != EINTR { return [] }
    }
  }

  /// Gives a descriptor back.
  package static func closeDescriptor(_ descriptor: Int32) { close(descriptor) }

  /// How a child ended, without waiting for it: its exit status, or 128 and a signal; nil while it runs.
  package static func endOf(_ process: Int32) -> Int32? {
    var status: Int32 = 0
    let answer = waitpid(process, &status, WNOHANG)
    if answer == 0 || (answer < 0 && errno == EINTR) { return nil }
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
  }

  /// Ends a process and all of its session's group (kill −9).
  package static func end(_ process: Int32) {
    _ = kill(-process, SIGKILL)
    _ = kill(process, SIGKILL)
  }

  /// Has this thread and what it starts run on one processor from now on.
  ///
  /// - Parameter number: which of those that it may use, counted from 0; nil: all of them. Where the system cannot do
  ///   this, or has no such processor, all goes on as it was.
  public static func stay(onProcessor number: Int?) {
    _ = strata_stay_on(Int32(clamping: number ?? -1))
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
      guard hasChildren else { break }
      let children = childrenOfThisProcess()
      for child in children { end(child) }
      for child in children {
        var status: Int32 = 0
        if waitpid(child, &status, 0) == child { ended.insert(child) }
      }
    }
    return ended.count
  }

  /// Ends all processes of this user but this one, in one call: none of them can start another meanwhile.
  package static func endAllOfThisUser() { _ = kill(-1, SIGKILL) }

  /// The processes of a user that have not ended, with their command lines.
  package static func processes(of user: UInt32) -> [(identifier: Int32, line: String)] {
    names(in: "/proc").compactMap { name in
      // A process can make the folder root's, but not this line.
      guard let process = Int32(name), let status = contents("/proc/\(name)/status", atMost: 4096),
        String(decoding: status, as: UTF8.self).contains("\nUid:\t\(user)\t")
      else { return nil }
      let line = contents("/proc/\(name)/cmdline", atMost: 4096) ?? []
      // What has ended and was not waited for yet has no words any more.
      guard !line.isEmpty else { return nil }
      return (process, String(decoding: line.map { $0 == 0 ? 0x20 : $0 }, as: UTF8.self))
    }
  }

  /// The command lines of all processes that may be seen.
  package static func commandLines() -> [String] {
    names(in: "/proc").filter { Int($0) != nil }.compactMap { name in
      contents("/proc/\(name)/cmdline", atMost: 65_536).map { String(decoding: $0, as: UTF8.self) }
    }
  }

  /// True while there is a child of this process, ended or not: one call, where a search takes hundreds.
  private static var hasChildren: Bool {
    var information = siginfo_t()
    return waitid(P_ALL, 0, &information, WEXITED | WNOHANG | WNOWAIT) == 0
  }

  private static func childrenOfThisProcess() -> [Int32] {
    // The kernel's own lists may miss one while another ends; there is a next round, and then the search.
    let listed = names(in: "/proc/self/task").flatMap { task in
      String(
        decoding: contents("/proc/self/task/\(task)/children", atMost: 65_536) ?? [], as: UTF8.self
      ).split(separator: " ").compactMap { Int32($0) }
    }
    if !listed.isEmpty { return listed }
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
