import StrataConfinement

/// Turns a command into one that can do less.
///
///     ["/ground/kvhost"]
///     confined:    kvconfine confine --user … --memory … --read … --filter run -- /ground/kvhost
///     bubblewrap:  kvconfine confine --user … -- bwrap --unshare-all … --
///                  kvconfine confine --memory … --filter run -- /ground/kvhost
///
/// The result is an ordinary command: whoever starts it needs to know nothing of sandboxes. Descriptors that
/// the permissions name reach the command through all of it.
///
/// After `bubblewrap` the process that was started is not the command but its keeper. When it is killed, the
/// kernel kills the command too, but a moment later: who needs to know that it is gone reads its output or
/// another of its pipes to the end.
public struct Sandbox: Sendable {
  /// Which tier it is.
  public let tier: SandboxTier
  /// The program `kvconfine`; the command's user must be able to run it.
  public let trampoline: String
  /// The user that commands run as; nil: the one who grades.
  public let user: UInt32?

  /// The program of the first tier.
  public static let bubblewrap = "/usr/bin/bwrap"

  /// The program `kvconfine`, which lies beside this one, where every user may run it.
  public static var ownTrampoline: String {
    let folder = System.executablePath.split(separator: "/").dropLast().joined(separator: "/")
    return System.shared("/\(folder)/kvconfine")
  }

  /// The user that root hands out for a slot; nil for everybody else, who can hand out none.
  ///
  /// One for each submission that is graded at the same time, so that none can look into another's files or
  /// use up its processes. Ordinary accounts are below these numbers, systemd's own above.
  public static func userForSlot(_ slot: Int) -> UInt32? {
    System.isSuperuser ? 60_600 + UInt32(slot % 500) : nil
  }

  /// A sandbox of this tier.
  public init(tier: SandboxTier, trampoline: String, user: UInt32? = Sandbox.userForSlot(0)) {
    self.tier = tier
    self.trampoline = trampoline
    self.user = user
  }

  /// The command, so that it can do no more than it may.
  public func wrap(_ command: [String], _ permissions: Permissions) -> [String] {
    var inner = Confinement()
    inner.limits = permissions.limits
    inner.descriptors = permissions.descriptors
    inner.environment = permissions.environment
    inner.directory = permissions.directory
    if tier.isSandboxed { inner.filter = permissions.mayStartProcesses ? .build : .run }
    if tier == .bubblewrap {
      // The program needs less than the trampoline, for which everything else is bound in.
      if let opened = permissions.opened, System.hasLandlock {
        inner.files = (opened, permissions.writable)
      }
      var outer = Confinement()
      outer.user = user
      outer.descriptors = permissions.descriptors
      return confine(outer) + bubblewrapWords(permissions) + confine(inner) + command
    }
    inner.user = user
    if tier == .confined {
      inner.files = (permissions.opened ?? permissions.readable, permissions.writable)
    }
    return confine(inner) + command
  }

  /// Ends everything that runs as the user of this sandbox, at once, in the tier in which anything may.
  ///
  /// What starts its successor and ends, in a session of its own, is gone whenever somebody looks for it. But a
  /// process of the same user can signal all others in one call, and while that goes on none can be started.
  /// The other tiers start no processes, or take all of them along.
  func sweep() {
    guard tier == .limited, let user else { return }
    _ = CommandRun.run([trampoline, "sweep", "\(user)"], limits: ResourceLimits())
    System.endAllChildren()
  }

  private func confine(_ confinement: Confinement) -> [String] {
    [trampoline, "confine"] + confinement.arguments + ["--"]
  }

  private func bubblewrapWords(_ permissions: Permissions) -> [String] {
    var words = [
      Self.bubblewrap, "--unshare-all", "--die-with-parent", "--new-session", "--clearenv",
      "--cap-drop", "ALL", "--proc", "/proc",
    ]
    // Each of its devices is a mount of its own, and takes a tenth of a millisecond.
    let hasDevices = permissions.readable.contains { $0.hasPrefix("/dev/") }
    if hasDevices { words += ["--dev", "/dev"] }
    // What lies in another bound directory must come after it.
    let paths =
      permissions.readable.filter { !$0.hasPrefix("/dev/") && !$0.hasPrefix("/proc/") }.map {
        ($0, "--ro-bind-try")
      }
      + [(trampoline, "--ro-bind")] + permissions.writable.map { ($0, "--bind") }
    for (path, option) in paths.sorted(by: { $0.0.count < $1.0.count }) {
      words += [option, path, path]
    }
    // The empty root and /dev lie in memory, which nothing limits: nobody writes there.
    if hasDevices { words += ["--remount-ro", "/dev"] }
    return words + ["--remount-ro", "/", "--"]
  }
}
