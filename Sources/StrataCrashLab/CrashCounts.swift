import StrataCore

/// How much was tried.
public struct CrashCounts: Equatable, Sendable {
  /// Disks that were recovered and compared with the model.
  public var images = 0
  /// Of these, after a kill and not a power cut.
  public var kills = 0
  /// Of these, crashed within the recovery of another image.
  public var recoveryCrashes = 0
  /// Of these, crashed after more was written on a recovered image.
  public var laterCrashes = 0
  /// Checkpoints that were opened on an image.
  public var checkpoints = 0
  /// Workloads that ran.
  public var workloads = 0
  /// Workloads that ran again with a failing call.
  public var failureRuns = 0
  /// For each kind of call, how often a workload made it.
  public var calls = SimulatedCallCounts()
  /// For each kind of call, the images that were taken right after it.
  public var imagesByCall = SimulatedCallCounts()
  /// For each kind of call, how often it was made to fail.
  public var failures = SimulatedCallCounts()

  /// Nothing yet.
  public init() {}

  /// Adds what somebody else tried.
  mutating func add(_ other: CrashCounts) {
    images += other.images
    kills += other.kills
    recoveryCrashes += other.recoveryCrashes
    laterCrashes += other.laterCrashes
    checkpoints += other.checkpoints
    workloads += other.workloads
    failureRuns += other.failureRuns
    for kind in SimulatedCall.Kind.allCases {
      calls[kind] += other.calls[kind]
      imagesByCall[kind] += other.imagesByCall[kind]
      failures[kind] += other.failures[kind]
    }
  }
}
