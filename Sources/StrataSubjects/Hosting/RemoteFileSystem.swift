import StrataCore
import StrataWire

/// A file system on the other side of a pipe: every call is a request, and the answer is waited for.
///
/// That is what makes a power cut at every step possible: the disk is in the hands of whoever checks.
struct RemoteFileSystem: FileSystem {
  private let remote: RemoteConnection
  private let number: Int

  /// The disk of this number.
  init(_ remote: RemoteConnection, number: Int) {
    self.remote = remote
    self.number = number
  }

  func openDirectory(_ path: String, creating: Bool) throws(StoreError) -> any Directory {
    let handle = try remote.handle(
      "openDirectory", .integer(number), .bulk(path), .integer(creating ? 1 : 0))
    return RemoteDirectory(remote, handle, path: path)
  }
}

/// The connection to whoever serves the files; its calls take turns.
final class RemoteConnection: @unchecked Sendable {
  private let lock = Lock()
  private let port: MessagePort  // guarded by `lock`

  init(_ descriptor: Int32) { port = MessagePort(descriptor) }

  /// Asks the server of the files.
  func ask(_ verb: String, _ arguments: WireValue...) throws(StoreError) -> WireValue {
    try ask(Request(verb, arguments))
  }

  /// Asks for a directory or a file, which has a number from then on.
  func handle(_ verb: String, _ arguments: WireValue...) throws(StoreError) -> Int {
    try integer(ask(Request(verb, arguments)))
  }

  /// Lets go of a handle: said with the next call, because nothing depends on when.
  func release(_ handle: Int) {
    lock.withLock { port.post(.releasing(handle)) }
  }

  /// Asks, and the answer is a number.
  func integer(_ answer: WireValue) throws(StoreError) -> Int {
    guard case .integer(let number) = answer else { throw Self.gone }
    return number
  }

  /// Asks, and the answer is bytes.
  func bytes(_ verb: String, _ arguments: WireValue...) throws(StoreError) -> [UInt8] {
    guard case .bulk(let bytes) = try ask(Request(verb, arguments)) else { throw Self.gone }
    return bytes
  }

  private func ask(_ request: Request) throws(StoreError) -> WireValue {
    try lock.withLock { () throws(StoreError) in
      guard port.send(request), case .value(let answer) = port.receive() else {
        throw Self.gone
      }
      do throws(SubjectError) {
        return try Refusal.check(answer)
      } catch .store(let error) {
        throw error
      } catch {
        throw Self.gone
      }
    }
  }

  /// What every call says once nobody serves the files any more: EIO, as of a disk that was pulled out.
  static var gone: StoreError { .io(call: "a call", path: "the disk", errno: 5) }
}
