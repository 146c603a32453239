import Foundation
import StrataTestSupport
import Testing

@Suite("Data set: Unicode character names")
struct DatasetTests {
  private static let path = "Fixtures/Datasets/unicode-names.tsv"

  private static func lines() throws -> [Substring] {
    let text = try ProjectFiles.text(path)
    #expect(text.hasSuffix("\n"))
    return text.dropLast().split(separator: "\n", omittingEmptySubsequences: false)
  }

  @Test("it has one line for each individually named character of Unicode 14")
  func count() throws { #expect(try Self.lines().count == 34_527) }

  @Test("each line is a code point in at least four upper-case digits, a tab, and a name")
  func shape() throws {
    let digits = Set("0123456789ABCDEF")
    for line in try Self.lines() {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard fields.count == 2, let code = UInt32(fields[0], radix: 16) else {
        Issue.record("not a code point and a name: \(line)")
        continue
      }
      let isShortest = fields[0].count == 4 || (fields[0].count > 4 && fields[0].first != "0")
      #expect(fields[0].allSatisfy(digits.contains) && isShortest, "\(line)")
      #expect(Unicode.Scalar(code) != nil, "\(line)")
      #expect(
        !fields[1].isEmpty && fields[1].utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }, "\(line)")
    }
  }

  @Test("the lines are sorted as a store sorts keys, each code point once")
  func order() throws {
    let codes = try Self.lines().map { Array($0.prefix { $0 != "\t" }.utf8) }
    let inOrder = zip(codes, codes.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) }
    #expect(inOrder)
  }

  @Test("the block of arrows is complete")
  func arrows() throws {
    let arrows = try Self.lines().filter { $0 >= "2190" && $0 < "2200" }
    #expect(arrows.count == 112)
    #expect(arrows.first == "2190\tLEFTWARDS ARROW")
    #expect(arrows.last == "21FF\tLEFT RIGHT OPEN-HEADED ARROW")
  }

  @Test("names that a rule makes are left out")
  func madeByRule() throws {
    let made = try Self.lines().filter {
      $0.contains("\tCJK UNIFIED IDEOGRAPH-") || $0.contains("\tHANGUL SYLLABLE ")
    }
    #expect(made.isEmpty)
  }
}
