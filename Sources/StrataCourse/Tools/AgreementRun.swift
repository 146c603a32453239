import StrataCore

/// Random deeds on a store and on a model, side by side; a difference is made as short as it gets.
struct AgreementRun {
  let bench: Bench
  let setup: StoreSetup
  let weights: DeedGenerator.Weights

  /// At most so many tries to find a shorter way to a wrong answer.
  private static let attempts = 250

  /// Runs so many sequences of so many deeds.
  func run(sequences: Int, deeds count: Int) throws {
    for sequence in 0..<sequences {
      var generator = DeedGenerator(bench.random(UInt64(sequence)), weights)
      let deeds = generator.deeds(count)
      guard let any = try failureTogether(of: deeds) else { continue }
      // Message by message, to see at which deed.
      guard !any.isTimeOut, let (first, position) = try failure(of: deeds) else { throw any }
      guard !first.isTimeOut else { throw any }
      let shortest = try shorten(Array(deeds.prefix(position + 1)))
      // Once more, so that the transcript is that of the shortest.
      guard let last = try failure(of: shortest)?.failure, !last.isTimeOut else { throw first }
      throw last
    }
  }

  /// The first wrong answer, and after how many deeds.
  private func failure(
    of deeds: [Deed]
  ) throws -> (failure: CheckFailure, position: Int)? {
    var position = 0
    return try failure { store, model in
      for deed in deeds {
        model.apply(deed)
        try store.perform(deed, model)
        position += 1
      }
    }.map { ($0, position) }
  }

  /// The first wrong answer when many deeds go in one message, which is three times as fast.
  private func failureTogether(of deeds: [Deed]) throws -> CheckFailure? {
    try failure { store, model in try store.perform(deeds, &model) }
  }

  /// What is wrong with a fresh store after this, or while it is done.
  private func failure(
    after perform: (CheckedStore, inout Model) throws -> Void
  ) throws -> CheckFailure? {
    bench.transcript.reset()
    do {
      let store = try bench.open(setup)
      var model = Model()
      try perform(store, &model)
      try store.close(asking: DeedGenerator.difficultKeys.map { .get($0, is: model[$0]) })
      return nil
    } catch let failure as CheckFailure {
      bench.link.kill()
      return bench.transcript.complete(failure)
    }
  }

  /// Takes away halves, quarters, eighths … and keeps what still fails (Zeller and Hildebrandt's delta debugging).
  private func shorten(_ deeds: [Deed]) throws -> [Deed] {
    var kept = deeds
    var attempts = Self.attempts
    var size = max(1, kept.count / 2)
    while attempts > 0 {
      var end = kept.count
      while end > 0, attempts > 0 {
        let start = max(0, end - size)
        let shorter = Array(kept[..<start] + kept[end...])
        attempts -= 1
        if let (failure, _) = try failure(of: shorter) {
          if failure.isTimeOut { return kept }
          kept = shorter
        }
        end = start
      }
      if size == 1 { break }
      size = max(1, size / 2)
    }
    return kept
  }
}
