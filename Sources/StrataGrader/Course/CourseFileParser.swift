import StrataConfinement
import StrataCourse

/// Reads a course file, and finds everything that is wrong with it, not only the first thing.
struct CourseFileParser {
  private(set) var course = CourseFile()
  private(set) var problems: [CourseProblem] = []
  private var line = 0
  private var once: [String: Int] = [:]

  init(_ text: String) {
    for content in text.split(separator: "\n", omittingEmptySubsequences: false) {
      line += 1
      let code = content.prefix { $0 != "#" }
      let words = code.split { $0 == " " || $0 == "\t" || $0 == "\r" }.map(String.init)
      guard let word = words.first else { continue }
      read(word, Array(words.dropFirst()))
    }
  }

  private mutating func read(_ word: String, _ rest: [String]) {
    let whole = rest.joined(separator: " ")
    if !["check", "late", "extension", "limit", "build-limit"].contains(word) {
      if let earlier = once[word] { return complain("\(word) is said on line \(earlier) already.") }
      once[word] = line
    }
    guard !rest.isEmpty else { return complain("something must follow \(word).") }
    switch word {
    case "name": course.name = whole
    case "secret":
      guard whole.utf8.count >= 12 else {
        return complain("a secret has at least 12 characters, so that nobody can try all.")
      }
      course.secret = whole
    case "milestones": readMilestones(whole)
    case "detail":
      guard let detail = FailureDetail(rawValue: whole) else {
        return complain("detail is rule, operations or bytes, not \(whole).")
      }
      course.detail = detail
    case "check": readCheck(rest)
    case "due":
      guard let due = Timestamp.parse(whole) else {
        return complain("\(whole) is no time; it is written 2026-10-14T23:59+02:00.")
      }
      course.latePolicy.due = due
    case "late": readLate(rest)
    case "slip-days":
      guard let days = Int(whole), (0...100).contains(days) else {
        return complain("slip-days is a number from 0 to 100, not \(whole).")
      }
      course.latePolicy.slipDays = days
    case "extension":
      guard rest.count == 2, let seconds = Self.duration(rest[1]) else {
        return complain("an extension is a student and a time: extension Ada-Lovelace 48h.")
      }
      course.latePolicy.extensions[rest[0]] = seconds
    case "limit": readLimit(rest, \.limits)
    case "build-limit": readLimit(rest, \.buildLimits)
    default: complain("there is no word \(word).")
    }
  }

  private mutating func readMilestones(_ text: String) {
    let ends = text.split(separator: "-").map { Int($0.replacing(" ", with: "")) }
    guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2,
      first >= 1, first <= last, last <= Milestone.bonus
    else {
      return complain(
        "milestones is a number or two, as 1-7, and the last is \(Milestone.bonus); not \(text).")
    }
    course.milestones = first...last
  }

  private mutating func readCheck(_ words: [String]) {
    let name = words[0]
    var adjustment = course.adjustments[name] ?? CourseFile.Adjustment(line: line)
    adjustment.line = line
    switch (words.dropFirst().first, words.count) {
    case ("points", 3):
      guard let points = Double(words[2]), points >= 0, points <= 1000 else {
        return complain("points are a number from 0 to 1000, not \(words[2]).")
      }
      adjustment.points = points
    case ("hidden", 2): adjustment.visibility = .hidden
    case ("open", 2): adjustment.visibility = .open
    case ("off", 2): adjustment.isOff = true
    case ("needs", 3...): adjustment.needs += words[2...]
    default:
      return complain(
        "behind a check comes points and a number, hidden, open, off, or needs and a check.")
    }
    course.adjustments[name] = adjustment
  }

  private mutating func readLate(_ words: [String]) {
    guard words.count == 2, let seconds = Self.duration(words[0]), words[1].hasSuffix("%"),
      let percent = Int(words[1].dropLast()), (0...100).contains(percent)
    else { return complain("late is a time and what is kept: late 24h 90%.") }
    if let last = course.latePolicy.steps.last, last.seconds >= seconds || last.percent < percent {
      return complain("each late comes later than the one before, and keeps no more.")
    }
    course.latePolicy.steps.append(.init(seconds: seconds, percent: percent))
  }

  private mutating func readLimit(
    _ words: [String], _ limits: WritableKeyPath<CourseFile, ResourceLimits>
  ) {
    guard words.count == 2, let amount = Self.amount(words[1]), amount > 0 else {
      return complain("a limit is a word and an amount: limit memory 512M.")
    }
    switch words[0] {
    case "memory": course[keyPath: limits].memory = amount
    case "disk":
      course[keyPath: limits].disk = amount
      course[keyPath: limits].fileSize = amount
    case "processes": course[keyPath: limits].processes = amount
    case "seconds":
      course[keyPath: limits].seconds = amount
      course[keyPath: limits].processorSeconds = amount
    default: complain("there is no limit \(words[0]); there are memory, disk, seconds, processes.")
    }
  }

  private mutating func complain(_ reason: String) {
    problems.append(CourseProblem(line: line, reason: reason))
  }

  /// `90m`, `24h`, `3d` in seconds.
  private static func duration(_ text: String) -> Int? {
    guard let number = Int(text.dropLast()), (0...10_000).contains(number) else { return nil }
    return switch text.last {
    case "m": number * 60
    case "h": number * 3600
    case "d": number * 86_400
    default: nil
    }
  }

  /// `100`, `64K`, `512M`, `2G`.
  private static func amount(_ text: String) -> Int? {
    let shifts: [Character: Int] = ["K": 10, "M": 20, "G": 30]
    guard let shift = text.last.flatMap({ shifts[$0] }) else { return Int(text) }
    guard let number = Int(text.dropLast()), (0..<1 << 20).contains(number) else { return nil }
    return number << shift
  }
}

extension CourseFile {
  /// Reads a course file.
  ///
  /// - Parameter catalogue: the checks that it speaks of; empty: whatever it says of them is believed.
  /// - Returns: the course, or everything that is wrong with the file, by line.
  public static func read(
    _ text: String, with catalogue: [GradedCheck] = []
  ) -> Result<CourseFile, CourseProblems> {
    let parser = CourseFileParser(text)
    var problems = parser.problems
    if !catalogue.isEmpty {
      // What is left over of a file that could not be read says nothing about the whole.
      problems += parser.course.problems(with: catalogue)
        .filter { $0.line > 0 || parser.problems.isEmpty }
    }
    return problems.isEmpty
      ? .success(parser.course)
      : .failure(CourseProblems(problems: problems.sorted { $0.line < $1.line }))
  }
}

/// All that is wrong with a course file, by line.
public struct CourseProblems: Error, Equatable, Sendable {
  /// The problems; at least one.
  public let problems: [CourseProblem]
}
