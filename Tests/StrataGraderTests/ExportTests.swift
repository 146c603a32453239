import StrataTestSupport
import Testing

@testable import StrataConfinement
@testable import StrataGrader

@Suite("Exports")
struct ExportTests {
  @Test("scripts for other systems are scripts")
  func scripts() throws {
    try withTemporaryDirectory { folder in
      for system in ExportedFiles.allCases {
        for file in system.files where file.isExecutable {
          System.write(Array(file.text.utf8), toFile: "\(folder)/script", executable: true)
          let run = CommandRun.run(
            ["/bin/bash", "-n", "\(folder)/script"], limits: ResourceLimits())
          #expect(run.succeeded && run.output.isEmpty, "\(file.path): \(run.output)")
        }
        #expect(system.files.allSatisfy { !$0.text.contains("\t") })
      }
    }
  }
}
