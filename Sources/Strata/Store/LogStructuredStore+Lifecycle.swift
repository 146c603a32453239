import StrataCore

/// How a store works by itself, fails, and ends.
extension LogStructuredStore {
  /// Ends the use of the store; everything acknowledged is on the disk when it returns.
  ///
  /// If something was changed and the log is long, it is flushed first, so that the next opening is quick.
  /// Scans and snapshots that are still around are at their end. Harmless when repeated.
  public func close() throws(StoreError) {
    let isFirst = status.close()
    backlog.notifyAll()  // a writer that waits for room gives up its turn
    worker.stop(andWait: isFirst)
    try maintenance.withLock { () throws(StoreError) in
      guard isFirst else { return }  // by now, the other one has finished
      defer { directory.close() }
      // After a failure nothing is written any more: recovery finds out what is there.
      try commits.withTurn { () throws(StoreError) in
        if !status.hasFailed { try syncLogs() }
      }
      if !status.hasFailed && logs.hasAppended { flushLongLog() }
      if !status.hasFailed { try logs.close() }
    }
  }

  /// Spares the next opening a long log; whether it succeeds does not matter, the log has everything.
  private func flushLongLog() {
    guard options.maintenance == .background else { return }
    do throws(StoreError) {
      try commits.withTurn { () throws(StoreError) in
        if logs.activeSize > options.flushOnCloseBytes && !active.isEmpty { try freeze() }
      }
      _ = try flushFrozen()
    } catch {
      _ = failed(error)
    }
  }

  /// Has the worker look for something to do; starts it when there is none yet.
  func wakeWorker() {
    guard options.maintenance == .background else { return }
    worker.wake { [weak self] in self?.workerStep() ?? .stop }
  }

  private func workerStep() -> Worker.Next {
    do throws(StoreError) {
      let rest = try syncAfterInterval()
      guard status.isWritable else { return .stop }
      if try performMaintenanceStep() != nil { return .again }
      current.releaseRetired()
      return .wait(milliseconds: rest)
    } catch {
      let isFirst = !status.hasFailed
      switch failed(error) {
      case .closed: return .stop
      case .invalidArgument: return .wait(milliseconds: nil)  // a policy's mistake, not a failure
      // Once more, without maintenance: what was promised to be synced does not depend on it.
      default: return isFirst ? .again : .stop
      }
    }
  }

  /// Refuses writes from now on.
  func fail(_ error: StoreError) {
    if status.becomeReadOnly(error) { observer?(.becameReadOnly(cause: error)) }
    backlog.notifyAll()
  }
}
