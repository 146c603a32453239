import StrataConfinement

/// Finds the strongest tier that works on this machine, by trying.
///
/// A tier works when everything that it promises was attempted and held. Why one does not is kept, because a
/// teacher whose machine could do more wants to know what is missing.
public struct SandboxProbe: Sendable {
  /// What came of trying one tier.
  public struct Outcome: Equatable, Sendable {
    /// The tier.
    public var tier: SandboxTier
    /// The defences that held.
    public var held: [Defence]
    /// Those that it promises and that did not hold.
    public var broken: [Defence]
    /// Why it could not be tried at all; empty when it could.
    public var trouble: String

    /// True when it keeps what it promises.
    public var works: Bool { trouble.isEmpty && broken.isEmpty }

    /// The outcome on one line.
    public var line: String {
      if !trouble.isEmpty { return "\(tier.rawValue): does not work here: \(trouble)" }
      let names = { (defences: [Defence]) in defences.map(\.rawValue).joined(separator: ", ") }
      if !broken.isEmpty { return "\(tier.rawValue): broken: \(names(broken))" }
      return "\(tier.rawValue): held: \(names(held))"
    }
  }

  private let trampoline: String
  private let user: UInt32?

  /// A probe by the program `kvconfine`.
  public init(trampoline: String, user: UInt32? = Sandbox.userForSlot(0)) {
    self.trampoline = trampoline
    self.user = user
  }

  /// Tries all tiers, the strongest first.
  public func all() -> [Outcome] { SandboxTier.allCases.map(outcome) }

  /// Tries tiers, the strongest first, until one works; the last outcome is that one's.
  public func untilOneWorks() -> [Outcome] {
    var outcomes: [Outcome] = []
    for tier in SandboxTier.allCases {
      outcomes.append(outcome(of: tier))
      if outcomes[outcomes.count - 1].works { break }
    }
    return outcomes
  }

  /// Tries one tier.
  public func outcome(of tier: SandboxTier) -> Outcome {
    var outcome = Outcome(tier: tier, held: [], broken: [], trouble: "")
    guard System.exists(trampoline) else {
      outcome.trouble = "there is no \(trampoline), which belongs beside kvgrade; copy both"
      return outcome
    }
    guard let ground = System.makeTemporaryDirectory("kvgrade-probe") else {
      outcome.trouble = "no temporary directory can be made"
      return outcome
    }
    defer { System.remove(ground) }
    let work = "\(ground)/work"
    let secret = "\(ground)/secret"
    guard System.makeDirectory(work), System.write(Array("secret".utf8), toFile: secret),
      let (listener, port) = System.listen(), let open = System.openInheritably(secret)
    else {
      outcome.trouble = "nothing could be made to aim at"
      return outcome
    }
    defer {
      System.closeDescriptor(listener)
      System.closeDescriptor(open)
    }
    if let user { System.give(work, to: user) }

    // More within reach than a static submission has: what holds here holds there.
    var permissions = Permissions(directory: work)
    permissions.readable += [trampoline] + Toolchain.libraries
    permissions.limits.fileSize = 1 << 20
    permissions.limits.seconds = 20
    let targets = Defence.Targets(
      port: port, secret: secret, outside: ground, process: System.processIdentifier,
      descriptor: open)
    let sandbox = Sandbox(tier: tier, trampoline: trampoline, user: user)
    let run = CommandRun.run(
      sandbox.wrap([trampoline, "attempt"] + targets.arguments, permissions),
      limits: permissions.limits, environment: ["PATH=/usr/bin:/bin", "HOME=/"])
    return Self.read(run, into: outcome)
  }

  private static func read(_ run: CommandRun, into outcome: Outcome) -> Outcome {
    var outcome = outcome
    guard run.succeeded else {
      let last = run.output.split(separator: "\n").last.map(String.init)
      outcome.trouble = last ?? "it ended with \(run.end)"
      return outcome
    }
    let lines = Set(run.output.split(separator: "\n").map(String.init))
    for defence in Defence.allCases {
      if lines.contains("\(defence.rawValue) held") {
        outcome.held.append(defence)
      } else if outcome.tier.promises.contains(defence) {
        outcome.broken.append(defence)
      }
    }
    return outcome
  }
}
