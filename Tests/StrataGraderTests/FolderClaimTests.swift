import Foundation
import StrataTestSupport
import Testing

@testable import StrataConfinement
@testable import StrataGrader

@Suite("Claims to a folder")
struct FolderClaimTests {
  @Test("one has it; it is free again when that one is gone and nothing has happened for a while")
  func claims() throws {
    try withTemporaryDirectory { ground in
      let folder = "\(ground)/template"
      func age() throws {
        let then = Date(timeIntervalSinceNow: -10)
        try FileManager.default.setAttributes([.modificationDate: then], ofItemAtPath: folder)
      }
      let first = try #require(FolderClaim(folder))
      try age()
      #expect(FolderClaim(folder) == nil, "somebody fills it")
      first.end()
      System.place([1], at: "\(folder)/file")
      #expect(FolderClaim(folder) == nil, "something has just happened in it")
      try age()
      let second = try #require(FolderClaim(folder))
      #expect(FolderClaim(folder) == nil, "it is being filled again")
      second.end()
    }
  }
}
