import Foundation
import StrataTestSupport
import Testing

@testable import StrataCourse

@Suite("The starter")
struct StarterTests {
  private static func starter(from: Int = 1) throws -> Starter {
    try Starter(ProjectSource(ProjectFiles.root), CourseSettings(from: from))
  }

  @Test("every row of the table finds its declaration in the engine, with its signature")
  func table() throws {
    let files = try Self.starter().exerciseFiles()
    let text = files.map(\.text).joined()
    for exercise in Exercise.all {
      let mark = exercise.standIn == nil ? exercise.missingCall : exercise.standInMark
      #expect(text.contains(mark), "\(exercise.declaration)")
    }
  }

  @Test("every exercise has points and at least two hints, and every milestone has exercises")
  func rows() {
    #expect(Milestone.all.map(\.number) == Array(1...Milestone.bonus))
    for milestone in Milestone.all { #expect(milestone.exercises.count >= 3, "\(milestone.title)") }
    for exercise in Exercise.all {
      #expect(exercise.points > 0, "\(exercise.declaration)")
      #expect(exercise.hints.count >= 2, "\(exercise.declaration)")
      for hint in exercise.hints { #expect(hint.hasSuffix(".") || hint.hasSuffix("?"), "\(hint)") }
    }
    let names = Exercise.all.map { $0.file + $0.declaration }
    #expect(Set(names).count == names.count)
  }

  @Test("it is what it is expected to be")
  func expected() throws {
    let expected = try ProjectFiles.text(ExpectedStarter.path)
    let made = try ExpectedStarter.text(of: ProjectSource(ProjectFiles.root))
    #expect(
      made == expected,
      """
      The starter is not what \(ExpectedStarter.path) expects. If that is meant, run `swift run kvgrade \
      starter --record`, read the difference, and say in CHANGELOG.md what it means for who has the old one.
      """)
  }

  @Test("earlier milestones keep their bodies", arguments: 1...Milestone.bonus)
  func catchingUp(from: Int) throws {
    let text = try Self.starter(from: from).exerciseFiles().map(\.text).joined()
    for milestone in 1...Milestone.bonus {
      let isMissing = Exercise.all.contains {
        $0.milestone == milestone
          && (text.contains($0.missingCall) || text.contains($0.standInMark))
      }
      #expect(isMissing == (milestone >= from), "\(milestone)")
    }
  }

  @Test("it is written once, and never over work; a file can be begun again")
  func writing() throws {
    try withTemporaryDirectory { ground in
      let root = ground + "/ada"
      let starter = try Self.starter()
      try starter.write(to: root)
      #expect(throws: StarterError.self) { try starter.write(to: root) }
      #expect(try CourseSettings(ofPackageAt: root) == starter.settings)

      let path = "\(root)/Sources/StrataRungs/AppendLog/HashIndex.swift"
      let given = try String(contentsOfFile: path, encoding: .utf8)
      let isMissing = UnwrittenBodies.of(packageAt: root).map(\.declaration)
      #expect(isMissing.contains("HashIndex.lookup(_:)"))
      #expect(
        UnwrittenBodies.standIns(packageAt: root, of: [1]).map(\.declaration)
          == Exercise.all.filter { $0.milestone == 1 && $0.standIn != nil }.map(\.declaration))
      let written = given.replacing(
        "notImplemented(\"HashIndex.lookup(_:)\", milestone: 2)", with: "places[key]")
      try written.write(toFile: path, atomically: true, encoding: .utf8)
      #expect(
        !UnwrittenBodies.of(packageAt: root).map(\.declaration).contains("HashIndex.lookup(_:)"))
      #expect(throws: StarterError.self) {
        try GivenFiles(ofPackageAt: root).reset("HashIndex.swift")
      }
      _ = try GivenFiles(ofPackageAt: root).reset("AppendLog/HashIndex.swift")
      #expect(try String(contentsOfFile: path, encoding: .utf8) == given)
      let advice = try #require(UnwrittenBodies.advice(forPackageAt: root))
      #expect(advice.hasPrefix("Red is as it should be"))
      #expect(
        advice.contains("LogLine.write(_:_:_:into:) in Sources/StrataRungs/AppendLog/LogLine.swift")
      )
    }
  }

  @Test("the manifest keeps what comes along, and nothing else")
  func manifest() throws {
    let text = try Self.starter().files().first { $0.path == "Package.swift" }?.text ?? ""
    #expect(text.contains(".executableTarget(\n      name: \"kvcli\""))
    #expect(!text.contains("RaceReport"))
    #expect(!text.contains("Notebook"))
    #expect(text.contains("swiftLanguageModes"))
  }
}
