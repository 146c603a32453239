import Foundation
import StrataTestSupport
import Testing

@testable import StrataConfinement
@testable import StrataGrader

@Suite("Ground of a grading")
struct GroundTests {
  /// Lets a directory look as if nothing had happened in it for long.
  private func age(_ path: String) throws {
    let then = Date(timeIntervalSinceNow: -Double(2 * Ground.graceSeconds))
    try FileManager.default.setAttributes([.modificationDate: then], ofItemAtPath: path)
  }

  @Test("what a killed grading left is removed by the next one; what is in use or new is not")
  func forsaken() throws {
    try withTemporaryDirectory { folder in
      let used = try #require(Ground(in: folder))
      try age(used.path)
      let prefix = "\(folder)/kvgrade-ground-\(System.hostName)-"
      let (forsaken, new) = (prefix + "old", prefix + "new")
      let elsewhere = "\(folder)/kvgrade-ground-another.computer-old"
      for path in [forsaken, new, elsewhere] {
        System.place([1], at: "\(path)/stores/file")
        if path != new { try age(path) }
      }
      let next = try #require(Ground(in: folder))
      #expect(!System.exists(forsaken))
      #expect(System.exists("\(new)/stores/file") && System.exists("\(elsewhere)/stores/file"))
      #expect(System.isDirectory(used.path) && System.isDirectory(next.path))
      used.remove()
      next.remove()
      #expect(!System.exists(used.path) && !System.exists(next.path))
    }
  }
}
