import StrataCore

/// A step of the course: what is built, and the question that its chapter answers.
///
/// Each ends with a weakness, and the next one is the cure. The last one is a bonus: what is in it makes the
/// store better, and nothing depends on it.
public struct Milestone: Sendable {
  /// 1 and up; the bonus has the last one.
  public let number: Int
  /// What is built, in a few words.
  public let title: String
  /// What its chapter asks.
  public let question: String
  /// What is still wrong when it is done.
  public let weakness: String
  /// The page of the book, below `Docs/Course`, without its ending.
  public let chapter: String

  /// All of them, in order.
  public static let all = [
    Milestone(
      number: 1, title: "append log, full scan",
      question: "why is the simplest database fast to write?",
      weakness: "every read goes through the whole log", chapter: "01-append-log"),
    Milestone(
      number: 2, title: "hash index over the log", question: "how does a read avoid the scan?",
      weakness: "the log only ever grows", chapter: "02-hash-index"),
    Milestone(
      number: 3, title: "log compaction", question: "how does the log stop growing?",
      weakness: "a flipped bit in a line is served as if it had been written",
      chapter: "03-log-compaction"),
    Milestone(
      number: 4, title: "records and checksums",
      question: "what did the crash leave behind, and how do we know?",
      weakness: "one file is rewritten as a whole, and writers wait for it",
      chapter: "04-records-and-checksums"),
    Milestone(
      number: 5, title: "Bitcask-style store", question: "why many files?",
      weakness: "every key must fit into memory, and no key has a neighbour",
      chapter: "05-bitcask"),
    Milestone(
      number: 6, title: "memtable", question: "how do we get order?",
      weakness: "what is sorted is in memory only, and gone with the process",
      chapter: "06-memtable"),
    Milestone(
      number: 7, title: "write-ahead log", question: "how does memory survive?",
      weakness: "the log and the memory grow, and neither is ever let go",
      chapter: "07-write-ahead-log"),
    Milestone(
      number: 8, title: "segments and their hash index",
      question: "how is a key found in one read?",
      weakness: "a segment alone is no store: something has to ask them in the right order",
      chapter: "08-segments"),
    Milestone(
      number: 9, title: "read and write path, flush",
      question: "which of several answers is the newest?",
      weakness: "a crash between two files leaves a mixture", chapter: "09-reading-and-writing"),
    Milestone(
      number: 10, title: "recovery and the manifest",
      question: "how do several files change at once?",
      weakness: "every flush adds a place that a read has to ask", chapter: "10-recovery"),
    Milestone(
      number: 11, title: "merge and compaction",
      question: "what may be forgotten, and when?",
      weakness: "everything is sorted, and nobody can ask for a range", chapter: "11-compaction"),
    Milestone(
      number: 12, title: "range scans", question: "why sorted?",
      weakness: "absent keys cost reads, values live for ever, and every writer syncs alone",
      chapter: "12-scans"),
    Milestone(
      number: MissingBody.bonus, title: "bonus: filter, time to live, group commit",
      question: "what does a little more knowledge save?", weakness: "none that this course cures",
      chapter: "13-filters-and-expiry"),
  ]

  /// The number of the bonus.
  public static let bonus = MissingBody.bonus

  /// The milestone of this number; nil when there is none.
  public static func numbered(_ number: Int) -> Milestone? { all.first { $0.number == number } }

  /// What it is called where there is little room: `5`, `bonus`.
  public var name: String { MissingBody.name(ofMilestone: number) }

  /// The number in what somebody wrote: `5`, `bonus`.
  public static func number(named name: String) -> Int? {
    all.first { $0.name == name || "\($0.number)" == name }?.number
  }

  /// The bodies that are to be written.
  public var exercises: [Exercise] { Exercise.all.filter { $0.milestone == number } }
}
