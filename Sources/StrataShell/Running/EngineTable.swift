import Strata
import StrataCore

/// An engine that kvcli can run; a new engine is a new row in the table below.
struct Engine: Sendable {
  let name: String
  /// What help says about it.
  let summary: String
  /// False for what exists for comparisons only.
  var isPublic = true
  /// True when its entries are there again after its process has ended.
  var keepsEntries = true
  /// Opens the store in a directory.
  let open: @Sendable (StoreSettings) throws(StoreError) -> any KeyValueStore
}

/// The engines, the default first.
enum EngineTable {
  static let all: [Engine] = [
    Engine(name: "lsm", summary: "the log-structured merge tree") {
      settings throws(StoreError) in
      try LogStructuredStore(
        at: settings.path, options: settings.storeOptions, clock: settings.clock)
    },
    Engine(
      name: "dictionary", summary: "a dictionary in memory, gone with the process",
      isPublic: false, keepsEntries: false
    ) { settings throws(StoreError) in
      guard settings.createsIfMissing else { throw .notFound(path: settings.path) }
      return DictionaryStore(clock: settings.clock)
    },
  ]

  /// The names that help and completions offer.
  static var publicNames: [String] { all.filter(\.isPublic).map(\.name) }

  /// The engine of this name.
  static func find(_ name: String) -> Engine? { all.first { $0.name == name } }
}

/// The ways to choose what is merged.
enum CompactionChoice {
  static let names = ["full", "size-tiered", "leveled"]
}

/// How a store is to be opened.
struct StoreSettings: Sendable {
  var path = "./kvdata"
  /// True when `--store` named it, and not the environment or nobody.
  var isNamed = false
  var engine: Engine = EngineTable.all[0]
  var durability = Durability.sync
  /// The name of the compaction policy; nil: the engine's own choice.
  var policy: String?
  /// Nil: the engine's own choice.
  var memTableBytes: Int?
  var maintenance = Maintenance.background
  var clock: any WallClock = SystemClock()
  var createsIfMissing = true

  /// The same for the engine of Strata.
  var storeOptions: StoreOptions {
    var options = StoreOptions()
    options.durability = durability
    options.createsIfMissing = createsIfMissing
    options.maintenance = maintenance
    if let memTableBytes { options.memTableBytes = memTableBytes }
    if let policy = policy.flatMap({ compactionPolicy(named: $0) }) {
      options.compactionPolicy = policy
    }
    return options
  }
}

extension StoreSettings {
  /// The settings that the common options and the environment ask for.
  init(_ arguments: ParsedArguments, environment: (String) -> String?) throws(UsageError) {
    let usual = environment("KVCLI_STORE").flatMap { $0.isEmpty ? nil : $0 }
    if let path = try arguments.text(.store) ?? usual { self.path = path }
    isNamed = arguments.has(.store)
    guard !path.isEmpty else { throw UsageError("the path of the store is empty") }
    engine =
      try arguments.converted(
        .engine, EngineTable.publicNames.joined(separator: " or "), EngineTable.find) ?? engine
    durability =
      try arguments.converted(
        .durability, "sync, system or interval: and milliseconds, as in interval:100",
        Durability.init) ?? durability
    policy = try arguments.converted(
      .policy, CompactionChoice.names.joined(separator: ", "),
      { CompactionChoice.names.contains($0) ? $0 : nil })
    memTableBytes = try arguments.converted(
      .memtable, "a size from 64KiB to 1GiB, such as 64MiB",
      { text in
        Quantities.bytes(text).flatMap { (64 << 10)...(1 << 30) ~= $0 ? $0 : nil }
      })
  }
}
