import Foundation
import StrataCore

/// Where a test's store lies, and how to see what a killed process would have left there.
public struct TestGround {
  /// The kinds of ground there are.
  public enum Kind: Sendable {
    /// A disk in memory: fast, and a kill may come at any moment.
    case simulated
    /// A temporary directory on the real disk.
    case real
  }

  private enum Disk {
    case simulated(SimulatedDisk)
    case real(directory: String, name: String)
  }

  private let disk: Disk

  /// Gives `body` new, empty ground.
  public static func with<Result>(
    _ kind: Kind, _ body: (TestGround) throws -> Result
  ) throws -> Result {
    switch kind {
    case .simulated: try body(TestGround(disk: .simulated(SimulatedDisk(.ordered))))
    case .real:
      try withTemporaryDirectory { try body(TestGround(disk: .real(directory: $0, name: "0"))) }
    }
  }

  /// The store's directory.
  public var path: String {
    switch disk {
    case .simulated: "store"
    case .real(let directory, let name): "\(directory)/\(name)"
    }
  }

  /// What the directory lies on.
  public var fileSystem: any FileSystem {
    switch disk {
    case .simulated(let disk): disk
    case .real: LocalFileSystem()
    }
  }

  /// True when `afterKill` may be called while somebody writes.
  public var isSimulated: Bool {
    if case .simulated = disk { true } else { false }
  }

  /// Other ground, with the files as every process sees them now.
  ///
  /// Copying real files takes a while, so that the store must be at rest meanwhile.
  public func afterKill() throws -> TestGround {
    switch disk {
    case .simulated(let disk): return TestGround(disk: .simulated(disk.afterKill()))
    case .real(let directory, _):
      let next = TestGround(disk: .real(directory: directory, name: UUID().uuidString))
      try copyFiles(from: path, to: next.path)
      return next
    }
  }
}
