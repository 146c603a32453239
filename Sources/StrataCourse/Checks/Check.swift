import StrataCore

/// One rule that an engine or a part of one keeps, and how to find out whether it does.
///
///     Check("log-get-after-put", "a get answers what the last put of its key said",
///           milestone: 1, .basics, points: 2, help: "…") { bench in
///       let store = try bench.open(.scanningLog)
///       try store.put("city", "Zürich")
///       try store.get("city", is: "Zürich")
///     }
///
/// The body does not know where the engine is: in this process, or behind a pipe. It tests what is promised
/// and what work is done for it, counted; never how something is made inside, and never how long it took.
public struct Check: Sendable {
  /// What kind of promise it is about.
  public enum Family: String, Sendable, CaseIterable {
    /// What single operations answer.
    case basics
    /// What comes in which order.
    case order
    /// What is there after closing and opening.
    case persistence
    /// What is there after `kill -9`.
    case kill
    /// What is there after a power cut.
    case powerCut = "power cut"
    /// What may be forgotten, and what never.
    case compaction
    /// What is said about damaged bytes.
    case corruption
    /// What several threads see.
    case concurrency
    /// How much work is done.
    case work
    /// Whether many random operations are answered as a model answers them.
    case agreement
  }

  /// Who gets to see what a failure was about.
  public enum Visibility: String, Sendable, CaseIterable {
    /// Everybody.
    case shown
    /// The teacher; a student learns the rule, not the operations.
    case hidden
  }

  /// What it is called on the command line: `log-get-after-put`.
  public let id: String
  /// The rule, in one sentence without its full stop.
  public let rule: String
  /// The milestone that it belongs to.
  public let milestone: Int
  /// What kind of promise it is about.
  public let family: Family
  /// What it is worth.
  public let points: Int
  /// Checks that must pass before this one says anything new.
  public let dependsOn: [String]
  /// Who gets to see what a failure was about.
  public let visibility: Visibility
  /// After so many seconds, no answer is an answer.
  public let seconds: Int
  /// What to think of, in one or two sentences, when it fails.
  public let help: String
  /// The page of the book, below `Docs/Course`, where it is not that of the milestone.
  let page: String?
  let body: @Sendable (Bench) throws -> Void

  init(
    _ id: String, _ rule: String, milestone: Int, _ family: Family, points: Int = 1,
    after dependsOn: [String] = [], _ visibility: Visibility = .shown, seconds: Int = 20,
    page: String? = nil, help: String, _ body: @escaping @Sendable (Bench) throws -> Void
  ) {
    self.id = id
    self.rule = rule
    self.milestone = milestone
    self.family = family
    self.points = points
    self.dependsOn = dependsOn
    self.visibility = visibility
    self.seconds = seconds
    self.page = page
    self.help = help
    self.body = body
  }
}

extension Check {
  /// True when it matters that threads run side by side.
  public var isAboutThreads: Bool { family == .concurrency || page == "14-many-threads" }
}

extension Check: CustomStringConvertible {
  /// The rule: what a test is called.
  public var description: String { rule }
}
