import StrataCourse
import StrataTestSupport
import Testing

@testable import StrataGrader

/// The sample submissions as they are made; `.ci/submissions` grades them.
@Suite("Sample submissions")
struct SampleTests {
  private let source: ProjectSource
  private let samples: [SampleSubmission]

  init() throws {
    source = try ProjectSource(ProjectFiles.root)
    samples = try SampleSubmission.all(of: source)
  }

  private func files(of name: String) throws -> [String: String] {
    let sample = try #require(samples.first { $0.name == name })
    return Dictionary(uniqueKeysWithValues: try sample.files().map { ($0.path, $0.text) })
  }

  @Test("every sample can be made, says what it is, and has a report to be compared with")
  func all() throws {
    #expect(samples.count >= 12)
    for sample in samples {
      #expect(try !sample.files().isEmpty && sample.what.hasSuffix("."), "\(sample.name)")
      #expect(try source.text(sample.expectedPath).hasPrefix("\(sample.name): "))
    }
  }

  @Test("the perfect one is the engine, and the untouched one the starter")
  func ends() throws {
    let perfect = try files(of: "perfect")
    let starter = try Starter(source, .wholeCourse).files()
    let untouched = try files(of: "untouched")
    for (path, text) in perfect { #expect(try source.text(path) == text) }
    #expect(Set(perfect.keys) == Set(untouched.keys))
    for (path, text) in starter where perfect[path] != nil { #expect(untouched[path] == text) }
  }

  @Test("a body, a defect and files of its own come in, and nothing else changes")
  func changes() throws {
    let perfect = try files(of: "perfect")
    func changed(_ name: String) throws -> [String] {
      try files(of: name).filter { perfect[$0.key] != $0.value }.keys.sorted()
    }
    #expect(try changed("loops") == ["Sources/StrataRungs/AppendLog/LogCompaction.swift"])
    let loops = try files(of: "loops")["Sources/StrataRungs/AppendLog/LogCompaction.swift"]
    #expect(loops?.contains("while true {}") == true)
    #expect(
      try changed("forgets-tombstones") == ["Sources/StrataRungs/AppendLog/AppendLogStore.swift"])
    #expect(try changed("edits-tests").contains("Package.swift"))
    #expect(try !changed("halfway").contains { $0.contains("/AppendLog/") })
    #expect(try changed("halfway").contains { $0.contains("/Store/") })
  }

  @Test("the course of the samples fits the catalogue")
  func course() throws {
    let course = try CourseFile.read(try source.text(SampleSubmission.course)).get()
    #expect(course.problems(with: SubmissionGrader.catalogue).isEmpty)
  }
}
