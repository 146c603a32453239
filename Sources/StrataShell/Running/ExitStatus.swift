import StrataCore

/// What kvcli tells the program that started it.
enum ExitStatus: Int32 {
  case success = 0
  /// The key is absent; a script differs.
  case absent = 1
  /// The command was written wrongly, or asks for what is not allowed.
  case usage = 2
  /// A file of the store is damaged.
  case corrupt = 3
  /// The operating system refused, the disk is full, or there is no store.
  case inputOutput = 4
  /// Another process uses the store.
  case locked = 5
  /// The store refuses writes after an earlier failure.
  case readOnly = 6

  /// The status for an error.
  init(_ error: StoreError) {
    switch error {
    case .invalidArgument, .closed: self = .usage
    case .corrupt: self = .corrupt
    case .io, .noSpace, .notFound: self = .inputOutput
    case .locked: self = .locked
    case .readOnly: self = .readOnly
    }
  }
}

extension StoreError {
  /// The error's name, for `ERROR kind: reason`.
  var kind: String {
    switch self {
    case .invalidArgument: "invalidArgument"
    case .notFound: "notFound"
    case .corrupt: "corrupt"
    case .io: "io"
    case .noSpace: "noSpace"
    case .locked: "locked"
    case .closed: "closed"
    case .readOnly: "readOnly"
    }
  }
}
