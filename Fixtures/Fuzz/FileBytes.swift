import StrataCore

/// A file whose checksums can be made to match what it says.
///
/// Without that, a fuzzer would only ever learn that checksums are checked.
struct FileBytes {
  var bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func repair(_ kind: Fuzz) {
    switch kind {
    case .record: repairRecords(0, bytes.count)
    case .manifest:
      sealHeader()
      seal(bytes.count - 4, over: 40, bytes.count - 44)
    case .log:
      sealHeader()
      var offset = 40
      while offset <= bytes.count - 32 {
        let length = Int(number32(offset + 4))
        guard length <= bytes.count - offset - 32 else { break }
        repairRecords(offset + 32, offset + 32 + length)
        seal(offset, over: offset + 4, 28)
        offset += 32 + length
      }
    case .segment:
      sealHeader()
      repairSegment(footer: bytes.count - 120)
    case .command: break
    }
  }

  private mutating func sealHeader() { seal(36, over: 0, 36) }

  /// Gives each record from `start` on its two checksums, as far as its lengths fit.
  private mutating func repairRecords(_ start: Int, _ end: Int) {
    var offset = start
    while offset <= end - 24 {
      let key = Int(number32(offset + 12) & 0xFF_FFFF)
      let body = key + Int(number32(offset + 8)) + (bytes[offset + 15] == 3 ? 8 : 0)
      seal(offset, over: offset + 4, 20)
      guard body <= end - offset - 24 else { break }
      seal(offset + 4, over: offset + 24, body)
      seal(offset, over: offset + 4, 20)
      offset += 24 + body
    }
  }

  private mutating func repairSegment(footer: Int) {
    guard footer >= 40 else { return }
    let recordsEnd = number64(footer + 24)
    let fence = number64(footer + 32)
    let checksums = number64(footer + 88)
    if (40...footer).contains(recordsEnd) { repairRecords(40, recordsEnd) }
    if (40...footer).contains(fence), (fence...footer).contains(checksums) {
      for (page, start) in stride(from: fence, to: checksums, by: 4096).enumerated() {
        seal(checksums + 4 * page, over: start, min(4096, checksums - start))
      }
      seal(footer + 104, over: checksums, footer - checksums)
    }
    seal(footer + 116, over: footer, 116)
  }

  private func number32(_ offset: Int) -> UInt32 {
    ByteView.withBytes(of: bytes) { $0.uint32(at: offset) }
  }

  private func number64(_ offset: Int) -> Int {
    ByteView.withBytes(of: bytes) { Int(truncatingIfNeeded: $0.uint64(at: offset)) }
  }

  private mutating func seal(_ offset: Int, over start: Int, _ count: Int) {
    guard offset >= 0, offset <= bytes.count - 4, start >= 0, count >= 0,
      count <= bytes.count, start <= bytes.count - count
    else { return }
    var sum = ByteView.withBytes(of: bytes) {
      CRC32C.checksum(of: $0.slice(at: start, count: count))
    }
    for index in 0..<4 {
      bytes[offset + index] = UInt8(truncatingIfNeeded: sum)
      sum >>= 8
    }
  }
}
