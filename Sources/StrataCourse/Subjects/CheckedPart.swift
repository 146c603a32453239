import StrataCore
import StrataSubjects
import StrataWire

/// A part of an engine under examination: a codec, a memtable, a log, a segment.
///
/// As with `CheckedStore`, what is asked is written down, and a refusal fails the check unless it was asked
/// for.
final class CheckedPart {
  let bench: Bench
  private let kind: String
  private let handle: Handle

  /// Makes a part.
  init(_ bench: Bench, _ kind: String, _ arguments: [WireValue] = []) throws {
    self.bench = bench
    self.kind = kind
    bench.transcript.step("make \(kind)")
    handle = try bench.subject(Request(kind, arguments))
  }

  /// Asks; a refusal fails the check.
  @discardableResult
  func ask(_ verb: String, _ arguments: [WireValue] = []) throws -> WireValue {
    note(verb, arguments)
    do throws(SubjectError) {
      return try handle.ask(Request(verb, arguments))
    } catch {
      throw CheckFailure.of(error, expected: "\(kind): \(verb) succeeds")
    }
  }

  /// Asks the same with each of these arguments, in one message; a refusal fails the check.
  @discardableResult
  func ask(_ verb: String, each arguments: [[WireValue]]) throws -> [WireValue] {
    var answers: [WireValue] = []
    try handle.ask(each: arguments.map { Request(verb, $0) }) { index, answer in
      note(verb, arguments[index])
      answers.append(try answer.value("\(kind): \(verb) succeeds"))
    }
    return answers
  }

  /// The same, where a refusal is an answer too: nil.
  func answers(_ verb: String, each arguments: [[WireValue]]) throws -> [WireValue?] {
    var answers: [WireValue?] = []
    try handle.ask(each: arguments.map { Request(verb, $0) }) { index, answer in
      note(verb, arguments[index])
      switch answer {
      case .failure(.refused), .failure(.store): answers.append(nil)
      default: answers.append(try answer.value("\(kind): \(verb) succeeds or is refused"))
      }
    }
    return answers
  }

  /// Asks for what should be refused; answers the reason, or nil when it was not refused.
  func refusal(_ verb: String, _ arguments: [WireValue] = []) throws -> String? {
    note(verb, arguments)
    do throws(SubjectError) {
      _ = try handle.ask(Request(verb, arguments))
      return nil
    } catch .refused(let reason) {
      return reason
    } catch .store(let error) {
      return "\(error)"
    } catch {
      throw CheckFailure.of(error, expected: "\(kind): \(verb) succeeds or is refused")
    }
  }

  /// A record as an answer, or nil.
  func record(_ verb: String, _ arguments: [WireValue]) throws -> RecordMessage? {
    let answer = try ask(verb, arguments)
    return answer == .null ? nil : try RecordMessage(answer)
  }

  /// Records as an answer.
  func records(_ verb: String, _ arguments: [WireValue]) throws -> [RecordMessage] {
    try RecordMessage.list(try ask(verb, arguments))
  }

  /// Numbers as an answer.
  func numbers(_ verb: String) throws -> [Int] {
    try ask(verb).asArray(in: verb).map { try $0.asInteger(in: verb) }
  }

  /// A number as an answer.
  func number(_ verb: String, _ arguments: [WireValue] = []) throws -> Int {
    try ask(verb, arguments).asInteger(in: verb)
  }

  /// Bytes as an answer.
  func bytes(_ verb: String, _ arguments: [WireValue]) throws -> [UInt8] {
    try ask(verb, arguments).asBytes(in: verb)
  }

  /// Lets go of it.
  func release() { handle.release() }

  private func note(_ verb: String, _ arguments: [WireValue]) {
    let words = arguments.prefix(8).map { argument in
      switch argument {
      case .bulk(let bytes):
        bytes.count > 60 ? "(\(bytes.count) bytes)" : Words.quote(bytes)
      case .integer(let number): "\(number)"
      case .null: "nil"
      case .array(let values): "(\(values.count) values)"
      default: "…"
      }
    }
    bench.transcript.step("\(kind): \(verb) \(words.joined(separator: " "))")
  }
}

extension Bench {
  /// A part that lives in memory.
  func part(_ kind: String, _ arguments: WireValue...) throws -> CheckedPart {
    try CheckedPart(self, kind, arguments)
  }

  /// A part with a file of this number in the directory of the ground.
  func part(
    _ kind: String, on ground: Ground, number: Int = 1, _ more: WireValue...
  ) throws -> CheckedPart {
    try CheckedPart(
      self, kind, [.integer(ground.number), .bulk(ground.path), .integer(number)] + more)
  }

  /// Why a part with a file cannot be opened; nil when it can.
  func openRefusal(_ kind: String, on ground: Ground) throws -> String? {
    do throws(SubjectError) {
      try Handle(
        link, Request(kind, .integer(ground.number), .bulk(ground.path), .integer(1))
      ).release()
      return nil
    } catch .store(let error) {
      return "\(error)"
    } catch {
      throw CheckFailure.of(error, expected: "\(kind) can be opened, or is refused")
    }
  }

  /// Fails unless the records are these.
  func expect(_ actual: [RecordMessage], are expected: [RecordMessage], _ what: String) throws {
    guard actual != expected else { return }
    let index = zip(actual, expected).prefix { $0 == $1 }.count
    func show(_ records: [RecordMessage]) -> String {
      index < records.count
        ? "record \(index + 1) is \(records[index])" : "\(records.count) records, and then the end"
    }
    throw CheckFailure(
      expected: "\(what): \(show(expected))", actual: "\(what): \(show(actual))")
  }
}

/// Settings of a walk as arguments.
func walk(
  _ range: KeyRange = .all, _ direction: ScanDirection = .forward
) -> [WireValue] { WalkMessage(range, direction).arguments }
