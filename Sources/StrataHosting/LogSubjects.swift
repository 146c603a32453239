import Strata
import StrataCore
import StrataRungs
import StrataSubjects
import StrataWire

/// A line of the append log: `bytes change …` answers those of the line that says all changes.
final class LogLineSubject: Subject {
  func answer(_ request: inout Request) throws(SubjectError) -> WireValue {
    switch request.verb {
    case "bytes": return .bulk(LogLine(try ChangesMessage.decode(&request)).bytes)
    default: throw .nonsense("\(request.verb) is nothing that a line does")
    }
  }
}

/// A write-ahead log that is being written: `append first-sequence mark change …`, `sync`, `close`, `size`.
///
/// `resume` as the first setting goes on with a log that is there: so many of its bytes count.
final class LogSubject: Subject {
  private let log: WriteAheadLog

  init(_ request: inout Request, disk: (Int) -> any FileSystem) throws(SubjectError) {
    let place = try FilePlace(&request, disk: disk)
    let size = request.arguments.isEmpty ? nil : try request.optionalInteger()
    log = try SubjectError.translating { () throws(StoreError) in
      guard let size else {
        return try WriteAheadLog.create(
          number: place.number, identity: FilePlace.identity, in: place.directory)
      }
      return try WriteAheadLog.resume(
        number: place.number, identity: FilePlace.identity, replayed: size, vouched: size,
        isTorn: true, appendingBy: .writing, in: place.directory)
    }
  }

  func answer(_ request: inout Request) throws(SubjectError) -> WireValue {
    switch request.verb {
    case "append":
      let frame = try SealedFrame(&request, of: log.identity)
      try SubjectError.translating { () throws(StoreError) in
        try ByteView.withBytes(of: frame.bytes) { view throws(StoreError) in try log.append(view) }
      }
      return .integer(log.size)
    case "sync": try SubjectError.translating { () throws(StoreError) in try log.sync() }
    case "close": try SubjectError.translating { () throws(StoreError) in try log.close() }
    case "size": return .integer(log.size)
    default: throw .nonsense("\(request.verb) is nothing that a log does")
    }
    return .done
  }
}

/// The logs of a store, here only one: `append first-sequence mark change …`, `sync`, `synced`.
final class LogSetSubject: Subject {
  private let logs: LogSet
  private let identity: LogIdentity

  init(_ request: inout Request, disk: (Int) -> any FileSystem) throws(SubjectError) {
    let place = try FilePlace(&request, disk: disk)
    let log = try SubjectError.translating { () throws(StoreError) in
      try WriteAheadLog.create(
        number: place.number, identity: FilePlace.identity, in: place.directory)
    }
    identity = log.identity
    logs = LogSet(frozen: [], active: log, appended: 0, synced: 0, in: place.directory)
  }

  func answer(_ request: inout Request) throws(SubjectError) -> WireValue {
    switch request.verb {
    case "append":
      let frame = try SealedFrame(&request, of: identity)
      try SubjectError.translating { () throws(StoreError) in
        try ByteView.withBytes(of: frame.bytes) { view throws(StoreError) in
          try logs.append(view, last: frame.last, mark: frame.mark)
        }
      }
      return .done
    case "sync":
      let synced = try SubjectError.translating { () throws(StoreError) in try logs.sync() }
      return .optional(synced.map { Int(clamping: $0.sequence) })
    case "synced": return .integer(Int(clamping: logs.syncedSequence))
    default: throw .nonsense("\(request.verb) is nothing that logs do")
    }
  }
}

/// The frame that `append first-sequence mark change …` asks for.
private struct SealedFrame {
  let bytes: [UInt8]
  let mark: UInt64
  private let first: UInt64
  private let count: Int

  init(_ request: inout Request, of log: LogIdentity) throws(SubjectError) {
    first = UInt64(clamping: try request.integer())
    mark = UInt64(clamping: try request.integer())
    let batch = try ChangesMessage.decode(&request)
    count = batch.count
    var encoder = FrameEncoder()
    batch.forEach { key, value, expiresAt in encoder.add(key, value, expiresAt: expiresAt) }
    encoder.seal(first: first, syncedSequence: mark, log: log)
    bytes = encoder.frame.array
  }

  /// The number of its last change.
  var last: UInt64 { first + UInt64(count) - 1 }
}

/// Reading logs back: `read flushed number …` answers records, bytes that count of each, and the tear.
final class LogReaderSubject: Subject {
  private let directory: any Directory

  init(_ request: inout Request, disk: (Int) -> any FileSystem) throws(SubjectError) {
    directory = try FilePlace(&request, disk: disk).directory
  }

  func answer(_ request: inout Request) throws(SubjectError) -> WireValue {
    let flushed = UInt64(clamping: try request.integer())
    var numbers: [UInt32] = []
    while !request.arguments.isEmpty { numbers.append(UInt32(clamping: try request.integer())) }
    let wanted = numbers
    return try SubjectError.translating { () throws(StoreError) in
      var files: [LogReader.File] = []
      for number in wanted {
        files.append(
          LogReader.File(
            number: number, contents: try directory.read(FileName.of(.log, number))))
      }
      var records: [WireValue] = []
      let reader = LogReader(
        identity: FilePlace.identity, files: files, flushedSequence: flushed)
      let result = try reader.read { frame in
        frame.forEachRecord { records.append(RecordMessage($0).wireValue) }
      }
      return .array([
        .array(records), .array(result.extents.map { .integer($0.size) }),
        result.tear.map { .bulk($0.reason) } ?? .null, .integer(Int(clamping: result.mark)),
      ])
    }
  }
}

/// The index of the append log: `remember key offset length`, `forget key`, `lookup key`, `count`, `isReady`.
///
/// Made with a disk and a path, it learns the log that lies there; made with nothing, it knows nothing.
final class LogIndexSubject: Subject {
  private var index = HashIndex()

  init(_ request: inout Request, disk: (Int) -> any FileSystem) throws(SubjectError) {
    guard !request.arguments.isEmpty else { return }
    let fileSystem = disk(try request.integer())
    let path = try request.text()
    try SubjectError.translating { () throws(StoreError) in
      var options = AppendLogOptions()
      options.buildsIndex = false
      options.maintenance = .manual
      let store = try AppendLogStore(at: path, options: options, fileSystem: fileSystem)
      try index.build(from: try store.entries())
      try store.close()
    }
  }

  func answer(_ request: inout Request) throws(SubjectError) -> WireValue {
    switch request.verb {
    case "lookup":
      let place = index.lookup(try request.key())
      return place.map { .array([.integer($0.offset), .integer($0.length)]) } ?? .null
    case "remember":
      let key = try request.key()
      index.remember(
        key, at: LogPlace(offset: try request.integer(), length: try request.integer()))
    case "forget": index.forget(try request.key())
    case "count": return .integer(index.count)
    case "isReady": return .integer(index.isReady ? 1 : 0)
    default: throw .nonsense("\(request.verb) is nothing that an index does")
    }
    return .done
  }
}
