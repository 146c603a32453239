// `environ` is a C variable that the compiler cannot check; it is only read here.
#if canImport(Darwin)
  @preconcurrency import Darwin
#elseif canImport(Glibc)
  @preconcurrency import Glibc
#elseif canImport(Musl)
  @preconcurrency import Musl
#endif
import StrataCore

/// The programs that this process starts.
extension Platform {
  /// A child process and our ends of its standard input and output.
  struct Child {
    let identifier: pid_t
    /// What is written here, the child reads.
    let input: Int32
    /// What the child prints is read here.
    let output: Int32

    /// Ends it the hardest way, as a crash does: nothing in it runs any more (kill −9).
    func killHard() {
      _ = kill(identifier, SIGKILL)
    }

    /// Waits for its end; returns its exit status, or 128 and the number of the signal that ended it.
    @discardableResult
    func awaitEnd() -> Int32 {
      var status: Int32 = 0
      while waitpid(identifier, &status, 0) < 0 && errno == EINTR {}
      let signal = status & 0x7F
      return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }
  }

  /// Starts a program with pipes for its input and output; its standard error is ours.
  static func spawn(_ path: String, _ arguments: [String]) throws(StoreError) -> Child {
    let (childInput, ourOutput) = try makePipe()
    let (ourInput, childOutput) = try makePipe()
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, childInput, input)
    posix_spawn_file_actions_adddup2(&actions, childOutput, output)
    // A thread of ours may block every signal, and a shell that never hears of its children waits for ever.
    var noSignals = sigset_t()
    sigemptyset(&noSignals)
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setsigmask(&attributes, &noSignals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

    let words = [path] + arguments
    var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var identifier: pid_t = 0
    let code = posix_spawn(&identifier, path, &actions, &attributes, &pointers, environ)
    closeFile(childInput)
    closeFile(childOutput)
    guard code == 0 else {
      closeFile(ourInput)
      closeFile(ourOutput)
      throw .io(call: "posix_spawn", path: path, errno: code)
    }
    return Child(identifier: identifier, input: ourOutput, output: ourInput)
  }

  /// A pipe that children do not inherit: first the end to read from, then the one to write to.
  private static func makePipe() throws(StoreError) -> (Int32, Int32) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw failure("pipe", "a pipe") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }
}
