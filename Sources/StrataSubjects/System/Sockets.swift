#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif
import StrataCore

/// Connected pairs of sockets, and reading and writing them with a deadline.
///
/// Deadlines are moments of `SystemTime.monotonicNanoseconds`; `.max` means for ever.
enum Sockets {
  /// Above every number that a child is given, so that none is overwritten before it is handed over.
  private static let firstDescriptor: Int32 = 64

  /// Two connected ends, which no child inherits by itself; nil when the system refuses.
  static func pair() -> (ours: Int32, theirs: Int32)? {
    var ends: [Int32] = [-1, -1]
    #if canImport(Glibc)
      let kind = Int32(SOCK_STREAM.rawValue)
    #else
      let kind = SOCK_STREAM
    #endif
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0, let pair = movedUp(ends) else { return nil }
    // Whoever reads with a deadline looks at the clock this often, and needs no other call for it.
    var patience = timeval(tv_sec: 0, tv_usec: 100_000)
    let size = socklen_t(MemoryLayout<timeval>.size)
    guard setsockopt(pair.ours, SOL_SOCKET, SO_RCVTIMEO, &patience, size) == 0 else {
      for end in [pair.ours, pair.theirs] { close(end) }
      return nil
    }
    return pair
  }

  /// A pipe: the end to read from, and the one to write to; nil when the system refuses.
  static func pipe() -> (ours: Int32, theirs: Int32)? {
    var ends: [Int32] = [-1, -1]
    #if canImport(Darwin)
      guard Darwin.pipe(&ends) == 0 else { return nil }
    #elseif canImport(Glibc)
      guard Glibc.pipe(&ends) == 0 else { return nil }
    #else
      guard Musl.pipe(&ends) == 0 else { return nil }
    #endif
    return movedUp(ends)
  }

  private static func movedUp(_ ends: [Int32]) -> (ours: Int32, theirs: Int32)? {
    let moved = ends.map { fcntl($0, F_DUPFD_CLOEXEC, firstDescriptor) }
    for end in ends { close(end) }
    guard moved.allSatisfy({ $0 >= 0 }) else {
      for end in moved where end >= 0 { close(end) }
      return nil
    }
    #if canImport(Darwin)
      var yes: Int32 = 1
      for end in moved {
        setsockopt(end, SOL_SOCKET, SO_NOSIGPIPE, &yes, socklen_t(MemoryLayout<Int32>.size))
      }
    #endif
    return (moved[0], moved[1])
  }

  /// Keeps the programs that this one starts from getting the descriptor.
  static func closeOnExec(_ descriptor: Int32) { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }

  /// Keeps every descriptor but the standard ones from programs that this one starts, whoever opened it.
  static func keepFromChildren() {
    let open = try? LocalFileSystem().openDirectory("/proc/self/fd", creating: false).names()
    for descriptor in open?.compactMap({ Int32($0) }) ?? Array(3..<1024) where descriptor > 2 {
      closeOnExec(descriptor)
    }
  }

  /// True when the descriptor is somebody's.
  static func isOpen(_ descriptor: Int32) -> Bool { fcntl(descriptor, F_GETFD) >= 0 }

  /// Ends a connection for both of its ends; the descriptor stays somebody's.
  static func shutDown(_ descriptor: Int32) {
    #if canImport(Glibc)
      _ = shutdown(descriptor, Int32(SHUT_RDWR))
    #else
      _ = shutdown(descriptor, SHUT_RDWR)
    #endif
  }

  /// Gives a descriptor back.
  static func close(_ descriptor: Int32) {
    #if canImport(Darwin)
      _ = Darwin.close(descriptor)
    #elseif canImport(Glibc)
      _ = Glibc.close(descriptor)
    #else
      _ = Musl.close(descriptor)
    #endif
  }

  /// Writes all bytes; false when the other end is gone, or the deadline has come.
  static func write(_ bytes: [UInt8], to descriptor: Int32, deadline: UInt64) -> Bool {
    #if canImport(Darwin)
      let flags = MSG_DONTWAIT
    #else
      let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
    #endif
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        send(descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent, flags)
      }
      if count > 0 {
        sent += count
      } else if errno == EAGAIN || errno == EWOULDBLOCK {
        guard wait([descriptor], for: Int16(POLLOUT), deadline: deadline) != [] else {
          return false
        }
      } else if errno != EINTR {
        return false
      }
    }
    return true
  }

  /// Waits for something to read: 0 at the end, nil when the deadline has come, whatever is there.
  ///
  /// A deadline is for our end of a `pair`, and may be missed by a tenth of a second: it is what that end waits at
  /// most before the clock is looked at again.
  static func read(_ descriptor: Int32, into buffer: inout [UInt8], deadline: UInt64 = .max) -> Int?
  {
    while true {
      if deadline != .max, SystemTime.monotonicNanoseconds >= deadline { return nil }
      let count = buffer.withUnsafeMutableBytes { bytes in
        #if canImport(Darwin)
          Darwin.read(descriptor, bytes.baseAddress, bytes.count)
        #elseif canImport(Glibc)
          Glibc.read(descriptor, bytes.baseAddress, bytes.count)
        #else
          Musl.read(descriptor, bytes.baseAddress, bytes.count)
        #endif
      }
      if count >= 0 { return count }
      guard errno == EINTR || errno == EAGAIN else { return 0 }
    }
  }

  /// Those of the descriptors that are ready, in their order; none when the deadline has come.
  static func wait(
    _ descriptors: [Int32], for events: Int16 = Int16(POLLIN), deadline: UInt64
  ) -> [Int32] {
    while true {
      var waiting = descriptors.map { pollfd(fd: $0, events: events, revents: 0) }
      let now = SystemTime.monotonicNanoseconds
      var milliseconds: Int32 = -1
      if deadline != .max {
        // Rounded up, or the last millisecond would be spent on asking again and again.
        milliseconds = Int32(clamping: deadline > now ? (deadline - now) / 1_000_000 + 1 : 0)
      }
      let count = poll(&waiting, nfds_t(waiting.count), milliseconds)
      if count > 0 { return waiting.filter { $0.revents != 0 }.map(\.fd) }
      if count == 0, SystemTime.monotonicNanoseconds >= deadline { return [] }
    }
  }
}
