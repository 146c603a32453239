import StrataCore

/// Checks whose operations only the teacher has: longer workloads, drawn from the course's secret.
///
/// They say nothing that the others do not say; they say it on workloads that nobody could prepare for.
extension Catalogue {
  static let hiddenChecks: [Check] = [
    agreement(
      "hidden-log", "log and index agree with a model on a workload of the course", milestone: 2,
      .indexedLog, .init(scan: 3)),
    agreement(
      "hidden-compaction", "compactions agree with a model on a workload of the course",
      milestone: 3,
      .indexedLog, .init(scan: 3, compact: 3, reopen: 2)),
    agreement(
      "hidden-bitcask", "files and merges agree with a model on a workload of the course",
      milestone: 5, .smallBitcask, .init(scan: 2, flush: 1, compact: 2)),
    agreement(
      "hidden-store", "the whole engine agrees with a model on a workload of the course",
      milestone: 12, .lsm.with("policy=size-tiered"),
      .init(scan: 5, flush: 4, compact: 1, maintain: 4)),
    Check(
      "hidden-power-cut", "the whole engine survives power cuts in a workload of the course",
      milestone: 11, .powerCut, points: 4, .hidden, seconds: 60,
      help: "Run recover-power-cut and compaction-power-cut until they pass."
    ) { bench in
      try PowerCutRun(
        bench: bench, setup: .lsm,
        deeds: bench.crashDeeds(18, upkeep: [.flush, .compact, .flush], every: 3)
      ).run(.barePOSIX)
    },
  ]

  private static func agreement(
    _ id: String, _ rule: String, milestone: Int, _ setup: StoreSetup,
    _ weights: DeedGenerator.Weights
  ) -> Check {
    Check(
      id, rule, milestone: milestone, .agreement, points: 3, .hidden, seconds: 60,
      help: "Run the check of the same milestone that agrees with a model until it passes."
    ) { bench in
      try AgreementRun(bench: bench, setup: setup, weights: weights).run(sequences: 4, deeds: 80)
    }
  }
}
