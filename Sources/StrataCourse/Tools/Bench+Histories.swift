import StrataCore

/// Small workloads that several checks share.
extension Bench {
  /// The keys of `history` and `crashDeeds`.
  static let historyKeys: [Key] = ["apple", "banana", "cherry", "date"]

  /// Changes of few keys: overwritten, deleted, put again, as a batch.
  static let changes: [Deed] = [
    .put("apple", "red"), .put("banana", "yellow"), .put("cherry", "dark"),
    .put("apple", "green"), .delete("banana"),
    .batch(
      [Entry(key: "date", value: "brown"), nil, Entry(key: "apple", value: "golden")],
      keys: ["date", "cherry", "apple"]), .put("banana", "ripe"),
  ]

  /// Does the changes in a fresh store and closes it; answers what the keys hold after each.
  func history(
    _ setup: StoreSetup, on ground: Ground, flushingAfter flushes: Set<Int> = []
  ) throws -> [Model] {
    let store = try open(setup, on: ground)
    var states = [Model()]
    try store.performChanges { state in
      if flushes.contains(states.count - 1) { try store.flush() }
      states.append(state)
    }
    try store.close()
    return states
  }

  /// Random changes of the same keys, and between them what `upkeep` names.
  func crashDeeds(_ count: Int = 14, upkeep: [Deed] = [], every: Int = 4) -> [Deed] {
    var random = random(3)
    var deeds: [Deed] = []
    for number in 0..<count {
      let key = Self.historyKeys[random.below(Self.historyKeys.count)]
      let value = Value("v\(number)" + String(repeating: ".", count: random.below(30)))
      switch random.below(6) {
      case 0: deeds.append(.delete(key))
      case 1:
        let other = Self.historyKeys[random.below(Self.historyKeys.count)]
        deeds.append(
          key == other
            ? .put(key, value)
            : .batch([Entry(key: key, value: value), nil], keys: [key, other]))
      default: deeds.append(.put(key, value))
      }
      if !upkeep.isEmpty, number % every == every - 1 {
        deeds.append(upkeep[(number / every) % upkeep.count])
      }
    }
    return deeds
  }

  /// The key of this number; they sort as their numbers do.
  static func key(_ number: Int) -> Key { Key("k\(1_000 + number)") }
}

extension CheckedStore {
  /// Does `Bench.changes` and, after each, what is given; answers what the keys hold in the end.
  @discardableResult
  func performChanges(then look: (Model) throws -> Void = { _ in }) throws -> Model {
    var model = Model()
    for deed in Bench.changes {
      model.apply(deed)
      try perform(deed, model)
      try look(model)
    }
    return model
  }

  /// Fails unless each of `Bench.historyKeys` holds what it holds in the model.
  func holds(_ model: Model) throws {
    try get(each: Bench.historyKeys.map { ($0, model[$0]) })
  }

  /// Puts so many keys, kills the engine after every fourth, and looks for all of them each time.
  func survivesKills(puts count: Int, afterPut upkeep: (Int) throws -> Void = { _ in }) throws {
    for number in 0..<count {
      try put(Bench.key(number), Value("value \(number)"))
      try upkeep(number)
      guard number % 4 == 3 else { continue }
      try crash()
      try get(each: (0...number).map { (Bench.key($0), Value("value \($0)")) })
    }
  }
}
