import StrataCore
import Testing

@testable import StrataShell

@Suite("Entries as text, and back")
struct FormatTests {
  private func read(_ text: [UInt8], _ format: EntryFormat) throws -> [Entry] {
    let reader = LineReader(text: text, name: "test")
    var entries: [Entry] = []
    while let entry = try format.read(from: reader) { entries.append(entry) }
    return entries
  }

  private func written(_ entries: [Entry], _ format: EntryFormat) -> [UInt8] {
    var text: [UInt8] = []
    for entry in entries { format.write(entry.key, entry.value, into: &text) }
    return text
  }

  @Test("difficult entries come back, one line each", arguments: EntryFormat.allCases)
  func difficultEntries(format: EntryFormat) throws {
    let difficult: [[UInt8]] =
      [
        "", " ", "a", "a b", " a", "a ", ",", "\"", "\"\"", "a,b", "\\", "\\n", "\n", "\r\n", "\t",
        "key,value", "{\"key\":1}", "Zürich", "日本語", "\u{2028}", "\u{85}", "\u{0}", "😀", "#", "-",
      ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xED, 0xA0, 0x80], Array(0...255)]
    let entries = difficult.flatMap { key in
      difficult.map { Entry(key: Key(key), value: Value($0)) }
    }
    let text = written(entries, format)
    #expect(text.count { $0 == 0x0A } == entries.count)
    #expect(try read(text, format) == entries)
  }

  @Test("random bytes come back", arguments: EntryFormat.allCases, 0..<10)
  func randomEntries(format: EntryFormat, seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let entries = (0..<200).map { _ in
      let bytes = (0..<2).map { _ in
        (0..<random.below(20)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      }
      return Entry(key: Key(bytes[0]), value: Value(bytes[1]))
    }
    #expect(try read(written(entries, format), format) == entries)
  }

  @Test("what other programs write is read too")
  func foreignText() throws {
    let expected = [Entry(key: "a", value: "1"), Entry(key: "b", value: "two\nlines")]
    #expect(try read(Array("a\t1\r\n\n\nb\ttwo\\nlines".utf8), .tsv) == expected)
    #expect(try read(Array("a,1\r\n\"b\",\"two\nlines\"\r\n".utf8), .csv) == expected)
    let json = """
      { "value" : "1", "key" : "a" }
      {"key":"\\u0062","value":"two\\nlines"}
      """
    #expect(try read(Array(json.utf8), .json) == expected)
    let pair = try read(Array("{\"key\":\"\\ud83d\\ude00\",\"value\":\"\\/\"}".utf8), .json)
    #expect(pair == [Entry(key: "😀", value: "/")])
  }

  @Test(
    "bad lines are refused with a reason",
    arguments: [
      (EntryFormat.tsv, "no tab"), (.tsv, "a\tb\tc"), (.tsv, "a\t\\q"), (.tsv, "\\x4\tb"),
      (.csv, "one field"), (.csv, "a,b,c"), (.csv, "\"a\"b,c"), (.csv, "\"open,1"),
      (.csv, "a,\\q"),
      (.json, "[]"), (.json, "{}"), (.json, "{\"key\":\"a\"}"), (.json, "{\"key\":1,\"value\":2}"),
      (.json, "{\"key\":\"a\",\"key\":\"b\",\"value\":\"\"}"),
      (.json, "{\"key\":\"a\",\"value\":\"b\"} x"), (.json, "{\"key\":\"a\",\"value\":\"b\""),
      (.json, "{\"key\":\"\\ud800\",\"value\":\"\"}"), (.json, "{\"key\":\"\\q\",\"value\":\"\"}"),
      (.json, "{\"key\":\"a\u{1}\",\"value\":\"\"}"),
      (.json, "{\"key\":\"\\u+041\",\"value\":\"\"}"),
      (.json, "{\"key\":\"a\",\"value\":\"b\",\"ttl\":\"1\"}"),
      (.json, "{\"key_base64\":\"/x==\",\"value\":\"\"}"),
      (.json, "{\"key_base64\":\"/w=\",\"value\":\"\"}"),
      (.json, "{\"key\":\"a\",\"key_base64\":\"/w==\",\"value\":\"\"}"),
    ])
  func badLines(format: EntryFormat, line: String) {
    let error = #expect(throws: EntryFormatError.self) { try read(Array(line.utf8), format) }
    guard case .malformed(let reason) = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(!reason.isEmpty && !reason.hasSuffix("."))
  }

  @Test("base 64 as in RFC 4648", arguments: ["", "f", "fo", "foo", "foob", "fooba", "foobar"])
  func base64(text: String) {
    let expected = [
      "": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foob": "Zm9vYg==", "fooba": "Zm9vYmE=",
      "foobar": "Zm9vYmFy",
    ]
    let encoded = Base64.encode(Array(text.utf8))
    #expect(String(decoding: encoded, as: UTF8.self) == expected[text])
    #expect(Base64.decode(encoded) == Array(text.utf8))
  }

  @Test(
    "a file's name tells its format",
    arguments: [("a.tsv", EntryFormat.tsv), ("b.CSV", .csv), ("c.d/e.jsonl", .json), ("none", nil)])
  func fileNames(name: String, format: EntryFormat?) {
    #expect(EntryFormat(fileName: name) == format)
  }

  @Test("a line beyond the limit is an error before it fills the memory")
  func longLines() throws {
    let reader = LineReader(text: Array("12345\n123456\n".utf8), name: "test", limit: 5)
    #expect(try reader.next() == Array("12345".utf8))
    #expect(throws: StoreError.self) { try reader.next() }
  }
}
