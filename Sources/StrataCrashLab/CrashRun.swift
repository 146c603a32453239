import StrataCore

/// A store at work on a simulated disk, with the model at its side.
///
/// Used for the workload itself, and for whatever is written after a recovery.
final class CrashRun {
  static let path = "store"

  let disk: SimulatedDisk
  private let subject: any CrashSubject
  private let alphabet: CrashAlphabet
  private(set) var model: CrashModel
  /// The last complete checkpoint, and what it holds.
  private(set) var checkpoint: (path: String, state: CrashModel.State)?
  private var store: (any KeyValueStore)?
  private var checkpoints = 0
  /// How often a call was made to fail on purpose so far.
  var failuresInjected = 0
  /// What is to be changed in the middle of the compaction that is under way.
  private var interruption: [CrashOperation.Change] = []
  private var interruptionError: (any Error)?
  /// A command failed: none may succeed until the store is opened again.
  private var hasFailedCommand = false

  init(
    _ subject: any CrashSubject, _ alphabet: CrashAlphabet, disk: SimulatedDisk, model: CrashModel
  ) {
    self.subject = subject
    self.alphabet = alphabet
    self.disk = disk
    self.model = model
  }

  /// True while the store is open.
  var isOpen: Bool { store != nil }

  /// Opens the store and settles what it holds.
  ///
  /// - Throws: an error of the store when it cannot be opened; a finding when it holds what it must not.
  func open(isDurable: Bool = false, checkingReads: Bool = true) throws {
    let opened = try subject.open(Self.path, on: disk)
    store = opened
    hasFailedCommand = false
    let state = try CrashReader(alphabet).state(of: opened, checkingReads: checkingReads)
    guard let count = model.commands(before: state) else {
      throw model.complaint(about: state, alphabet)
    }
    model.settle(after: count, isDurable: isDurable)
  }

  /// Closes the store; a failure of it is only honest.
  ///
  /// A store that was well and closed without an error has nothing left that a power cut may take.
  func close() {
    guard let store else { return }
    if (try? store.close()) != nil && failuresInjected == 0 { model.makeDurable() }
    self.store = nil
  }

  /// Checks that reads answer what the model says; what they show must not be taken back by a crash.
  func checkReads() throws {
    guard let store else { return }
    let state = try CrashReader(alphabet).state(of: store, checkingReads: true)
    guard let count = model.commands(before: state) else {
      throw model.complaint(about: state, alphabet)
    }
    model.show(after: count)
  }

  /// Does one step; errors of the store are thrown on, after the model has learned of them.
  func perform(_ operation: CrashOperation) throws {
    guard let store else { return }
    switch operation {
    case .change(let changes): try change(changes, store)
    case .flush:
      try store.flush()
      model.makeDurable()
    case .compact: _ = try store.compact()
    case .compactBeside(let changes):
      interruption = changes
      defer { interruption = [] }
      _ = try store.compact()
      if let interruptionError { throw interruptionError }
      try interrupt()  // nothing was merged, so there was no middle
    case .maintain: _ = try subject.maintain(store)
    case .checkpoint:
      checkpoints += 1
      let path = "checkpoint-\(checkpoints)"
      if try subject.checkpoint(store, to: path) { checkpoint = (path, model.newest) }
    case .reopen:
      close()
      try open()
    }
  }

  /// To be told of each call that the store makes: a compaction under way is interrupted in one of them.
  func noteCall(_ call: SimulatedCall) {
    guard !interruption.isEmpty, subject.isBesideWriters(call) else { return }
    do { try interrupt() } catch { interruptionError = error }
  }

  /// Makes the changes that are to be made beside a compaction.
  private func interrupt() throws {
    let changes = interruption
    interruption = []
    for change in changes { try perform(.change([change])) }
  }

  private func change(_ changes: [CrashOperation.Change], _ store: any KeyValueStore) throws {
    let failuresBefore = failuresInjected
    model.send(changes)
    do {
      try write(changes, to: store)
    } catch {
      // A command that was refused without a try must not be there later; one that failed may be.
      if failuresInjected == failuresBefore { model.retract() }
      hasFailedCommand = true
      throw error
    }
    if hasFailedCommand {
      throw CrashFinding(.dishonest, "a command succeeded after an earlier one had failed")
    }
    model.acknowledge()
  }

  private func write(_ changes: [CrashOperation.Change], to store: any KeyValueStore) throws {
    if changes.count == 1, let change = changes.first {
      let key = alphabet.keys[change.key]
      if change.value == 0 {
        try store.delete(key)
      } else {
        try store.put(key, alphabet.values[change.value])
      }
      return
    }
    var batch = WriteBatch()
    for change in changes {
      let key = alphabet.keys[change.key]
      if change.value == 0 {
        batch.delete(key)
      } else {
        batch.put(key, alphabet.values[change.value])
      }
    }
    try store.apply(batch)
  }
}

/// Reads a whole store as a state of the model.
struct CrashReader {
  private let alphabet: CrashAlphabet

  init(_ alphabet: CrashAlphabet) { self.alphabet = alphabet }

  /// The state that a scan shows; with `checkingReads`, single reads and a scan in reverse must agree.
  func state(of store: any KeyValueStore, checkingReads: Bool) throws -> CrashModel.State {
    let scan = try store.scan()
    var state = CrashModel.State(repeating: 0, count: alphabet.keys.count)
    var key = 0
    while let entry = try scan.next() {
      while key < alphabet.keys.count, alphabet.keys[key] < entry.key { key += 1 }
      guard key < alphabet.keys.count, alphabet.keys[key] == entry.key else {
        throw CrashFinding(.wrong, "the scan shows the key \(entry.key), out of order or not ours")
      }
      guard let number = alphabet.number(of: entry.value) else {
        throw CrashFinding(
          .wrong, "\(alphabet.name(ofKey: key)) holds a value that nobody wrote: \(entry.value)")
      }
      state[key] = Int32(number)
      key += 1
    }
    if checkingReads { try check(store, against: state) }
    return state
  }

  private func check(_ store: any KeyValueStore, against state: CrashModel.State) throws {
    for (key, number) in state.enumerated() {
      let expected = number == 0 ? nil : alphabet.values[Int(number)]
      let found = try store.get(alphabet.keys[key])
      guard found == expected else {
        let text = found.map(\.description) ?? "nothing"
        throw CrashFinding(
          .wrong,
          "the scan shows \(alphabet.name(ofValue: Int(number))) for \(alphabet.name(ofKey: key)), "
            + "and get answers \(text)")
      }
    }
    let backwards = try store.scan(.all, .reverse, limit: nil).collect().map(\.key)
    let expected = state.indices.reversed().filter { state[$0] != 0 }.map { alphabet.keys[$0] }
    if backwards != expected {
      throw CrashFinding(.wrong, "the scan in reverse shows the keys \(backwards)")
    }
  }
}
