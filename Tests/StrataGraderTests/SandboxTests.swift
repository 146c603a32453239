import Foundation
import StrataCore
import Testing

@testable import StrataConfinement
@testable import StrataGrader

/// What was built of the grader, beside the tests.
enum BuiltGrader {
  /// The program `kvconfine`.
  static let trampoline: String = {
    let parts = System.executablePath.split(separator: "/").dropLast()
    return "/" + parts.joined(separator: "/") + "/kvconfine"
  }()

  /// The tiers that this machine offers, each tried once.
  static let tiers = SandboxProbe(trampoline: trampoline).all().filter(\.works).map(\.tier)
  static let sandboxes = tiers.filter(\.isSandboxed)
}

@Suite("Sandbox")
struct SandboxTests {
  @Test("a tier that works keeps everything that it promises")
  func promises() {
    let outcomes = SandboxProbe(trampoline: BuiltGrader.trampoline).all()
    #expect(outcomes.map(\.tier) == SandboxTier.allCases)
    for outcome in outcomes where outcome.works {
      #expect(Set(outcome.held).isSuperset(of: outcome.tier.promises))
    }
    #expect(outcomes.last?.works == true, "\(outcomes.map(\.line))")
  }

  @Test("an attempt that no sandbox holds is seen to get through")
  func attemptsAreReal() {
    // Without this, attempts that fail for another reason would pass for defences.
    let limited = SandboxProbe(trampoline: BuiltGrader.trampoline).outcome(of: .limited)
    for defence in [Defence.network, .accounts, .files, .programs] {
      #expect(!limited.held.contains(defence), "\(defence)")
    }
  }

  @Test("a command in a sandbox sees its words, its directory and its environment, and no more")
  func ordinaryWork() throws {
    for tier in BuiltGrader.tiers {
      let run = try Self.run(
        "echo \"$ONE|$HOME\"; pwd; echo written > file; cat file", in: tier,
        environment: ["ONE": "1"])
      let lines = run.output.split(separator: "\n")
      #expect(run.succeeded && lines.count == 3, "\(tier): \(run)")
      #expect(lines.first == "1|" && lines.last == "written")
    }
  }

  @Test("a sandbox keeps out of other files, of the network and of the system")
  func files() throws {
    for tier in BuiltGrader.sandboxes {
      for attack in [
        "cat /etc/passwd", "cat /etc/shadow", "ls /home", "ls /root", "echo x > /usr/x",
        "cat \(#filePath)", "cat ../secret", "ln -s ../secret link && cat link",
        "cat /proc/\(System.processIdentifier)/environ", "kill -9 \(System.processIdentifier)",
        "mount -t tmpfs none .",
      ] {
        let run = try Self.run(attack, in: tier)
        #expect(!run.succeeded && !run.output.contains("hidden"), "\(tier): \(attack): \(run)")
      }
    }
  }

  @Test("a store may start no process, a compiler may")
  func processes() throws {
    for tier in BuiltGrader.sandboxes {
      let store = try Self.run("ls / & wait; ls | cat", in: tier, mayStartProcesses: false)
      #expect(!store.succeeded && store.output.contains("fork"), "\(tier): \(store)")
      #expect(try Self.run("ls . | cat", in: tier).succeeded)
    }
  }

  @Test("a fork bomb meets a limit, and nothing of it is left")
  func forkBomb() throws {
    for tier in BuiltGrader.sandboxes {
      let name = "bomb-\(UInt32.random(in: 0...UInt32.max))"
      let run = try Self.run(
        "bomb() { bomb & bomb & }; for i in 1 2 3; do bomb & done; wait; sleep 60 # \(name)",
        in: tier, seconds: 2)
      #expect(run.end != .exited(0), "\(run)")
      // Killed they all are; the last of many may still be on its way out.
      var isLeft = true
      for _ in 0..<500 where isLeft {
        isLeft = System.commandLines().contains { $0.contains(name) }
      }
      #expect(!isLeft, "\(tier)")
    }
  }

  @Test("what hangs, prints without end or fills the disk is ended and said to be so")
  func hogs() throws {
    for tier in BuiltGrader.tiers {
      #expect(try Self.run("while :; do :; done", in: tier, seconds: 1).end == .outOfTime)
      let loud = try Self.run("while :; do echo loud; done", in: tier, seconds: 1)
      #expect(loud.end == .outOfTime && loud.output.utf8.count < 70_000)
      #expect(loud.output.contains("more bytes were printed"))
      let big = try Self.run(
        "i=0; while :; do i=$((i+1)); head -c 900000 /dev/zero > file-$i; done", in: tier)
      #expect(big.end == .outOfDisk, "\(tier): \(big)")
      let memory = try Self.run("head -c 400000000 /dev/zero | tail -c 399999999", in: tier)
      #expect(!memory.succeeded, "\(tier)")
    }
  }

  @Test("a trampoline that cannot do what it is asked to runs nothing")
  func noHalfMeasures() {
    for words in [
      ["confine"], ["confine", "--"], ["confine", "--filter", "none", "--", "/bin/echo"],
      ["confine", "--processes", "-1", "--", "/bin/echo"],
      ["confine", "--new", "x", "--", "/bin/echo"],
      ["confine", "--directory", "/there/is/none", "--", "/bin/echo", "ran"],
    ] {
      let run = CommandRun.run([BuiltGrader.trampoline] + words, limits: ResourceLimits())
      #expect(run.end == .exited(Trampoline.failed), "\(words): \(run)")
      #expect(!run.output.contains("ran\n"))
    }
  }

  @Test("the words of a confinement say all that is in it")
  func confinementWords() throws {
    var confinement = Confinement()
    confinement.user = 60_601
    confinement.limits = .build
    confinement.filter = .build
    confinement.files = (["/usr", "/a b"], ["/ground"])
    confinement.directory = "/ground"
    confinement.descriptors = [3, 7]
    confinement.environment = ["A": "x=y", "B": ""]
    let (read, command) = try #require(
      Confinement.parse(confinement.arguments + ["--", "run", "--", "-x"]))
    #expect(read == confinement)
    #expect(command == ["run", "--", "-x"])
  }

  @Test("what outruns its end meets a sweep", .enabled(if: System.isSuperuser))
  func sweep() throws {
    // Each process starts its successor in a session of its own, and ends: whoever looks for it comes too late. So
    // each leaves a byte behind.
    let user = UInt32.random(in: 61_700..<61_900)
    let folder = try #require(System.makeTemporaryDirectory("kvgrade-test"))
    defer { System.remove(folder) }
    System.give(folder, to: user)
    var traces: Int { System.status("\(folder)/traces")?.size ?? 0 }
    /// True when another process of the chain begins within five seconds.
    func goesOn() -> Bool {
      let before = traces
      return (0..<500).contains { _ in
        System.pause(milliseconds: 10)
        return traces > before
      }
    }
    let successor = "printf . >> traces; setsid /bin/sh -c \"$0\" \"$0\" &"
    // When the first ends, so does its session: the second needs a moment to be in another.
    let (first, others) = ("\(successor) sleep 1", "\(successor) exit")
    var limits = Confinement()
    limits.user = user
    limits.directory = folder
    limits.environment = ["PATH": "/usr/bin:/bin"]
    let start = [BuiltGrader.trampoline, "confine"] + limits.arguments + ["--", "/bin/sh", "-c"]
    #expect(CommandRun.run(start + [first, others], limits: ResourceLimits()).succeeded)
    #expect(goesOn())
    let run = CommandRun.run(
      [BuiltGrader.trampoline, "sweep", "\(user)"], limits: ResourceLimits())
    #expect(run.succeeded, "\(run)")
    #expect(!goesOn())
    #expect(System.processes(of: user).isEmpty)
  }

  @Test("a static program opens nothing of this machine", .enabled(if: Toolchain.root != nil))
  func staticProgram() throws {
    let folder = try #require(System.makeTemporaryDirectory("kvgrade-test"))
    defer { System.remove(folder) }
    let source = """
      import Glibc
      @main enum Opener {
        static func main() {
          let paths = ["/usr/bin/env", "/etc/ld.so.cache", "/usr/lib", "/proc/self/exe"]
          for path in paths { print(path, open(path, O_RDONLY) >= 0 ? "opened" : "refused") }
        }
      }
      """
    System.write(Array(source.utf8), toFile: "\(folder)/opener.swift")
    let compiler = try #require(Toolchain.root) + "/bin/swiftc"
    let linking = CommandRun.run(
      [
        compiler, "-parse-as-library", "-static-executable", "-o", "\(folder)/opener",
        "\(folder)/opener.swift",
      ], limits: .build, environment: System.inheritedEnvironment)
    // A toolchain without static libraries has hosts that need those of the machine.
    guard linking.succeeded else { return }
    #expect(Toolchain.isStatic("\(folder)/opener"))
    for other in [compiler, "\(folder)/opener.swift", "/nowhere"] {
      #expect(!Toolchain.isStatic(other), "\(other)")
    }
    let bytes = try #require(System.contents("\(folder)/opener", atMost: 200))
    System.write(bytes, toFile: "\(folder)/beginning")  // its table of segments is cut off
    #expect(!Toolchain.isStatic("\(folder)/beginning"))
    for tier in BuiltGrader.sandboxes {
      let program = ["\(folder)/opener"]
      let open = try Self.run(program, in: tier) { $0.readable += program }
      #expect(open.output.contains("/usr/bin/env opened"), "\(tier): \(open)")
      let shut = try Self.run(program, in: tier) {
        $0.readable += program
        $0.opened = Permissions.ownFiles + program
      }
      let lines = shut.output.split(separator: "\n")
      #expect(lines.count == 4 && lines.prefix(3).allSatisfy { $0.hasSuffix("refused") }, "\(shut)")
    }
  }

  #if os(Linux)
    @Test("a thread stays on one processor, and then on all again")
    func processors() {
      let thread = WorkerThread {
        func allowed() -> Substring? {
          System.text("/proc/thread-self/status")?.split(separator: "\n")
            .first { $0.hasPrefix("Cpus_allowed_list:") }?.dropFirst(18)
        }
        let all = allowed()
        System.stay(onProcessor: 0)
        #expect(allowed()?.contains(where: { !$0.isNumber && !$0.isWhitespace }) == false)
        System.stay(onProcessor: 1_000_000)
        System.stay(onProcessor: nil)
        #expect(all != nil && allowed() == all)
      }
      thread.join()
    }

    @Test("the numbers of system calls are those of the system's own headers")
    func numbers() throws {
      let calls =
        SystemCallTable.always + SystemCallTable.processes + [
          SystemCallTable.clone, SystemCallTable.kill, SystemCallTable.tgkill,
          SystemCallTable.prlimit, SystemCallTable.ioctl, SystemCallTable.socket,
        ]
      #expect(calls.count > 150)
      for (header, number) in [
        ("/usr/include/x86_64-linux-gnu/asm/unistd_64.h", \SystemCallTable.Call.x86),
        ("/usr/include/asm-generic/unistd.h", \SystemCallTable.Call.arm),
      ] {
        guard let text = System.text(header) else { continue }
        var known: [Substring: Int] = [:]
        for match in text.matches(of: /#define __NR(?:3264)?_(\w+)\s+(\d+)/) {
          known[match.1] = Int(match.2)
        }
        // Older headers lack newer calls.
        let aliases = ["newfstatat": "fstatat"]
        for call in calls {
          let name = known[call.name[...]] != nil ? call.name : aliases[call.name] ?? call.name
          guard let expected = known[name[...]] else { continue }
          // An alias of the common header that arm64 does not offer under this name has no number here.
          #expect(call[keyPath: number] == expected, "\(call.name) in \(header)")
        }
      }
    }
  #endif

  /// Runs a line of the system's shell in a sandbox, in a directory beside a secret.
  private static func run(
    _ line: String, in tier: SandboxTier, mayStartProcesses: Bool = true, seconds: Int = 20,
    environment: [String: String] = [:]
  ) throws -> CommandRun {
    try run(["/bin/sh", "-c", line], in: tier) { permissions in
      permissions.environment = environment
      permissions.mayStartProcesses = mayStartProcesses
      permissions.limits.seconds = seconds
    }
  }

  /// Runs a command in a sandbox, in a directory beside a secret.
  private static func run(
    _ command: [String], in tier: SandboxTier, _ adjust: (inout Permissions) -> Void
  ) throws -> CommandRun {
    let ground = try #require(System.makeTemporaryDirectory("kvgrade-test"))
    defer { System.remove(ground) }
    let work = "\(ground)/work"
    #expect(System.makeDirectory(work))
    #expect(System.write(Array("hidden".utf8), toFile: "\(ground)/secret"))
    let sandbox = Sandbox(
      tier: tier, trampoline: BuiltGrader.trampoline,
      user: Sandbox.userForSlot(Int.random(in: 0..<300)))
    if let user = sandbox.user { #expect(System.give(work, to: user)) }
    var permissions = Permissions(directory: work)
    permissions.readable += [BuiltGrader.trampoline] + Toolchain.libraries
    permissions.limits.seconds = 20
    permissions.limits.fileSize = 1 << 20
    permissions.limits.disk = 8 << 20
    permissions.limits.memory = 200 << 20
    permissions.limits.processes = 24
    adjust(&permissions)
    return CommandRun.run(
      sandbox.wrap(command, permissions), limits: permissions.limits, measuring: [work])
  }
}
