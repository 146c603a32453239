/// What became of a store that was damaged.
enum DamageOutcome: String, CaseIterable {
  /// Opening was refused with `corrupt`, naming the file.
  case refused = "refused"
  /// It opened, and every answer was right.
  case right = "right answers"
  /// It opened; what could not be read was refused with `corrupt`, all other answers were right.
  case readError = "read error"
  /// The end of the newest log is gone, and the recovery report says so.
  case tornTail = "torn tail, reported"
  /// The log was cut exactly between two frames, or between two logs: nothing shows that there was more.
  case frameBoundary = "cut at a frame boundary"
  case wrongValue = "WRONG VALUE"
  case ghost = "GHOST"
  case silentLoss = "SILENT LOSS"
  case otherError = "OTHER ERROR"

  var isForbidden: Bool {
    switch self {
    case .wrongValue, .ghost, .silentLoss, .otherError: true
    default: false
    }
  }
}

/// Outcomes, counted by kind of damage.
struct DamageTable: CustomStringConvertible {
  private(set) var rows: [(kind: String, counts: [DamageOutcome: Int])] = []

  mutating func count(_ outcome: DamageOutcome, _ kind: String) {
    let index = rows.firstIndex { $0.kind == kind } ?? rows.count
    if index == rows.count { rows.append((kind, [:])) }
    rows[index].counts[outcome, default: 0] += 1
  }

  mutating func add(_ other: DamageTable) {
    for row in other.rows {
      for outcome in DamageOutcome.allCases {
        for _ in 0..<(row.counts[outcome] ?? 0) { count(outcome, row.kind) }
      }
    }
  }

  func total(_ outcome: DamageOutcome) -> Int {
    rows.reduce(0) { $0 + ($1.counts[outcome] ?? 0) }
  }

  var images: Int { DamageOutcome.allCases.reduce(0) { $0 + total($1) } }

  var description: String {
    let outcomes = DamageOutcome.allCases.filter { !$0.isForbidden || total($0) > 0 }
    var lines = ["| damage | " + outcomes.map(\.rawValue).joined(separator: " | ") + " |"]
    lines.append("|---|" + outcomes.map { _ in "---:|" }.joined())
    for row in rows {
      let cells = outcomes.map { "\(row.counts[$0] ?? 0)" }
      lines.append("| \(row.kind) | " + cells.joined(separator: " | ") + " |")
    }
    lines.append("| all | " + outcomes.map { "\(total($0))" }.joined(separator: " | ") + " |")
    return lines.joined(separator: "\n")
  }
}
