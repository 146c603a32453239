import StrataConfinement

/// How a command ended, and what it said.
public struct CommandRun: Equatable, Sendable {
  /// The ways in which a command ends.
  public enum End: Equatable, Sendable {
    /// By itself, with this exit status; 128 and a signal when one ended it.
    case exited(Int32)
    /// It had no time left.
    case outOfTime
    /// It wrote more than it may.
    case outOfDisk
    /// It could not be started.
    case notStarted(String)
  }

  /// How it ended.
  public var end: End
  /// The beginning of what it printed, output and errors as they came.
  public var output: String
  /// Seconds of wall clock.
  public var seconds: Double

  /// True when it ended by itself and well.
  public var succeeded: Bool { end == .exited(0) }

  /// Runs a command to its end, at most to the end of its time.
  ///
  /// What it prints is read as it comes, kept up to the limit, and dropped beyond: a program that prints
  /// without end neither fills memory nor stands still. Its directories are measured now and then, because no
  /// limit of Linux counts the bytes of all files together.
  public static func run(
    _ command: [String], limits: ResourceLimits, environment: [String] = [],
    measuring directories: [String] = []
  ) -> CommandRun {
    let start = System.seconds
    switch System.spawn(command, environment: environment) {
    case .failure(let failure):
      return CommandRun(end: .notStarted(failure.reason), output: "", seconds: 0)
    case .success((let process, let pipe)):
      var waiting = Waiting(
        process: process, pipe: pipe, limits: limits, directories: directories, start: start)
      let end = waiting.untilEnd()
      return CommandRun(end: end, output: waiting.text, seconds: System.seconds - start)
    }
  }
}

/// The wait for one command.
private struct Waiting {
  let process: Int32
  let pipe: Int32
  let limits: ResourceLimits
  let directories: [String]
  let start: Double
  private var output: [UInt8] = []
  private var dropped = 0
  private var isOpen = true
  private var nextMeasuring: Double

  init(process: Int32, pipe: Int32, limits: ResourceLimits, directories: [String], start: Double) {
    self.process = process
    self.pipe = pipe
    self.limits = limits
    self.directories = directories
    self.start = start
    nextMeasuring = start + 0.1
  }

  var text: String {
    let text = String(decoding: output, as: UTF8.self)
    return dropped > 0 ? text + "\n(\(dropped) more bytes were printed)\n" : text
  }

  mutating func untilEnd() -> CommandRun.End {
    defer { System.closeDescriptor(pipe) }
    var end: CommandRun.End?
    while end == nil {
      read(atMost: 20)
      if let status = System.endOf(process) {
        end = .exited(status)
      } else if System.seconds - start > Double(limits.seconds) {
        end = .outOfTime
      } else if usesTooMuchDisk() {
        end = .outOfDisk
      }
    }
    // The whole group: what it started in the background ends with it.
    System.end(process)
    while end != .exited(0), System.endOf(process) == nil { System.pause(milliseconds: 1) }
    let deadline = System.seconds + 1
    while isOpen, System.seconds < deadline, System.waitToRead(pipe, milliseconds: 0) {
      read(atMost: 0)
    }
    return end ?? .outOfTime
  }

  private mutating func read(atMost milliseconds: Int32) {
    guard isOpen else { return System.pause(milliseconds: 5) }
    guard System.waitToRead(pipe, milliseconds: milliseconds) else { return }
    let bytes = System.readSome(pipe)
    if bytes.isEmpty { isOpen = false }
    let kept = bytes.prefix(max(0, limits.output - output.count))
    output += kept
    dropped += bytes.count - kept.count
  }

  private mutating func usesTooMuchDisk() -> Bool {
    guard !directories.isEmpty, System.seconds >= nextMeasuring else { return false }
    let before = System.seconds
    let usage = directories.map(System.usage).reduce((bytes: 0, entries: 0)) {
      ($0.bytes + $1.bytes, $0.entries + $1.entries)
    }
    // Measuring takes its time where there is much; it never takes more than a fifth of it.
    nextMeasuring = System.seconds + max(0.1, 4 * (System.seconds - before))
    return usage.bytes > limits.disk || usage.entries > 100_000
  }
}
