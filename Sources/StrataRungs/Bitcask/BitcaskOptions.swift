import StrataCore

/// How a Bitcask store behaves; the files can be opened with any options.
public struct BitcaskOptions: Sendable {
  /// When a write is acknowledged.
  public var durability = Durability.sync
  /// True: where there is no store yet, opening makes one.
  public var createsIfMissing = true
  /// A data file that has reached this size is sealed, and the next one begins.
  public var dataFileBytes = 64 << 20
  /// A merge begins when the data files have this size, or more where much of them is alive.
  public var mergeBytes = 1 << 20
  /// Who merges, and who syncs at the end of an interval.
  public var maintenance = Maintenance.background
  /// A data file gets a hint when it is sealed, merged, or closed with more than this beyond its hint:
  /// less is read as quickly as a hint.
  public var unhintedBytes = 256 << 10
  /// At most so many data files are open for reading at a time.
  public var openFiles = 128
  /// The identity of a store that is made; nil: random.
  ///
  /// Only tests need another.
  public var identity: StoreIdentity?

  /// The defaults.
  public init() {}

  /// Refuses sizes that mean nothing.
  func check() throws(StoreError) {
    guard (1...(2 << 30)).contains(dataFileBytes) else {
      throw .invalidArgument("the size of a data file must be between 1 byte and 2 GiB")
    }
    guard mergeBytes > 0, unhintedBytes >= 0, openFiles > 0 else {
      throw .invalidArgument("the sizes among a store's options must be above 0")
    }
    try OpeningCheck.durability(durability)
  }
}
