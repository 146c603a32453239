import StrataCore

/// One thing that is done to a store, as data: it can be drawn, done, left out and printed.
enum Deed: Equatable, Sendable {
  case put(Key, Value)
  case delete(Key)
  case batch([Entry?], keys: [Key])
  case get(Key)
  case scan(KeyRange, ScanDirection, limit: Int?)
  case flush, compact, maintain, reopen, crash

  /// True when it changes what the keys hold.
  var isWrite: Bool {
    switch self {
    case .put, .delete, .batch: true
    default: false
    }
  }
}

/// What the keys hold after some deeds: the answer that is right.
struct Model: Equatable {
  private(set) var entries: [Key: Value] = [:]

  /// Does to the model what was done to the store.
  mutating func apply(_ deed: Deed) {
    switch deed {
    case .put(let key, let value): entries[key] = value
    case .delete(let key): entries[key] = nil
    case .batch(let changes, let keys):
      for (key, change) in zip(keys, changes) { entries[key] = change?.value }
    default: break
    }
  }

  subscript(key: Key) -> Value? { entries[key] }

  /// The entries of a range in order.
  func scan(
    _ range: KeyRange = .all, _ direction: ScanDirection = .forward, limit: Int? = nil
  ) -> [(Key, Value)] {
    var found = entries.filter { range.contains($0.key) }.map { ($0.key, $0.value) }
    found.sort { direction == .forward ? $0.0 < $1.0 : $1.0 < $0.0 }
    return limit.map { Array(found.prefix($0)) } ?? found
  }
}

extension CheckedStore {
  /// Does a deed; one that reads is compared with the model.
  func perform(_ deed: Deed, _ model: Model) throws {
    if let question = deed.question(model) { try ask(question) } else { try performOpening(deed) }
  }

  /// Does deeds to the store and to the model, as many as possible in one message.
  func perform(_ deeds: [Deed], _ model: inout Model) throws {
    var questions: [Question] = []
    for deed in deeds {
      model.apply(deed)
      if let question = deed.question(model) {
        questions.append(question)
        continue
      }
      try ask(each: questions)
      questions = []
      try performOpening(deed)
    }
    try ask(each: questions)
  }

  private func performOpening(_ deed: Deed) throws {
    if deed == .crash { try crash() } else { try reopen() }
  }
}

extension Deed {
  /// The deed as lines of the command language.
  var lines: [String] {
    switch self {
    case .maintain: ["# one step of background work"]
    case .reopen: ["reopen"]
    case .crash: ["crash"]
    default: question(Model())?.lines.map(\.command) ?? []
    }
  }

  /// The deed as a question, when the model holds what it leaves; nil where the store is opened anew.
  fileprivate func question(_ model: Model) -> Question? {
    switch self {
    case .put(let key, let value): return .put(key, value)
    case .delete(let key): return .delete(key)
    case .batch(let changes, let keys):
      var batch = WriteBatch()
      for (key, change) in zip(keys, changes) {
        if let change { batch.put(key, change.value) } else { batch.delete(key) }
      }
      return .apply(batch)
    case .get(let key): return .get(key, is: model[key])
    case .scan(let range, let direction, let limit):
      return .scan(
        range, direction, limit: limit, is: model.scan(range, direction, limit: limit))
    case .flush: return .flush
    case .compact: return .compact
    case .maintain: return .maintain
    case .reopen, .crash: return nil
    }
  }
}

/// Draws deeds: which kinds, how often, on which keys.
struct DeedGenerator {
  /// How often each kind is drawn, beside each other.
  struct Weights {
    var put = 12
    var delete = 4
    var batch = 2
    var get = 8
    var scan = 0
    var flush = 0
    var compact = 0
    var maintain = 0
    var reopen = 1
    var crash = 1
  }

  private var random: SplitMix64
  private let weights: Weights
  private let keys: [Key]
  private var puts = 0

  init(_ random: SplitMix64, _ weights: Weights, keys: [Key] = DeedGenerator.difficultKeys) {
    self.random = random
    self.weights = weights
    self.keys = keys
  }

  /// Keys at the borders: the empty one, prefixes of each other, first and last bytes, alike in eight bytes.
  static let difficultKeys: [Key] = [
    "", "a", "aa", "ab", "b", "abcdefgh", "abcdefgh0", "abcdefgi", Key([0]), Key([0, 0]),
    Key([0xFF]), Key([0xFF, 0xFF]), Key([0x61, 0x00]), Key([0x61, 0xFF]), "Zürich", "two words",
  ]

  /// So many deeds.
  mutating func deeds(_ count: Int) -> [Deed] { (0..<count).map { _ in next() } }

  private mutating func next() -> Deed {
    let kinds: [(Int, (inout DeedGenerator) -> Deed)] = [
      (weights.put, { .put($0.key(), $0.value()) }),
      (weights.delete, { .delete($0.key()) }),
      (weights.batch, { $0.batch() }),
      (weights.get, { .get($0.key()) }),
      (weights.scan, { $0.scan() }),
      (weights.flush, { _ in .flush }), (weights.compact, { _ in .compact }),
      (weights.maintain, { _ in .maintain }), (weights.reopen, { _ in .reopen }),
      (weights.crash, { _ in .crash }),
    ]
    var ticket = random.below(kinds.reduce(0) { $0 + $1.0 })
    for (weight, make) in kinds {
      if ticket < weight { return make(&self) }
      ticket -= weight
    }
    return .get(key())
  }

  private mutating func key() -> Key { keys[random.below(keys.count)] }

  /// No two values are alike, so that an old one is recognised; a few are empty, some long.
  private mutating func value() -> Value {
    puts += 1
    let text = Array("v\(puts)".utf8)
    switch random.below(12) {
    case 0: return Value([])
    case 1: return Value(text + [UInt8](repeating: UInt8(ascii: "."), count: 300))
    case 2: return Value(text + [0, 10, 34, 92, 0xFF])
    default: return Value(text)
    }
  }

  private mutating func batch() -> Deed {
    var chosen: [Key] = []
    var changes: [Entry?] = []
    for _ in 0..<(1 + random.below(4)) {
      let key = key()
      guard !chosen.contains(key) else { continue }
      chosen.append(key)
      changes.append(random.isOne(in: 3) ? nil : Entry(key: key, value: value()))
    }
    return .batch(changes, keys: chosen)
  }

  private mutating func scan() -> Deed {
    let ends = [random.isOne(in: 3) ? nil : key(), random.isOne(in: 3) ? nil : key()]
    var range = KeyRange(from: ends[0], to: ends[1])
    if let lower = ends[0], let upper = ends[1], upper < lower {
      range = KeyRange(from: upper, to: lower)
    }
    let limits: [Int?] = [nil, nil, 0, 1, 3]
    return .scan(
      range, random.isOne(in: 2) ? .forward : .reverse, limit: limits[random.below(limits.count)])
  }
}
