#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif
import StrataCore

/// The system's calls on connections, each with EINTR handled and nothing that waits but `wait`.
enum Sockets {
  /// How a transfer went.
  enum Transfer: Equatable {
    /// So many bytes went over, one at least.
    case moved(Int)
    /// Nothing can be moved now; `wait` tells when.
    case notNow
    /// The other side has ended it.
    case ended
  }

  /// How taking a connection went.
  enum Arrival {
    case connection(Int32)
    /// Nobody is there any more.
    case nobody
    /// The process has no descriptor left for it.
    case noDescriptor
  }

  /// What is waited for on one descriptor, and what came of it.
  struct Interest {
    var polled: pollfd

    /// Waits for reading or for writing; when it is not wanted, not even for the descriptor's end.
    init(_ descriptor: Int32, _ direction: Direction, isWanted: Bool = true) {
      polled = pollfd(
        fd: isWanted ? descriptor : -1, events: Int16(direction == .reading ? POLLIN : POLLOUT),
        revents: 0)
    }

    enum Direction { case reading, writing }

    /// True when it is possible, or when trying it will show an end or an error.
    var isPossible: Bool { polled.revents != 0 }
  }

  /// Waits until something is possible, at most so many milliseconds; nil: for ever.
  static func wait(_ interests: inout [Interest], milliseconds: Int?) throws(StoreError) {
    let limit = milliseconds.map { Int32(clamping: max(0, $0)) } ?? -1
    let status = interests.withUnsafeMutableBytes { buffer in
      buffer.withMemoryRebound(to: pollfd.self) { poll($0.baseAddress, nfds_t($0.count), limit) }
    }
    // A signal wakes it too: nothing is possible yet, and whoever asked looks again.
    if status < 0, errno != EINTR { throw .io(call: "poll", path: "the connections", errno: errno) }
    if status < 0 { for index in interests.indices { interests[index].polled.revents = 0 } }
  }

  // MARK: Bytes

  /// Reads what is there.
  static func receive(_ descriptor: Int32, into buffer: inout [UInt8]) -> Transfer {
    while true {
      let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if let transfer = transfer(count) { return transfer }
    }
  }

  /// Writes what there is room for.
  static func send(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Transfer {
    while true {
      let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if let transfer = transfer(count) { return transfer }
    }
  }

  /// Nil: interrupted, once more.
  private static func transfer(_ count: Int) -> Transfer? {
    if count > 0 { return .moved(count) }
    if count == 0 { return .ended }
    switch errno {
    case EINTR: return nil
    case EAGAIN, EWOULDBLOCK: return .notNow
    default: return .ended
    }
  }

  // MARK: Connections

  /// Takes the next connection that waits at a listener.
  static func nextConnection(at listener: Int32) -> Arrival {
    while true {
      let descriptor = accept(listener, nil, nil)
      if descriptor >= 0 {
        prepare(descriptor)
        return .connection(descriptor)
      }
      switch errno {
      case EINTR, ECONNABORTED: continue
      case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .noDescriptor
      default: return .nobody
      }
    }
  }

  /// Makes a connection of ours: it never blocks, children do not get it, and answers leave at once.
  static func prepare(_ descriptor: Int32) {
    neverBlock(descriptor)
    var yes: Int32 = 1
    // Refused for a Unix socket, which needs none of it.
    setsockopt(
      descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
  }

  /// Lets transfers answer `notNow` instead of waiting, and keeps the descriptor from children.
  static func neverBlock(_ descriptor: Int32) {
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  /// Gives a descriptor back.
  static func release(_ descriptor: Int32) { _ = close(descriptor) }

  /// Lets writing to a connection that has ended be an error, and not the end of the process.
  static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }
}

/// Connections carry a stream of bytes; the C libraries have this number in different types.
#if canImport(Glibc)
  let streamType = Int32(SOCK_STREAM.rawValue)
#else
  let streamType = SOCK_STREAM
#endif
