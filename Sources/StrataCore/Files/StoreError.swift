/// Everything that can go wrong, sorted by whose fault it is and what to do now.
///
/// | case | whose fault | what now |
/// |---|---|---|
/// | `invalidArgument` | the caller's | change the call; nothing was written |
/// | `notFound` | the caller's | there is no store at that path |
/// | `corrupt` | the disk's, or somebody wrote into our files | stop trusting that file; verify the store, restore a copy |
/// | `io` | the operating system's | see its reason |
/// | `noSpace` | the disk is full | make room, then open the store again |
/// | `locked` | another opening holds the store | wait, or close the other one |
/// | `closed` | the caller's | the store was closed |
/// | `readOnly` | an earlier failure's | reads go on; open the store again to write |
///
/// A description is a sentence that names the place. Programmer errors (a negative limit) are
/// preconditions and not listed here.
public enum StoreError: Error, Equatable, Sendable {
  /// The caller asked for something that is not allowed; nothing was changed.
  case invalidArgument(String)
  /// There is no store at this path.
  case notFound(path: String)
  /// Bytes on disk are not what was written.
  case corrupt(file: String, offset: Int, reason: String)
  /// The operating system refused a call.
  case io(call: String, path: String, errno: Int32)
  /// The disk or the quota is full.
  case noSpace(path: String)
  /// Another opening, in this process or in another one, holds the store.
  case locked(path: String)
  /// The store was closed.
  case closed
  /// An earlier write failed; the store serves reads and refuses writes until it is opened again.
  indirect case readOnly(cause: StoreError)
}

extension StoreError: CustomStringConvertible {
  /// One sentence: what was wrong, and where.
  public var description: String {
    switch self {
    case .invalidArgument(let reason): reason
    case .notFound(let path): "\(path): there is no store here"
    case .corrupt(let file, let offset, let reason):
      "\(file): damaged at byte \(offset): \(reason)"
    case .io(let call, let path, let errno):
      "\(path): \(call) failed: \(SystemCalls.describe(errno: errno))"
    case .noSpace(let path): "\(path): no space left on the disk"
    case .locked(let path): "\(path): the store is in use by another process or another opening"
    case .closed: "the store is closed"
    case .readOnly(let cause): "the store refuses writes after an earlier failure (\(cause))"
    }
  }

  /// What a person can do about it, where there is something to do.
  public var advice: String? {
    switch self {
    case .invalidArgument, .closed: nil
    case .notFound: "A first put creates a store."
    case .corrupt:
      "Verify the store to list all damage, and restore a copy that is sound."
    case .io: nil
    case .noSpace: "Make room, then open the store again; nothing acknowledged is lost."
    case .locked: "Wait until it has finished, or choose another directory."
    case .readOnly: "Open the store again once the cause is gone; reads still work."
    }
  }
}
