import Testing

@testable import StrataCourse

@Suite("Swift sources, as far as the stripper reads them")
struct SwiftTextTests {
  @Test(
    "comments and texts of every kind are no code",
    arguments: [
      ("a // {", "a"), ("a /* { /* } */ { */ b", "a b"), ("a \"{\\\"{\" b", "a b"),
      ("a #\"{\"{\"# b", "a b"), ("a \"\"\"\n{ \"\n\"\"\" b", "a b"),
      ("a \"\\(f(\"}\") + \")\")\" b", "a b"), ("#if a", "#if a"), ("a #\"\\#(\"}\")\"# b", "a b"),
    ])
  func code(source: String, expected: String) {
    let code = String(decoding: SwiftText(source).code, as: UTF8.self)
    #expect(code.split { $0.isWhitespace }.joined(separator: " ") == expected)
    #expect(SwiftText(source).code.count == source.utf8.count)
  }

  @Test("declarations are named with their types and labels")
  func names() {
    let source = """
      import StrataCore
      public struct Table<Row: Sendable>: Sendable {
        let stored = 1
        var observed = 2 { didSet { print("{") } }
        private let last: Int?

        var computed: Int { 3 }
        @inline(__always)
        public func find(_ key: [Int: (a: Int, b: Int)], asOf moment: Int = f({ 1 })) throws(E) -> Row? { nil }
        static func < (left: Self, right: Self) -> Bool { true }
        init<T>(of _: T) where T: Sendable { last = nil }
        subscript(place: Int) -> Int { get { 1 } nonmutating set {} }
        enum Inner { case a, b
          func name() -> String { func local() {}; return "" } }
        class func kind() {}
        #if os(Linux)
          func here() {}
        #endif
        deinit { print(1) }
      }
      protocol P { func none() -> Int }
      extension Table.Inner { mutating func more(_ body: (Int) throws -> Void) rethrows {} }
      """
    #expect(
      DeclarationScanner(SwiftText(source)).found.map(\.name) == [
        "Table.computed", "Table.find(_:asOf:)", "Table.<(left:right:)", "Table.init(of:)",
        "Table.subscript(place:)", "Table.Inner.name()", "Table.kind()", "Table.here()",
        "Table.Inner.more(_:)",
      ])
  }

  @Test("a signature is one line, without attributes and comments")
  func signature() throws {
    let source = SwiftText(
      "@discardableResult @inline(__always)\npublic func put(\n  _ key: Int,  // first\n  b: S = \"//\"\n) -> Int {\n}"
    )
    let found = try #require(DeclarationScanner(source).found.first)
    #expect(source.words(found.head) == "public func put(_ key: Int, b: S = \"//\") -> Int")
  }
}
