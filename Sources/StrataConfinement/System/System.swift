#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif
import CConfinement

/// What the grader asks of the operating system about processes.
///
/// With the other files of this folder the only one of the grader that imports the C library.
public enum System {
  /// This process.
  public static var processIdentifier: Int32 { getpid() }
  /// The process that started this one.
  package static var parentIdentifier: Int32 { getppid() }
  /// The user that this process belongs to.
  public static var userIdentifier: UInt32 { getuid() }
  /// True when no permission is refused to this process.
  public static var isSuperuser: Bool { geteuid() == 0 }
  /// How many processors there are.
  public static var processorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  /// The name of this computer, as a part of a file's name.
  package static var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
    return String(string(name).map { $0.isLetter || $0.isNumber || $0 == "." ? $0 : "_" })
  }

  /// The value of an environment variable.
  public static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  /// The environment variables that a grader started from here needs.
  package static var inheritedEnvironment: [String] {
    ["PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "LD_LIBRARY_PATH"].compactMap { name in
      environment(name).map { "\(name)=\($0)" }
    }
  }

  /// The error of the last call, in words.
  package static var lastError: String { describe(errno) }

  package static func describe(_ code: Int32) -> String {
    var text = [CChar](repeating: 0, count: 256)
    guard strerror_r(code, &text, text.count) == 0 else { return "error \(code)" }
    return string(text)
  }

  package static func string(_ characters: [CChar]) -> String {
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
  package static func closeDescriptors(except kept: Set<Int32>) {
    var first: Int32 = 3
    for descriptor in kept.filter({ $0 > 2 }).sorted() {
      closeDescriptors(first, descriptor - 1)
      first = descriptor + 1
    }
    closeDescriptors(first, .max)
  }

  /// Closes those from the first to the last; where one call cannot, each that there could be.
  private static func closeDescriptors(_ first: Int32, _ last: Int32) {
    guard first <= last, strata_close_range(UInt32(first), UInt32(last)) != 0 else { return }
    let highest = Int32(min(sysconf(Int32(_SC_OPEN_MAX)), 65_536))
    for descriptor in first...max(first, min(last, highest)) { close(descriptor) }
  }

  /// Ends this process when the one that started it ends.
  package static func endWithParent() { _ = strata_die_with_parent() }

  /// Goes to a directory; false when that is not possible.
  package static func enter(_ directory: String) -> Bool { chdir(directory) == 0 }

  /// Leaves the terminal, and with it the signals of whoever sits there.
  package static func startSession() { _ = setsid() }

  /// The tasks, threads included, that belong to this user; they count against a limit of processes.
  package static func tasksOfThisUser() -> Int {
    let user = getuid()
    return names(in: "/proc").reduce(0) { sum, name in
      guard UInt32(name) != nil, ownerOfPath("/proc/\(name)") == user else { return sum }
      return sum + names(in: "/proc/\(name)/task").count
    }
  }

  /// True when this system has Landlock.
  package static var hasLandlock: Bool { strata_landlock_version() >= 1 }

  /// Becomes another program; returns only when that failed, with the reason.
  package static func become(_ command: [String], environment: [String]) -> String {
    var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
    guard let path = words[0] else { return "there is no command" }
    execve(path, &words, &variables)
    return "\(command[0]): \(lastError)"
  }
}
