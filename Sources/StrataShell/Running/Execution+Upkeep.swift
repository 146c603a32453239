import Strata
import StrataCore

extension Execution {
  func flush() throws(StoreError) -> Outcome {
    try session.storeForReading().flush()
    return .done(printed: false)
  }

  func compact() throws(StoreError) -> Outcome {
    let reclaimed = try session.storeForReading().compact()
    guard reclaimed > 0 else { return try printed("Compaction made no changes.") }
    // A golden script says that something was reclaimed: how much depends on the format.
    return try printed("Compaction reclaimed \(mode == .script ? "N" : "\(reclaimed)") bytes.")
  }

  func reopen() throws(StoreError) -> Outcome {
    try session.close()
    _ = try session.storeForReading()
    return .done(printed: false)
  }

  func crash() throws(StoreError) -> Outcome {
    session.abandon()
    _ = try session.storeForReading()
    return .done(printed: false)
  }

  func advance(_ milliseconds: UInt64) throws(StoreError) -> Outcome {
    guard let clock else { throw .invalidArgument("only the clock of a script can be advanced") }
    clock.advance(milliseconds)
    return .done(printed: false)
  }

  /// The store as the engine of Strata, for what only that engine can do.
  func logStructuredStore(for purpose: String) throws(StoreError) -> LogStructuredStore {
    guard let store = try session.existingStore() as? LogStructuredStore else {
      throw .invalidArgument("the engine \(session.settings.engine.name) has no \(purpose)")
    }
    return store
  }
}
