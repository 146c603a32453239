import StrataCore
import StrataWire

/// Subjects in this process: for breakpoints, and for speed.
public final class DirectLink: SubjectLink, @unchecked Sendable {
  private let factory: any SubjectFactory
  private let lock = Lock()
  private var host: SubjectHost  // guarded by `lock`
  private var disks: [any FileSystem] = []  // guarded by `lock`

  /// Subjects that this factory makes.
  public init(_ factory: any SubjectFactory) {
    self.factory = factory
    host = SubjectHost(factory) { _ in LocalFileSystem() }
    host = makeHost()
  }

  /// False.
  public var isPiped: Bool { false }

  /// Hands the request over.
  public func ask(_ request: Request, lane: Int) throws(SubjectError) -> WireValue {
    let host = lock.withLock { self.host }
    return try Refusal.check(host.answer(request))
  }

  /// Lets go of the subject at once.
  public func release(_ subject: Int) { _ = try? ask(.releasing(subject), lane: 0) }

  /// Numbers a disk.
  public func attach(_ disk: any FileSystem) -> Int {
    lock.withLock {
      disks.append(disk)
      return disks.count
    }
  }

  /// Lets go of all subjects, without closing any.
  public func kill() {
    let fresh = makeHost()
    lock.withLock { host = fresh }
  }

  /// Lets go of all subjects.
  public func close() { kill() }

  /// Nothing: what is printed here is printed.
  public func takePrinted() -> String { "" }

  private func makeHost() -> SubjectHost {
    SubjectHost(factory) { [unowned self] number in
      lock.withLock { disks.indices.contains(number - 1) ? disks[number - 1] : LocalFileSystem() }
    }
  }
}
