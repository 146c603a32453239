import Strata
import StrataCore
import StrataSubjects
import StrataWire

/// A compaction policy: `pick run …` answers a task, or null; a run is an array of its number, its level,
/// and for each segment number, bytes, smallest and largest key.
final class PolicySubject: Subject {
  private let policy: any CompactionPolicy

  init(_ request: inout Request) throws(SubjectError) {
    let name = try request.text()
    guard let policy = compactionPolicy(named: name) else {
      throw .refused("there is no policy \(name)")
    }
    self.policy = policy
  }

  func answer(_ request: inout Request) throws(SubjectError) -> WireValue {
    var runs: [StoreShape.Run] = []
    while !request.arguments.isEmpty {
      var fields = Request("a run", try request.take().asArray(in: "pick"))
      var run = StoreShape.Run(
        id: UInt32(clamping: try fields.integer()), level: try fields.integer(), segments: [])
      while !fields.arguments.isEmpty {
        run.segments.append(
          StoreShape.Segment(
            number: UInt32(clamping: try fields.integer()), bytes: try fields.integer(),
            smallestKey: try fields.key(), largestKey: try fields.key()))
      }
      runs.append(run)
    }
    guard let task = policy.pick(StoreShape(runs: runs)) else { return .null }
    return .array([
      .integer(task.outputLevel), .optional(task.joinsRun.map { Int($0) }),
      .array(task.inputs.map { .integer(Int($0)) }),
    ])
  }
}

/// The manifest of a directory: `commit flushed oldest-log next-file row …`, `read`.
///
/// A row is an array of number, run, level, checksum and size.
final class ManifestSubject: Subject {
  private let directory: any Directory

  init(_ request: inout Request, disk: (Int) -> any FileSystem) throws(SubjectError) {
    directory = try FilePlace(&request, disk: disk).directory
  }

  func answer(_ request: inout Request) throws(SubjectError) -> WireValue {
    switch request.verb {
    case "commit":
      var manifest = Manifest(identity: FilePlace.identity)
      manifest.flushedSequence = UInt64(clamping: try request.integer())
      manifest.oldestLog = UInt32(clamping: try request.integer())
      manifest.nextFileNumber = UInt32(clamping: try request.integer())
      while !request.arguments.isEmpty {
        var fields = Request("a row", try request.take().asArray(in: "commit"))
        manifest.segments.append(
          Manifest.Row(
            number: UInt32(clamping: try fields.integer()),
            run: UInt32(clamping: try fields.integer()),
            level: UInt32(clamping: try fields.integer()),
            footerChecksum: UInt32(clamping: try fields.integer()), size: try fields.integer()))
      }
      let made = manifest
      return .integer(
        try SubjectError.translating { () throws(StoreError) in try made.commit(in: directory) })
    case "read":
      let manifest = try SubjectError.translating { () throws(StoreError) in
        try Manifest(reading: directory)
      }
      let rows = manifest.segments.map { row -> WireValue in
        .array(
          [Int(row.number), Int(row.run), Int(row.level), Int(row.footerChecksum), row.size]
            .map { .integer($0) })
      }
      return .array(
        [
          Int(clamping: manifest.flushedSequence), Int(manifest.oldestLog),
          Int(manifest.nextFileNumber),
        ].map { .integer($0) } + rows)
    default: throw .nonsense("\(request.verb) is nothing that a manifest does")
    }
  }
}
