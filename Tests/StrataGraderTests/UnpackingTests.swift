import StrataTestSupport
import Testing

@testable import StrataConfinement
@testable import StrataGrader

@Suite("Unpacking")
struct UnpackingTests {
  @Test("a name becomes one that a folder may have")
  func names() {
    #expect(Unpacking.student("ada") == "ada")
    #expect(Unpacking.student("Ada Lovelace_17_file_") == "Ada-Lovelace_17_file_")
    #expect(Unpacking.student("--course=x") == "course-x")
    #expect(Unpacking.student("..") == "")
    #expect(Unpacking.student("Jürgen/../x") == "J-rgen-..-x")
  }

  @Test(
    "archives become folders, and none leads out of its own",
    .enabled(if: System.exists("/usr/bin/tar") && !BuiltGrader.sandboxes.isEmpty))
  func archives() throws {
    try withTemporaryDirectory { folder in
      System.makeDirectory("\(folder)/in/Cleo 17")
      System.place(Array("a".utf8), at: "\(folder)/made/Sources/Strata/A.swift")
      System.write(Array("no archive".utf8), toFile: "\(folder)/in/eve.tar")
      System.write(Array("a letter".utf8), toFile: "\(folder)/in/letter.txt")
      for words in [
        ["-czf", "\(folder)/in/ada.tar.gz", "Sources"],
        ["-cf", "\(folder)/in/Cleo 17/engine.tar", "Sources"],
        ["-cPf", "\(folder)/in/mallory.tar", "--transform", "s,^,../../,", "Sources"],
      ] {
        let tar = CommandRun.run(
          ["/usr/bin/tar", "-C", "\(folder)/made"] + words, limits: ResourceLimits(),
          environment: System.inheritedEnvironment)
        #expect(tar.succeeded, "\(tar)")
      }
      let sandbox = Sandbox(tier: BuiltGrader.sandboxes[0], trampoline: BuiltGrader.trampoline)
      var outcomes: [String: Unpacking.Outcome] = [:]
      Unpacking(in: sandbox).run("\(folder)/in", into: "\(folder)/out") { outcomes[$0.entry] = $0 }
      #expect(outcomes["ada.tar.gz"]?.objection == nil)
      #expect(outcomes["Cleo 17"]?.student == "Cleo-17" && outcomes["Cleo 17"]?.objection == nil)
      for entry in ["eve.tar", "letter.txt", "mallory.tar"] {
        #expect(outcomes[entry]?.objection != nil, "\(entry)")
      }
      #expect(System.names(in: "\(folder)/out") == ["Cleo-17", "ada"])
      #expect(System.names(in: folder) == ["in", "made", "out"])
      #expect(System.text("\(folder)/out/ada/Sources/Strata/A.swift") == "a")
      // What is there stays, and is said to be there.
      var again: [Unpacking.Outcome] = []
      Unpacking(in: sandbox).run("\(folder)/in", into: "\(folder)/out") { again.append($0) }
      #expect(again.allSatisfy { $0.objection != nil })
    }
  }
}
