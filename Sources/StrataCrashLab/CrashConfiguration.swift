import StrataCore

/// What is to be crashed, and how often.
public struct CrashConfiguration: Sendable {
  /// The seed of the first workload; each later one takes the next.
  public var seed: UInt64 = 1
  /// Operations in a workload.
  public var operations = 40
  /// Workloads are begun until so many images were looked at.
  public var images = 100_000
  /// At most so many calls of a workload are made to fail.
  public var failures = 48
  /// The stores; workloads take them in turn.
  public var subjects: [any CrashSubject]
  /// The characters of the disk; workloads take them in turn.
  public var personalities = SimulatedDisk.Personality.allCases
  /// Threads that explore at the same time, each a workload of its own.
  public var threads = WorkerThread.processorCount
  /// Exploring ends when so many violations were found.
  public var violations = 1

  /// A hundred thousand images of these stores.
  public init(subjects: [any CrashSubject]) {
    precondition(!subjects.isEmpty, "there is nothing to crash")
    self.subjects = subjects
  }

  /// The exploration with this index.
  func scenario(_ index: Int) -> CrashScenario {
    let seed = seed &+ UInt64(index)
    let subject = subjects[index % subjects.count].seeded(seed)
    // Who asks for a disk on which the subject promises nothing gets to see what happens there.
    let promised = personalities.filter(subject.personalities.contains)
    let disks = promised.isEmpty ? personalities : promised
    return CrashScenario(
      subject: subject, personality: disks[index / subjects.count % disks.count], seed: seed,
      operationCount: operations, failures: failures)
  }
}

extension CrashScenario {
  /// The arguments of `kvcli crashlab` that explore the same again, and nothing else.
  var arguments: String {
    "--seed \(seed) --operations \(operationCount) --images 1 --disk \(personality.rawValue) "
      + subject.arguments
  }
}
