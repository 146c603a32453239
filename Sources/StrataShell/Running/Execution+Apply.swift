import StrataCore

extension Execution {
  /// Carries out all changes as one batch.
  func apply(_ changes: [BatchChange]) throws(StoreError) -> Outcome {
    var batch = WriteBatch()
    for change in changes {
      if let value = change.value {
        batch.put(change.key, value, expiresAt: moment(after: change.timeToLive))
      } else {
        batch.delete(change.key)
      }
    }
    // Before the store is opened, and perhaps made, for nothing.
    try batch.checkLengths()
    // Deleting alone needs no store to be made for it.
    let isDeleting = changes.allSatisfy { $0.value == nil }
    try (isDeleting ? session.storeForReading() : session.storeForWriting()).apply(batch)
    return .done(printed: false)
  }

  /// When a time to live that begins now is over; nil: never.
  func moment(after timeToLive: UInt64?) -> UnixMilliseconds? {
    guard let timeToLive else { return nil }
    let (moment, overflows) = session.settings.clock.now.addingReportingOverflow(timeToLive)
    return overflows ? .max : moment
  }
}
