import Strata
import StrataCore
import StrataSubjects
import StrataWire

/// Where a part with files of its own lies: disk, path, number.
struct FilePlace {
  let directory: any Directory
  let number: UInt32
  /// Of all stores that checks make.
  static let identity = StoreIdentity(high: 1, low: 2)

  init(_ request: inout Request, disk: (Int) -> any FileSystem) throws(SubjectError) {
    let fileSystem = disk(try request.integer())
    let path = try request.text()
    number = UInt32(clamping: try request.integer())
    directory = try SubjectError.translating { () throws(StoreError) in
      try fileSystem.openDirectory(path, creating: true)
    }
  }
}

/// A segment that is being written: `add record`, `finish`, `abandon`, `size`.
final class SegmentWriterSubject: Subject {
  private let writer: SegmentWriter
  private let directory: any Directory

  init(_ request: inout Request, disk: (Int) -> any FileSystem) throws(SubjectError) {
    let place = try FilePlace(&request, disk: disk)
    directory = place.directory
    writer = try SubjectError.translating { () throws(StoreError) in
      try SegmentWriter(
        number: place.number, identity: FilePlace.identity,
        place: SegmentPlace(run: 1, level: 0), in: place.directory)
    }
  }

  func answer(_ request: inout Request) throws(SubjectError) -> WireValue {
    switch request.verb {
    case "add":
      while !request.arguments.isEmpty {
        let bytes = RecordBytes(try RecordMessage(&request))
        try SubjectError.translating { () throws(StoreError) in try writer.add(bytes.record) }
        withExtendedLifetime(bytes) {}
      }
    case "finish":
      try SubjectError.translating { () throws(StoreError) in
        try writer.finish()
        try directory.sync()
      }
    case "abandon": writer.abandon()
    case "size": return .integer(writer.size)
    default: throw .nonsense("\(request.verb) is nothing that a segment writer does")
    }
    return .done
  }
}

/// A segment that was written: `find key`, `walk …`, `counts`, `verify`.
final class SegmentSubject: Subject {
  private let segment: Segment

  init(_ request: inout Request, disk: (Int) -> any FileSystem) throws(SubjectError) {
    let place = try FilePlace(&request, disk: disk)
    segment = try SubjectError.translating { () throws(StoreError) in
      try Segment(number: place.number, identity: FilePlace.identity, in: place.directory)
    }
  }

  func answer(_ request: inout Request) throws(SubjectError) -> WireValue {
    switch request.verb {
    case "find": return try find(try request.bytes())
    case "walk":
      let walk = try WalkMessage(&request)
      return try SubjectError.translating { () throws(StoreError) in
        try SegmentCursor(segment, Walk(range: walk.range, direction: walk.direction))
      }.collect()
    case "counts":
      return .array(
        [segment.size, segment.recordCount, segment.tombstoneCount, segment.recordBytes]
          .map { .integer($0) })
    case "verify":
      var problems: [WireValue] = []
      segment.verify { problems.append(.bulk("\($0)")) }
      return .array(problems)
    default: throw .nonsense("\(request.verb) is nothing that a segment does")
    }
  }

  /// How far the search came, and the record.
  private func find(_ bytes: [UInt8]) throws(SubjectError) -> WireValue {
    try SubjectError.translating { () throws(StoreError) in
      try ByteView.withBytes(of: bytes) { key throws(StoreError) in
        var probe = SegmentProbe.outOfRange
        let record = try segment.find(key, hash: segment.hash(key), probe: &probe)
        let outcome =
          switch probe {
          case .outOfRange: "out of range"
          case .filteredOut: "filtered out"
          case .falsePositive: "not in the index"
          case .found: "found"
          }
        return .array([
          .bulk(outcome), record.map { RecordMessage($0).wireValue } ?? .null,
        ])
      }
    }
  }
}

/// The filter: `build key …` makes one; `mayContain key` asks it; `size` is that of its bytes.
final class FilterSubject: Subject {
  private let hash = FilePlace.identity.hash
  private var bytes = ByteBuffer()
  private var blocks = 0

  func answer(_ request: inout Request) throws(SubjectError) -> WireValue {
    switch request.verb {
    case "build":
      var entries = IndexEntries()
      while !request.arguments.isEmpty {
        let key = try request.bytes()
        entries.add(hash: ByteView.withBytes(of: key) { hash($0) }, offset: 0)
      }
      bytes = ByteBuffer(capacity: 4096)
      blocks = BloomFilter.build(entries, into: &bytes)
      return .done
    case "mayContain":
      let key = try request.bytes()
      let hash = ByteView.withBytes(of: key) { self.hash($0) }
      let block = BloomFilter.block(hash, blocks: blocks)
      guard bytes.view.holds(BloomFilter.blockSize, at: block * BloomFilter.blockSize) else {
        throw .refused("block \(block) lies outside of the \(bytes.count) bytes of the filter")
      }
      let start = bytes.view.start + block * BloomFilter.blockSize
      return .integer(BloomFilter.mayContain(hash, block: start) ? 1 : 0)
    case "size": return .integer(bytes.count)
    default: throw .nonsense("\(request.verb) is nothing that a filter does")
    }
  }
}
