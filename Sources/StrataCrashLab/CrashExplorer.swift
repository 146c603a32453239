import StrataCore

/// Runs one workload, and at each changing call of it looks at the disks that a crash could leave.
///
///     workload   put ── put ── flush ──────────────────── put ── …
///                      │         │       │      │
///     calls          append    create  append  sync file …
///                      │         │       │      │
///     images          ▢▢▢▢     ▢▢▢▢    ▢▢▢▢    ▢▢▢▢      each: recover, compare with the model,
///                                                        sometimes crash within the recovery,
///                                                        sometimes write on and crash again
///
/// Everything it draws comes from the seed, so that the same explorer finds the same thing again.
/// It ends at the first violation.
final class CrashExplorer {
  let subject: any CrashSubject
  let personality: SimulatedDisk.Personality
  let alphabet: CrashAlphabet
  let operations: [CrashOperation]
  var counts = CrashCounts()
  private(set) var violation: CrashViolation?
  var random: SplitMix64
  /// The step that is under way.
  var step = 0
  /// What is being tried, from the outermost crash to the innermost.
  private var circumstances: [CrashCircumstance] = []

  /// Random images a call, beside the systematic ones.
  private let randomImages = 2
  /// At most so many systematic images a call.
  private let systematicImages = 6

  init(
    _ subject: any CrashSubject, _ personality: SimulatedDisk.Personality,
    _ alphabet: CrashAlphabet, _ operations: [CrashOperation], seed: UInt64
  ) {
    self.subject = subject
    self.personality = personality
    self.alphabet = alphabet
    self.operations = operations
    random = SplitMix64(seed: seed)
  }

  /// Runs the workload; answers how many changing calls it made.
  func exploreCrashes() -> Int {
    counts.workloads += 1
    let disk = SimulatedDisk(personality)
    let run = CrashRun(
      subject, alphabet, disk: disk, model: CrashModel(keys: alphabet.keys.count))
    disk.observer = { [unowned self, unowned run] call in
      counts.calls[call.kind] += 1
      if call.kind.isChanging, violation == nil { explore(run, after: call) }
      run.noteCall(call)
    }
    attempt("no crash, only the workload", on: disk) {
      try run.open()
      for (index, operation) in operations.enumerated() {
        step = index
        try run.perform(operation)
        if random.isOne(in: 8) { try run.checkReads() }
        if violation != nil { return }
      }
      run.close()
    }
    disk.observer = nil
    return disk.callCounts.changing
  }

  // MARK: Crashes

  /// Crashes in all ways worth trying, right after a call and before the store learns of it.
  func explore(_ run: CrashRun, after call: SimulatedCall) {
    let before = counts.images
    let lost = run.model.afterPowerCut(losing: subject.commandsAtRisk)
    for cut in powerCuts(of: run.disk) {
      let image = run.disk.afterPowerCut(cut)
      attempt("the power goes out right after \(call)", cut, of: run.disk, on: image) {
        try recover(image, lost, run.checkpoint, isPowerCut: true)
      }
    }
    if random.isOne(in: 2) {
      counts.kills += 1
      let image = run.disk.afterKill()
      attempt("the process is killed right after \(call)", on: image) {
        try recover(image, run.model, run.checkpoint, isPowerCut: false)
      }
    }
    counts.imagesByCall[call.kind] += counts.images - before
  }

  private func powerCuts(of disk: SimulatedDisk) -> [SimulatedPowerCut] {
    var cuts = disk.systematicPowerCuts
    while cuts.count > systematicImages { cuts.remove(at: 2 + random.below(cuts.count - 2)) }
    guard disk.hasUnsyncedChanges else { return cuts }
    return cuts + (0..<randomImages).map { _ in disk.randomPowerCut(using: &random) }
  }

  // MARK: Recoveries

  /// Opens the store on a disk that a crash left, and compares it with the model.
  private func recover(
    _ image: SimulatedDisk, _ model: CrashModel,
    _ checkpoint: (path: String, state: CrashModel.State)?, isPowerCut: Bool
  ) throws {
    counts.images += 1
    let isCrashing = random.isOne(in: 8)
    var inner: [(call: SimulatedCall, cut: SimulatedPowerCut, before: SimulatedDisk)] = []
    if isCrashing {
      image.observer = { [unowned self, unowned image] call in
        guard call.kind.isChanging, random.isOne(in: 2) else { return }
        inner.append((call, image.randomPowerCut(using: &random), image.afterKill()))
      }
    }
    let run = CrashRun(subject, alphabet, disk: image, model: model)
    try run.open(isDurable: isPowerCut, checkingReads: random.isOne(in: 4))
    image.observer = nil

    // Nobody has seen that recovery's result, so the second one may come to another one, as long as it
    // is among those that the first crash allowed.
    let unsettled = model.afterPowerCut(losing: subject.commandsAtRisk)
    for (call, cut, before) in inner {
      counts.recoveryCrashes += 1
      let found = before.afterPowerCut(cut)
      attempt(
        "in that recovery, the power goes out right after \(call)", cut, of: before, on: found
      ) {
        counts.images += 1
        let again = CrashRun(subject, alphabet, disk: found, model: unsettled)
        try again.open(isDurable: true, checkingReads: false)
      }
    }
    if let checkpoint, random.isOne(in: 4) { try check(checkpoint, on: image) }
    if random.isOne(in: 4) { writeMore(run) }
  }

  private func check(
    _ checkpoint: (path: String, state: CrashModel.State), on image: SimulatedDisk
  ) throws {
    counts.checkpoints += 1
    let copy = try subject.open(checkpoint.path, on: image)
    let state = try CrashReader(alphabet).state(of: copy, checkingReads: false)
    try copy.close()
    guard state == checkpoint.state else {
      throw CrashFinding(.mixture, "\(checkpoint.path) does not hold what the store held then")
    }
  }

  /// Goes on working on a recovered store, and crashes again somewhere in it.
  private func writeMore(_ run: CrashRun) {
    let more = CrashOperation.workload(
      of: 1 + random.below(6), alphabet, firstValue: alphabet.values.count - 40, using: &random
    ).filter { $0 != .checkpoint }
    let text = { [alphabet] in more.map { $0.description(alphabet) }.joined(separator: ", then ") }
    attempt("after the recovery, the store goes on: \(text())", on: run.disk) {
      try writeAndCrash(run, more)
    }
  }

  private func writeAndCrash(_ run: CrashRun, _ operations: [CrashOperation]) throws {
    var isCrashed = false
    run.disk.observer = { [unowned self, unowned run] call in
      guard call.kind.isChanging, !isCrashed, random.isOne(in: 8) else { return }
      isCrashed = true
      crash(run, after: call)
    }
    defer { run.disk.observer = nil }
    for operation in operations { try run.perform(operation) }
    run.disk.observer = nil
    if random.isOne(in: 2) {
      try run.perform(.reopen)
    } else {
      crash(run, after: nil)
    }
  }

  private func crash(_ run: CrashRun, after call: SimulatedCall?) {
    counts.laterCrashes += 1
    let cut = run.disk.randomPowerCut(using: &random)
    let image = run.disk.afterPowerCut(cut)
    let moment = call.map { "right after \($0)" } ?? "after all that"
    attempt("there the power goes out \(moment)", cut, of: run.disk, on: image) {
      counts.images += 1
      let model = run.model.afterPowerCut(losing: subject.commandsAtRisk)
      let again = CrashRun(subject, alphabet, disk: image, model: model)
      try again.open(isDurable: true, checkingReads: false)
    }
  }

  // MARK: Violations

  /// Runs `body`; whatever it throws is a violation, unless there is one already.
  func attempt(
    _ text: @autoclosure @escaping () -> String, _ cut: SimulatedPowerCut? = nil,
    of crashed: SimulatedDisk? = nil, on disk: SimulatedDisk, _ body: () throws -> Void
  ) {
    guard violation == nil else { return }
    circumstances.append(CrashCircumstance(text: text, cut: cut, crashed: crashed))
    defer { circumstances.removeLast() }
    do {
      try body()
    } catch {
      guard violation == nil else { return }
      let finding =
        error as? CrashFinding ?? CrashFinding(.unopened, "the store reports: \(error)")
      violation = CrashViolation(
        finding: finding, step: step, circumstances: circumstances.map(\.description),
        found: disk.afterKill(), files: describeFiles(of: disk.afterKill()),
        operations: operations.map { $0.description(alphabet) })
    }
  }
}

extension CrashExplorer {
  private func describeFiles(of disk: SimulatedDisk) -> [String] {
    disk.interceptor = nil
    var lines: [String] = []
    for name in disk.names(in: CrashRun.path) {
      let path = "\(CrashRun.path)/\(name)"
      lines.append("\(path), \(disk.contents(of: name, in: CrashRun.path)?.count ?? 0) bytes")
      lines += subject.explain(path, on: disk).map { "  \($0)" }
    }
    return lines
  }
}

/// A crash that is being tried; put into words only when something goes wrong.
private struct CrashCircumstance {
  let text: () -> String
  let cut: SimulatedPowerCut?
  let crashed: SimulatedDisk?

  var description: String {
    guard let cut, let crashed else { return text() }
    let lines = crashed.describe(cut).split(separator: "\n").map { "    \($0)" }
    return ([text()] + lines).joined(separator: "\n")
  }
}
