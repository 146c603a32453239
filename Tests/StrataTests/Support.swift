import StrataCore
import Synchronization
import Testing

@testable import Strata

/// Encodes one record, as the log has it.
func withRecord<Result>(
  _ key: String, _ value: String = "", kind: RecordKind = .value, sequence: UInt64 = 1,
  expiresAt: UnixMilliseconds? = nil, _ body: (Record) throws -> Result
) rethrows -> Result {
  var buffer = ByteBuffer()
  ByteView.withBytes(of: Array(key.utf8)) { key in
    ByteView.withBytes(of: Array(value.utf8)) { value in
      RecordCodec.append(kind, key: key, value: value, expiresAt: expiresAt, to: &buffer)
    }
  }
  RecordCodec.setSequence(sequence, at: 0, in: &buffer)
  return try body(RecordCodec.trusted(at: buffer.view.start))
}

extension Record {
  /// The log's bytes of a record that `withRecord` made.
  var bytes: ByteView {
    ByteView(
      start: body.start - (expiresAt == nil ? 24 : 32), count: RecordCodec.size(of: self))
  }
}

extension SegmentPlace {
  /// The first run.
  static let first = SegmentPlace(run: 1, level: 0)
}

extension MemTable {
  /// Adds a value, or a tombstone where there is none.
  func insert(_ key: String, _ value: String?, _ sequence: UInt64) {
    withRecord(key, value ?? "", kind: value == nil ? .tombstone : .value, sequence: sequence) {
      insert($0)
    }
  }

  /// The record of a key in words.
  func find(_ key: String, asOf sequence: UInt64 = .max) -> String? {
    ByteView.withBytes(of: Array(key.utf8)) { find($0, asOf: sequence)?.description }
  }
}

extension RecordSource {
  /// All records that are left, in words.
  func descriptions() throws -> [String] {
    var cursor = try RecordCursor(self)
    var found: [String] = []
    while let record = cursor.current {
      found.append(record.description)
      try cursor.advance()
    }
    return found
  }
}

/// Remembers what an observer was told.
final class EventLog: Sendable {
  private let events = Mutex<[StoreEvent]>([])
  var observer: StoreObserver { { event in self.events.withLock { $0.append(event) } } }
  /// What was told since the last call.
  func take() -> [StoreEvent] {
    events.withLock { events in
      defer { events = [] }
      return events
    }
  }
}

/// Options under which nothing happens by itself.
func manualOptions(_ change: (inout StoreOptions) -> Void = { _ in }) -> StoreOptions {
  var options = StoreOptions()
  options.maintenance = .manual
  options.durability = .system
  options.identity = StoreIdentity(high: 1, low: 2)
  change(&options)
  return options
}

/// A clock that does something when it is next looked at: in the middle of whatever looks.
final class InterruptingClock: WallClock {
  private let work = Mutex<(@Sendable () -> Void)?>(nil)

  func interrupt(_ body: @escaping @Sendable () -> Void) { work.withLock { $0 = body } }

  var now: UnixMilliseconds {
    let body = work.withLock { work in
      defer { work = nil }
      return work
    }
    body?()
    return 1_000_000
  }
}
