/// How much of the machine a command may use.
public struct ResourceLimits: Equatable, Sendable {
  /// Seconds of one processor, all threads together.
  public var processorSeconds = 60
  /// Seconds of wall clock; whoever waits for the command keeps it.
  public var seconds = 120
  /// Bytes of memory that belong to nobody else.
  public var memory = 1 << 30
  /// Bytes of one file.
  public var fileSize = 256 << 20
  /// Bytes of all files; whoever waits for the command keeps it.
  public var disk = 512 << 20
  /// Threads and processes.
  public var processes = 64
  /// Descriptors.
  public var openFiles = 256
  /// Bytes of output that are kept; the rest is read and dropped.
  public var output = 64 << 10

  /// The usual limits of a submission that runs.
  public init() {}

  /// The usual limits of a compiler.
  ///
  /// A nested literal of one line took 5.6 GB: a compiler needs limits as much as what it compiles.
  public static var build: ResourceLimits {
    var limits = ResourceLimits()
    limits.processorSeconds = 300
    limits.seconds = 300
    limits.memory = 3 << 30
    limits.fileSize = 512 << 20
    limits.disk = 2 << 30
    limits.processes = 256
    limits.openFiles = 4096
    return limits
  }
}
