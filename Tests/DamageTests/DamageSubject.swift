import Strata
import StrataCore
import StrataTestSupport
import Testing

/// A small store with every kind of file, and everything that was ever true of it.
///
/// Two levels, three segments and more, tombstones, expired and living expiring values, the empty key,
/// an empty value, a log with batches; closed, or as a killed process left it.
struct DamageSubject: Sendable, CustomTestStringConvertible {
  /// How the writer ended.
  enum Ending: String, Sendable, CaseIterable {
    case closed
    /// The process was killed.
    case killed
    /// The process was killed with a frozen memtable, so that there are two logs.
    case frozen
  }

  static let path = "store"
  static let time: UnixMilliseconds = 1000
  let durability: Durability
  let ending: Ending
  /// Tells one store from another.
  var identityLow: UInt64 = 4
  /// The last flush and all behind it did not happen yet.
  var isCutShort = false

  var testDescription: String { "\(durability), \(ending.rawValue)" }

  static let all = [Durability.sync, .system].flatMap { durability in
    Ending.allCases.map { DamageSubject(durability: durability, ending: $0) }
  }

  var options: StoreOptions {
    var options = StoreOptions()
    options.durability = durability
    options.maintenance = .manual
    options.compactionPolicy = LeveledPolicy()
    options.identity = StoreIdentity(high: 3, low: identityLow)
    options.segmentBytes = 500
    options.memTableBytes = ending == .frozen ? 2 << 10 : 64 << 10
    return options
  }

  func open(_ disk: SimulatedDisk, path: String = path) throws(StoreError) -> LogStructuredStore {
    try LogStructuredStore(
      at: path, options: options, fileSystem: disk, clock: ManualClock(Self.time))
  }

  /// Writes the store.
  func build() throws -> DamageOriginal {
    let disk = SimulatedDisk(.ordered)
    let store = try open(disk)
    var original = DamageOriginal()
    func put(_ key: Key, _ value: Value, until: UnixMilliseconds? = nil) throws {
      try original.apply(WriteBatch([.put(key, value, expiresAt: until)]), to: store)
    }
    try put("", "the empty key")
    for number in 0..<36 { try put(Self.key(number), Value("first \(number)")) }
    try put(Self.key(3), "")
    _ = try store.compact()
    for number in 10..<20 { try put(Self.key(number), Value("second \(number)")) }
    for number in 20..<24 { try original.apply(WriteBatch([.delete(Self.key(number))]), to: store) }
    try put(Self.key(25), "expired", until: 500)
    try put("m", "expires", until: 5000)
    try store.flush()
    if isCutShort { return try finish(store, disk, original) }
    for number in 14..<22 { try put(Self.key(number), Value("third \(number)")) }
    try original.apply(WriteBatch([.delete(Self.key(12)), .delete(Self.key(13))]), to: store)
    try store.flush()
    original.flushedSequence = original.sequence
    for number in 0..<5 { try put(Self.key(5 * number), Value("fourth \(number)")) }
    var batch = WriteBatch()
    batch.put("batch", "one")
    batch.put(Self.key(7), "in a batch", expiresAt: 5000)
    batch.delete(Self.key(8))
    batch.put("batch", "two")
    try original.apply(batch, to: store)
    for number in 30..<34 { try put(Self.key(number), Value("fifth \(number)")) }
    if ending == .frozen {
      try put(Self.key(1), Value([UInt8](repeating: 7, count: 1500)))
      for number in 0..<4 { try put(Self.key(2 + number), Value("sixth \(number)")) }
    }
    return try finish(store, disk, original)
  }

  private func finish(
    _ store: LogStructuredStore, _ disk: SimulatedDisk, _ original: DamageOriginal
  ) throws -> DamageOriginal {
    if ending == .closed { try store.close() }
    var original = original
    original.image = try FileImage(reading: Self.path, on: disk)
    return original
  }

  static func key(_ number: Int) -> Key { Key("k\(number / 10)\(number % 10)") }
}

/// What was written, and every state in between.
struct DamageOriginal {
  /// The live entries after a change, by the number of the change.
  struct State {
    var sequence = 0
    var entries: [Key: Value] = [:]
  }

  var image = FileImage()
  var states = [State()]
  /// What each key ever held; nil is absence.
  var everHeld: [Key: Set<Value>] = [:]
  /// The last change of each key.
  var lastChange: [Key: Int] = [:]
  /// Changes up to this one are in segments.
  var flushedSequence = 0

  var sequence: Int { states[states.count - 1].sequence }
  var final: State { states[states.count - 1] }
  var keys: [Key] { everHeld.keys.sorted() }

  mutating func apply(_ batch: WriteBatch, to store: LogStructuredStore) throws {
    try store.apply(batch)
    var state = final
    for change in batch.changes {
      state.sequence += 1
      switch change {
      case .put(let key, let value, let until):
        everHeld[key, default: []].insert(value)
        lastChange[key] = state.sequence
        state.entries[key] = until.map { $0 <= DamageSubject.time } == true ? nil : value
      case .delete(let key):
        everHeld[key, default: []] = everHeld[key] ?? []
        lastChange[key] = state.sequence
        state.entries[key] = nil
      }
    }
    states.append(state)
  }
}
