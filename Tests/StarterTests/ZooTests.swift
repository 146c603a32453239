import Foundation
import StrataTestSupport
import Testing

@testable import StrataCourse

@Suite("The zoo")
struct ZooTests {
  static let variants: [ZooVariant] =
    (try? ZooVariant.all(of: ProjectSource(ProjectFiles.root))) ?? []

  @Test("there are at least thirty, in every milestone at least one, and each names a check")
  func heads() throws {
    let all = try ZooVariant.all(of: ProjectSource(ProjectFiles.root))
    #expect(all.count >= 30)
    for variant in all {
      #expect(Catalogue.check(variant.check) != nil, "\(variant.name): \(variant.check)")
      #expect(variant.what.hasSuffix("."), "\(variant.name)")
    }
    #expect(Set(all.map(\.milestone)).subtracting([0]) == Set(Milestone.all.map(\.number)))
  }

  @Test("each one still applies to the engine", arguments: variants)
  func applying(variant: ZooVariant) throws {
    try withTemporaryDirectory { ground in
      _ = try variant.changedFiles(of: ProjectSource(ProjectFiles.root), in: "\(ground)/tree")
    }
  }

  @Test("each one has a row in the table, and none got away")
  func table() throws {
    let rows = try ProjectFiles.text(ZooPage.path).split(separator: "\n").filter {
      $0.contains("](../\(ZooVariant.folder)/")
    }
    for variant in Self.variants {
      let own = rows.filter { $0.contains("[`\(variant.name)`]") }
      #expect(own.count == 1, "run `kvgrade zoo --write`: \(variant.name) has \(own.count) rows")
      #expect(own.allSatisfy { $0.contains("| `\(variant.check)` |") }, "\(variant.name)")
    }
    #expect(rows.count == Self.variants.count)
  }
}
