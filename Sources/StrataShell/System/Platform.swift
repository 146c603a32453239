#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif
import StrataCore

/// What the shell asks of the operating system: the process, its streams, its terminal.
///
/// The stores have `SystemCalls` in StrataCore; this is the shell's own side, and beside its extensions the
/// only file of the shell that imports the C library.
enum Platform {
  /// Standard input, standard output, standard error.
  static let input: Int32 = 0
  static let output: Int32 = 1
  static let errors: Int32 = 2

  // MARK: The process

  /// Makes two signals into ordinary errors: writing to a closed pipe, and beyond the size limit.
  static func ignoreSignals() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }

  /// Occupies the three standard descriptors where somebody closed them.
  ///
  /// Otherwise a file of the store would get the number of standard output, and what is printed would
  /// be written into it. Opened the wrong way round, they answer every use with an error.
  static func occupyStandardDescriptors() {
    for descriptor in [input, output, errors] where fcntl(descriptor, F_GETFD) < 0 {
      _ = open("/dev/null", descriptor == input ? O_WRONLY : O_RDONLY)
    }
  }

  /// The words after the program's name, as the bytes they are: a key need not be text.
  static var arguments: [[UInt8]] {
    var words: [[UInt8]] = []
    for index in 1..<max(1, Int(CommandLine.argc)) {
      guard let word = CommandLine.unsafeArgv[index] else { break }
      words.append(Array(UnsafeRawBufferPointer(start: word, count: strlen(word))))
    }
    return words
  }

  /// The value of an environment variable.
  static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// True for the user whom no permission is refused.
  static var isSuperuser: Bool { geteuid() == 0 }

  /// Ends the process.
  static func endProcess(_ status: Int32) -> Never { exit(status) }

  /// The file that this process runs.
  static var executablePath: String {
    #if canImport(Darwin)
      var size = UInt32(4096)
      var buffer = [CChar](repeating: 0, count: Int(size))
      guard _NSGetExecutablePath(&buffer, &size) == 0 else { return CommandLine.arguments[0] }
      return text(buffer)
    #else
      var buffer = [CChar](repeating: 0, count: 4097)
      guard readlink("/proc/self/exe", &buffer, 4096) > 0 else { return CommandLine.arguments[0] }
      return text(buffer)
    #endif
  }

  private static func text(_ characters: [CChar]) -> String {
    String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  // MARK: Streams and files

  /// Reads what is there, at most `buffer.count` bytes; returns how many, 0 at the end.
  static func readSome(
    _ descriptor: Int32, into buffer: inout [UInt8], path: String
  ) throws(StoreError) -> Int {
    while true {
      let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 { return count }
      if errno != EINTR { throw failure("read", path) }
    }
  }

  /// Writes all bytes.
  static func writeAll(
    _ bytes: ArraySlice<UInt8>, to descriptor: Int32, path: String
  ) throws(StoreError) {
    var rest = bytes
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        throw failure("write", path)
      }
    }
  }

  /// Opens a file to read it from its beginning.
  static func openForReading(_ path: String) throws(StoreError) -> Int32 {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("open", path) }
    return descriptor
  }

  /// Opens a file to write it anew.
  static func openForWriting(_ path: String) throws(StoreError) -> Int32 {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure("open", path) }
    return descriptor
  }

  /// Gives a descriptor back.
  static func closeFile(_ descriptor: Int32) { _ = close(descriptor) }

  /// The size of an open regular file; nil for a pipe, a terminal, a device.
  static func regularSize(of descriptor: Int32) -> Int? {
    var info = stat()
    guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(info.st_size)
  }

  /// True when something has this path.
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// True when this path is a directory's.
  static func isDirectory(_ path: String) -> Bool {
    var info = stat()
    return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
  }

  /// Makes a new, empty directory that only this user can read.
  static func makeTemporaryDirectory(_ name: String) throws(StoreError) -> String {
    let parent = environment("TMPDIR") ?? "/tmp"
    var template = Array("\(parent)/\(name)-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw failure("mkdtemp", parent) }
    return text(template)
  }

  /// Removes a directory and everything in it; what cannot be removed stays.
  static func removeTree(_ path: String) {
    guard let directory = opendir(path) else { return }
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name == "." || name == ".." { continue }
      let child = "\(path)/\(name)"
      if unlink(child) != 0 { removeTree(child) }
    }
    closedir(directory)
    rmdir(path)
  }

  static func failure(_ call: String, _ path: String) -> StoreError {
    let code = errno
    return code == ENOSPC || code == EDQUOT
      ? .noSpace(path: path) : .io(call: call, path: path, errno: code)
  }

  /// True for the error of writing to a reader that has gone, as in `kvcli scan | head`.
  static func isClosedPipe(_ error: StoreError) -> Bool {
    if case .io(_, _, EPIPE) = error { return true }
    return false
  }

  /// What kept a file from being opened, as far as a person can do something about it.
  enum Refusal { case missing, isThere, isNoDirectory, isForbidden }

  /// The system's reason in an error; nil for other errors and other reasons.
  static func refusal(_ error: StoreError) -> Refusal? {
    switch error {
    case .io(_, _, ENOENT): .missing
    case .io(_, _, EEXIST): .isThere
    case .io(_, _, ENOTDIR): .isNoDirectory
    case .io(_, _, EACCES), .io(_, _, EPERM): .isForbidden
    default: nil
    }
  }

  /// The error of opening what is not there.
  static func missingFile(_ path: String) -> StoreError {
    .io(call: "open", path: path, errno: ENOENT)
  }

  // MARK: The terminal

  /// True when a person is at the other end.
  static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// How many columns the terminal has; nil when it does not say.
  static func terminalWidth(_ descriptor: Int32) -> Int? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Lets `body` read every key as it is pressed, without echo, and restores the terminal after it.
  static func withRawTerminal<Result>(
    _ body: () throws(StoreError) -> Result
  ) throws(StoreError) -> Result {
    var saved = termios()
    guard tcgetattr(input, &saved) == 0 else { return try body() }
    var raw = saved
    raw.c_iflag &= ~tcflag_t(BRKINT | ICRNL | INPCK | ISTRIP | IXON)
    raw.c_lflag &= ~tcflag_t(ECHO | ICANON | IEXTEN | ISIG)
    tcsetattr(input, TCSADRAIN, &raw)
    defer { tcsetattr(input, TCSADRAIN, &saved) }
    return try body()
  }
}
