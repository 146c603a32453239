/// All checks, in the order in which a student meets them.
///
/// One list, two ways to run it: in this process, as tests, and through a pipe, for grades.
public enum Catalogue {
  /// Every check.
  public static let all: [Check] = shown + hidden

  /// Those that everybody has, by milestone.
  public static let shown: [Check] = Milestone.all.flatMap { milestone in
    parts.joined().filter { $0.milestone == milestone.number }
  }

  private static let parts: [[Check]] = [
    appendLog, appendLogCrashes, logIndex, logCompaction, records, headers, bitcask, bitcaskMerge,
    memory,
    log, logSets, segments, store, storeMore, recovery, merging, compaction, scans, bonus, threads,
  ]

  /// Those whose operations only the teacher has.
  public static let hidden: [Check] = hiddenChecks

  /// The check of this name; nil when there is none.
  public static func check(_ id: String) -> Check? { all.first { $0.id == id } }

  /// The checks of a milestone, in order.
  public static func checks(of milestone: Int) -> [Check] {
    all.filter { $0.milestone == milestone }
  }
}
