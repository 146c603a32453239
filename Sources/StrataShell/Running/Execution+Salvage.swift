import Strata
import StrataCore

extension Execution {
  /// Saves a damaged store into a new one; the outcome is damage when anything was lost.
  func salvage(
    _ source: String, _ target: String, _ format: ReportFormat
  ) throws(StoreError) -> Outcome {
    guard session.settings.engine.hasSalvage else {
      throw .invalidArgument("the engine \(session.settings.engine.name) has no salvage")
    }
    try session.close()
    var uncertain: [Key] = []
    let report = try LogStructuredStore.salvage(from: source, to: target) {
      uncertain.append($0)
    }
    switch format {
    case .json: try output.line(report.json(source, target, uncertain).line)
    case .text:
      try output.line(report.text(source, target, uncertain, style: output.style))
    }
    return report.isComplete ? .done(printed: true) : .damaged
  }
}
