import Testing

@testable import StrataShell

@Suite("A line is edited")
struct LineBufferTests {
  private func type(_ text: String, into buffer: inout LineBuffer) {
    for character in text { buffer.apply(.character(character)) }
  }

  @Test("characters go in at the cursor")
  func inserting() {
    var buffer = LineBuffer()
    type("gt a", into: &buffer)
    buffer.apply(.home)
    buffer.apply(.right)
    type("e", into: &buffer)
    #expect(buffer.text == "get a")
    #expect(buffer.cursor == 2)
    buffer.apply(.end)
    type("é", into: &buffer)
    buffer.apply(.backspace)
    buffer.apply(.left)
    buffer.apply(.deleteForward)
    #expect(buffer.text == "get ")
  }

  @Test("the cursor stays within the line")
  func boundaries() {
    var buffer = LineBuffer()
    for key in [LineBuffer.Key.left, .right, .backspace, .deleteForward, .deleteWord, .up, .down] {
      buffer.apply(key)
    }
    #expect(buffer.text == "")
    #expect(buffer.cursor == 0)
  }

  @Test("words and ends of the line are deleted")
  func deleting() {
    var buffer = LineBuffer()
    type("put key  value", into: &buffer)
    buffer.apply(.deleteWord)
    #expect(buffer.text == "put key  ")
    buffer.apply(.deleteWord)
    #expect(buffer.text == "put ")
    type("a b", into: &buffer)
    buffer.apply(.left)
    buffer.apply(.deleteToEnd)
    #expect(buffer.text == "put a ")
    buffer.apply(.deleteToStart)
    #expect(buffer.text == "")
  }

  @Test("earlier lines come back, and the one begun is kept")
  func history() {
    var buffer = LineBuffer()
    for line in ["first", "second", "second", "   "] {
      type(line, into: &buffer)
      #expect(buffer.finishLine() == line)
    }
    type("dra", into: &buffer)
    buffer.apply(.up)
    #expect(buffer.text == "second")
    buffer.apply(.up)
    buffer.apply(.up)
    #expect(buffer.text == "first")
    buffer.apply(.down)
    buffer.apply(.down)
    buffer.apply(.down)
    #expect(buffer.text == "dra")
    #expect(buffer.cursor == 3)
  }

  @Test("a terminal's bytes are keys")
  func keys() throws {
    var reader = KeyReader(
      bytes: Array(
        "aé\u{1}\u{4}\u{15}\r\u{1B}[A\u{1B}OB\u{1B}[1;5C\u{1B}[3~\u{1B}[8~\u{1B}[9~\u{7F}".utf8))
    let expected: [LineBuffer.Key] = [
      .character("a"), .character("é"), .home, .deleteOrEnd, .deleteToStart, .enter, .up, .down,
      .right, .deleteForward, .end, .unknown, .backspace, .endOfInput, .endOfInput,
    ]
    for key in expected { #expect(try reader.next() == key) }
    var broken = KeyReader(bytes: [0xE2, 0x28, 0xA1, 0x80, 0x1B])
    #expect(try broken.next() == .unknown)
    #expect(try broken.next() == .unknown)
    #expect(try broken.next() == .endOfInput)
  }
}
