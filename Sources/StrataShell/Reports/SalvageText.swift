import Strata
import StrataCore

extension SalvageReport {
  /// What was saved and what was not, as a page to read.
  func text(_ source: String, _ target: String, _ uncertain: [Key], style: Style) -> String {
    var lines: [String] = []
    for loss in losses {
      lines += [
        style.bad("\(loss.file): byte \(loss.offset), \(Units.plural(loss.length, "byte"))"),
        "  what    \(loss.reason)",
        "  lost    \(loss.consequence)",
        "",
      ]
    }
    for warning in warnings { lines += [style.note("note: \(warning)"), ""] }
    if !uncertain.isEmpty {
      lines.append("Uncertain, because something newer about them may be lost:")
      lines += uncertain.map { "  \($0)" } + [""]
    }
    let saved = "\(Units.plural(entries, "entry", "entries")) of \(source) in \(target)"
    lines.append(
      isComplete
        ? style.good("\(saved): nothing was lost.")
        : style.bad(
          "\(saved): \(Units.plural(losses.count, "place")) could not be read, "
            + "\(Units.plural(uncertainKeys, "key")) uncertain."))
    return lines.joined(separator: "\n")
  }

  /// The same for programs.
  func json(_ source: String, _ target: String, _ uncertain: [Key]) -> JSONText {
    .object([
      ("source", .string(source)), ("target", .string(target)), ("complete", .boolean(isComplete)),
      ("entries", .integer(entries)), ("sound_records", .integer(soundRecords)),
      ("files", .array(filesRead.map(JSONText.string))),
      ("losses", .array(losses.map(\.json))),
      ("uncertain", .array(uncertain.map { .string($0.description) })),
      ("warnings", .array(warnings.map(JSONText.string))),
    ])
  }
}

extension SalvageReport.Loss {
  /// What may have been there, in a sentence.
  fileprivate var consequence: String {
    guard let keys else { return "no entry by itself" }
    guard let changes else { return "records of \(keys)" }
    return isTail
      ? "the changes from number \(changes.lowerBound) on, if there were any"
      : "the changes \(changes.lowerBound) to \(changes.upperBound), of any keys"
  }

  fileprivate var json: JSONText {
    .object([
      ("file", .string(file)), ("offset", .integer(offset)), ("length", .integer(length)),
      ("reason", .string(reason)), ("consequence", .string(consequence)),
      ("tail", .boolean(isTail)),
      ("after", keys?.after.map { .string($0.description) } ?? .null),
      ("before", keys?.before.map { .string($0.description) } ?? .null),
      ("first_change", changes.map { .integer(Int($0.lowerBound)) } ?? .null),
      (
        "last_change",
        changes.flatMap { isTail ? nil : .integer(Int($0.upperBound)) } ?? .null
      ),
    ])
  }
}
