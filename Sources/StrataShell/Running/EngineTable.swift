import Strata
import StrataCore
import StrataCrashLab
import StrataRungs

/// An engine that kvcli can run; a new engine is a new row in the table below.
struct Engine: Sendable {
  let name: String
  /// What help says about it.
  let summary: String
  /// False for what exists for comparisons only.
  var isPublic = true
  /// True when its entries are there again after its process has ended.
  var keepsEntries = true
  /// True when what can be trusted of a damaged store can be saved into a new one.
  var hasSalvage = false
  /// The options beside those of every engine that it understands.
  var options: Set<Option> = []
  /// True for a name that a file of its stores has.
  var owns: @Sendable (_ fileName: String) -> Bool = { _ in false }
  /// Opens the store in a directory.
  let open: @Sendable (StoreSettings) throws(StoreError) -> any KeyValueStore
  /// Looks at every byte of the store in a directory.
  var verify: (@Sendable (_ path: String) throws(StoreError) -> VerificationReport)?
  /// Shows a file of its stores piece by piece; false when the file is not one of them.
  var inspect: @Sendable (FileContents, FileInspection) throws(StoreError) -> Bool = { _, _ in
    false
  }
  /// The engine as it is crashed on a simulated disk.
  var crashSubjects: @Sendable (Durability?, String?) throws(StoreError) -> [any CrashSubject] = {
    _, _ in []
  }
}

/// Is given each piece of a file, with its bytes, until it returns false.
typealias FileInspection = (FilePart, ByteView) -> Bool

/// The engines, the default first.
enum EngineTable {
  static let all: [Engine] = [lsm, bitcask, appendLog, dictionary]

  private static let lsm = Engine(
    name: "lsm", summary: "the log-structured merge tree", hasSalvage: true,
    options: [.policy, .memtable],
    owns: { $0 == FileName.manifest || $0.hasSuffix(".wal") || $0.hasSuffix(".seg") },
    open: { settings throws(StoreError) in
      try LogStructuredStore(
        at: settings.path, options: settings.storeOptions, clock: settings.clock)
    },
    verify: { path throws(StoreError) in try LogStructuredStore.verify(at: path) },
    inspect: { contents, body throws(StoreError) in
      guard FileInspector.recognises(contents) else { return false }
      try FileInspector.inspect(contents, body)
      return true
    },
    crashSubjects: { durability, policy throws(StoreError) in
      try StrataSubject.all(durability: durability, policy: policy)
    })

  private static let bitcask = Engine(
    name: "bitcask", summary: "numbered data files, every key in memory",
    owns: { BitcaskFileName.parse($0) != nil },
    open: { settings throws(StoreError) in
      var options = BitcaskOptions()
      options.durability = settings.durability
      options.createsIfMissing = settings.createsIfMissing
      options.maintenance = settings.maintenance
      return try BitcaskStore(at: settings.path, options: options, clock: settings.clock)
    },
    verify: { path throws(StoreError) in try BitcaskStore.verify(at: path) },
    inspect: { contents, body throws(StoreError) in
      guard BitcaskInspector.recognises(contents) else { return false }
      try BitcaskInspector.inspect(contents, body)
      return true
    },
    crashSubjects: { durability, _ in BitcaskSubject.all(durability: durability) })

  private static let appendLog = Engine(
    name: "append-log", summary: "one file of JSON lines, with a hash index in memory",
    owns: { $0 == AppendLogOptions().logName },
    open: { settings throws(StoreError) in
      var options = AppendLogOptions()
      options.durability = settings.durability
      options.createsIfMissing = settings.createsIfMissing
      options.maintenance = settings.maintenance
      return try AppendLogStore(at: settings.path, options: options, clock: settings.clock)
    },
    verify: { path throws(StoreError) in try AppendLogStore.verify(at: path) },
    inspect: { contents, body throws(StoreError) in
      guard AppendLogInspector.recognises(contents) else { return false }
      try AppendLogInspector.inspect(contents, body)
      return true
    },
    crashSubjects: { durability, _ in AppendLogSubject.all(durability: durability) })

  private static let dictionary = Engine(
    name: "dictionary", summary: "a dictionary in memory, gone with the process",
    isPublic: false, keepsEntries: false,
    open: { settings throws(StoreError) in
      guard settings.createsIfMissing else { throw .notFound(path: settings.path) }
      return DictionaryStore(clock: settings.clock)
    })

  /// The names that help and completions offer.
  static var publicNames: [String] { all.filter(\.isPublic).map(\.name) }

  /// The engine of this name.
  static func find(_ name: String) -> Engine? { all.first { $0.name == name } }

  /// The engine whose files lie in a directory; nil when there are none.
  static func detect(_ path: String) -> Engine? {
    guard let directory = try? LocalFileSystem().openDirectory(path, creating: false),
      let names = try? directory.names()
    else { return nil }
    return all.first { engine in names.contains(where: engine.owns) }
  }
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
  /// True when `--engine` named it.
  var isEngineNamed = false
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
    isEngineNamed = arguments.has(.engine)
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
    let others = Set([Option.policy, .memtable]).subtracting(engine.options)
    if let option = others.filter(arguments.has).min(by: { $0.rawValue < $1.rawValue }) {
      throw UsageError("the engine \(engine.name) has no \(option.spelling)")
    }
  }
}
