import StrataCore
import StrataTestSupport

@testable import Strata

/// The file of one segment, number 7, to be changed and opened.
enum SegmentFile {
  static let identity = StoreIdentity(high: 3, low: 4)
  static let path = "s/000007.seg"

  /// What writes it.
  static func writer(in directory: any Directory) throws(StoreError) -> SegmentWriter {
    try SegmentWriter(number: 7, identity: identity, place: .first, in: directory)
  }

  /// A segment of these keys, whose values are their places, in order.
  static func write(_ keys: [String]) throws -> SealedFile {
    let directory = try SimulatedDisk().openDirectory("s", creating: true)
    let writer = try writer(in: directory)
    for (index, key) in keys.enumerated() { try withRecord(key, "\(index)") { try writer.add($0) } }
    try writer.finish()
    return SealedFile(try directory.read("000007.seg").bytes.array)
  }

  /// Opens a segment of these keys after a change, all checksums made to match.
  static func open(_ keys: [String], _ change: (inout SealedFile) -> Void) throws -> Segment {
    var file = try write(keys)
    change(&file)
    file.seal(.segment)
    return try open(file)
  }

  static func open(_ file: SealedFile) throws -> Segment {
    let directory = try SimulatedDisk().openDirectory("s", creating: true)
    let writable = try directory.create("000007.seg")
    try ByteView.withBytes(of: file.bytes) { view throws(StoreError) in try writable.append(view) }
    return try Segment(number: 7, identity: identity, in: directory)
  }
}

extension Segment {
  /// What verification says.
  var problems: [StoreError] {
    var found: [StoreError] = []
    verify { found.append($0) }
    return found
  }

  /// Where each of its records begins.
  var recordOffsets: [Int] {
    get throws {
      var offsets: [Int] = []
      var offset = FileHeader.size
      while offset < footer.recordsEnd {
        offsets.append(offset)
        offset = try record(at: offset).end
      }
      return offsets
    }
  }

  /// The record of a key in words, and how far the search came.
  func find(_ key: String) throws -> (record: String?, probe: SegmentProbe) {
    var probe = SegmentProbe.outOfRange
    let record = try ByteView.withBytes(of: Array(key.utf8)) { key throws(StoreError) in
      try find(key, hash: hash(key), probe: &probe)
    }
    return (record?.description, probe)
  }
}
