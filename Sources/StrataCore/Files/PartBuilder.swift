/// Puts fields one behind the other, as far as there are bytes for them.
package struct PartBuilder {
  package var part: FilePart
  private let bytes: ByteView

  package init(_ title: String, at offset: Int, _ bytes: ByteView) {
    part = FilePart(offset: offset, count: 0, title: title)
    self.bytes = bytes
  }

  /// Where the next field begins.
  package var end: Int { part.offset + part.count }

  /// Adds a field; its meaning is asked for only when all of its bytes are there.
  package mutating func add(_ name: String, _ count: Int, _ meaning: @autoclosure () -> String) {
    let isWhole = bytes.holds(count, at: end)
    let there = isWhole ? count : max(0, bytes.count - end)
    guard isWhole || there > 0 else { return }
    part.fields.append(
      FilePart.Field(
        offset: end, count: there, name: name, meaning: isWhole ? meaning() : "cut off"))
    part.count += there
  }

  /// Adds a field of bytes that are shown as text, at most 64 of them.
  package mutating func addText(_ name: String, _ count: Int) {
    let (bytes, start) = (bytes, end)
    add(name, count, Escaping.escape(bytes.slice(at: start, count: count).prefix(64)))
  }

  /// Adds a checksum with what comes of computing it again; a mismatch is the part's damage.
  ///
  /// - Parameters:
  ///   - checked: what it covers; nil: nobody knows where that ends.
  ///   - seed: the checksum of what comes before that and is not in the file.
  package mutating func addChecksum(
    _ what: String, of checked: Range<Int>?, continuing seed: UInt32 = 0,
    matching: String = "matches"
  ) {
    guard let checked, bytes.holds(checked.count, at: checked.lowerBound), bytes.holds(4, at: end)
    else { return add("checksum", 4, what) }
    let mismatch = bytes.mismatch(of: checked, storedAt: end, continuing: seed)
    let meaning = [what, mismatch ?? matching].filter { !$0.isEmpty }.joined(separator: ": ")
    add("checksum", 4, meaning)
    if let mismatch, part.damage == nil {
      part.damage = ["the checksum", what, mismatch].filter { !$0.isEmpty }.joined(separator: " ")
    }
  }
}

extension ByteView {
  /// The first bytes, at most so many.
  package func prefix(_ limit: Int) -> ByteView { slice(at: 0, count: min(limit, count)) }

  /// How the checksum stored at `offset` and that of `range` differ; nil when they are the same.
  package func mismatch(
    of range: Range<Int>, storedAt offset: Int, continuing seed: UInt32 = 0
  ) -> String? {
    let stored = uint32(at: offset)
    let computed = CRC32C.checksum(
      of: slice(at: range.lowerBound, count: range.count), continuing: seed)
    guard stored != computed else { return nil }
    func digits(_ number: UInt32) -> String {
      (0..<4).reversed().map { Escaping.hex(UInt8(number >> (8 * $0) & 0xFF)) }.joined()
    }
    return "does not match (stored \(digits(stored)), computed \(digits(computed)))"
  }
}
