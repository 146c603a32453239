import StrataCore

/// How a log is synced by itself, and how it ends.
extension AppendLogStore {
  /// Has the worker sync when the interval is over.
  func wakeWorker() {
    worker.wake { [weak self] in self?.workerStep() ?? .stop }
  }

  private func workerStep() -> Worker.Next {
    writing.withLock {
      guard status.isWritable else { return .stop }
      guard let left = schedule.millisecondsLeft else { return .wait(milliseconds: nil) }
      if left > 0 { return .wait(milliseconds: left) }
      do throws(StoreError) {
        try sync()
        return .wait(milliseconds: nil)
      } catch {
        _ = status.becomeReadOnly(error)
        return .stop
      }
    }
  }

  /// Ends the use of the store; everything acknowledged is on the disk when it returns.
  public func close() throws(StoreError) {
    let isFirst = status.close()
    worker.stop(andWait: isFirst)
    try writing.withLock { () throws(StoreError) in
      guard isFirst else { return }
      defer { directory.close() }
      if !status.hasFailed, tail.end + tail.tornBytes > 0 { _ = try settledFile() }
      if !status.hasFailed { try sync() }
      try file?.close()
    }
  }
}
