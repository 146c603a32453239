import StrataCore

/// One body that a student writes: where it is, what it is worth, and what helps.
///
/// The table of these is all that tells the reference from the starter. It names declarations and holds no
/// code, so that the engine needs no marks; and it repeats the signature of each, so that one that was
/// changed without the table is noticed before a student is surprised.
///
///     Exercise(
///       "Strata/Memory/MemTable.swift", "MemTable.find(_:asOf:)",
///       "func find(_ key: ByteView, asOf sequence: UInt64 = .max) -> Record?", points: 3,
///       hints: ["Ask the tree first.", …])
public struct Exercise: Sendable {
  /// The milestone that it belongs to; set by the table.
  public internal(set) var milestone = 0
  /// Its place in the table; set by the table.
  public internal(set) var number = 0
  /// The file, below `Sources`.
  public let file: String
  /// The declaration as Swift names it: `MemTable.find(_:asOf:)`.
  public let declaration: String
  /// The declaration as it is written, up to its body, without attributes and access.
  public let signature: String
  /// What it is worth.
  public let points: Int
  /// What helps, from a nudge to nearly everything; shown one at a time.
  public let hints: [String]
  /// What stands in its place in the starter, where the store is to work without it, if badly; nil: a call of
  /// `notImplemented`.
  public let standIn: String?
  /// What tells a stand-in from what a student wrote.
  var standInMark: String {
    "To be written: \(declaration), milestone \(MissingBody.name(ofMilestone: milestone))."
  }
  /// The call that stands where there is no body.
  public var missingCall: String {
    let number = milestone == Milestone.bonus ? "MissingBody.bonus" : "\(milestone)"
    return "notImplemented(\"\(declaration)\", milestone: \(number))"
  }
  /// Declarations of the same file that go with this body: it alone uses them, or they would give it away.
  ///
  /// Whoever writes the body another way needs none of them.
  public let helpers: [String]

  init(
    _ file: String, _ declaration: String, _ signature: String, points: Int,
    helpers: [String] = [], standIn: String? = nil, hints: [String]
  ) {
    self.file = file
    self.declaration = declaration
    self.signature = signature
    self.points = points
    self.helpers = helpers
    self.standIn = standIn
    self.hints = hints
  }

  /// The module that the file belongs to: `Strata`, `StrataRungs`.
  public var module: String { String(file.prefix { $0 != "/" }) }

  /// The whole table, by milestone; within one, in the order in which to write them.
  public static let all: [Exercise] = {
    var all: [Exercise] = []
    for (index, exercises) in byMilestone.enumerated() {
      for var exercise in exercises {
        exercise.milestone = index + 1
        exercise.number = all.count
        all.append(exercise)
      }
    }
    return all
  }()

  private static let byMilestone = [
    appendLog, logIndex, logCompaction, records, bitcask, memory, log, segments, store, recovery,
    compaction, scans, bonus,
  ]
}
