import Strata
import StrataCore
import StrataRungs
import StrataSubjects

/// Opening a store of one of the engines, as a check asks for it.
///
/// Settings are texts such as `durability=sync`; what is not set is as the engine has it, except that
/// nothing happens behind the caller's back: maintenance is manual, unless it is asked for.
struct StoreOpening {
  private let engine: String
  private let fileSystem: any FileSystem
  private let path: String
  private var settings: [String: String] = [:]

  /// Reads the request: disk, path, settings.
  init(_ request: inout Request, disk: (Int) -> any FileSystem) throws(SubjectError) {
    engine = request.verb
    fileSystem = disk(try request.integer())
    path = try request.text()
    while !request.arguments.isEmpty {
      let setting = try request.text()
      guard let sign = setting.firstIndex(of: "=") else {
        throw .nonsense("\(setting) is no setting")
      }
      settings[String(setting[..<sign])] = String(setting[setting.index(after: sign)...])
    }
  }

  /// Opens the store.
  func open() throws(SubjectError) -> StoreSubject {
    let clock = SubjectClock()
    var extras = StoreSubject.Extras()
    extras.clock = clock
    return try SubjectError.translating { () throws(StoreError) in
      switch engine {
      case "append-log": try openAppendLog(clock, &extras)
      case "bitcask": try openBitcask(clock, &extras)
      default: try openLogStructured(clock, &extras)
      }
    }
  }

  private func openAppendLog(
    _ clock: SubjectClock, _ extras: inout StoreSubject.Extras
  ) throws(StoreError) -> StoreSubject {
    var options = AppendLogOptions()
    options.durability = durability
    options.maintenance = maintenance
    options.buildsIndex = settings["index"] != "none"
    options.createsIfMissing = settings["create"] != "no"
    let (path, files, chosen) = (path, fileSystem, options)
    extras.complaints = { () throws(StoreError) in
      try AppendLogStore.verify(at: path, options: chosen, fileSystem: files)
    }
    let store = try AppendLogStore(at: path, options: options, fileSystem: files, clock: clock)
    return StoreSubject(store, extras: extras)
  }

  private func openBitcask(
    _ clock: SubjectClock, _ extras: inout StoreSubject.Extras
  ) throws(StoreError) -> StoreSubject {
    var options = BitcaskOptions()
    options.durability = durability
    options.maintenance = maintenance
    options.createsIfMissing = settings["create"] != "no"
    options.identity = StoreIdentity(high: 1, low: 2)
    options.dataFileBytes = number("data-file") ?? options.dataFileBytes
    options.mergeBytes = number("merge") ?? options.mergeBytes
    options.unhintedBytes = number("unhinted") ?? options.unhintedBytes
    let (path, files) = (path, fileSystem)
    extras.complaints = { () throws(StoreError) in
      try BitcaskStore.verify(at: path, fileSystem: files)
    }
    let store = try BitcaskStore(at: path, options: options, fileSystem: files, clock: clock)
    extras.maintain = { () throws(StoreError) in try store.performMaintenanceStep() }
    return StoreSubject(store, extras: extras)
  }

  private func openLogStructured(
    _ clock: SubjectClock, _ extras: inout StoreSubject.Extras
  ) throws(StoreError) -> StoreSubject {
    var options = StoreOptions()
    options.durability = durability
    options.maintenance = maintenance
    options.createsIfMissing = settings["create"] != "no"
    options.identity = StoreIdentity(high: 1, low: 2)
    options.memTableBytes = number("memtable") ?? options.memTableBytes
    options.segmentBytes = number("segment") ?? options.segmentBytes
    options.flushOnCloseBytes = number("flush-on-close") ?? options.flushOnCloseBytes
    if let name = settings["policy"], let policy = compactionPolicy(named: name) {
      options.compactionPolicy = policy
    }
    let (path, files) = (path, fileSystem)
    extras.complaints = { () throws(StoreError) in
      try LogStructuredStore.verify(at: path, fileSystem: files)
    }
    let store = try LogStructuredStore(
      at: path, options: options, fileSystem: files, clock: clock)
    extras.maintain = { () throws(StoreError) in try store.performMaintenanceStep() != nil }
    extras.snapshot = { () throws(StoreError) in try store.snapshot() }
    return StoreSubject(store, extras: extras)
  }

  private var durability: Durability { settings["durability"].flatMap { Durability($0) } ?? .sync }

  private var maintenance: Maintenance {
    settings["maintenance"] == "background" ? .background : .manual
  }

  private func number(_ name: String) -> Int? { settings[name].flatMap { Int($0) } }
}

extension Snapshot: SubjectSnapshot {}
