import StrataCore
import StrataCourse
import Testing

/// What the catalogue itself promises, whatever is examined with it.
@Suite("The catalogue")
struct CatalogueRuleTests {
  @Test("there are at least 120 checks, each with a name of its own")
  func names() {
    #expect(Catalogue.all.count >= 120)
    #expect(Set(Catalogue.all.map(\.id)).count == Catalogue.all.count)
    #expect(Set(Catalogue.all.map(\.rule)).count == Catalogue.all.count)
  }

  @Test("every milestone has checks, and every family is there")
  func coverage() {
    #expect(Set(Catalogue.all.map(\.milestone)) == Set(Milestone.all.map(\.number)))
    #expect(Set(Catalogue.all.map(\.family)) == Set(Check.Family.allCases))
  }

  @Test("a check depends only on checks that come before it")
  func dependencies() {
    var seen: Set<String> = []
    for check in Catalogue.all {
      for other in check.dependsOn { #expect(seen.contains(other), "\(check.id) after \(other)") }
      seen.insert(check.id)
    }
  }

  @Test("every check is worth something, ends at some time, helps, and has a chapter")
  func fields() {
    for check in Catalogue.all {
      #expect(check.points > 0 && check.seconds > 0, "\(check.id)")
      #expect(check.help.hasSuffix("."), "\(check.id)")
      #expect(!check.rule.hasSuffix("."), "\(check.id)")
      #expect(!check.chapter.isEmpty, "\(check.id)")
    }
  }

  @Test("checks with several threads say that they are about them, and most others are not")
  func threads() {
    for check in Catalogue.all where check.id.hasPrefix("threads-") {
      #expect(check.isAboutThreads, "\(check.id)")
    }
    #expect(Catalogue.check("store-many-writers")?.isAboutThreads == true)
    #expect(Catalogue.check("log-get-after-put")?.isAboutThreads == false)
    #expect(Catalogue.all.count { $0.isAboutThreads } < 20)
  }

  @Test("hidden checks say that they are, and the others that they are not")
  func hidden() {
    #expect(Catalogue.hidden.allSatisfy { $0.visibility == .hidden })
    #expect(Catalogue.shown.allSatisfy { $0.visibility == .shown })
  }
}
