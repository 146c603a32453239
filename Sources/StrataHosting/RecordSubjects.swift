import Strata
import StrataCore
import StrataSubjects
import StrataWire

/// The record codec: `encode record` answers bytes; `decode bytes offset` a record, or what is wrong.
final class CodecSubject: Subject {
  func answer(_ request: inout Request) throws(SubjectError) -> WireValue {
    switch request.verb {
    case "encode": return .bulk(encode(try RecordMessage(&request)))
    case "decode":
      let (bytes, offset) = (try request.bytes(), try request.integer())
      let result = ByteView.withBytes(of: bytes) { view -> Result<RecordMessage, RecordDefect> in
        do throws(RecordDefect) {
          return .success(RecordMessage(try RecordCodec.decode(view, at: offset)))
        } catch {
          return .failure(error)
        }
      }
      switch result {
      case .success(let record): return record.wireValue
      case .failure(let defect): throw .refused(defect.name)
      }
    default: throw .nonsense("\(request.verb) is nothing that a codec does")
    }
  }

  private func encode(_ message: RecordMessage) -> [UInt8] {
    var buffer = ByteBuffer()
    ByteView.withBytes(of: message.key.bytes) { key in
      ByteView.withBytes(of: message.value?.bytes ?? []) { value in
        RecordCodec.append(
          message.kind, key: key, value: value, expiresAt: message.expiresAt, to: &buffer)
      }
    }
    RecordCodec.setSequence(message.sequence, at: 0, in: &buffer)
    return buffer.view.array
  }
}

extension RecordDefect {
  /// The defect as checks name it.
  fileprivate var name: String {
    switch self {
    case .headerIncomplete: "header incomplete"
    case .bodyIncomplete: "body incomplete"
    case .headerChecksum: "header checksum"
    case .bodyChecksum: "body checksum"
    case .checksum: "checksum"
    case .impossible: "impossible"
    }
  }
}

/// The header of files: `encode kind number` answers bytes; `decode bytes kind number` answers the number, or
/// what is wrong with a header that should be of this kind and number.
final class FileHeaderSubject: Subject {
  func answer(_ request: inout Request) throws(SubjectError) -> WireValue {
    switch request.verb {
    case "encode":
      let kind = try kind(try request.integer())
      let header = FileHeader(
        kind: kind, number: UInt32(clamping: try request.integer()), identity: FilePlace.identity)
      var buffer = ByteBuffer()
      header.encode(into: &buffer)
      return .bulk(buffer.view.array)
    case "decode":
      let bytes = try request.bytes()
      let kind = try kind(try request.integer())
      let number = UInt32(clamping: try request.integer())
      let header = try SubjectError.translating { () throws(StoreError) in
        try ByteView.withBytes(of: bytes) { view throws(StoreError) in
          let header = try FileHeader(decoding: view, file: "file")
          try header.check(
            kind: kind, number: number, identity: FilePlace.identity, file: "file")
          return header
        }
      }
      return .integer(Int(header.number))
    default: throw .nonsense("\(request.verb) is nothing that a file header does")
    }
  }

  private func kind(_ number: Int) throws(SubjectError) -> FileKind {
    guard let kind = FileKind(rawValue: UInt8(clamping: number)) else {
      throw .nonsense("\(number) is no kind of file")
    }
    return kind
  }
}

/// One record that owns its bytes: the moment, the key, the value.
///
/// It is put together without `RecordCodec`, so that whoever is handed it answers for nothing but what he
/// does with it.
final class RecordBytes {
  private var buffer = ByteBuffer()
  private let kind: RecordKind
  private let keyLength: UInt32
  private let sequence: UInt64

  /// Copies a record.
  init(_ message: RecordMessage) {
    kind = message.kind
    keyLength = UInt32(clamping: message.key.bytes.count)
    sequence = message.sequence
    buffer.append(message.expiresAt ?? 0)
    ByteView.withBytes(of: message.key.bytes) { buffer.append($0) }
    ByteView.withBytes(of: message.value?.bytes ?? []) { buffer.append($0) }
  }

  /// The record; valid as long as this object.
  var record: Record {
    Record(kind, body: buffer.view.suffix(from: 8), keyLength: keyLength, sequence: sequence)
  }
}

extension RecordMessage {
  /// What it says about its key.
  fileprivate var kind: RecordKind {
    value == nil ? .tombstone : expiresAt == nil ? .value : .expiringValue
  }

  /// A copy of a record.
  init(_ record: Record) {
    self.init(
      Key(record.key), record.kind == .tombstone ? nil : Value(record.value), record.sequence,
      expiresAt: record.expiresAt)
  }
}

extension RecordSource {
  /// All records of a walk, as they go over a pipe.
  func collect() throws(SubjectError) -> WireValue {
    try SubjectError.translating { () throws(StoreError) in
      var records: [WireValue] = []
      var cursor = try RecordCursor(self)
      while let record = cursor.current {
        records.append(RecordMessage(record).wireValue)
        try cursor.advance()
      }
      return .array(records)
    }
  }
}

/// The memtable: records in, and out again by key or in order.
final class MemTableSubject: Subject {
  private let table = MemTable(log: 1)

  func answer(_ request: inout Request) throws(SubjectError) -> WireValue {
    switch request.verb {
    case "insert":
      let bytes = RecordBytes(try RecordMessage(&request))
      table.insert(bytes.record)
      withExtendedLifetime(bytes) {}
      return .done
    case "find":
      let key = try request.bytes()
      let sequence = try request.optionalInteger().map { UInt64(clamping: $0) } ?? .max
      let found = ByteView.withBytes(of: key) { key in
        table.find(key, asOf: sequence).map { RecordMessage($0) }
      }
      return found?.wireValue ?? .null
    case "walk":
      let walk = try WalkMessage(&request)
      let sequence = try request.optionalInteger().map { UInt64(clamping: $0) } ?? .max
      return try MemTableCursor(
        table, Walk(range: walk.range, direction: walk.direction), asOf: sequence
      ).collect()
    case "counts":
      return .array(
        [
          table.recordCount, table.tombstoneCount, table.recordBytes, table.userBytes,
          table.memory, Int(clamping: table.lastSequence),
        ].map { .integer($0) })
    default: throw .nonsense("\(request.verb) is nothing that a memtable does")
    }
  }
}

/// The merge: `merge direction source …`, newest source first, each an array of records in order.
final class MergeSubject: Subject {
  func answer(_ request: inout Request) throws(SubjectError) -> WireValue {
    let direction: ScanDirection = try request.integer() == 0 ? .forward : .reverse
    var sources: [any RecordSource] = []
    while !request.arguments.isEmpty {
      sources.append(ListedRecords(try RecordMessage.list(try request.take())))
    }
    let made = sources
    return try SubjectError.translating { () throws(StoreError) in
      try MergeIterator(made, direction: direction)
    }.collect()
  }
}

/// A walk over records that are given.
private final class ListedRecords: RecordSource {
  private let owners: [RecordBytes]
  private var records: ArraySlice<Record>

  init(_ messages: [RecordMessage]) {
    owners = messages.map { RecordBytes($0) }
    records = owners.map(\.record)[...]
  }

  func fill(_ batch: inout RecordBatch) throws(StoreError) {
    while !batch.isFull, let record = records.popFirst() { batch.append(record) }
  }
}
