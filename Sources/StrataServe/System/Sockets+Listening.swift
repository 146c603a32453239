#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif
import StrataCore

/// Where connections arrive.
extension Sockets {
  /// Listens on an address of this computer, in numbers (`127.0.0.1`, `::1`); port 0 means any.
  static func openListener(address: String, port: Int) throws(StoreError) -> Int32 {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = streamType
    hints.ai_flags = AI_NUMERICHOST | AI_PASSIVE | AI_NUMERICSERV
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(address, "\(port)", &hints, &found) == 0, let target = found else {
      throw .invalidArgument("\(address) is no address in numbers, such as 127.0.0.1 or ::1")
    }
    defer { freeaddrinfo(found) }
    let place = "\(address):\(port)"
    let listener = socket(target.pointee.ai_family, streamType, 0)
    guard listener >= 0 else { throw .io(call: "socket", path: place, errno: errno) }
    var yes: Int32 = 1
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    return try begin(listener, target.pointee.ai_addr, target.pointee.ai_addrlen, place)
  }

  /// Listens on a socket in the file system, which only this user can reach.
  ///
  /// A socket that an ended process left there is replaced; anything else that has the name is not.
  static func openListener(path: String) throws(StoreError) -> Int32 {
    var address = sockaddr_un()
    let name = Array(path.utf8)
    guard name.count < MemoryLayout.size(ofValue: address.sun_path), !name.contains(0) else {
      throw .invalidArgument("\(path): the path is too long for a socket")
    }
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    return try withUnsafePointer(to: &address) { pointer throws(StoreError) in
      try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        target throws(StoreError) in
        try removeAbandoned(path, target, size)
        let listener = socket(AF_UNIX, streamType, 0)
        guard listener >= 0 else { throw .io(call: "socket", path: path, errno: errno) }
        let mask = umask(0o177)
        defer { umask(mask) }
        return try begin(listener, target, size, path)
      }
    }
  }

  /// Removes a socket at which nobody listens any more.
  private static func removeAbandoned(
    _ path: String, _ address: UnsafePointer<sockaddr>, _ size: socklen_t
  ) throws(StoreError) {
    var info = stat()
    guard lstat(path, &info) == 0, info.st_mode & S_IFMT == S_IFSOCK else { return }
    let probe = socket(AF_UNIX, streamType, 0)
    guard probe >= 0 else { throw .io(call: "socket", path: path, errno: errno) }
    defer { close(probe) }
    if connect(probe, address, size) != 0, errno == ECONNREFUSED { unlink(path) }
  }

  private static func begin(
    _ listener: Int32, _ address: UnsafePointer<sockaddr>, _ size: socklen_t, _ place: String
  ) throws(StoreError) -> Int32 {
    guard bind(listener, address, size) == 0 else {
      let code = errno
      close(listener)
      throw .io(call: "bind", path: place, errno: code)
    }
    guard listen(listener, 511) == 0 else {
      let code = errno
      close(listener)
      throw .io(call: "listen", path: place, errno: code)
    }
    neverBlock(listener)
    return listener
  }

  /// The port of a listener that may have asked for any; nil for a Unix socket.
  static func port(of listener: Int32) -> Int? {
    var address = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let status = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &size) }
    }
    guard status == 0, [AF_INET, AF_INET6].contains(Int32(address.ss_family)) else { return nil }
    // Both kinds have the port at the same place, the higher byte first.
    return withUnsafeBytes(of: &address) { Int($0[2]) << 8 | Int($0[3]) }
  }

  /// Removes the name of a socket.
  static func removeSocket(_ path: String) { unlink(path) }
}
