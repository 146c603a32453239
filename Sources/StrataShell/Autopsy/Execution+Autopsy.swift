import StrataCore

extension Execution {
  /// Damages the same changes in five formats, and prints what becomes of them.
  func autopsy() throws(StoreError) -> Outcome {
    for line in try Autopsy().run() { try output.line(line) }
    return .done(printed: true)
  }
}
