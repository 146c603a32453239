/// A store to be opened: which engine, and with which settings.
struct StoreSetup: Sendable {
  /// The engine as `kvcli --engine` names it.
  var engine: String
  /// Settings as the other side reads them.
  var settings: [String]

  init(_ engine: String, _ settings: [String] = []) {
    self.engine = engine
    self.settings = settings
  }

  /// The same with one more setting, which wins over an earlier one of its name.
  func with(_ settings: String...) -> StoreSetup {
    StoreSetup(engine, self.settings + settings)
  }

  /// The same without waiting for the disk: for checks of many puts that no crash follows.
  var unsynced: StoreSetup { with("durability=system") }

  /// The first rung: every get is a scan of the whole log.
  static let scanningLog = StoreSetup("append-log", ["index=none"])
  /// The first rung with its index.
  static let indexedLog = StoreSetup("append-log")
  /// The second rung.
  static let bitcask = StoreSetup("bitcask")
  /// The second rung with files so small that a few puts fill one.
  static let smallBitcask = StoreSetup(
    "bitcask", ["data-file=512", "merge=1073741824", "unhinted=0"])
  /// The log-structured engine.
  static let lsm = StoreSetup("lsm", ["flush-on-close=1073741824"])
}
