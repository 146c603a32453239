import StrataTestSupport
import Testing

@testable import StrataConfinement
@testable import StrataGrader

@Suite("Similar submissions")
struct SimilarityTests {
  private static let body = """
    func find(_ key: [UInt8]) -> Int? {
      var low = 0
      var high = entries.count
      while low < high {
        let middle = (low + high) / 2
        if entries[middle].key < key { low = middle + 1 } else { high = middle }
      }
      guard low < entries.count, entries[low].key == key else { return nil }
      return entries[low].value
    }
    """
  private static let renamed = """
    // All of this is mine.
    func locate(_ needle: [UInt8]) -> Int? {
      var a = 0   ;   var b = list.count
      while a < b {
        let m = (a + b) / 2
        if list[m].key < needle { a = m + 1 }
        else { b = m }
      }
      guard a < list.count, list[a].key == needle else { return nil }
      return list[a].value
    }
    """
  private static let other = """
    func find(_ key: [UInt8]) -> Int? {
      for entry in entries.reversed() where entry.key == key {
        switch entry.kind {
        case .value: return entry.value
        case .tombstone: return nil
        }
      }
      return nil
    }
    """

  private func report(_ texts: [String], starter: [String] = [], reference: [String] = []) throws
    -> SimilarityReport
  {
    try withTemporaryDirectory { folder in
      let submissions = texts.enumerated().map { index, text -> (name: String, intake: Intake) in
        System.place(Array(text.utf8), at: "\(folder)/\(index)/Sources/Strata/A.swift")
        return ("student-\(index)", Intake("\(folder)/\(index)"))
      }
      return SimilarityReport(submissions, starter: starter, reference: reference)
    }
  }

  @Test("names, comments and layout hide nothing")
  func renaming() throws {
    let tokens = SwiftTokens("let total = count + 1 // sum\n")
    #expect(tokens.kinds == SwiftTokens("let s=n+\n10").kinds && tokens.kinds.count == 6)
    let report = try report([Self.body, Self.renamed, Self.other])
    let first = try #require(report.pairs.first)
    #expect(first.first == "student-0" && first.second == "student-1" && first.percent > 60)
    #expect(report.pairs.dropFirst().allSatisfy { $0.percent < 20 })
  }

  @Test("what everybody may have is not similar")
  func base() throws {
    for (starter, reference) in [([Self.body], []), ([], [Self.body])] {
      let alike = try report([Self.body, Self.renamed], starter: starter, reference: reference)
      #expect(alike.pairs.first?.percent ?? 0 < 40)
      let same = try report([Self.body, Self.body], starter: starter, reference: reference)
      #expect(same.pairs.isEmpty && same.compared == 1)
    }
  }

  @Test("what the reference has is named, and what the starter has is not")
  func likeReference() throws {
    let report = try report(
      [Self.body, Self.other, Self.body + Self.other], starter: [], reference: [Self.body])
    #expect(report.likeReference.map(\.name) == ["student-0", "student-2"])
    #expect(report.likeReference.first?.percent == 100)
    #expect(report.likeReference.last?.percent ?? 100 < 90)
    #expect(report.page().contains("Like the reference"))
    let given = try self.report([Self.body], starter: [Self.body], reference: [Self.body])
    #expect(given.likeReference.isEmpty)
  }

  @Test("a shared passage of 23 tokens is found wherever it stands")
  func guarantee() {
    // 16 + 8 − 1 tokens in common; what stands around differs.
    let shared = "let a = b + c * d - e / f ; return ( g , h ) ;"
    #expect(SwiftTokens(shared).kinds.count >= 19)
    let passage = shared + " while x < y { z }"
    let marks = { (text: String) in Set(Winnowing.marks(of: text).map(\.hash)) }
    let one = marks("struct S { func t() { if u { v } } }\n" + passage + "\nenum E { case e }")
    let two = marks("for i in 0..<9 { print(i) }\n" + passage + "\nprotocol P {}")
    #expect(!one.isDisjoint(with: two))
  }

  @Test("the page marks the passages, and escapes them")
  func page() throws {
    let page = try report([Self.body + "// <script>", Self.renamed + "// <script>"]).page(from: 1)
    #expect(
      page.contains("<mark>   4      while low &lt; high {</mark>") || page.contains("<mark>   4  ")
    )
    #expect(page.contains("student-0 and student-1"))
    #expect(!page.contains("<script"))
  }

  @Test("JPlag finds a folder for each submission, and what all may have beside them")
  func jplag() throws {
    try withTemporaryDirectory { folder in
      let report = try report([Self.body, Self.other])
      #expect(report.writeForJPlag(to: folder, base: [("Sources/Strata/A.swift", "base")]))
      #expect(System.text("\(folder)/submissions/student-1/Strata/A.swift") == Self.other)
      #expect(System.text("\(folder)/base/Sources/Strata/A.swift") == "base")
    }
  }
}
