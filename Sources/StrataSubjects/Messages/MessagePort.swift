import StrataCore
import StrataWire

/// One end of a connection: whole values in, whole values out.
///
/// One thread at a time may use it; any may hang up.
final class MessagePort: @unchecked Sendable {
  private let descriptor: Int32
  private var reader = ReplyReader(limits: MessagePort.limits)
  private var writer = WireWriter(version: .three)
  /// Made when something is received: of the many ports of a process most are never used.
  private lazy var piece = [UInt8](repeating: 0, count: 64 << 10)

  /// The other side may be anybody's code: it gets so much memory, and no more.
  private static let limits = WireLimits(bytes: 96 << 20, elements: 1 << 20, depth: 8)

  /// An end that is closed with this object.
  init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { Sockets.close(descriptor) }

  /// Ends the connection, whoever else holds the other end: who waits here for a value learns of the end.
  func hangUp() { Sockets.shutDown(descriptor) }

  /// Writes one request with the next thing that is sent: one that nobody answers has time.
  func post(_ request: Request) { request.write(to: &writer) }

  /// Writes one value; false when the other side is gone or does not read in time.
  func send(_ value: WireValue, deadline: UInt64 = .max) -> Bool {
    writer.write(value)
    return flush(deadline)
  }

  /// Writes one request; false when the other side is gone or does not read in time.
  func send(_ request: Request, deadline: UInt64 = .max) -> Bool {
    post(request)
    return flush(deadline)
  }

  private func flush(_ deadline: UInt64) -> Bool {
    defer { writer.removeFirst(writer.bytes.count) }
    return Sockets.write(writer.bytes, to: descriptor, deadline: deadline)
  }

  /// What waiting for a value came to.
  enum Arrival {
    case value(WireValue)
    case nothing
    case end
    case nonsense(String)
  }

  /// Waits until a value is there, at most until the deadline.
  func receive(deadline: UInt64 = .max) -> Arrival {
    while true {
      do throws(WireError) {
        if let value = try reader.next() { return .value(value) }
      } catch {
        return .nonsense(error.description)
      }
      switch Sockets.read(descriptor, into: &piece, deadline: deadline) {
      case nil: return .nothing
      case 0?: return .end
      case let count?:
        piece.withUnsafeBytes {
          reader.append(ByteView(UnsafeRawBufferPointer(rebasing: $0[..<count])))
        }
      }
    }
  }
}
