/// Bytes as letters, three bytes in four letters (RFC 4648, section 4, with padding).
package enum Base64 {
  private static let letters = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let padding = UInt8(ascii: "=")

  /// For each byte the six bits that it stands for as a letter; 255 for those that are no letter.
  private static let bits: [UInt8] = {
    var bits = [UInt8](repeating: 255, count: 256)
    for (index, letter) in letters.enumerated() { bits[Int(letter)] = UInt8(index) }
    return bits
  }()

  /// The letters for these bytes.
  package static func encode(_ bytes: [UInt8]) -> [UInt8] {
    let letters = letters
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    var start = 0
    while start < bytes.count {
      let left = min(3, bytes.count - start)
      var word = UInt32(bytes[start]) << 16
      if left > 1 { word |= UInt32(bytes[start + 1]) << 8 }
      if left > 2 { word |= UInt32(bytes[start + 2]) }
      text.append(letters[Int(word >> 18)])
      text.append(letters[Int(word >> 12 & 63)])
      text.append(left > 1 ? letters[Int(word >> 6 & 63)] : padding)
      text.append(left > 2 ? letters[Int(word & 63)] : padding)
      start += 3
    }
    return text
  }

  /// The bytes that the letters stand for; nil when that is not exactly what `encode` writes.
  package static func decode(_ text: [UInt8]) -> [UInt8]? {
    guard text.count % 4 == 0 else { return nil }
    let padded = text.last == padding ? (text.dropLast().last == padding ? 2 : 1) : 0
    let bits = bits
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 4 * 3)
    var word: UInt32 = 0
    for index in 0..<(text.count - padded) {
      let six = bits[Int(text[index])]
      guard six < 64 else { return nil }
      word = word << 6 | UInt32(six)
      guard index % 4 == 3 else { continue }
      bytes.append(UInt8(word >> 16 & 255))
      bytes.append(UInt8(word >> 8 & 255))
      bytes.append(UInt8(word & 255))
      word = 0
    }
    // Bits that no byte has are zero in what `encode` writes; anything else would not come back.
    switch padded {
    case 1:
      guard word & 3 == 0 else { return nil }
      bytes.append(UInt8(word >> 10 & 255))
      bytes.append(UInt8(word >> 2 & 255))
    case 2:
      guard word & 15 == 0 else { return nil }
      bytes.append(UInt8(word >> 4 & 255))
    default: break
    }
    return bytes
  }
}
