/// Bytes as letters, three bytes in four letters (RFC 4648, section 4, with padding).
enum Base64 {
  private static let letters = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let padding = UInt8(ascii: "=")

  /// The letters for these bytes.
  static func encode(_ bytes: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var bits: UInt32 = 0
      for byte in group { bits = bits << 8 | UInt32(byte) }
      bits <<= UInt32(8 * (3 - group.count))
      for place in 0..<4 {
        let index = Int(bits >> UInt32(18 - 6 * place)) & 63
        text.append(place <= group.count ? letters[index] : padding)
      }
    }
    return text
  }

  /// The bytes that the letters stand for; nil when that is not exactly what `encode` writes.
  static func decode(_ text: [UInt8]) -> [UInt8]? {
    guard text.count % 4 == 0 else { return nil }
    var bytes: [UInt8] = []
    for start in stride(from: 0, to: text.count, by: 4) {
      let group = text[start..<(start + 4)]
      let letters = group.prefix { $0 != padding }
      guard letters.count >= 2, start + 4 == text.count || letters.count == 4,
        group.dropFirst(letters.count).allSatisfy({ $0 == padding })
      else { return nil }
      var bits: UInt32 = 0
      for letter in letters {
        guard let index = Base64.letters.firstIndex(of: letter) else { return nil }
        bits = bits << 6 | UInt32(index)
      }
      bits <<= UInt32(6 * (4 - letters.count))
      for place in 0..<(letters.count - 1) {
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(16 - 8 * place)))
      }
    }
    // Bits that no byte has are zero in what `encode` writes; anything else would not come back.
    return encode(bytes) == text ? bytes : nil
  }
}
