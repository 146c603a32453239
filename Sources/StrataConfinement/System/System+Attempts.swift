#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What a hostile program would try, each attempt as harmless as it can be.
extension System {
  /// Attempts to get past a defence; true when it did.
  package static func attempt(_ defence: Defence, _ targets: Defence.Targets) -> Bool {
    switch defence {
    case .network: connects(to: targets.port)
    case .accounts: contents("/etc/passwd", atMost: 1) != nil
    case .files: contents(targets.secret, atMost: 1) != nil
    case .outside: writes(in: targets.outside)
    // Signal 0 asks whether another one would be delivered. Process 1 belongs to root everywhere.
    case .signals: kill(targets.process, 0) == 0 || kill(-1, 0) == 0
    case .memory: readsMemory(of: targets.process)
    case .programs: startsProgram()
    case .environment: getenv("PATH") != nil || getenv("HOME") != nil
    case .descriptors: fcntl(targets.descriptor, F_GETFD) >= 0
    case .memoryLimit: takesMemory(2 << 30)
    case .fileSizeLimit: writesFile(of: 64 << 20)
    }
  }

  private static func connects(to port: UInt16) -> Bool {
    #if canImport(Glibc)
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      let descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return withLoopback(port) { connect(descriptor, $0, $1) } == 0
  }

  /// Listens on a port of this machine that the system chooses.
  package static func listen() -> (descriptor: Int32, port: UInt16)? {
    #if canImport(Glibc)
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      let descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    guard descriptor >= 0, withLoopback(0, { bind(descriptor, $0, $1) }) == 0 else { return nil }
    #if canImport(Darwin)
      guard Darwin.listen(descriptor, 8) == 0 else { return nil }
    #elseif canImport(Glibc)
      guard Glibc.listen(descriptor, 8) == 0 else { return nil }
    #else
      guard Musl.listen(descriptor, 8) == 0 else { return nil }
    #endif
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let answer = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &length)
      }
    }
    return answer == 0 ? (descriptor, UInt16(bigEndian: address.sin_port)) : nil
  }

  private static func withLoopback(
    _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  private static func writes(in directory: String) -> Bool {
    let path = "\(directory)/attempt-\(getpid())"
    let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
    guard descriptor >= 0 else { return false }
    close(descriptor)
    unlink(path)
    return true
  }

  private static func readsMemory(of process: Int32) -> Bool {
    let descriptor = open("/proc/\(process)/mem", O_RDONLY)
    guard descriptor >= 0 else { return false }
    close(descriptor)
    return true
  }

  private static func startsProgram() -> Bool {
    switch spawn([executablePath, "attempt"], environment: []) {
    case .failure: return false
    case .success((let process, let pipe)):
      var status: Int32 = 0
      waitpid(process, &status, 0)
      close(pipe)
      return true
    }
  }

  private static func takesMemory(_ count: Int) -> Bool {
    guard
      let memory = mmap(
        nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0),
      memory != MAP_FAILED
    else { return false }
    munmap(memory, count)
    return true
  }

  private static func writesFile(of size: Int) -> Bool {
    signal(SIGXFSZ, SIG_IGN)
    let path = "attempt-of-a-big-file"
    let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
    guard descriptor >= 0 else { return false }
    defer {
      close(descriptor)
      unlink(path)
    }
    return ftruncate(descriptor, off_t(size)) == 0
  }

  /// A descriptor of a file that programs started from here inherit.
  package static func openInheritably(_ path: String) -> Int32? {
    let descriptor = open(path, O_RDONLY)
    return descriptor >= 0 ? descriptor : nil
  }
}
