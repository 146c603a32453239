import StrataCore
import StrataCrashLab

/// What `crashlab` is to explore; nil: all there is.
struct CrashLabRequest: Equatable, Sendable {
  var seed = 1
  var operations = 40
  var images = 100_000
  var durability: Durability?
  var policy: String?
  var disk: String?

  /// The characters of the simulated disk.
  static let disks = SimulatedDisk.Personality.allCases.map(\.rawValue)
}

extension Execution {
  /// Explores crashes; the outcome is damage when a promise was broken.
  func crashLab(_ request: CrashLabRequest) throws(StoreError) -> Outcome {
    let engine = session.settings.engine
    let subjects = try engine.crashSubjects(request.durability, request.policy)
    guard !subjects.isEmpty else {
      throw .invalidArgument("the engine \(engine.name) has no files that a crash could leave")
    }
    var configuration = CrashConfiguration(subjects: subjects)
    configuration.seed = UInt64(request.seed)
    configuration.operations = request.operations
    configuration.images = request.images
    if let disk = request.disk.flatMap(SimulatedDisk.Personality.init(rawValue:)) {
      configuration.personalities = [disk]
    }
    let output = SharedOutput(output)
    let isSound = CrashLab.explore(configuration) { output.line($0) }
    return isSound ? .done(printed: true) : .damaged
  }
}

/// An output to which the explorer's threads write, one at a time.
private final class SharedOutput: @unchecked Sendable {
  private let output: Output  // used only under `lock`
  private let lock = Lock()

  init(_ output: Output) { self.output = output }

  func line(_ text: String) {
    lock.withLock {
      // A line of progress that cannot be written must not end the exploration.
      try? output.line(text)
      try? output.flush()
    }
  }
}
