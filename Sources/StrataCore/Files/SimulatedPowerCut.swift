/// What one power cut takes and what it leaves, of everything that was not synced.
///
/// A plain value, so that it can be drawn from a seed, written by hand in a test, and printed in a
/// report. What was synced survives whatever it says.
///
///     SimulatedPowerCut(names: .all, files: [.nothing])     // names outran their data
public struct SimulatedPowerCut: Hashable, Sendable {
  /// Which of the unsynced changes of names survive.
  public enum Names: Hashable, Sendable {
    /// None of them.
    case none
    /// All of them.
    case all
    /// The first ones, so many.
    case prefix(Int)
    /// All but the one with this index.
    case allBut(Int)
    /// Each one or not, by a coin that the seed throws.
    case some(seed: UInt64)

    func keeps(_ index: Int) -> Bool {
      switch self {
      case .none: false
      case .all: true
      case .prefix(let count): index < count
      case .allBut(let lost): index != lost
      case .some(let seed): SplitMix64.bits(seed: seed, index: index) & 1 == 1
      }
    }
  }

  /// What survives of a file's unsynced changes.
  public enum File: Hashable, Sendable {
    /// None.
    case nothing
    /// All.
    case everything
    /// The first changes, so many, and so many bytes of the next one if it is an append.
    case prefix(changes: Int, bytes: Int)
    /// One of the sizes that the file had, and each sector new or old by a coin that the seed throws.
    case sectors(seed: UInt64, Filler)
    /// The first changes, and behind them a size that came later, without its bytes.
    case grown(changes: Int, seed: UInt64, Filler)
  }

  /// What is read from a sector that belongs to a file and was never written for it.
  public enum Filler: Hashable, Sendable, CaseIterable {
    /// Zeros.
    case zeros
    /// Random bytes.
    case junk
    /// What a removed file held at the same place; zeros when there was none.
    case leftovers
  }

  /// Which of the unsynced changes of names survive.
  public var names: Names
  /// What survives of each file with unsynced changes, in the order in which they got them; the last
  /// one holds for all that follow.
  public var files: [File]

  /// A power cut that leaves this much.
  public init(names: Names, files: [File]) {
    self.names = names
    self.files = files
  }

  /// Leaves nothing but what was synced.
  public static let worst = SimulatedPowerCut(names: .none, files: [.nothing])
  /// Comes when everything has reached the disk by luck.
  public static let harmless = SimulatedPowerCut(names: .all, files: [.everything])

  /// What becomes of the unsynced file with this index.
  public func file(_ index: Int) -> File {
    files.isEmpty ? .nothing : files[min(index, files.count - 1)]
  }
}

extension SimulatedPowerCut.Names {
  /// One of the fates that `count` changes may have; fair between the kinds, not the outcomes.
  static func random(
    of count: Int, _ personality: SimulatedDisk.Personality, using random: inout SplitMix64
  ) -> Self {
    guard count > 0 else { return .all }
    switch random.below(personality == .ordered ? 3 : 5) {
    case 0: return .none
    case 1: return .all
    case 2: return .prefix(random.below(count + 1))
    case 3: return .allBut(random.below(count))
    default: return .some(seed: random.next())
    }
  }
}

extension SimulatedPowerCut.File {
  /// One of the fates that a file's unsynced changes may have.
  static func random(
    of file: SimulatedFile, _ personality: SimulatedDisk.Personality,
    using random: inout SplitMix64
  ) -> Self {
    // Pages of a mapping reach the disk in any order, also where those of writes do not.
    switch random.below(personality == .ordered && !file.hadRoom ? 4 : 8) {
    case 0: return .nothing
    case 1: return .everything
    case 2: return prefix(of: file, at: random.below(file.unsynced.count), using: &random)
    // The last change is the one that is under way when the power goes out most of the time.
    case 3: return prefix(of: file, at: file.unsynced.count - 1, using: &random)
    case 4, 5: return .sectors(seed: random.next(), filler(of: file, using: &random))
    default:
      return .grown(
        changes: random.below(file.unsynced.count), seed: random.next(),
        filler(of: file, using: &random))
    }
  }

  private static func prefix(
    of file: SimulatedFile, at index: Int, using random: inout SplitMix64
  ) -> Self {
    guard case .append(let offset) = file.unsynced[index].kind else {
      return .prefix(changes: index, bytes: 0)
    }
    let length = file.unsynced[index].result.count - offset
    return .prefix(changes: index, bytes: random.below(length + 1))
  }

  /// Leftovers only where the file has durable bytes already: file systems take care that a new file
  /// is not wholly another one's past, and a reader that meets such a one must call it damage.
  private static func filler(
    of file: SimulatedFile, using random: inout SplitMix64
  ) -> SimulatedPowerCut.Filler {
    let fillers = SimulatedPowerCut.Filler.allCases
    return fillers[random.below(file.durable.count > 0 ? fillers.count : fillers.count - 1)]
  }
}
