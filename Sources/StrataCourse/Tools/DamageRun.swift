import StrataCore
import StrataSubjects

/// Damages one file of a closed store, bit by bit or cut by cut, and looks at what is said about it.
///
/// The rule is always the same: **never a lie**. Where it is tolerated, opening may fail with an error, a get may
/// fail with an error, and the end of a file may be dropped; but no key may hold what was never put to it.
struct DamageRun {
  private let bench: Bench
  private let setup: StoreSetup
  /// The store as it was closed.
  let ground: Ground
  /// The file that is damaged.
  let file: String
  /// What each key holds after so many changes; the last one is the whole truth.
  private let history: [Model]
  private let keys = Bench.historyKeys

  /// A store with the bench's history on a disk of its own, and one of the files that are there then.
  init(
    _ bench: Bench, _ setup: StoreSetup, flushingAfter flushes: Set<Int> = [],
    file: (Ground) throws -> String
  ) throws {
    self.bench = bench
    self.setup = setup
    ground = bench.disk()
    history = try bench.history(setup, on: ground, flushingAfter: flushes)
    self.file = try file(ground)
  }

  /// What may have become of the file.
  enum Tolerance {
    /// An error, or the whole truth.
    case errorOrTruth
    /// An error, or the truth of some moment: the end may be lost.
    case errorOrPrefix
    /// The truth of some moment, and no error.
    case prefix

    /// What is expected, in the words of a failure.
    var text: String {
      switch self {
      case .errorOrTruth: "an error, or what was written"
      case .errorOrPrefix: "an error, or what was written up to some moment"
      case .prefix: "what was written up to some moment, and no error"
      }
    }
  }

  /// Cuts the file at each byte, or at so many of them.
  func cuts(_ tolerance: Tolerance, atMost limit: Int = 120) throws {
    let whole = ground.bytes(of: file)
    for cut in places(whole.count, limit) {
      try judge(Array(whole[..<cut]), "\(file) cut off at byte \(cut)", at: cut, tolerance)
    }
  }

  /// Flips each bit, or so many of them.
  func flips(_ tolerance: Tolerance, from start: Int = 0, atMost limit: Int = 150) throws {
    let whole = ground.bytes(of: file)
    for bit in places((whole.count - start) * 8, limit).map({ $0 + start * 8 }) {
      try judge(
        whole.flipping(bit: bit), "bit \(bit % 8) of byte \(bit / 8) of \(file) flipped",
        at: bit / 8, tolerance)
    }
  }

  private func places(_ count: Int, _ limit: Int) -> [Int] {
    guard count > limit else { return Array(0..<max(0, count)) }
    var random = bench.random(11)
    return (0..<limit).map { $0 * count / limit + random.below(max(1, count / limit)) }
      .filter { $0 < count }
  }

  private func judge(
    _ bytes: [UInt8], _ damage: String, at offset: Int, _ tolerance: Tolerance
  ) throws {
    let damaged = bench.copy(of: ground, file, bytes)
    do {
      let found: [Key: Value]
      do throws(SubjectError) {
        found = try answers(on: damaged)
      } catch .store(let error) where tolerance == .prefix {
        throw CheckFailure(expected: tolerance.text, actual: "\(error)")
      } catch .store {
        return
      } catch {
        throw CheckFailure.of(error, expected: tolerance.text)
      }
      let allowed = tolerance == .errorOrTruth ? history.suffix(1) : history[...]
      let isTrue = allowed.contains { model in keys.allSatisfy { found[$0] == model[$0] } }
      guard !isTrue else { return }
      let wrong = keys.first { key in !history.contains { $0[key] == found[key] } }
      throw CheckFailure(
        expected: tolerance.text,
        actual: wrong.map { "\($0) holds \(Words.short(found[$0])), which was never put to it" }
          ?? "keys of different moments: "
          + keys.map { "\($0)=\(Words.short(found[$0]))" }.joined(separator: " "))
    } catch var failure as CheckFailure {
      failure = bench.transcript.complete(failure)
      failure.bytes =
        ["\(damage):"] + ByteNotes.lines(bytes, file: file, around: offset)
      throw failure
    }
  }

  private func answers(on ground: Ground) throws(SubjectError) -> [Key: Value] {
    let handle = try Handle(bench.link, bench.opening(setup, ground))
    defer { handle.release() }
    var found: [Key: Value] = [:]
    let answers = try handle.ask(
      each: keys.map { Request("get", .bulk($0.bytes)) } + [Request("close")])
    for (key, answer) in zip(keys, answers) {
      found[key] = try Question.value(answer.get())
    }
    _ = try answers[keys.count].get()
    return found
  }
}
