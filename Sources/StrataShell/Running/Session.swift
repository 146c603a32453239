import StrataCore

/// The store that commands work on, opened when the first one needs it.
///
/// Reading from a directory that does not exist is reading from an empty store, and creates nothing;
/// writing creates it. Commands about the files themselves need them to be there.
final class Session {
  /// How the store is opened.
  var settings: StoreSettings
  /// Told of what recovery found, once for each opening that found something.
  var reportRecovery: (RecoveryReport) -> Void = { _ in }
  /// Why the store could not be opened, when that was last tried: damage, a refusal, a lock.
  ///
  /// No store at all is not such a failure: a first put makes one.
  private(set) var openingFailure: StoreError?
  /// Told once when something is read from a store that is not there.
  var reportMissing: (String) -> Void = { _ in }
  private var wasMissing = false
  private var store: (any KeyValueStore)?
  /// The store when it is open; nil when nobody has needed it yet.
  var opened: (any KeyValueStore)? { store }

  init(settings: StoreSettings) { self.settings = settings }

  /// The store, made when it is missing.
  func storeForWriting() throws(StoreError) -> any KeyValueStore { try open(creating: true) }

  /// The store, or an empty one in memory when it is missing.
  ///
  /// - Parameter expectingEntries: false when an empty answer surprises nobody, as it does in a directory
  ///   that is there.
  func storeForReading(expectingEntries: Bool = true) throws(StoreError) -> any KeyValueStore {
    do throws(StoreError) {
      return try open(creating: false)
    } catch {
      guard case .notFound(let path) = error else { throw error }
      if !wasMissing, expectingEntries || !Platform.exists(path) {
        wasMissing = true
        reportMissing(path)
      }
      return DictionaryStore(clock: settings.clock)
    }
  }

  /// The store, which must be there.
  func existingStore() throws(StoreError) -> any KeyValueStore { try open(creating: false) }

  /// Chooses the engine by the files that are there, unless it was named.
  ///
  /// - Throws: `invalidArgument` when another one was named.
  func settleEngine() throws(StoreError) {
    guard let found = EngineTable.detect(settings.path), found.name != settings.engine.name else {
      return
    }
    guard !settings.isEngineNamed, settings.engine.isPublic else {
      guard settings.engine.isPublic else { return }
      throw .invalidArgument(
        "\(settings.path) holds a store of the engine \(found.name), not \(settings.engine.name)")
    }
    settings.engine = found
  }

  private func open(creating: Bool) throws(StoreError) -> any KeyValueStore {
    if let store { return store }
    try settleEngine()
    var settings = settings
    settings.createsIfMissing = creating
    openingFailure = nil
    let opened: any KeyValueStore
    do throws(StoreError) {
      opened = try settings.engine.open(settings)
    } catch {
      switch error {
      case .corrupt, .io, .noSpace, .locked: openingFailure = error
      default: break
      }
      throw error
    }
    if let recovery = (opened as? any RecoveringStore)?.recovery { reportRecovery(recovery) }
    store = opened
    return opened
  }

  /// Closes the store; the next command opens it again.
  func close() throws(StoreError) {
    defer { store = nil }
    try store?.close()
  }

  /// Lets go of the store without closing it: what is not in its files is lost, as by a crash.
  func abandon() { store = nil }
}
