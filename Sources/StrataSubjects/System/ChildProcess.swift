#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif
import StrataCore

/// A process of somebody else's code, in a session of its own, so that it and its children can be ended.
///
/// Its standard input is empty; standard output and errors are pipes; the descriptors that it is given
/// have the numbers from 3 on, and it has no others.
final class ChildProcess: @unchecked Sendable {
  private let identifier: pid_t
  private let lock = Lock()
  private var ending: String?  // guarded by `lock`

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - command: the program's path or name, then its arguments.
  ///   - descriptors: what it gets as 3, 4, 5 …; they are closed here.
  /// - Throws: `unavailable` with the system's reason.
  init(
    _ command: [String], output: Int32, errors: Int32, descriptors: [Int32],
    environment: [String: String]
  ) throws(SubjectError) {
    defer { for end in [output, errors] + descriptors { Sockets.close(end) } }
    guard let program = command.first else { throw .unavailable("there is no command") }
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, errors, 2)
    for (index, descriptor) in descriptors.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(3 + index))
    }
    #if canImport(Darwin)
      let flags = POSIX_SPAWN_SETSID | POSIX_SPAWN_CLOEXEC_DEFAULT
    #else
      // The C libraries of Linux show POSIX_SPAWN_SETSID to C programs for GNU only, and Swift is none.
      let flags: Int32 = 0x80
      Sockets.keepFromChildren()
    #endif
    posix_spawnattr_setflags(&attributes, Int16(flags))

    var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    var settings: [UnsafeMutablePointer<CChar>?] =
      environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in words + settings { free(pointer) } }
    var started: pid_t = 0
    let code = posix_spawnp(&started, program, &actions, &attributes, &words, &settings)
    guard code == 0 else {
      throw .unavailable("\(program): \(String(cString: strerror(code)))")
    }
    identifier = started
  }

  /// The environment variables of this process that a child needs to find its libraries and its language.
  static var inheritedEnvironment: [String: String] {
    let names = [
      "PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH",
    ]
    return names.reduce(into: [:]) { settings, name in
      settings[name] = getenv(name).map { String(cString: $0) }
    }
  }

  /// Ends it and all of its session, at once, as the plug of a computer does.
  func kill() {
    lock.withLock {
      guard ending == nil else { return }
      #if canImport(Darwin)
        _ = Darwin.kill(-identifier, SIGKILL)
        _ = Darwin.kill(identifier, SIGKILL)
      #elseif canImport(Glibc)
        _ = Glibc.kill(-identifier, SIGKILL)
        _ = Glibc.kill(identifier, SIGKILL)
      #else
        _ = Musl.kill(-identifier, SIGKILL)
        _ = Musl.kill(identifier, SIGKILL)
      #endif
    }
  }

  /// Ends it with all of its session, if it has not ended, and tells how it ended.
  func end() -> String {
    kill()
    return lock.withLock {
      if let ending { return ending }
      var status: Int32 = 0
      var result: pid_t
      repeat {
        result = waitpid(identifier, &status, 0)
      } while result < 0 && errno == EINTR
      let signal = status & 0x7F
      let text =
        result < 0
        ? "is gone"
        : signal == 0
          ? "exited with status \(status >> 8 & 0xFF)"
          : "was ended by signal \(signal): \(Self.name(ofSignal: signal))"
      ending = text
      return text
    }
  }

  private static func name(ofSignal signal: Int32) -> String {
    switch signal {
    case SIGILL, SIGTRAP:
      "a trap: a precondition, a force unwrap, an overflow, or an exercise without a body"
    case SIGSEGV, SIGBUS: "memory that is not its own, or a recursion without end"
    case SIGKILL: "killed"
    case SIGXCPU: "its processor time is over"
    case SIGXFSZ: "a file too large"
    default: String(cString: strsignal(signal))
    }
  }
}
