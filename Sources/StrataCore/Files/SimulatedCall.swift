/// One call that a store made to a simulated disk.
public struct SimulatedCall: Hashable, Sendable {
  /// What was asked for.
  public enum Kind: Int, CaseIterable, Sendable {
    case makeDirectory, create, append, truncate, writeAgain, syncFile
    case rename, remove, link, syncDirectory
    case openDirectory, lock, list, openForAppending, read, map, openForReading, readPiece

    /// True when it changes what is on the disk, or what would survive a power cut.
    public var isChanging: Bool { rawValue <= Kind.syncDirectory.rawValue }
  }

  /// How many changing calls there were on this disk, this one included if it is one.
  public let number: Int
  /// What was asked for.
  public let kind: Kind
  /// The directory's path.
  public let directory: String
  /// The name within it; empty when the call is about the directory itself.
  public let name: String
  /// How many bytes were to be read or written.
  public let bytes: Int
}

extension SimulatedCall.Kind: CustomStringConvertible {
  /// The call's usual name.
  public var description: String {
    switch self {
    case .makeDirectory: "make directory"
    case .create: "create"
    case .append: "append"
    case .truncate: "truncate"
    case .writeAgain: "write again"
    case .syncFile: "sync file"
    case .rename: "rename"
    case .remove: "remove"
    case .link: "link"
    case .syncDirectory: "sync directory"
    case .openDirectory: "open directory"
    case .lock: "lock"
    case .list: "list"
    case .openForAppending: "open for appending"
    case .read: "read"
    case .map: "map"
    case .openForReading: "open for reading"
    case .readPiece: "read a piece"
    }
  }
}

extension SimulatedCall: CustomStringConvertible {
  /// The full path of what it is about.
  public var path: String { name.isEmpty ? directory : "\(directory)/\(name)" }

  /// One line, such as "call 12: append 36 bytes to store/000001.wal".
  public var description: String {
    kind == .append
      ? "call \(number): append \(bytes) bytes to \(path)" : "call \(number): \(kind) \(path)"
  }
}

/// What becomes of a call.
public enum SimulatedOutcome: Hashable, Sendable {
  /// What was asked for.
  case success
  /// An error is reported, and this much was done nevertheless.
  case failure(Reason, done: Progress)
  /// The power goes out before anything is done; this call and all later ones fail.
  case powerCut

  /// The error that is reported.
  public enum Reason: Hashable, Sendable {
    /// EIO.
    case inputOutput
    /// ENOSPC.
    case noSpace
  }

  /// How much of a failing call is done; the caller is told of an error in each case.
  public enum Progress: Hashable, Sendable {
    /// Nothing.
    case nothing
    /// The first bytes of an append: a short write. Of any other call: nothing.
    case bytes(Int)
    /// All of it; only the answer was wrong.
    case everything
  }
}

/// How often each kind of call was made.
public struct SimulatedCallCounts: Equatable, Sendable {
  private var counts = [Int](repeating: 0, count: SimulatedCall.Kind.allCases.count)

  /// None so far.
  public init() {}

  /// How often this kind was called.
  public subscript(kind: SimulatedCall.Kind) -> Int {
    get { counts[kind.rawValue] }
    set { counts[kind.rawValue] = newValue }
  }

  /// Calls that change something.
  public var changing: Int {
    SimulatedCall.Kind.allCases.reduce(0) { $1.isChanging ? $0 + self[$1] : $0 }
  }
}

/// Error numbers that a simulated disk reports; Linux and Darwin agree on these.
enum SimulatedErrorNumber {
  static let noSuchFile: Int32 = 2
  static let inputOutput: Int32 = 5
  static let badDescriptor: Int32 = 9
  static let fileExists: Int32 = 17
}
