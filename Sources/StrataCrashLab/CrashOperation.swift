import StrataCore

/// One step of a random workload.
///
/// Keys and values are numbers here, so that a step prints as a short line, and a state of the whole
/// store is a short array; `CrashAlphabet` has the bytes.
enum CrashOperation: Hashable, Sendable {
  /// Changes that happen together: one of them is a put or a delete, several are a batch.
  case change([Change])
  case flush
  case compact
  /// A compaction in whose middle somebody else makes these changes, one by one.
  case compactBeside([Change])
  /// One step of background work, a flush or a compaction, if there is any to do.
  case maintain
  /// Close, and open again.
  case reopen
  /// A copy of the store, by links, into a directory of its own.
  case checkpoint

  /// Key `key` now holds value `value`, or nothing where that is 0.
  struct Change: Hashable, Sendable {
    var key: Int
    var value: Int
  }

  /// The steps of a workload that this generator determines.
  static func workload(
    of count: Int, _ alphabet: CrashAlphabet, firstValue: Int, using random: inout SplitMix64
  ) -> [CrashOperation] {
    var nextValue = firstValue
    return (0..<count).map { _ in
      switch random.below(100) {
      case 0..<72:
        let size = random.isOne(in: 5) ? 2 + random.below(4) : 1
        return .change((0..<size).map { _ in change(alphabet, &nextValue, using: &random) })
      case 72..<79: return .flush
      case 79..<90: return .maintain
      case 90..<92: return .compact
      case 92..<93:
        return .compactBeside((0..<10).map { _ in change(alphabet, &nextValue, using: &random) })
      case 93..<97: return .reopen
      default: return .checkpoint
      }
    }
  }

  private static func change(
    _ alphabet: CrashAlphabet, _ nextValue: inout Int, using random: inout SplitMix64
  ) -> Change {
    let key = random.below(alphabet.keys.count)
    if random.isOne(in: 5) { return Change(key: key, value: 0) }
    if random.isOne(in: 40) { return Change(key: key, value: CrashAlphabet.emptyValue) }
    nextValue += 1
    return Change(key: key, value: nextValue - 1)
  }

  /// The line of a report.
  func description(_ alphabet: CrashAlphabet) -> String {
    switch self {
    case .change(let changes) where changes.count == 1: changes[0].description(alphabet)
    case .change(let changes):
      "batch { " + changes.map { $0.description(alphabet) }.joined(separator: "; ") + " }"
    case .flush: "flush"
    case .compact: "compact"
    case .compactBeside(let changes):
      "compact, meanwhile { " + changes.map { $0.description(alphabet) }.joined(separator: "; ")
        + " }"
    case .maintain: "maintenance step"
    case .reopen: "reopen"
    case .checkpoint: "checkpoint"
    }
  }
}

extension CrashOperation.Change {
  fileprivate func description(_ alphabet: CrashAlphabet) -> String {
    let name = alphabet.name(ofKey: key)
    return value == 0 ? "delete \(name)" : "put \(name) \(alphabet.name(ofValue: value))"
  }
}

/// The keys and values of a workload: few keys, so that they meet often, and no value twice, so that
/// each says which command wrote it.
struct CrashAlphabet: Sendable {
  /// The number of the empty value, the only one that may be written more than once.
  static let emptyValue = 1
  /// The number of the first value that is written once.
  static let firstValue = 2

  /// Sorted.
  let keys: [Key]
  /// By number; the first one is none, for deleted keys.
  let values: [Value]

  /// Values and their lengths are drawn from the seed.
  init(seed: UInt64, values count: Int) {
    let long = String(repeating: "long", count: 70)
    keys = ["", "a", "a\u{0}", "ab", "b", "c1", "c2", "c3", "d", "e", "é\n", Key(long)].sorted()
    var random = SplitMix64(seed: seed)
    values = [Value([]), Value([])] + (2..<max(count, 3)).map { Self.value($0, using: &random) }
  }

  /// Mostly short, sometimes several sectors long, rarely more than a small memtable holds.
  private static func value(_ number: Int, using random: inout SplitMix64) -> Value {
    let length =
      switch random.below(40) {
      case 0: 2_500
      case 1..<5: 300 + random.below(700)
      default: random.below(60)
      }
    let filler = UInt8(truncatingIfNeeded: random.next())
    var bytes = withUnsafeBytes(of: UInt32(number).littleEndian) { Array($0) }
    bytes += (0..<length).map { filler &+ UInt8(truncatingIfNeeded: $0) }
    return Value(bytes)
  }

  /// The number of a value that was found; nil when nobody wrote it.
  func number(of value: Value) -> Int? {
    guard !value.bytes.isEmpty else { return Self.emptyValue }
    guard value.bytes.count >= 4 else { return nil }
    let number = ByteView.withBytes(of: value.bytes) { Int($0.uint32(at: 0)) }
    guard values.indices.contains(number), values[number] == value else { return nil }
    return number
  }

  func name(ofKey key: Int) -> String {
    let text = keys[key].description
    return text.utf8.count > 20 ? "long" : "\"\(text)\""
  }

  func name(ofValue value: Int) -> String {
    switch value {
    case 0: "nothing"
    case Self.emptyValue: "\"\""
    default: "v\(value) (\(values[value].bytes.count) bytes)"
    }
  }
}
