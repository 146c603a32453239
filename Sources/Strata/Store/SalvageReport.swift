import StrataCore

/// What was saved from a damaged store, and exactly what could not be.
///
/// A loss is a place that could not be read. What was there nobody knows; what *may* have been there is
/// bounded: by the keys around it, or by the numbers of the changes around it. A key that the new store
/// shows as it is only if no loss may hold something newer about it; all others are **uncertain**, and
/// each is named while the new store is written.
public struct SalvageReport: Equatable, Sendable {
  /// A place that could not be read.
  public struct Loss: Equatable, Sendable {
    /// The file's name in the directory.
    public var file: String
    /// Where the unreadable part begins.
    public var offset: Int
    /// How many bytes it has; 0: something is missing here, or the whole file is.
    public var length: Int
    /// What is wrong there.
    public var reason: String
    /// The keys that it may have been about; nil: it held no entries.
    public var keys: LostKeys? = LostKeys()
    /// The changes that it may have held, by their numbers; nil: any that are in segments.
    public var changes: ClosedRange<UInt64>?
    /// True when nothing sound lies behind it in the logs: what is lost is the end of what was written,
    /// and the new store is as it was before, for all keys alike; none is called uncertain for it.
    public var isTail = false
    /// The sorted run that it belongs to, counted from the newest: what is found in newer ones is certain.
    var rank = 0

    /// True when something newer than a record of `key` may have been there.
    func mayHide(_ key: Key, newerThan sequence: UInt64, rank: Int) -> Bool {
      guard !isTail, let keys, keys.contains(key) else { return false }
      if let changes { return sequence < changes.upperBound }
      return rank >= self.rank
    }
  }

  /// Files that were read, in whole or in part.
  public var filesRead: [String] = []
  /// What could not be read.
  public var losses: [Loss] = []
  /// Records that were found sound.
  public var soundRecords = 0
  /// Entries that the new store holds.
  public var entries = 0
  /// Keys that are uncertain, the absent ones among them that have a tombstone.
  public var uncertainKeys = 0
  /// What else is remarkable.
  public var warnings: [String] = []

  /// True when nothing is missing and nothing uncertain.
  public var isComplete: Bool { losses.isEmpty }
}

/// Keys between two others, both left out; nil: from the very first, to the very last.
public struct LostKeys: Equatable, Sendable {
  /// The last sound key before.
  public var after: Key?
  /// The first sound key behind.
  public var before: Key?

  /// Every key, or those between two.
  public init(after: Key? = nil, before: Key? = nil) {
    self.after = after
    self.before = before
  }

  /// True when the key lies between.
  public func contains(_ key: Key) -> Bool {
    if let after, key <= after { return false }
    if let before, key >= before { return false }
    return true
  }
}

extension LostKeys: CustomStringConvertible {
  /// `all keys`, or `keys between a and c`, as messages say it.
  public var description: String {
    switch (after, before) {
    case (nil, nil): "all keys"
    case (let after?, nil): "keys behind \(after)"
    case (nil, let before?): "keys before \(before)"
    case (let after?, let before?): "keys between \(after) and \(before)"
    }
  }
}
