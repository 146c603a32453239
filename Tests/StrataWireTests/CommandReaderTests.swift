import StrataCore
import StrataWire
import Testing

@Suite("Reading commands")
struct CommandReaderTests {
  private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  /// All commands in some bytes that come in pieces of this size, as text.
  private static func commands(
    _ bytes: [UInt8], pieces: Int = .max, limits: WireLimits = .standard
  ) throws(WireError) -> [[String]] {
    var reader = CommandReader(limits: limits)
    var commands: [[String]] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      reader.append(Array(rest.prefix(pieces)))
      rest = rest.dropFirst(pieces)
      while let command = try reader.next() {
        commands.append(command.map { String(decoding: $0, as: UTF8.self) })
      }
    }
    return commands
  }

  private static let session = bytes(
    "*2\r\n$3\r\nGET\r\n$1\r\na\r\nPING\r\n\r\n*0\r\n*-1\r\n"
      + "*3\r\n$3\r\nSET\r\n$0\r\n\r\n$4\r\n\r\n*9\r\nECHO \"a b\" 'c'\n")

  @Test("arrays and lines follow each other; empty ones are passed over")
  func mixed() throws {
    #expect(
      try Self.commands(Self.session) == [
        ["GET", "a"], ["PING"], ["SET", "", "\r\n*9"], ["ECHO", "a b", "c"],
      ])
  }

  @Test("it does not matter in what pieces the bytes come")
  func everySplit() throws {
    let whole = try Self.commands(Self.session)
    for size in 1...Self.session.count {
      #expect(try Self.commands(Self.session, pieces: size) == whole, "pieces of \(size)")
    }
    for cut in 0...Self.session.count {
      var reader = CommandReader()
      var commands: [[String]] = []
      for part in [Self.session.prefix(cut), Self.session.dropFirst(cut)] {
        reader.append(Array(part))
        while let next = try reader.next() {
          commands.append(next.map { String(decoding: $0, as: UTF8.self) })
        }
      }
      #expect(commands == whole, "cut at \(cut)")
      #expect(reader.unread == 0)
    }
  }

  @Test("a line is split as a person means it")
  func inline() throws {
    func words(_ line: String) -> [String]? {
      InlineCommand.words(Self.bytes(line)[...])?.map { String(decoding: $0, as: UTF8.self) }
    }
    #expect(words("  a\tb  ") == ["a", "b"])
    #expect(words(#"set "a\x41\n\"" 'it\'s \n'"#) == ["set", "aA\n\"", "it's \\n"])
    #expect(words(#""" ''"#) == ["", ""])
    #expect(words(#"a"b c""#) == ["ab c"])
    #expect(words(#""\xZZ""#) == ["xZZ"])
    for broken in [#""open"#, #"'open"#, #""a"b"#, #""a\"#] { #expect(words(broken) == nil) }
  }

  @Test(
    "what is not a command is refused, and stays refused",
    arguments: [
      ("*1\r\n:5\r\n", 4, "a word begins with $, not with \":\""),
      ("*x\r\n", 4, "a count of words is expected, not \"x\""),
      ("*\r\n", 3, "a count of words is expected, not \"\""),
      ("*1\n$4\r\n", 0, "a line ends without a carriage return"),
      ("*-2\r\n", 5, "-2 is no count of words between -1 and 1048576"),
      ("*1048577\r\n", 10, "1048577 is no count of words between -1 and 1048576"),
      (
        "*99999999999999999999\r\n", 23,
        "a count of words is expected, not \"99999999999999999999\""
      ),
      ("*1\r\n$-1\r\n", 9, "-1 is no length of a word between 0 and 67108864"),
      ("*1\r\n$67108865\r\n", 15, "67108865 is no length of a word between 0 and 67108864"),
      ("*1\r\n$1\r\nabc", 8, "1 bytes are not followed by the end of a line"),
      ("say \"x\r\n", 8, "a quotation mark is not closed, or something follows it directly"),
    ])
  func damage(_ text: String, _ offset: Int, _ reason: String) throws {
    for pieces in [1, 3, .max] {
      var reader = CommandReader()
      var failure: WireError?
      var rest = Self.bytes(text)[...]
      while !rest.isEmpty, failure == nil {
        reader.append(Array(rest.prefix(pieces)))
        rest = rest.dropFirst(pieces)
        do throws(WireError) { _ = try reader.next() } catch { failure = error }
      }
      #expect(failure?.offset == offset)
      #expect(failure?.reason == reason)
      reader.append(Self.bytes("PING\r\n"))
      var again: WireError?
      do throws(WireError) { _ = try reader.next() } catch { again = error }
      #expect(again == failure)
    }
  }

  @Test("limits hold for lines, words, counts and the whole")
  func limits() throws {
    let small = WireLimits(bytes: 40, elements: 3, depth: 1, line: 10)
    for text in ["12345678901", "12345678901\r\n", "*4\r\n", "*1\r\n$41\r\n"] {
      #expect(throws: WireError.self) { try Self.commands(Self.bytes(text), limits: small) }
    }
    let word = "$12\r\n123456789012\r\n"
    let two = Self.bytes("*2\r\n" + word + word)
    #expect(try Self.commands(Self.bytes("*1\r\n" + word), limits: small).count == 1)
    #expect(throws: WireError.self) { try Self.commands(two, limits: small) }
    // Refused before its bytes are there, and the limit is for each command, not for all.
    #expect(throws: WireError.self) { try Self.commands(two.dropLast(14), limits: small) }
    let many = Self.bytes(String(repeating: "*1\r\n" + word, count: 9))
    #expect(try Self.commands(many, limits: small).count == 9)
  }

  @Test("a length that is claimed takes no memory before its bytes come")
  func claims() throws {
    // Thousands of these would not fit if anything were reserved for what they claim.
    var readers: [CommandReader] = []
    for _ in 0..<4000 {
      var reader = CommandReader()
      reader.append(Self.bytes("*1048576\r\n$67000000\r\nabc"))
      #expect(try reader.next() == nil)
      readers.append(reader)
    }
    #expect(readers.allSatisfy { $0.unread == 3 })
  }

  @Test("any bytes are commands or an error, never a trap")
  func randomBytes() {
    var random = SplitMix64(seed: 6)
    let alphabet = Array("*$:+-_0123456789\r\n\"' \\xa".utf8)
    for _ in 0..<4000 {
      let bytes = (0..<Int(random.next() % 40)).map { _ in
        alphabet[Int(random.next() % UInt64(alphabet.count))]
      }
      let whole = Result { () throws(WireError) in try Self.commands(bytes) }
      let single = Result { () throws(WireError) in try Self.commands(bytes, pieces: 1) }
      #expect(whole == single, "\(bytes)")
    }
  }
}
