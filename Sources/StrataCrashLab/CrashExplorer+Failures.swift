import StrataCore

/// A way in which one call fails on purpose.
private enum CrashFailure: String, CaseIterable {
  case inputOutputOnce = "fails with EIO"
  case inputOutputForever = "and all after it fail with EIO"
  case fullOnce = "fails with ENOSPC"
  case fullForever = "and all after it find the disk full"
  case shortWrite = "does a part of its work and fails"
  case doneButFailed = "does its work and reports EIO"

  var isForEver: Bool { self == .inputOutputForever || self == .fullForever }

  func outcome(of call: SimulatedCall, using random: inout SplitMix64) -> SimulatedOutcome {
    switch self {
    case .inputOutputOnce, .inputOutputForever: .failure(.inputOutput, done: .nothing)
    case .fullOnce: .failure(.noSpace, done: .nothing)
    case .fullForever:
      // A full disk still removes, cuts, renames and syncs.
      switch call.kind {
      case .append: .failure(.noSpace, done: .bytes(random.below(call.bytes)))
      case .create, .makeDirectory, .link: .failure(.noSpace, done: .nothing)
      default: .success
      }
    case .shortWrite:
      .failure(
        random.isOne(in: 2) ? .noSpace : .inputOutput, done: .bytes(random.below(call.bytes)))
    case .doneButFailed: .failure(.inputOutput, done: .everything)
    }
  }
}

extension CrashExplorer {
  /// Runs the workload again for each of its calls, or for `most` of them, and lets that call fail.
  ///
  /// The store has to be honest about it: what it refused is not there, what it acknowledged is, reads
  /// go on, nothing succeeds after a command that failed, and when the disk is well again, the next
  /// opening works.
  func exploreFailures(calls: Int, atMost most: Int) {
    guard most > 0 else { return }
    let distance = max(1, calls / most)
    var number = 1 + random.below(distance)
    while number <= calls, violation == nil {
      let failures = CrashFailure.allCases
      explore(failures[random.below(failures.count)], of: number)
      number += distance
    }
  }

  private func explore(_ failure: CrashFailure, of number: Int) {
    counts.failureRuns += 1
    let disk = SimulatedDisk(personality)
    let run = CrashRun(
      subject, alphabet, disk: disk, model: CrashModel(keys: alphabet.keys.count))
    disk.interceptor = { [unowned self, unowned run] call in
      let isMeant = failure.isForEver ? call.number >= number : call.number == number
      guard call.kind.isChanging, isMeant else { return .success }
      let outcome = failure.outcome(of: call, using: &random)
      if outcome != .success {
        counts.failures[call.kind] += 1
        run.failuresInjected += 1
      }
      return outcome
    }
    attempt("call \(number) \(failure.rawValue)", on: disk) {
      if try !open(run, disk) { return }
      for (index, operation) in operations.enumerated() where run.isOpen {
        step = index
        try perform(operation, run)
      }
      try run.checkReads()
      crashOnce(run, "when all operations were tried")
      disk.interceptor = nil
      run.close()
      try run.open()
      try run.perform(.change([CrashOperation.Change(key: 0, value: alphabet.values.count - 1)]))
      crashOnce(run, "when the disk was well, and the store was opened again and written to")
      try run.perform(.reopen)
    }
    disk.interceptor = nil
  }

  /// Opens the store for the first time, which may fail when the disk does; false when it did.
  private func open(_ run: CrashRun, _ disk: SimulatedDisk) throws -> Bool {
    do {
      try run.open()
      return true
    } catch let error as StoreError {
      guard run.failuresInjected > 0 else { throw error }
      disk.interceptor = nil
      try run.open()
      return false
    }
  }

  /// Does one step; it may fail when the disk does, and be refused when an earlier one failed.
  private func perform(_ operation: CrashOperation, _ run: CrashRun) throws {
    let before = run.failuresInjected
    do {
      try run.perform(operation)
    } catch let error as StoreError {
      let isHonest =
        switch (operation, error) {
        case _ where run.failuresInjected > before: true
        case (.reopen, _): false
        case (_, .readOnly): before > 0
        default: false
        }
      if !isHonest {
        throw CrashFinding(
          .dishonest,
          "\(operation.description(alphabet)) fails although no call of it failed: \(error)")
      }
      try run.checkReads()
      if random.isOne(in: 2) { crashOnce(run, "after the failure") }
    }
  }

  /// Crashes in one random way, and recovers on a disk that is well.
  private func crashOnce(_ run: CrashRun, _ moment: String) {
    let cut = run.disk.randomPowerCut(using: &random)
    let isKill = random.isOne(in: 3)
    let image = isKill ? run.disk.afterKill() : run.disk.afterPowerCut(cut)
    counts.images += 1
    attempt(
      "\(moment), \(isKill ? "the process is killed" : "the power goes out")",
      isKill ? nil : cut, of: run.disk, on: image
    ) {
      let again = CrashRun(
        subject, alphabet, disk: image,
        model: run.model.afterPowerCut(losing: isKill ? 0 : subject.commandsAtRisk))
      try again.open(isDurable: !isKill)
    }
  }
}
