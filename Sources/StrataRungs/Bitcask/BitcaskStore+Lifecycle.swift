import StrataCore

/// How a store works by itself, and how it ends.
extension BitcaskStore {
  /// Makes everything written durable, by an earlier process too; nothing is moved to other files.
  public func flush() throws(StoreError) {
    try whileWriting { () throws(StoreError) in
      try resumeNewest()
      try sync()
    }
  }

  /// Has the worker look for something to sync or to merge; starts it when there is none yet.
  func wakeWorker() {
    guard options.maintenance == .background else { return }
    worker.wake { [weak self] in self?.workerStep() ?? .stop }
  }

  private func workerStep() -> Worker.Next {
    do throws(StoreError) {
      let rest = try syncAfterInterval()
      guard status.isWritable else { return .stop }
      if try performMaintenanceStep() { return .again }
      return .wait(milliseconds: rest)
    } catch {
      _ = failed(error)
      return .stop
    }
  }

  /// Syncs when the last time is an interval ago.
  ///
  /// - Returns: for how many milliseconds there is nothing to do; nil: until the next write.
  func syncAfterInterval() throws(StoreError) -> Int? {
    try writing.withLock { () throws(StoreError) -> Int? in
      guard let left = schedule.millisecondsLeft else { return nil }
      if left > 0 { return left }
      do throws(StoreError) {
        try sync()
        return nil
      } catch {
        throw failed(error)
      }
    }
  }

  /// Ends the use of the store; everything acknowledged is on the disk when it returns.
  ///
  /// If something was written, a mark at the end of the newest file says that all of it is on the disk; a
  /// long one gets a hint, so that the next opening is quick. Harmless when repeated.
  public func close() throws(StoreError) {
    let isFirst = status.close()
    worker.stop(andWait: isFirst)
    try maintenance.withLock { () throws(StoreError) in
      try writing.withLock { () throws(StoreError) in
        guard isFirst else { return }
        defer { directory.close() }
        pool.close()
        guard !status.hasFailed else { return }
        // What an earlier process left to chance is settled now at the latest.
        if newestAtOpening?.hasUnvouchedRecords ?? false { try resumeNewest() }
        guard let ending = active else { return }
        try ending.sync()
        try writeHint(of: ending)
        try ending.appendMark(at: clock.now)
        try ending.file.close()
      }
    }
  }
}
