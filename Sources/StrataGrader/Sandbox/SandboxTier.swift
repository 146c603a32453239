/// What stands between a submission and the machine: three tiers, the strongest first.
///
/// | tier | files | network | other processes | processor, memory, files, processes |
/// |---|---|---|---|---|
/// | `bubblewrap` | sees only what is bound in | none (namespace, filter) | sees none (namespace) | limits |
/// | `confined` | may open only what Landlock lists | none (filter) | may signal only itself (filter) | limits |
/// | `limited` | **everything of its user** | **all** | **those of its user** | limits |
///
/// As root, every tier first becomes another user. macOS offers only the last one: its `sandbox-exec` is
/// deprecated, and a grader should not be built on what may be gone next year.
public enum SandboxTier: String, CaseIterable, Comparable, Sendable {
  /// Namespaces by the program `bwrap`, and within them the grader's own filter.
  case bubblewrap
  /// The grader's own trampoline: Landlock and a filter of system calls.
  case confined
  /// Nothing but limits.
  case limited

  /// True when it holds what is hostile, and not only what is careless.
  public var isSandboxed: Bool { self != .limited }

  private var strength: Int {
    switch self {
    case .bubblewrap: 2
    case .confined: 1
    case .limited: 0
    }
  }

  /// The weaker tier comes first.
  public static func < (one: SandboxTier, other: SandboxTier) -> Bool {
    one.strength < other.strength
  }
}

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

/// What a command may touch.
public struct Permissions: Equatable, Sendable {
  /// Files and directories that it may read and run.
  public var readable: [String]
  /// All that it may open of those, where Landlock can see to it; nil: each of them.
  ///
  /// A static program needs no library: what is readable is then there for whoever starts it.
  public var opened: [String]?
  /// Directories that it may also change.
  public var writable: [String]
  /// Where it starts.
  public var directory: String
  /// Its environment; nothing else is in it.
  public var environment: [String: String]
  /// Descriptors beside the three standard ones that stay open.
  public var descriptors: [Int32]
  /// True for compilers; a store starts no programs.
  public var mayStartProcesses: Bool
  /// How much it may use.
  public var limits: ResourceLimits

  /// The permissions of a command that works in one directory and reads the system's own files.
  public init(
    directory: String, readable: [String] = Permissions.systemFiles, writable: [String]? = nil,
    environment: [String: String] = [:], descriptors: [Int32] = [],
    mayStartProcesses: Bool = false, limits: ResourceLimits = ResourceLimits()
  ) {
    self.directory = directory
    self.readable = readable
    self.writable = writable ?? [directory]
    self.environment = environment
    self.descriptors = descriptors
    self.mayStartProcesses = mayStartProcesses
    self.limits = limits
  }

  /// What every program reads: devices that hold no secret, and what the kernel says about the process itself,
  /// where Swift finds its own command line.
  public static let ownFiles = ["/dev/null", "/dev/zero", "/dev/urandom", "/proc/self"]

  /// The same, and what a dynamically linked program reads before its first line.
  public static let systemFiles =
    ["/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache"] + ownFiles
}
