import StrataCore
import StrataSubjects

/// Counts what an engine asks of its disk: calls and bytes, never time.
///
/// The counting is done where the disk is, which is on this side: an engine cannot talk its way out of it.
final class Meter: @unchecked Sendable {
  /// What was asked for between two readings.
  struct Work {
    var calls: [SimulatedCall.Kind: Int] = [:]
    var bytesAppended = 0
    var bytesRead = 0

    subscript(kind: SimulatedCall.Kind) -> Int { calls[kind] ?? 0 }

    /// Calls that read something of a file.
    var reads: Int { self[.readPiece] + self[.read] + self[.map] }
  }

  private let lock = Lock()
  private var work = Work()  // guarded by `lock`
  private weak var disk: SimulatedDisk?

  /// Counts from now on; to be made before a store is opened on the disk.
  init(_ ground: Ground) {
    disk = ground.simulated
    ground.simulated?.observer = { [weak self] call in self?.note(call) }
  }

  private func note(_ call: SimulatedCall) {
    let whole =
      call.kind == .read || call.kind == .map
      ? disk?.contents(of: call.name, in: call.directory)?.count ?? 0 : 0
    lock.withLock {
      work.calls[call.kind, default: 0] += 1
      if call.kind == .append { work.bytesAppended += call.bytes }
      if call.kind == .readPiece { work.bytesRead += call.bytes }
      work.bytesRead += whole
    }
  }

  /// The work that `body` causes.
  func work(of body: () throws -> Void) rethrows -> Work {
    lock.withLock { work = Work() }
    try body()
    return lock.withLock { work }
  }
}

extension Ground {
  /// The bytes of a file, as every process sees them; none where there is none.
  func bytes(of name: String) -> [UInt8] { simulated?.contents(of: name, in: path) ?? [] }

  /// The names of its files.
  var names: [String] { simulated?.names(in: path) ?? [] }

  /// The bytes of all its files.
  var totalBytes: Int { names.reduce(0) { $0 + bytes(of: $1).count } }
}

extension [UInt8] {
  /// The same with one bit flipped.
  func flipping(bit: Int) -> [UInt8] {
    var copy = self
    copy[bit / 8] ^= 1 << UInt8(bit % 8)
    return copy
  }
}
