import Strata
import StrataCore

/// The bytes of a store's file, whose checksums can be made to match whatever it says.
///
///     var manifest = SealedFile(bytes)
///     manifest.set(UInt32(7), at: 60)     // "there are seven segments"
///     manifest.seal(.manifest)            // and no checksum betrays it
///
/// Without that, a test or a fuzzer would only ever learn that checksums are checked.
public struct SealedFile {
  /// The whole file.
  public var bytes: [UInt8]

  /// A file as somebody wrote it.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The little-endian number at an offset, which must lie in the file.
  public func number<Number: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int, as type: Number.Type = Number.self
  ) -> Number {
    ByteView.withBytes(of: bytes) { $0.integer(at: offset, as: type) }
  }

  /// Replaces the little-endian number at an offset.
  public mutating func set<Number: FixedWidthInteger>(_ number: Number, at offset: Int) {
    for index in 0..<Number.bitWidth / 8 {
      bytes[offset + index] = UInt8(truncatingIfNeeded: number >> Number(8 * index))
    }
  }

  /// Makes every checksum of the file match, as far as its lengths and offsets make sense.
  public mutating func seal(_ kind: FileKind) {
    set(36, toChecksumOf: 0, 36)
    switch kind {
    case .manifest: set(bytes.count - 4, toChecksumOf: 40, bytes.count - 44)
    case .log: sealFrames()
    case .segment: sealSegment(footer: bytes.count - 136)
    }
  }

  /// Gives each record from `start` on its two checksums, as far as its lengths fit.
  public mutating func sealRecords(from start: Int, to end: Int) {
    var offset = start
    while offset <= end - 24 {
      let key = Int(number(at: offset + 12, as: UInt32.self) & 0xFF_FFFF)
      let body =
        key + Int(number(at: offset + 8, as: UInt32.self)) + (bytes[offset + 15] == 3 ? 8 : 0)
      if body <= end - offset - 24 { set(offset + 4, toChecksumOf: offset + 24, body) }
      set(offset, toChecksumOf: offset + 4, 20)
      guard body <= end - offset - 24 else { break }
      offset += 24 + body
    }
  }

  /// The checksum of a frame's header begins with the store's identity, which stands in the file's header.
  private mutating func sealFrames() {
    guard bytes.count >= 40 else { return }
    let seed = ByteView.withBytes(of: bytes) { CRC32C.checksum(of: $0.slice(at: 16, count: 16)) }
    var offset = 40
    while offset <= bytes.count - 32 {
      // In the last frame of a log that is continued, the next log's number stands in the length's place.
      let isContinued = number(at: offset + 24, as: UInt32.self) == .max
      let length = isContinued ? 0 : Int(number(at: offset + 4, as: UInt32.self))
      let isComplete = length <= bytes.count - offset - 32
      if isComplete { sealRecords(from: offset + 32, to: offset + 32 + length) }
      set(offset, toChecksumOf: offset + 4, 28, continuing: seed)
      guard isComplete else { break }
      offset += 32 + length
    }
  }

  private mutating func sealSegment(footer: Int) {
    guard footer >= 40 else { return }
    func place(_ offset: Int) -> Int { Int(clamping: number(at: footer + offset, as: UInt64.self)) }
    let recordsEnd = place(24)
    let fence = place(32)
    let checksums = place(88)
    if (40...footer).contains(recordsEnd) { sealSegmentRecords(to: recordsEnd) }
    if (40...footer).contains(fence), (fence...footer).contains(checksums) {
      for (page, start) in stride(from: fence, to: checksums, by: 4096).enumerated() {
        set(checksums + 4 * page, toChecksumOf: start, min(4096, checksums - start))
      }
      set(footer + 104, toChecksumOf: checksums, footer - checksums)
    }
    set(footer + 132, toChecksumOf: footer, 132)
  }

  /// Gives each record of a segment its checksum, as far as their lengths fit.
  private mutating func sealSegmentRecords(to end: Int) {
    var offset = 40
    while offset + 6 <= end {
      var place = offset + 4
      let keyLengthAndKind = varint(at: &place)
      let valueLength = varint(at: &place)
      let moment = keyLengthAndKind & 3 == 3 ? 8 : 0
      let size = place - offset + moment + keyLengthAndKind >> 2 + valueLength
      guard size <= end - offset else { return }
      set(offset, toChecksumOf: offset + 4, size - 4)
      offset += size
    }
  }

  private func varint(at place: inout Int) -> Int {
    var number = 0
    for shift in stride(from: 0, to: 35, by: 7) where place < bytes.count {
      let byte = bytes[place]
      place += 1
      number |= Int(byte & 0x7F) << shift
      if byte < 0x80 { break }
    }
    return number
  }

  /// Sets a checksum where both it and what it covers lie in the file.
  public mutating func set(
    _ offset: Int, toChecksumOf start: Int, _ count: Int, continuing seed: UInt32 = 0
  ) {
    guard offset >= 0, offset <= bytes.count - 4, start >= 0, count >= 0,
      count <= bytes.count, start <= bytes.count - count
    else { return }
    let checksum = ByteView.withBytes(of: bytes) {
      CRC32C.checksum(of: $0.slice(at: start, count: count), continuing: seed)
    }
    set(checksum, at: offset)
  }
}
