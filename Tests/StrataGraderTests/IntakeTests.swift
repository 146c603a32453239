import Foundation
import StrataTestSupport
import Testing

@testable import StrataConfinement
@testable import StrataGrader

@Suite("Intake of submissions")
struct IntakeTests {
  /// Makes a folder with these files, and looks at it.
  private func intake(
    _ files: [String: String], rules: IntakeRules = IntakeRules(),
    then change: (String) throws -> Void = { _ in }, _ body: (Intake) throws -> Void
  ) throws {
    try withTemporaryDirectory { folder in
      for (path, text) in files {
        System.place(Array(text.utf8), at: "\(folder)/\(path)")
      }
      try change(folder)
      try body(Intake(folder, rules: rules))
    }
  }

  @Test("Swift files of the students' modules come in, in order, and nothing else")
  func allowed() throws {
    try intake([
      "Sources/Strata/Memory/MemTable.swift": "b", "Sources/Strata/A.swift": "a",
      "Sources/StrataRungs/Log+X.swift": "c", "Sources/StrataCore/Key.swift": "own",
      "Sources/Strata/notes.txt": "x", "Sources/Strata/main.swift": "x", "Package.swift": "x",
      "Tests/T/T.swift": "x", "Plugins/P/P.swift": "x", "README.md": "x", ".git/x": "x",
      "Loose.swift": "x",
    ]) { intake in
      #expect(
        intake.sources.map(\.path) == [
          "Strata/A.swift", "Strata/Memory/MemTable.swift", "StrataRungs/Log+X.swift",
        ])
      #expect(
        intake.refused.map(\.path) == [
          "Loose.swift", "Package.swift", "Plugins", "Sources/Strata/main.swift",
          "Sources/Strata/notes.txt", "Sources/StrataCore", "Tests",
        ])
    }
  }

  @Test("no link is followed, wherever it is")
  func links() throws {
    let secret = "struct Secret {}"
    try intake(
      ["Sources/Strata/A.swift": "a", "elsewhere/S.swift": secret],
      then: { folder in
        for (link, target) in [
          ("Sources/Strata/L.swift", "\(folder)/elsewhere/S.swift"),
          ("Sources/Strata/Folder", "\(folder)/elsewhere"),
          ("Sources/StrataRungs", "\(folder)/elsewhere"),
        ] {
          try FileManager.default.createSymbolicLink(
            atPath: "\(folder)/\(link)", withDestinationPath: target)
        }
      },
      { intake in
        #expect(intake.sources.map(\.path) == ["Strata/A.swift"])
        #expect(
          intake.refused.map(\.path) == [
            "Sources/Strata/Folder", "Sources/Strata/L.swift", "Sources/StrataRungs",
          ])
      })
    try intake(
      ["real/Strata/A.swift": "a", "other/x": "x"],
      then: { folder in
        try FileManager.default.createSymbolicLink(
          atPath: "\(folder)/Sources", withDestinationPath: "\(folder)/real")
      },
      { intake in
        #expect(intake.sources.isEmpty)
        #expect(intake.refused.map(\.path) == ["Sources"])
      })
  }

  @Test("names that are options, hide, or are no plain text stay outside")
  func names() throws {
    try intake([
      "Sources/Strata/-o.swift": "x", "Sources/Strata/.hidden.swift": "x",
      "Sources/Strata/a b.swift": "x", "Sources/Strata/a\nb.swift": "x",
      "Sources/Strata/Zürich.swift": "x", "Sources/Strata/A+B_c-1.swift": "x",
    ]) { intake in
      #expect(intake.sources.map(\.path) == ["Strata/A+B_c-1.swift"])
      #expect(intake.refused.count == 5)
    }
  }

  @Test("size, number and depth of files are limited, and pipes do not block")
  func limits() throws {
    var rules = IntakeRules()
    rules.files = 2
    rules.fileSize = 10
    rules.totalSize = 15
    rules.depth = 2
    try intake(
      [
        "Sources/Strata/1.swift": "12345678901", "Sources/Strata/2.swift": "1234567890",
        "Sources/Strata/3.swift": "1234567890", "Sources/Strata/4.swift": "1",
        "Sources/Strata/5.swift": "1", "Sources/Strata/a/b/c.swift": "1",
      ], rules: rules, then: { #expect(mkfifo("\($0)/Sources/Strata/pipe.swift", 0o600) == 0) },
      { intake in
        #expect(intake.sources.map(\.path) == ["Strata/2.swift", "Strata/4.swift"])
        #expect(intake.refused.count == 5)
        #expect(
          intake.refused.last?.reason == "it is neither a file nor a folder.")
      })
  }

  @Test("the folder that an archive wraps around a submission does not matter")
  func wrapped() throws {
    try intake(["ada/Sources/Strata/A.swift": "a", "__MACOSX/x": "x"]) { intake in
      #expect(intake.sources.map(\.path) == ["Strata/A.swift"])
    }
    try intake(["nothing": "x"]) { intake in
      #expect(intake.refused.map(\.reason) == ["there is no folder Sources."])
    }
  }

  @Test("a fingerprint says the names and the bytes, and where one ends")
  func fingerprints() throws {
    #expect(
      Fingerprint.of("abc")
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      Fingerprint.of(String(repeating: "a", count: 1_000))
        == "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3")
    var seen: Set<String> = []
    for files in [
      ["Sources/Strata/A.swift": "ab"], ["Sources/Strata/A.swift": "a"],
      ["Sources/Strata/B.swift": "ab"],
      ["Sources/Strata/A.swift": "a", "Sources/Strata/B.swift": "b"],
    ] {
      try intake(files) { #expect(seen.insert($0.fingerprint).inserted) }
      try intake(files.merging(["README.md": "x"]) { $1 }) {
        #expect(seen.contains($0.fingerprint))
      }
    }
  }
}
