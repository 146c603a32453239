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
/// | lsm | index page, one record | reads the ends of the segments |
///
/// Keys have 16 letters, values 100, all of them text. A get is of a random key; the times are means.
public struct LadderTable {
  private struct Rung: Sendable {
    let name: String
    let engine: String
    /// A get costs as much as reading everything, so that only a few are measured.
    var isScan = false
    let open: @Sendable (String) throws(StoreError) -> any KeyValueStore
  }

  private static let rungs: [Rung] = [
    Rung(name: "scan", engine: "append-log", isScan: true) { path throws(StoreError) in
      var options = AppendLogOptions()
      options.durability = .system
      options.buildsIndex = false
      return try AppendLogStore(at: path, options: options)
    },
    Rung(name: "index", engine: "append-log") { path throws(StoreError) in
      var options = AppendLogOptions()
      options.durability = .system
      return try AppendLogStore(at: path, options: options)
    },
    Rung(name: "bitcask", engine: "bitcask") { path throws(StoreError) in
      var options = BitcaskOptions()
      options.durability = .system
      return try BitcaskStore(at: path, options: options)
    },
    Rung(name: "lsm", engine: "lsm") { path throws(StoreError) in
      var options = StoreOptions()
      options.durability = .system
      return try LogStructuredStore(at: path, options: options)
    },
  ]

  private let counts: [Int]
  private let data = BenchData(valueSize: 50)

  /// A table with a row for each number of keys.
  public init(counts: [Int]) { self.counts = counts }

  /// Fills the stores and measures; returns the table, line by line.
  public func run() throws(StoreError) -> [String] {
    let names = LadderTable.rungs.map(\.name)
    var gets = TextTable([.right] + names.map { _ in .right })
    var openings = gets
    gets.add(cells: ["a get, of so many keys"] + names)
    openings.add(cells: ["opening so many keys"] + names)
    for count in counts {
      var cells: [(get: String, opening: String)] = []
      for rung in LadderTable.rungs { cells.append(try measure(rung, count)) }
      gets.add(cells: [Units.count(count)] + cells.map(\.get))
      openings.add(cells: [Units.count(count)] + cells.map(\.opening))
    }
    return gets.lines + [""] + openings.lines
  }

  private func measure(
    _ rung: Rung, _ count: Int
  ) throws(StoreError) -> (get: String, opening: String) {
    let directory = try Platform.makeTemporaryDirectory("strata-ladder")
    defer { Platform.removeTree(directory) }
    let path = "\(directory)/store"
    let filling = try rung.open(path)
    try fill(filling, count)
    try filling.close()
    let start = SystemTime.monotonicNanoseconds
    let store = try rung.open(path)
    let opening = SystemTime.monotonicNanoseconds - start
    let gets = rung.isScan ? max(3, 300_000 / count) : 100_000
    let mean = try meanGet(store, gets, of: count)
    try store.close()
    return (Units.nanoseconds(mean), Units.nanoseconds(Double(opening)))
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
