import Foundation
import StrataTestSupport
import Testing

@Suite("House rules")
struct HouseRulesTests {
  /// Longer files, each with the reason why it is one file.
  private static let longFiles: [String: String] = [
    "Sources/StrataCore/Files/SystemCalls.swift": "it is the one place of all system calls"
  ]

  @Test("no file is called main.swift; programs begin at @main")
  func noMainFile() {
    let found = ProjectFiles.files(suffix: "main.swift").filter {
      $0 == "main.swift" || $0.hasSuffix("/main.swift")
    }
    #expect(found == [])
  }

  @Test("the package depends on no other package")
  func noPackages() throws {
    for manifest in ProjectFiles.files(suffix: "Package.swift") {
      let code = try SwiftSource(manifest).code
      let others = code.split(separator: "\n").filter {
        $0.contains(".package(") && !$0.contains("path:")
      }
      #expect(others == [], "\(manifest)")
    }
    #expect(try !SwiftSource("Package.swift").code.contains(".package("))
  }

  @Test("no source file is longer than 280 lines without a reason")
  func lengths() throws {
    for folder in ["Sources", "Examples"] {
      for source in try SwiftSource.all(in: folder) where Self.longFiles[source.path] == nil {
        #expect(source.lineCount <= 280, "\(source.path)")
      }
    }
    for (path, reason) in Self.longFiles {
      #expect(try SwiftSource(path).lineCount > 280, "\(path) needs no exception any more")
      #expect(!reason.isEmpty)
    }
  }

  @Test("nothing is left for later")
  func noMarkers() throws {
    // Put together here, so that this file does not find itself.
    let markers = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]
    let endings = [".swift", ".md", ".py", ".c", ".h", ".sh", "Makefile"]
    for path in ProjectFiles.files() where endings.contains(where: path.hasSuffix) {
      for (index, line) in try ProjectFiles.text(path).split(
        separator: "\n", omittingEmptySubsequences: false
      ).enumerated() {
        let words = Set(line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init))
        #expect(words.isDisjoint(with: markers), "\(path):\(index + 1)")
      }
    }
  }
}
