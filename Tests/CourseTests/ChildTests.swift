import StrataCore
import StrataCourse
import StrataSubjects
import Testing

/// Processes that do not behave, in the place of one that holds an engine.
@Suite("A child that does not behave")
struct ChildTests {
  /// What the first check says about a shell that does this.
  private func failure(of script: String, seconds: Int = 20) throws -> CheckFailure {
    let runner = CheckRunner(seed: CourseSeed()) { _ in
      PipedLink(["/bin/sh", "-c", script], seconds: seconds)
    }
    let check = try #require(Catalogue.all.first)
    guard case .failed(let failure) = runner.run(check).verdict else {
      throw CheckTrouble("the check should have failed")
    }
    return failure
  }

  private struct CheckTrouble: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
  }

  @Test("one that ends at once has failed, whatever its status")
  func exits() throws {
    #expect(try failure(of: "exit 0").actual == "the process exited with status 0")
    #expect(try failure(of: "exit 3").actual == "the process exited with status 3")
  }

  @Test("one that is ended by a signal has failed, and the signal is named")
  func killed() throws {
    #expect(try failure(of: "kill -ILL $$").actual.contains("ended by signal 4"))
    #expect(try failure(of: "kill -SEGV $$").actual.contains("ended by signal 11"))
  }

  @Test("one that never answers has failed when its time is over, and is gone then")
  func hangs() throws {
    let failure = try failure(of: "sleep 1000 & sleep 1000", seconds: 1)
    #expect(failure.actual == "no answer came within 1 seconds")
  }

  @Test("one that prints without end is ended, and what it printed is cut short")
  func chatty() throws {
    let failure = try failure(of: "while :; do echo chatter chatter chatter chatter; done")
    #expect(failure.actual.contains("printed more than 8 MiB"))
    #expect(failure.printed.utf8.count < 20_000)
    #expect(failure.printed.hasPrefix("chatter"))
  }

  @Test("one that answers with rubbish has failed, and so has one that answers what was not asked")
  func rubbish() throws {
    #expect(try failure(of: "echo rubbish >&3; sleep 100").actual.contains("no sense"))
    #expect(try failure(of: "printf '+OK\\r\\n' >&3; sleep 100").actual.contains("no sense"))
  }

  @Test("what is printed does not get among the answers")
  func printing() throws {
    let host = HostProgram.path
    let runner = CheckRunner(seed: CourseSeed()) { _ in
      PipedLink(["/bin/sh", "-c", "echo '+OK'; echo '-ERR' >&2; exec '\(host)'"], seconds: 20)
    }
    let check = try #require(Catalogue.all.first)
    #expect(runner.run(check).verdict == .passed)
  }

  @Test("a program that is not there is the course's trouble, and no verdict")
  func missing() throws {
    let runner = CheckRunner(seed: CourseSeed()) { _ in
      PipedLink(["/nowhere/kvhost"], seconds: 5)
    }
    guard case .error = runner.run(try #require(Catalogue.all.first)).verdict else {
      Issue.record("there should be no verdict")
      return
    }
  }
}
