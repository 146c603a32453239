import StrataCore

/// What a store must answer, kept in the simplest way there is.
///
/// A sorted array of keys beside a dictionary. It differs from `DictionaryStore` in one point: it knows
/// what a clock set back leaves open. An entry that *was* expired at some moment may have been dropped
/// by a compaction since; when the clock then goes back to before its expiry, both answers are right,
/// the value and nothing, but never an older value, and never a value after nothing.
struct StoreModel {
  /// What may be answered for a key.
  enum Expectation: Equatable {
    case absent
    case value(Value)
    case valueOrAbsent(Value)
  }

  private struct Holding {
    var value: Value
    var expiresAt: UnixMilliseconds?
    var wasExpiredOnce = false
  }

  private var holdings: [Key: Holding] = [:]
  private(set) var sortedKeys: [Key] = []
  private(set) var now: UnixMilliseconds
  /// When it was taken, in the model of a snapshot or a scan.
  ///
  /// Whether time to live is judged by that moment or by the moment of reading is left to the engine.
  private var takenAt: UnixMilliseconds?

  init(now: UnixMilliseconds) { self.now = now }

  /// The clock was moved; every model that is still in use must be told.
  mutating func clockMoved(to time: UnixMilliseconds) {
    now = time
    for (key, holding) in holdings where holding.expiresAt.map({ $0 <= time }) ?? false {
      holdings[key]?.wasExpiredOnce = true
    }
  }

  /// The model of a snapshot taken now.
  var frozen: StoreModel {
    var copy = self
    copy.takenAt = takenAt ?? now
    return copy
  }

  mutating func put(_ key: Key, _ value: Value, expiresAt: UnixMilliseconds?) {
    if holdings[key] == nil { sortedKeys.insert(key, at: position(of: key)) }
    let isExpired = expiresAt.map { $0 <= now } ?? false
    holdings[key] = Holding(value: value, expiresAt: expiresAt, wasExpiredOnce: isExpired)
  }

  mutating func delete(_ key: Key) {
    guard holdings.removeValue(forKey: key) != nil else { return }
    sortedKeys.remove(at: position(of: key))
  }

  /// What is expired now is gone for ever, whatever becomes of the clock: the files were rewritten.
  mutating func compacted() {
    for (key, holding) in holdings where holding.expiresAt.map({ $0 <= now }) ?? false {
      delete(key)
    }
  }

  func expectation(of key: Key) -> Expectation {
    guard let holding = holdings[key] else { return .absent }
    guard let expiresAt = holding.expiresAt, holding.wasExpiredOnce else {
      return .value(holding.value)
    }
    let isExpired = expiresAt <= now && expiresAt <= takenAt ?? now
    return isExpired ? .absent : .valueOrAbsent(holding.value)
  }

  /// Compares an answer with the model, and learns from it when both answers were right.
  mutating func mismatch(of answer: Value?, for key: Key) -> String? {
    let expected = expectation(of: key)
    switch (expected, answer) {
    case (.absent, nil): return nil
    case (.value(let value), let answer?) where value == answer: return nil
    case (.valueOrAbsent(let value), let answer?) where value == answer: return nil
    case (.valueOrAbsent, nil):
      // Not expired by any clock that may count, and gone: it was dropped, and must stay absent.
      if let expiresAt = holdings[key]?.expiresAt, now < expiresAt, takenAt ?? now < expiresAt {
        delete(key)
      }
      return nil
    default: return "\(key): answered \(describe(answer)), expected \(describe(expected))"
    }
  }

  /// The position of the first key that is not smaller.
  func position(of key: Key) -> Int {
    var low = 0
    var high = sortedKeys.count
    while low < high {
      let middle = (low + high) / 2
      if sortedKeys[middle] < key { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// What a scan must answer, entry by entry, while the clock may move.
struct ScanExpectation {
  private var model: StoreModel
  private var keys: ArraySlice<Key>
  private var left: Int

  init(_ model: StoreModel, _ range: KeyRange, _ direction: ScanDirection, limit: Int?) {
    self.model = model.frozen
    let first = range.lower.map { model.position(of: $0) } ?? 0
    let end = range.upper.map { model.position(of: $0) } ?? model.sortedKeys.count
    let inRange = first < end ? model.sortedKeys[first..<end] : []
    keys = direction == .forward ? inRange : ArraySlice(inRange.reversed())
    left = limit ?? .max
  }

  mutating func clockMoved(to time: UnixMilliseconds) { model.clockMoved(to: time) }

  /// Nil when the scan may go on with this entry, or end when there is none.
  mutating func mismatch(of entry: Entry?) -> String? {
    guard left > 0 else {
      return entry.map { "the scan goes beyond its limit with \(describe($0))" }
    }
    while let key = keys.popFirst() {
      switch model.expectation(of: key) {
      case .absent: continue
      case .value(let value):
        left -= 1
        return entry == Entry(key: key, value: value)
          ? nil
          : "the scan went on with \(describe(entry)), expected \(key) with \(describe(value))"
      case .valueOrAbsent(let value):
        guard entry == Entry(key: key, value: value) else { continue }
        left -= 1
        return nil
      }
    }
    return entry.map { "the scan went on with \(describe($0)), expected its end" }
  }
}

func describe(_ value: Value?) -> String {
  guard let value else { return "(absent)" }
  if value.bytes.count <= 40 { return Operation.quote(value.bytes) }
  return "\(Operation.quote(Array(value.bytes.prefix(40))))… (\(value.bytes.count) bytes)"
}

func describe(_ entry: Entry?) -> String {
  entry.map { "\($0.key) with \(describe($0.value))" } ?? "its end"
}

func describe(_ expectation: StoreModel.Expectation) -> String {
  switch expectation {
  case .absent: "(absent)"
  case .value(let value): describe(value)
  case .valueOrAbsent(let value): "\(describe(value)) or (absent)"
  }
}
