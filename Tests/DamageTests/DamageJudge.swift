import Strata
import StrataCore

/// Opens damaged stores and compares every answer with what was written.
struct DamageJudge {
  let subject: DamageSubject
  let original: DamageOriginal
  let damage: Damage
  let image: FileImage

  /// Answers of the opened store; an error in place of what could not be read.
  private struct Answers {
    var values: [(key: Key, value: Value?)] = []
    var errors: [StoreError] = []
    var scans: [(direction: ScanDirection, entries: [Entry], error: StoreError?)] = []
  }

  /// What became of it, and complaints about anything that must not be.
  func judge() throws -> (outcome: DamageOutcome, complaints: [String]) {
    let disk = try image.disk(path: DamageSubject.path)
    let verification = try verify(disk)
    var complaints = verification.complaints
    let store: LogStructuredStore
    do throws(StoreError) {
      store = try subject.open(disk)
    } catch {
      guard case .corrupt(let file, _, _) = error else {
        return (.otherError, complaints + ["opening: \(error)"])
      }
      complaints += namingComplaints(file)
      if verification.report?.isSound ?? false {
        complaints.append("verify does not see: \(error)")
      }
      if try FileImage(reading: DamageSubject.path, on: disk) != image {
        complaints.append("a refused opening changed the files")
      }
      return (.refused, complaints)
    }
    let answers = ask(store)
    try? store.close()
    for case .corrupt(let file, _, _) in answers.errors { complaints += namingComplaints(file) }
    let outcome = outcome(answers, store.recovery)
    if !answers.errors.isEmpty && (verification.report?.isSound ?? true) {
      complaints.append("verify does not see: \(answers.errors[0])")
    }
    if outcome == .tornTail && (verification.report?.warnings.isEmpty ?? true) {
      complaints.append("verify does not mention the torn tail")
    }
    if outcome == .right, let report = verification.report, report.isSound, isToBeSeen,
      report.warnings.isEmpty
    {
      complaints.append("verify does not see it")
    }
    return (outcome, complaints)
  }

  /// Zeros behind a log are room that was set aside, and a mark says nothing new when it is repeated.
  private var isToBeSeen: Bool {
    switch damage {
    case .zeros(let file, _): !file.hasSuffix(".wal")
    case .cut, .repeatFrame, .dropFrame: false
    default: true
    }
  }

  private func namingComplaints(_ path: String) -> [String] {
    let isNamed = damage.files.contains { path == "\(DamageSubject.path)/\($0)" }
    return isNamed || !damage.isWithinOneFile ? [] : ["the error names \(path)"]
  }

  private func verify(
    _ disk: SimulatedDisk
  ) throws -> (report: VerificationReport?, complaints: [String]) {
    var complaints: [String] = []
    var report: VerificationReport?
    do throws(StoreError) {
      let found = try LogStructuredStore.verify(at: DamageSubject.path, fileSystem: disk)
      report = found
      for problem in found.problems {
        complaints += namingComplaints("\(DamageSubject.path)/\(problem.file)")
        let size = image[problem.file]?.count ?? 0
        if !(0...size).contains(problem.offset) {
          complaints.append("verify names byte \(problem.offset) of \(size)")
        }
      }
    } catch {
      complaints.append("verify: \(error)")
    }
    if try FileImage(reading: DamageSubject.path, on: disk) != image {
      complaints.append("verify changed the files")
    }
    return (report, complaints)
  }

  private func ask(_ store: LogStructuredStore) -> Answers {
    var answers = Answers()
    for key in original.keys + ["absent", "k", "zz"] {
      do throws(StoreError) {
        answers.values.append((key, try store.get(key)))
      } catch {
        answers.errors.append(error)
      }
    }
    for direction in ScanDirection.allCases {
      var entries: [Entry] = []
      var failure: StoreError?
      do throws(StoreError) {
        let scan = try store.scan(.all, direction, limit: nil)
        while let entry = try scan.next() { entries.append(entry) }
      } catch {
        failure = error
        answers.errors.append(error)
      }
      answers.scans.append((direction, entries, failure))
    }
    return answers
  }

  private func outcome(_ answers: Answers, _ report: RecoveryReport) -> DamageOutcome {
    for error in answers.errors {
      guard case .corrupt = error else { return .otherError }
    }
    guard let state = original.states.last(where: { agrees(answers, with: $0) }) else {
      return wrongOutcome(answers)
    }
    let isComplete =
      state.sequence == original.sequence || state.entries == original.final.entries
    if isComplete { return answers.errors.isEmpty ? .right : .readError }
    if !report.warnings.isEmpty && state.sequence >= original.flushedSequence { return .tornTail }
    return isCutBetweenFrames ? .frameBoundary : .silentLoss
  }

  private func agrees(_ answers: Answers, with state: DamageOriginal.State) -> Bool {
    guard answers.values.allSatisfy({ state.entries[$0.key] == $0.value }) else { return false }
    let sorted = state.entries.sorted { $0.key < $1.key }.map {
      Entry(key: $0.key, value: $0.value)
    }
    return answers.scans.allSatisfy { scan in
      let expected = scan.direction == .forward ? sorted : sorted.reversed()
      return scan.error == nil
        ? scan.entries == expected : Array(expected.prefix(scan.entries.count)) == scan.entries
    }
  }

  private func wrongOutcome(_ answers: Answers) -> DamageOutcome {
    let seen =
      answers.values
      + answers.scans.flatMap { scan in
        scan.entries.map { (key: $0.key, value: Value?.some($0.value)) }
      }
    for case (let key, let value?) in seen where !(original.everHeld[key] ?? []).contains(value) {
      return .wrongValue
    }
    for case (let key, .some) in seen where original.final.entries[key] == nil { return .ghost }
    return .silentLoss
  }

  private var isCutBetweenFrames: Bool { damage.isCutBetweenFrames(of: original.image) }
}
