import StrataCore

/// How a benchmark is asked for.
extension CommandTable {
  static let bench = CommandDescription(
    name: "bench", operands: "[WORKLOAD...]", operandCount: 0...Workload.allCases.count,
    options: [.count, .operations, .valueSize, .threads, .seed, .kill, .format],
    formats: BenchFormat.allCases.map(\.rawValue), choices: Workload.allCases.map(\.rawValue),
    group: .running, place: .commandLine, summary: "measure standard workloads",
    details: """
      Workloads, in the order in which they run; without a name, all but the last line's:
      \(lines(of: BenchStage.allCases.map(\.workloads)))
      Each line has a store of its own, in a temporary directory (in $TMPDIR, else /tmp); those of
      one line can run in the store that --store names. loop- is what a workload takes without any
      store. Times are of single operations: p99 is what 99 of 100 stay below, and the mean of several
      threads is that of one of them. "written" is what the system counts as written for the disk.
      A write is acknowledged when the system has it, unless --durability says otherwise; fillsync
      and fillbatch1000-sync always wait for the disk, and fdatasync shows what that alone takes.
      Keys have 16 bytes, values cannot be compressed; both, and their order, are always the same.
      Of --format lines, a table of several engines can be made: Fixtures/Race/README.md.
      """,
    example: """
      kvcli bench --count 1000000
      kvcli bench fillrandom readrandom --threads 1,2 --policy leveled
      kvcli --store x bench fillrandom --kill
      kvcli --store x stats
      """,
    parse: parseBench)

  /// The names of each stage on lines of their own, at most 96 columns wide, each workload once.
  private static func lines(of stages: [[Workload]]) -> String {
    var seen: Set<Workload> = []
    var lines: [String] = []
    for stage in stages {
      let names = stage.filter { seen.insert($0).inserted }.map(\.rawValue)
      var line = " "
      for name in names {
        if line.count + name.count > 95 {
          lines.append(line)
          line = "   "
        }
        line += " \(name)"
      }
      if !names.isEmpty { lines.append(line) }
    }
    return lines.joined(separator: "\n")
  }

  private static func parseBench(
    _ arguments: inout ParsedArguments
  ) throws(UsageError) -> Command {
    var request = BenchRequest()
    request.count = try arguments.count(.count) ?? request.count
    request.operations = try arguments.count(.operations) ?? request.operations
    request.valueSize = try arguments.count(.valueSize) ?? request.valueSize
    request.seed = try arguments.count(.seed) ?? request.seed
    request.threads =
      try arguments.converted(
        .threads, "numbers from 1 to \(BenchRequest.mostThreads), such as 1,2", threads)
      ?? request.threads
    request.durability =
      try arguments.converted(
        .durability, "sync, system or interval:MS", Durability.init(_:)) ?? request.durability
    request.format =
      try arguments.converted(
        .format, bench.formats.joined(separator: ", "), BenchFormat.init(rawValue:)) ?? .text
    request.isKilled = arguments.has(.kill)
    if let workloads = try workloads(&arguments) { request.workloads = workloads }
    guard request.count > 0, request.operations > 0 else {
      throw UsageError("--count and --operations expect a number above 0")
    }
    guard request.valueSize <= BenchData.longestValue else {
      throw UsageError("--value-size expects at most \(BenchData.longestValue) bytes")
    }
    guard !request.isKilled || arguments.has(.store) else {
      throw UsageError("--kill leaves a store behind: name it with --store")
    }
    return .bench(request)
  }

  private static func threads(_ text: String) -> [Int]? {
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.allSatisfy({ (1...BenchRequest.mostThreads).contains($0 ?? 0) }) else {
      return nil
    }
    return numbers.compactMap { $0 }
  }

  private static func workloads(
    _ arguments: inout ParsedArguments
  ) throws(UsageError) -> [Workload]? {
    var chosen: [Workload] = []
    while !arguments.operands.isEmpty {
      let name = try path(&arguments, "the workload")
      guard let workload = Workload(rawValue: name) else {
        let nearest = NearestName.of(name, among: Workload.allCases.map(\.rawValue))
        throw UsageError(
          "there is no workload \(name)",
          advice: nearest.map { "Did you mean \($0)?" }
            ?? "There are \(Workload.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      chosen.append(workload)
    }
    return chosen.isEmpty ? nil : chosen
  }
}
