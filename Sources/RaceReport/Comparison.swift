import StrataShell

/// One row of the table with its numbers: the medians of all rounds.
struct Comparison {
  let row: GoalRow
  let entries: Int
  /// The engines that have a number, Strata first.
  let values: [(engine: String, value: Double)]
  private let results: RaceResults

  init(_ row: GoalRow, _ results: RaceResults, entries: Int) {
    self.row = row
    self.results = results
    self.entries = entries
    values = results.engines.compactMap { engine in
      let workloads = engine == Engines.own ? [row.workload] : row.others
      for workload in workloads {
        if let value = Comparison.value(row, results, engine, workload, entries) {
          return (engine, value)
        }
      }
      return nil
    }
  }

  private static func value(
    _ row: GoalRow, _ results: RaceResults, _ engine: String, _ workload: String, _ entries: Int
  ) -> Double? {
    results.rounds(engine, workload, entries: entries, threads: row.threads)
      .compactMap(row.measure.value).median
  }

  /// What Strata takes; nil when it was not measured.
  var own: Double? { value(of: Engines.own) }

  /// What an engine takes.
  func value(of engine: String) -> Double? { values.first { $0.engine == engine }?.value }

  /// How many times better than an engine Strata is.
  func advantage(over engine: String) -> Double? {
    guard let own, own > 0, let value = value(of: engine) else { return nil }
    return value / own
  }

  /// The goals as they are written in the table.
  var goals: String {
    (row.goals[entries] ?? []).map { goal in
      switch goal {
      case .atMost(let limit): "≤ \(Number.text(limit))"
      case .atMostTimes(let times, let workload): "≤ \(Number.text(times)) × \(workload)"
      case .timesBetter(let times, nil): "≥ \(Number.text(times)) × everybody"
      case .timesBetter(let times, let engine?):
        "≥ \(Number.text(times)) × \(Engines.name(engine))"
      case .scales(let times): "scales ≥ \(Number.text(times)) ×"
      }
    }.joined(separator: "; ")
  }

  /// Whether the goals are reached: which ones are not, and what could not be compared.
  var verdict: Verdict {
    guard let goals = row.goals[entries], !goals.isEmpty, let own else { return .none }
    var missed: [String] = []
    var open: [String] = []
    for goal in goals {
      switch goal {
      case .atMost(let limit):
        if own > limit { missed.append("\(Number.text(own)) > \(Number.text(limit))") }
      case .atMostTimes(let times, let workload):
        guard let base = Comparison.value(row, results, Engines.own, workload, entries) else {
          open.append(workload)
          continue
        }
        if own > times * base { missed.append("\(Number.ratio(own / base)) × \(workload)") }
      case .timesBetter(let times, let engine):
        let engines = engine.map { [$0] } ?? values.map(\.engine).filter { $0 != Engines.own }
        for engine in engines {
          guard let advantage = advantage(over: engine) else {
            open.append(Engines.name(engine))
            continue
          }
          if advantage < times {
            missed.append("\(Number.ratio(advantage)) × \(Engines.name(engine))")
          }
        }
        if engines.isEmpty { open.append("the others") }
      case .scales(let times):
        guard let scale else {
          open.append("one thread")
          continue
        }
        if scale < times { missed.append("scales \(Number.ratio(scale)) ×") }
      }
    }
    return missed.isEmpty ? .reached(open: open) : .missed(missed)
  }

  /// What came of the goals.
  enum Verdict: Equatable {
    /// There are none at this size, or nothing was measured.
    case none
    /// All are reached, but for what could not be compared.
    case reached(open: [String])
    /// Those which are not.
    case missed([String])

    var text: String {
      switch self {
      case .none: ""
      case .reached(let open):
        open.isEmpty ? "yes" : "yes, without \(open.joined(separator: ", "))"
      case .missed(let goals): "**no**: \(goals.joined(separator: ", "))"
      }
    }
  }

  /// The work of all threads together, in times the work of one.
  private var scale: Double? {
    func perSecond(_ threads: Int) -> Double? {
      results.rounds(Engines.own, row.workload, entries: entries, threads: threads)
        .map(\.perSecond).median
    }
    guard let one = perSecond(1), let all = perSecond(row.threads) else { return nil }
    return all / one
  }
}

/// Numbers in tables: as many digits as mean something.
enum Number {
  static func text(_ number: Double) -> String {
    if number.magnitude >= 100 { return Units.count(Int(number.rounded())) }
    if number == number.rounded() { return "\(Int(number))" }
    let isOfTenths = (number * 10).rounded() == number * 10
    return Units.decimal(number, number.magnitude >= 10 || isOfTenths ? 1 : 2)
  }

  static func ratio(_ number: Double) -> String {
    number < 10
      ? Units.decimal(number, number < 1 ? 2 : 1) : Units.count(Int(number.rounded()))
  }
}
