import StrataCore
import StrataWire
import Testing

@Suite("Reading and writing replies")
struct ReplyReaderTests {
  private static let values: [WireValue] = [
    .simple("OK"), .error("ERR no"), .integer(0), .integer(.min), .integer(.max), .bulk(""),
    .bulk("a\r\nb"), .bulk([0, 255]), .null, .boolean(true), .boolean(false), .double(1.5),
    .double(-3), .double(1e300), .double(.infinity), .double(-.infinity),
    .bigNumber("-123456789012345678901234567890"), .verbatim(tag: "txt", Array("some".utf8)),
    .array([]), .array([.integer(1), .array([.null, .bulk("x")]), .set([])]),
    .map([]), .map([.init(.bulk("k"), .array([.integer(1)])), .init(.integer(2), .map([]))]),
    .set([.integer(1), .bulk("b")]), .push([.bulk("invalidate"), .array([.bulk("k")])]),
  ]

  private static func written(_ values: [WireValue], _ version: WireVersion) -> [UInt8] {
    var writer = WireWriter(version: version)
    for value in values { writer.write(value) }
    return writer.take()
  }

  private static func read(
    _ bytes: [UInt8], pieces: Int = .max, limits: WireLimits = .standard
  ) throws(WireError) -> [WireValue] {
    var reader = ReplyReader(limits: limits)
    var values: [WireValue] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      reader.append(Array(rest.prefix(pieces)))
      rest = rest.dropFirst(pieces)
      while let value = try reader.next() { values.append(value) }
    }
    return values
  }

  private static func read(_ text: String) throws(WireError) -> [WireValue] {
    try read(Array(text.utf8))
  }

  @Test("what is written in version 3 is read back, in pieces of any size")
  func roundTrip() throws {
    let bytes = Self.written(Self.values, .three)
    for size in 1...bytes.count {
      #expect(try Self.read(bytes, pieces: size) == Self.values, "pieces of \(size)")
    }
  }

  @Test("version 2 gets the older counterpart of what it lacks")
  func versionTwo() throws {
    func older(_ value: WireValue) -> String {
      String(decoding: Self.written([value], .two), as: UTF8.self)
    }
    #expect(older(.null) == "$-1\r\n")
    #expect(older(.boolean(true)) == ":1\r\n")
    #expect(older(.double(1.5)) == "$3\r\n1.5\r\n")
    #expect(older(.bigNumber("12")) == "$2\r\n12\r\n")
    #expect(older(.verbatim(tag: "txt", [65])) == "$1\r\nA\r\n")
    #expect(older(.map([.init(.bulk("k"), .integer(1))])) == "*2\r\n$1\r\nk\r\n:1\r\n")
    #expect(older(.set([.integer(1)])) == "*1\r\n:1\r\n")
    #expect(older(.push([.integer(1)])) == "*1\r\n:1\r\n")
  }

  @Test("a value written piece by piece is the same as one written at once")
  func pieces() {
    for version in WireVersion.allCases {
      var writer = WireWriter(version: version)
      writer.map(count: 1)
      writer.bulk([107])
      writer.array(count: 2)
      writer.integer(10)
      writer.null()
      let value = WireValue.map([.init(.bulk("k"), .array([.integer(10), .null]))])
      #expect(writer.bytes == Self.written([value], version))
    }
  }

  @Test("a text with line breaks cannot forge a second reply")
  func lineBreaks() throws {
    let bytes = Self.written([.error("ERR no\r\n+OK"), .simple("a\nb")], .two)
    #expect(try Self.read(bytes) == [.error("ERR no  +OK"), .simple("a b")])
  }

  @Test("a command is read back word by word")
  func commands() throws {
    var writer = WireWriter()
    writer.command(["SET", "a", "\r\n"])
    var reader = CommandReader()
    reader.append(writer.take())
    #expect(try reader.next() == [Array("SET".utf8), [97], [13, 10]])
    #expect(writer.bytes.isEmpty)
  }

  @Test("attributes are dropped, wherever they stand; errors may be long; NaN is a number")
  func others() throws {
    #expect(try Self.read("|1\r\n+k\r\n:1\r\n:7\r\n|0\r\n:8\r\n") == [.integer(7), .integer(8)])
    #expect(
      try Self.read("*2\r\n:1\r\n|1\r\n+k\r\n*1\r\n:9\r\n:2\r\n") == [
        .array([.integer(1), .integer(2)])
      ])
    #expect(try Self.read("!5\r\nERR x\r\n") == [.error("ERR x")])
    #expect(try Self.read("*-1\r\n") == [.null])
    let number: WireValue? = try Self.read(",nan\r\n").first
    if case .double(let number)? = number { #expect(number.isNaN) } else { Issue.record("none") }
  }

  @Test(
    "what is no reply is refused",
    arguments: [
      "hello\r\n", "\r\n", ":\r\n", ":1x\r\n", ":9223372036854775808\r\n", "#x\r\n", "_x\r\n",
      ",0x1p3\r\n", ",\r\n", "(1.5\r\n", "(\r\n", "$5\r\nabc\r\nde", "$-2\r\n", "=2\r\nab\r\n",
      "*?\r\n", "$?\r\n", "*-2\r\n", "%1048576\r\n", "+OK\n",
    ])
  func damage(_ text: String) {
    #expect(throws: WireError.self) { try Self.read(text) }
  }

  @Test("depth and elements are limited over the whole reply")
  func limits() throws {
    let limits = WireLimits(bytes: 100, elements: 4, depth: 2, line: 20)
    func read(_ text: String) throws(WireError) -> [WireValue] {
      try Self.read(Array(text.utf8), limits: limits)
    }
    #expect(try read("*1\r\n*1\r\n:1\r\n").count == 1)
    #expect(throws: WireError.self) { try read("*1\r\n*1\r\n*1\r\n:1\r\n") }
    #expect(throws: WireError.self) { try read("*2\r\n*2\r\n:1\r\n:2\r\n*1\r\n:1\r\n") }
    #expect(throws: WireError.self) { try read("*3\r\n*1\r\n:1\r\n%1\r\n") }
    #expect(throws: WireError.self) { try read("$101\r\n") }
    // A thousand levels, of which none is finished, end at the limit.
    #expect(throws: WireError.self) { try read(String(repeating: "*1\r\n", count: 1000)) }
  }

  @Test("the end of a connection in the middle of a reply shows")
  func boundary() throws {
    let bytes = Array("*1\r\n$2\r\nab\r\n".utf8)
    for cut in 0...bytes.count {
      var reader = ReplyReader()
      reader.append(Array(bytes.prefix(cut)))
      _ = try reader.next()
      #expect(reader.isAtBoundary == (cut == 0 || cut == bytes.count), "cut at \(cut)")
    }
  }
}
