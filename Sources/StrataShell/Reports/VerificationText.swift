import StrataCore

extension VerificationReport {
  /// The findings as a page to read.
  func text(path: String, style: Style) -> String {
    var table = TextTable([.left, .left, .right, .right, .left], indent: 2)
    for file in files {
      let damages = problems.count { $0.file == file.name }
      table.add(
        file.name, file.kind, Units.bytes(file.bytes), Units.plural(file.records, "record"),
        damages > 0 ? Units.plural(damages, "damage") : file.isChecked ? "sound" : "not checked")
    }
    var lines = table.lines
    for problem in problems {
      lines += [
        "",
        style.bad("\(problem.file): byte \(problem.offset): \(problem.kind)"),
        "  what    \(problem.reason)",
        "  so      \(problem.consequence)",
      ]
    }
    for warning in warnings { lines += ["", style.note("note: \(warning)")] }
    let checked = files.filter(\.isChecked)
    let bytes = checked.reduce(0) { $0 + $1.bytes }
    let summary = "\(Units.plural(checked.count, "file")), \(Units.bytes(bytes))"
    lines += [
      "",
      isSound
        ? style.good("\(path) is sound: every byte of \(summary) was checked.")
        : style.bad("\(path) is damaged: \(Units.plural(problems.count, "damage")) in \(summary)."),
    ]
    return lines.joined(separator: "\n")
  }

  /// The findings for programs.
  func json(path: String) -> JSONText {
    .object([
      ("store", .string(path)), ("sound", .boolean(isSound)),
      (
        "files",
        .array(
          files.map { file in
            .object([
              ("name", .string(file.name)), ("kind", .string(file.kind)),
              ("bytes", .integer(file.bytes)), ("records", .integer(file.records)),
              ("checked", .boolean(file.isChecked)),
            ])
          })
      ),
      (
        "problems",
        .array(
          problems.map { problem in
            .object([
              ("file", .string(problem.file)), ("offset", .integer(problem.offset)),
              ("kind", .string(problem.kind)), ("reason", .string(problem.reason)),
              ("consequence", .string(problem.consequence)),
            ])
          })
      ),
      ("warnings", .array(warnings.map(JSONText.string))),
    ])
  }
}
