import StrataCore
import StrataSubjects
import StrataWire

/// Where one check does its work: the way to the engine, a disk, a seed, and a record of what was done.
///
/// A check gets a bench of its own, so that nothing of one check is there in another.
public final class Bench: @unchecked Sendable {
  let link: any SubjectLink
  let transcript = Transcript()
  /// Everything that is random in a check comes from it.
  let seed: UInt64
  private let scratch: String?
  private var directories = 0

  /// A bench.
  ///
  /// - Parameters:
  ///   - scratch: a directory of the real disk, which somebody else removes; nil: there is none.
  public init(_ link: any SubjectLink, seed: UInt64, scratch: String? = nil) {
    self.link = link
    self.seed = seed
    self.scratch = scratch
  }

  /// A generator that the seed determines; `purpose` keeps two of them apart.
  func random(_ purpose: UInt64 = 0) -> SplitMix64 {
    var mixed = SplitMix64(seed: seed &+ purpose)
    return SplitMix64(seed: mixed.next())
  }

  // MARK: Disks

  /// A disk in memory that keeps what `ext4` keeps, or only what POSIX promises.
  func disk(_ personality: SimulatedDisk.Personality = .ordered) -> Ground {
    Ground(disk: SimulatedDisk(personality), link: link)
  }

  /// A directory of the real disk where the engine is in a process that can be killed; else one in memory.
  func realDisk() -> Ground {
    guard link.isPiped, let scratch else { return disk() }
    directories += 1
    return Ground(directory: "\(scratch)-\(directories)")
  }

  /// A copy, as a killed process leaves it, in which one file holds other bytes.
  ///
  /// The transcript says so, and drops what was done on the copy before this one.
  func copy(of ground: Ground, _ name: String, _ bytes: [UInt8]) -> Ground {
    transcript.change(
      onCopyOf: ground.number, ByteNotes.change(of: name, from: ground.bytes(of: name), to: bytes))
    let copy = ground.afterKill(link)
    copy.simulated?.replaceContents(of: name, in: copy.path, with: bytes)
    return copy
  }

  // MARK: Subjects

  /// Opens a store, on a disk of its own where none is given.
  func open(_ setup: StoreSetup, on ground: Ground? = nil) throws -> CheckedStore {
    let ground = ground ?? disk()
    transcript.begin(engine: setup.engine)
    return try CheckedStore(self, setup, ground, try subject(opening(setup, ground)))
  }

  /// The error with which opening fails; nil when it does not.
  func openFailure(_ setup: StoreSetup, on ground: Ground) throws -> StoreError? {
    do throws(SubjectError) {
      let handle = try Handle(link, opening(setup, ground))
      _ = try handle.ask(Request("close"))
      return nil
    } catch .store(let error) {
      return error
    } catch {
      throw CheckFailure.of(error, expected: "opening succeeds, or fails with an error")
    }
  }

  func opening(_ setup: StoreSetup, _ ground: Ground) -> Request {
    Request(
      setup.engine,
      [.integer(ground.number), .bulk(ground.path)] + setup.settings.map { .bulk($0) })
  }

  /// Makes a subject; that it can be made is part of what is checked.
  func subject(_ request: Request) throws -> Handle {
    do throws(SubjectError) {
      return try Handle(link, request)
    } catch {
      throw CheckFailure.of(error, expected: "\(request.verb) can be opened")
    }
  }

  /// Ends the process of the engine as `kill -9` does; answers what it leaves on this disk.
  func kill(_ ground: Ground) -> Ground {
    let left = ground.afterKill(link)
    link.kill()
    transcript.add("crash")
    return left
  }

  /// A thread of this check.
  func thread(_ body: @escaping @Sendable () -> Void) -> WorkerThread { WorkerThread(body) }

  // MARK: Verdicts

  /// Fails unless the two are equal.
  func expect<Answer: Equatable>(
    _ actual: Answer, is expected: Answer, _ what: String
  ) throws {
    guard actual != expected else { return }
    throw CheckFailure(expected: "\(what): \(expected)", actual: "\(what): \(actual)")
  }

  /// Fails unless it is true.
  func expect(_ holds: Bool, _ expected: String, actual: @autoclosure () -> String) throws {
    guard !holds else { return }
    throw CheckFailure(expected: expected, actual: actual())
  }
}

/// A subject on the other side, until it is released.
///
/// It is not released with this object: after a crash the same number may be another subject's, of the next process.
final class Handle: @unchecked Sendable {
  private let link: any SubjectLink
  private let number: Int

  init(_ link: any SubjectLink, _ request: Request) throws(SubjectError) {
    self.link = link
    let answer = try link.ask(Request("make", [.bulk(request.verb)] + request.arguments))
    number = try answer.asInteger(in: request.verb)
  }

  /// Asks the subject.
  func ask(_ request: Request, lane: Int = 0) throws(SubjectError) -> WireValue {
    try link.ask(
      Request("ask", [.integer(number), .bulk(request.verb)] + request.arguments), lane: lane)
  }

  /// Asks the subject for each of these, one after the other, in one message.
  func ask(each requests: [Request]) throws(SubjectError) -> [Result<WireValue, SubjectError>] {
    try link.ask(number, each: requests)
  }

  /// The same, and has each answer judged, in their order.
  ///
  /// When the message as a whole has no answer, nobody knows how far it came: who judges is told of the error
  /// for each then, so that all of it is noted, and the check fails.
  func ask(
    each requests: [Request],
    judge: (_ index: Int, _ answer: Result<WireValue, SubjectError>) throws -> Void
  ) throws {
    guard let first = requests.first else { return }
    let answers: [Result<WireValue, SubjectError>]
    do throws(SubjectError) {
      answers = try ask(each: requests)
    } catch {
      guard requests.count > 1 else { return try judge(0, .failure(error)) }
      for index in requests.indices { try? judge(index, .failure(error)) }
      throw CheckFailure.of(
        error,
        expected: requests.allSatisfy { $0.verb == first.verb }
          ? "\(first.verb) succeeds \(requests.count) times in a row"
          : "\(requests.count) requests in a row are answered")
    }
    for (index, answer) in answers.enumerated() { try judge(index, answer) }
  }

  /// Lets go of the subject; a process that is gone has let go of everything.
  func release() { link.release(number) }
}

/// Where stores lie: a disk in memory, or a directory of the real one.
struct Ground {
  /// The disk in memory, for power cuts, damage, and counting.
  let simulated: SimulatedDisk?
  /// The number by which the other side knows it; 0 for the real disk.
  let number: Int
  /// The store's directory.
  let path: String

  init(disk: SimulatedDisk, link: any SubjectLink) {
    simulated = disk
    number = link.attach(disk)
    path = "store"
  }

  init(directory: String) {
    simulated = nil
    number = 0
    path = directory
  }

  /// What is there when the process is killed now.
  func afterKill(_ link: any SubjectLink) -> Ground {
    simulated.map { Ground(disk: $0.afterKill(), link: link) } ?? self
  }

  /// What is there when the power goes out now.
  func afterPowerCut(_ cut: SimulatedPowerCut, _ link: any SubjectLink) -> Ground {
    simulated.map { Ground(disk: $0.afterPowerCut(cut), link: link) } ?? self
  }
}
