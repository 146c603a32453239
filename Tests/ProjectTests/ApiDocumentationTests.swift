import StrataTestSupport
import Testing

/// docc itself complains about links that lead nowhere; see `.ci/docs`.
@Suite("API documentation")
struct ApiDocumentationTests {
  static let modules = ["StrataCore", "Strata", "StrataRungs"]

  @Test(
    "every public declaration of a module has its place on the module's page", arguments: modules)
  func curation(module: String) throws {
    let page = try ProjectFiles.text("Sources/\(module)/\(module).docc/\(module).md")
    let listed = Set(page.matches(of: /\n- ``([A-Za-z0-9]+)/).map { String($0.1) })
    let declared = try Set(
      SwiftSource.all(in: "Sources/\(module)").flatMap { Self.publicNames(in: $0.code) })
    #expect(declared.count > 5)
    #expect(declared.subtracting(listed) == [], "they are on no topic")
    #expect(listed.subtracting(declared) == [], "they do not exist")
  }

  @Test("every article has its place there too", arguments: modules)
  func articles(module: String) throws {
    let folder = "Sources/\(module)/\(module).docc"
    let page = try ProjectFiles.text("\(folder)/\(module).md")
    for path in ProjectFiles.files(in: folder, suffix: ".md") {
      let name = path.dropFirst(folder.count + 1).dropLast(3)
      #expect(name == module || page.contains("- <doc:\(name)>"), "\(path)")
    }
  }

  @Test("declarations are found whatever stands before and behind their names")
  func finding() {
    let code = """
      public final class A: B {}
      @frozen
      public struct C<D> {}
      public let e = 1
      public func f(g: Int) {}
      struct H {}
      extension I {
        public struct J {}
      }
      public typealias K = Int
      """
    #expect(Self.publicNames(in: code) == ["A", "C", "e", "f", "K"])
  }

  /// What a file declares as public at the outermost level.
  private static func publicNames(in code: String) -> [String] {
    let kinds = /(?:struct|class|enum|protocol|actor|typealias|let|var|func)/
    return code.split(separator: "\n").compactMap { line in
      guard line.hasPrefix("public "), let kind = line.firstMatch(of: kinds) else { return nil }
      let rest = line[kind.range.upperBound...].drop { $0 == " " }
      return String(rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
    }
  }
}
