import StrataCore

/// One engine under one set of options, as a row of a table: all that the contract suite needs to know.
///
/// The suite is written once and runs on every row of `StoreUnderTest.all`; a new engine is one more
/// row. What an engine cannot do is nil or false, and the tests of it leave the engine out.
public struct StoreUnderTest: Sendable, CustomStringConvertible {
  /// The engine and what is special about the options: `lsm, leveled, segments of 1 KiB`.
  public var name: String
  /// What was acknowledged is there when the store is opened again.
  public var isDurable = true
  /// Nothing happens behind the caller's back: while no call is running, the files are at rest.
  public var isStepwise = true
  /// Values of 64 MiB are part of its tests.
  public var takesLargeValues = true
  /// `compact` removes files' bytes; a store without files has nothing to reclaim.
  public var reclaimsSpace = true
  /// Flushing moves entries to other files, and drops those whose time is over.
  public var flushMovesEntries = true
  /// Sequence numbers go on after compacting and opening again.
  public var remembersSequence = true
  /// The share of the random operations that it gets: 1 is a full row.
  public var weight = 1.0
  /// Where its stores lie in tests that do not choose for themselves.
  public var ground = TestGround.Kind.simulated
  private let opening: Opening

  /// How a row opens its store: at a path, which may be missing yet, of a file system, by a clock.
  public typealias Opening =
    @Sendable (String, any FileSystem, any WallClock) throws(StoreError) -> OpenStore

  /// A row.
  public init(_ name: String, opening: @escaping Opening) {
    self.name = name
    self.opening = opening
  }

  /// Opens the store on the ground of a test.
  public func open(
    _ ground: TestGround, clock: any WallClock = ManualClock()
  ) throws(StoreError) -> OpenStore {
    try opening(ground.path, ground.fileSystem, clock)
  }

  /// The row's name, which becomes a part of the test's.
  public var description: String { name }
}

/// A store that a row opened, and what it can do beyond the contract.
public struct OpenStore: Sendable {
  /// The store.
  public var store: any KeyValueStore
  /// Does one piece of maintenance; false when there was nothing to do.
  public var performMaintenanceStep: (@Sendable () throws(StoreError) -> Bool)?
  /// Takes a snapshot.
  public var snapshot: (@Sendable () throws(StoreError) -> any ReadableSnapshot)?
  /// Checks every byte of the closed store; the answers are complaints, none for a sound one.
  public var complaints: (@Sendable () throws(StoreError) -> [String])?

  /// A store that can do what the contract asks, and no more.
  public init(_ store: any KeyValueStore) { self.store = store }
}

extension StoreUnderTest {
  /// Opens the store on ground of its own, closes it after `body`, and removes everything.
  public func withStore(
    clock: any WallClock = ManualClock(), _ body: (any KeyValueStore) throws -> Void
  ) throws {
    try withOpenStore(clock: clock) { try body($0.store) }
  }

  /// The same, with what the store can do beyond the contract.
  public func withOpenStore(
    clock: any WallClock = ManualClock(), _ body: (OpenStore) throws -> Void
  ) throws {
    try TestGround.with(ground) { ground in
      try closing(open(ground, clock: clock), after: body)
    }
  }

  /// Opens the store again and again in the same place, once for each body.
  public func withReopenedStores(
    clock: any WallClock = ManualClock(), _ bodies: (any KeyValueStore) throws -> Void...
  ) throws {
    try TestGround.with(ground) { ground in
      for body in bodies { try closing(open(ground, clock: clock)) { try body($0.store) } }
    }
  }

  private func closing(_ open: OpenStore, after body: (OpenStore) throws -> Void) throws {
    do { try body(open) } catch {
      try open.store.close()
      throw error
    }
    try open.store.close()
  }
}

/// The store as it was at one moment, for as long as this object lives.
public protocol ReadableSnapshot: AnyObject {
  /// What `key` held then, or nil.
  func get(_ key: Key) throws(StoreError) -> Value?

  /// The entries of a range as they were then.
  func scan(_ range: KeyRange, _ direction: ScanDirection, limit: Int?) throws(StoreError)
    -> any EntryScan
}
