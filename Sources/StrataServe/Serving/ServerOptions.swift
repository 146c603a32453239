import StrataCore
import StrataWire

/// How a server behaves.
public struct ServerOptions: Sendable {
  /// What clients must give with AUTH; nil: nothing.
  public var password: [UInt8]?
  /// How much a command may have.
  public var limits = WireLimits.standard
  /// How many clients there may be at a time.
  public var maximumClients = 1000
  /// A client that says nothing for so long is gone; nil: it may stay.
  public var idleMilliseconds: Int?
  /// What `INFO` and `CONFIG GET` say about the store's durability.
  public var durability = Durability.sync
  /// The program's version, for `INFO`.
  public var programVersion = ""

  /// The usual ones.
  public init() {}
}

/// Where clients come from.
public enum ServerAddress: Sendable, Equatable {
  /// A TCP port on an address in numbers; port 0 means any that is free.
  case port(Int, address: String)
  /// A socket in the file system.
  case unix(path: String)

  /// True when nobody on another computer can reach it.
  public var isLocal: Bool {
    switch self {
    case .unix: true
    case .port(_, let address): address == "::1" || address.hasPrefix("127.")
    }
  }
}
