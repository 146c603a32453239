import Strata
import StrataCore
import StrataRungs

/// What each rung of the ladder makes of a get, and what an opening costs for it.
///
/// | column | a get | an opening |
/// |---|---|---|
/// | scan | reads the whole log | looks at its last line |
/// | index | one read at an offset | reads the whole log |
/// | bitcask | one read, checksums | reads the hints |
/// | no hints | | reads all records |
/// | lsm | index page, one record | reads the ends of the segments |
///
/// Keys have 16 letters, values 100, all of them text. A get is of a random key; the times are means.
public struct LadderTable {
  /// How much of a rung is measured.
  private enum Gets {
    /// It costs as much as reading everything, so that there are only a few.
    case few
    case many
    /// The column before it has the same ones.
    case none
  }

  private struct Rung: Sendable {
    let name: String
    var gets = Gets.many
    let open: @Sendable (String) throws(StoreError) -> any KeyValueStore
  }

  private static let rungs: [Rung] = [
    Rung(name: "scan", gets: .few) { path throws(StoreError) in
      var options = AppendLogOptions()
      options.durability = .system
      options.buildsIndex = false
      return try AppendLogStore(at: path, options: options)
    },
    Rung(name: "index") { path throws(StoreError) in
      var options = AppendLogOptions()
      options.durability = .system
      return try AppendLogStore(at: path, options: options)
    },
    Rung(name: "bitcask") { path throws(StoreError) in try bitcask(path) { _ in } },
    Rung(name: "no hints", gets: .none) { path throws(StoreError) in
      try bitcask(path) { $0.unhintedBytes = .max }
    },
    Rung(name: "lsm") { path throws(StoreError) in
      var options = StoreOptions()
      options.durability = .system
      return try LogStructuredStore(at: path, options: options)
    },
  ]

  private static func bitcask(
    _ path: String, _ change: (inout BitcaskOptions) -> Void
  ) throws(StoreError) -> BitcaskStore {
    var options = BitcaskOptions()
    options.durability = .system
    change(&options)
    return try BitcaskStore(at: path, options: options)
  }

  private let counts: [Int]
  private let data = BenchData(valueSize: 50)

  /// A table with a row for each number of keys.
  public init(counts: [Int]) { self.counts = counts }

  /// Fills the stores and measures; returns the table of gets and that of openings, line by line.
  public func run() throws(StoreError) -> [String] {
    let rungs = LadderTable.rungs
    let read = rungs.filter { $0.gets != .none }.map(\.name)
    var gets = TextTable([.right] + read.map { _ in .right })
    var openings = TextTable([.right] + rungs.map { _ in .right })
    gets.add(cells: ["a get, of so many keys"] + read)
    openings.add(cells: ["opening so many keys"] + rungs.map(\.name))
    for count in counts {
      var cells: [(get: String?, opening: String)] = []
      for rung in rungs { cells.append(try measure(rung, count)) }
      gets.add(cells: [Units.count(count)] + cells.compactMap(\.get))
      openings.add(cells: [Units.count(count)] + cells.map(\.opening))
    }
    return gets.lines + [""] + openings.lines
  }

  private func measure(
    _ rung: Rung, _ count: Int
  ) throws(StoreError) -> (get: String?, opening: String) {
    let directory = try Platform.makeTemporaryDirectory("strata-ladder")
    defer { Platform.removeTree(directory) }
    let path = "\(directory)/store"
    let filling = try rung.open(path)
    try fill(filling, count)
    try filling.close()
    let start = SystemTime.monotonicNanoseconds
    let store = try rung.open(path)
    let opening = SystemTime.monotonicNanoseconds - start
    let gets: Int? =
      switch rung.gets {
      case .few: max(3, 300_000 / count)
      case .many: 100_000
      case .none: nil
      }
    let mean = try gets.map { gets throws(StoreError) in try meanGet(store, gets, of: count) }
    try store.close()
    return (mean.map(Units.nanoseconds), Units.nanoseconds(Double(opening)))
  }

  private func fill(_ store: any KeyValueStore, _ count: Int) throws(StoreError) {
    var batch = WriteBatch()
    var key = BenchData.emptyKey
    for index in 0..<count {
      data.write(index, into: &key)
      batch.put(key, text(index))
      guard batch.count == 1000 || index == count - 1 else { continue }
      try store.apply(batch)
      batch.removeAll()
    }
    try store.flush()
  }

  /// A hundred letters.
  private func text(_ index: Int) -> Value {
    var value = data.emptyValue
    data.write(index, into: &value)
    return Value(value.bytes.flatMap { Array(Escaping.hex($0).utf8) })
  }

  private func meanGet(
    _ store: any KeyValueStore, _ gets: Int, of count: Int
  ) throws(StoreError) -> Double {
    var random = SplitMix64(seed: 1000)
    var key = BenchData.emptyKey
    let start = SystemTime.monotonicNanoseconds
    for _ in 0..<gets {
      data.write(random.below(count), into: &key)
      guard try store.get(key)?.bytes.count == 100 else {
        throw .corrupt(file: "benchmark", offset: 0, reason: "a read did not give what was written")
      }
    }
    return Double(SystemTime.monotonicNanoseconds - start) / Double(gets)
  }
}
