import StrataConfinement

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

  /// What it has to keep a submission from.
  var promises: [Defence] {
    isSandboxed ? Defence.allCases : [.environment, .descriptors, .memoryLimit, .fileSizeLimit]
  }

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

  /// What every program reads: what the kernel says about the process itself, where Swift finds its own command
  /// line.
  public static let ownFiles = ["/proc/self"]

  /// The same, what a dynamically linked program reads before its first line, and devices without a secret.
  public static let systemFiles =
    ["/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache"]
    + ["/dev/null", "/dev/zero", "/dev/urandom"] + ownFiles
}
