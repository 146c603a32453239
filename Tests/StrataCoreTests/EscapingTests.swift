import StrataCore
import StrataTestSupport
import Testing

@Suite("Escaping")
struct EscapingTests {
  private func escape(_ bytes: [UInt8]) -> String {
    ByteView.withBytes(of: bytes) { Escaping.escape($0) }
  }

  @Test("printable text stays as it is; everything else is named")
  func examples() {
    #expect(escape(Array("Zürich ↑ 東京 🦉".utf8)) == "Zürich ↑ 東京 🦉")
    #expect(escape(Array("a\tb\nc\rd\\e".utf8)) == #"a\tb\nc\rd\\e"#)
    #expect(escape([0x00, 0x1F, 0x7F, 0x80, 0xFF]) == #"\x00\x1f\x7f\x80\xff"#)
    #expect(escape([]).isEmpty)
  }

  @Test("malformed UTF-8 and characters that would break a line are named byte by byte")
  func malformed() {
    #expect(escape([0xC3]) == #"\xc3"#)  // cut off
    #expect(escape([0xC0, 0xAF]) == #"\xc0\xaf"#)  // longer than needed
    #expect(escape([0xED, 0xA0, 0x80]) == #"\xed\xa0\x80"#)  // half of a surrogate pair
    #expect(escape([0xF4, 0x90, 0x80, 0x80]) == #"\xf4\x90\x80\x80"#)  // behind the last code point
    #expect(escape(Array("\u{85}".utf8)) == #"\xc2\x85"#)  // C1 control: next line
    #expect(escape(Array("\u{2028}".utf8)) == #"\xe2\x80\xa8"#)  // line separator
    #expect(escape([0xC3, 0xA9, 0xC3]) == #"é\xc3"#)
  }

  @Test("every byte, and every pair of bytes, comes back")
  func everyByte() {
    for first in UInt8.min...UInt8.max {
      #expect(Escaping.unescape(escape([first]).utf8) == [first])
    }
    for first in stride(from: 0, through: 255, by: 3) {
      for second in UInt8.min...UInt8.max {
        let bytes = [UInt8(first), second]
        #expect(Escaping.unescape(escape(bytes).utf8) == bytes)
      }
    }
  }

  @Test("random bytes come back, and the text is one clean line", arguments: [1, 2] as [UInt64])
  func random(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let pieces: [[UInt8]] = [
      [0x5C], Array("x41".utf8), [0xC3], [0xA9], Array("é".utf8), [0xE2, 0x80], [0xA8], [0x09],
      [0x00], [0xF0, 0x9F], [0xA6, 0x89], Array("n".utf8), [0xFF],
    ]
    for _ in 0..<3_000 {
      let bytes = (0..<random.below(12)).flatMap { _ in random.pick(pieces) }
      let text = escape(bytes)
      #expect(Escaping.unescape(text.utf8) == bytes)
      #expect(!text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F })
    }
  }

  @Test("a text written by hand may use either case of digits, quotes and \\0")
  func handwritten() {
    let unescape = { (text: String) in Escaping.unescape(text.utf8) }
    #expect(unescape(#"\x0A\x0a"#) == [10, 10])
    #expect(unescape(#"\0\"\'"#) == [0, 0x22, 0x27])
    #expect(unescape("é") == Array("é".utf8))
  }

  @Test(
    "a backslash before what it cannot mean is refused",
    arguments: [#"\"#, #"\q"#, #"\x"#, #"\x4"#, #"\xg0"#, #"\x0g"#])
  func refused(text: String) { #expect(Escaping.unescape(text.utf8) == nil) }

  @Test("hex always has two digits")
  func hex() {
    #expect(Escaping.hex(0) == "00" && Escaping.hex(0x0A) == "0a" && Escaping.hex(255) == "ff")
  }
}
