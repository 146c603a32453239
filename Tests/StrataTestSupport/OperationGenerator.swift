import StrataCore

/// Random operations on keys that were chosen to be difficult.
///
/// One seed, one sequence. Each sequence draws its own weights for the kinds of operation, some of them
/// zero ("swarm testing", Groce and others, 2012): a store that is never compacted, or never closed, or
/// asked for nothing but scans, meets states that an even mixture hardly ever meets.
public struct OperationGenerator {
  private enum Kind: CaseIterable {
    case put, putWithLifetime, delete, batch, get, contains, scan, prefixScan, beginScan
    case continueScan, takeSnapshot, getFromSnapshot, scanSnapshot, release, moveClock
    case flush, compact, maintain, reopen, kill
  }

  private var random: SplitMix64
  private let keys: [Key]
  private let kinds: [Kind]
  private var puts = 0

  /// The generator of this seed.
  public init(seed: UInt64) {
    random = SplitMix64(seed: seed)
    var kinds: [Kind] = []
    for kind in Kind.allCases {
      let weight = Self.usualWeight(of: kind)
      let factor = kind == .put ? 1 : random.pick([0, 1, 1, 2])
      kinds += Array(repeating: kind, count: weight * factor)
    }
    self.kinds = kinds
    let size = random.pick([8, 40, 120])
    keys = Self.difficultKeys(size, &random)
  }

  private static func usualWeight(of kind: Kind) -> Int {
    switch kind {
    case .put: 150
    case .putWithLifetime: 25
    case .delete: 50
    case .batch: 20
    case .get: 100
    case .contains: 10
    case .scan, .prefixScan: 15
    case .beginScan, .takeSnapshot: 5
    case .continueScan, .getFromSnapshot: 10
    case .scanSnapshot, .release: 5
    case .moveClock: 15
    case .flush: 6
    case .compact: 2
    case .maintain: 20
    case .reopen, .kill: 3
    }
  }

  /// A sequence of so many operations.
  public static func operations(_ count: Int, seed: UInt64) -> [Operation] {
    var generator = OperationGenerator(seed: seed)
    return (0..<count).map { _ in generator.next() }
  }

  /// The next operation.
  public mutating func next() -> Operation {
    switch random.pick(kinds) {
    case .put: .put(key(), value(), lifetime: nil)
    case .putWithLifetime: .put(key(), value(), lifetime: random.below(2200) - 200)
    case .delete: .delete(key())
    case .batch: .batch(changes())
    case .get: .get(key())
    case .contains: .contains(key())
    case .scan: .scan(range(), direction(), limit: limit())
    case .prefixScan: .scan(.prefix(prefix()), direction(), limit: limit())
    case .beginScan: .beginScan(slot: slot(), range(), direction())
    case .continueScan: .continueScan(slot: slot(), count: random.below(6) + 1)
    case .takeSnapshot: .takeSnapshot(slot: slot())
    case .getFromSnapshot: .getFromSnapshot(slot: slot(), key())
    case .scanSnapshot: .scanSnapshot(slot: slot(), range(), direction(), limit: limit())
    case .release: .release(slot: slot())
    case .moveClock: .moveClock(milliseconds: random.below(1600) - 600)
    case .flush: .flush
    case .compact: .compact
    case .maintain: .maintain
    case .reopen: .reopen
    case .kill: .kill
    }
  }

  // MARK: Parts of an operation

  private mutating func changes() -> [Operation.Change] {
    (0..<random.below(8)).map { _ in
      switch random.below(6) {
      case 0, 1: .delete(key())
      case 2: .put(key(), value(), lifetime: random.below(2200) - 200)
      default: .put(key(), value(), lifetime: nil)
      }
    }
  }

  private mutating func key() -> Key { random.pick(keys) }

  /// No two values are alike but the empty ones, so that an old one is always recognised.
  private mutating func value() -> Value {
    puts += 1
    let text = Array("v\(puts)".utf8)
    return switch random.below(40) {
    case 0, 1: Value([])
    case 2: Value(text + [UInt8](repeating: 0, count: 30))
    case 3...6: Value(text + [UInt8](repeating: UInt8(ascii: "."), count: 200 + random.below(400)))
    case 7: Value(text + [UInt8](repeating: 0xFF, count: 1_000 + random.below(1_200)))
    case 8 where random.isOne(in: 3):
      Value(text + [UInt8](repeating: UInt8(ascii: "+"), count: 6_000))
    default: Value(text)
    }
  }

  /// From one key to another, which may be smaller; a third of the ends stay open.
  private mutating func range() -> KeyRange {
    let lower = random.isOne(in: 3) ? nil : key()
    let upper = random.isOne(in: 3) ? nil : key()
    if let lower, let upper, upper < lower, !random.isOne(in: 10) {
      return KeyRange(from: upper, to: lower)
    }
    return KeyRange(from: lower, to: upper)
  }

  private mutating func prefix() -> Key {
    let whole = key().bytes
    return Key(Array(whole.prefix(random.below(whole.count + 1))))
  }

  private mutating func direction() -> ScanDirection { random.pick([.forward, .reverse]) }
  private mutating func slot() -> Int { random.below(OperationRun.slots) }
  private mutating func limit() -> Int? { random.pick([nil, nil, 0, 1, 2, 7]) }

  /// Keys at the borders: empty, zeros, runs of 0xFF, prefixes of each other, long common prefixes,
  /// equal in their first eight bytes, longer than a small memtable.
  private static func difficultKeys(_ count: Int, _ random: inout SplitMix64) -> [Key] {
    let common = [UInt8](repeating: UInt8(ascii: "p"), count: 60)
    var keys: [[UInt8]] = [
      [], [0], [0, 0], Array("a".utf8), Array("a\0".utf8), Array("aa".utf8), [0x61, 0xFF],
      [0x61, 0xFF, 0xFF], Array("b".utf8), [0xFF], [0xFF, 0xFF], [0xFF, 0x00],
      [UInt8](repeating: 0xFF, count: 8), [UInt8](repeating: 0xFF, count: 9),
      [UInt8](repeating: 0, count: 8), [UInt8](repeating: 0, count: 9),
      Array("abcdefg".utf8), Array("abcdefg\0".utf8), Array("abcdefgh".utf8),
      Array("abcdefgh\0".utf8), Array("abcdefgi".utf8), Array("é ä\n\t\"'#".utf8), common,
      common + [0], common + [1], common + [0xFF], common + common,
      [UInt8](repeating: UInt8(ascii: "k"), count: 300),
      [UInt8](repeating: UInt8(ascii: "k"), count: 5_000),
    ]
    while keys.count < count {
      let length = random.below(4)
      keys.append((0...length).map { _ in random.pick([0x00, 0x01, 0x61, 0x62, 0xFE, 0xFF]) })
    }
    // The first `count` of a shuffled list (Fisher and Yates).
    for index in stride(from: keys.count - 1, to: 0, by: -1) {
      keys.swapAt(index, random.below(index + 1))
    }
    return keys.prefix(count).map { Key($0) }
  }
}
