import StrataCore

extension CommandTable {
  static let running: [CommandDescription] = [
    CommandDescription(
      name: "shell", group: .running, place: .commandLine,
      summary: "type commands one after the other (also without command)",
      details: """
        The commands are the same as on the command line, without kvcli before them. Words with spaces
        stand in quotation marks. The arrow keys recall earlier lines; a mistake never ends the shell;
        exit, quit and control-D do. Through a pipe, mistakes and absent keys leave the exit status at
        0; a store that cannot be opened ends the shell with 3 (damaged), 4 (input or output) or 5 (in
        use), as it would end the command alone.
        """,
      example: """
        kvcli shell
        kvcli> put city Zürich
        kvcli> get city
        Zürich
        """
    ) { _ throws(UsageError) in .shell },
    CommandDescription(
      name: "batch", group: .running, place: .commandLine,
      summary: "one command a line from standard input, one answer a line",
      details: """
        For programs. Each command is answered before the next one is read, and the answer is sent
        only when the change is as safe as --durability says:
          OK               done
          the value        of a get, escaped to one line
          (absent)         the key holds nothing
          ERROR kind: …    not done, and why; the batch goes on
        A scan answers one line for each entry; `echo WORD` behind it marks its end. Of a value
        that is OK, or begins with (absent) or with ERROR and a space, the first byte is written as
        \\xNN. Reports are JSON on one line.
        The exit status is 0 whatever single commands answered; 6 when the store refused writes; and
        when it cannot be opened, the batch ends behind that answer with 3 (damaged), 4 (input or
        output) or 5 (in use), and says so on standard error.
        """,
      example: """
        printf 'put a 1\\nget a\\nget b\\n' | kvcli batch
        OK
        1
        (absent)
        """
    ) { _ throws(UsageError) in .batch },
    CommandDescription(
      name: "script", operands: "FILE...", operandCount: 1...10_000, options: [.record],
      choices: nil, group: .running, place: .commandLine,
      summary: "run golden scripts and show where the output differs",
      details: """
        A script holds commands, one a line, then a line ---, then the output that is expected of them.
        It runs in an empty store in a temporary directory, with a clock of its own and without work
        in the background. Beside the ordinary commands it knows reopen, crash, advance and shape.
        It runs on each engine, or on those that a comment `# engines: lsm, bitcask` names, or on the
        one of --engine. With --record, or KVCLI_RECORD=1 in the environment, what the first of them
        prints is written into the file, and the others are compared with it. The exit status is 1
        when a script differs.
        """,
      example: "kvcli script Fixtures/Scripts/*/*.kv"
    ) { arguments throws(UsageError) in
      var paths: [String] = []
      while !arguments.operands.isEmpty { paths.append(try path(&arguments, "the script")) }
      return .script(paths: paths, recording: arguments.has(.record))
    },
    serve,
    bench,
    CommandDescription(
      name: "crashlab", options: [.seed, .operations, .images, .disk],
      group: .running, place: .commandLine,
      summary: "cut the power at every step of random workloads, on a simulated disk",
      details: """
        Runs random operations on a disk in memory, and at every step that changes it lets the power
        fail, in many ways, or the process be killed. Each state is recovered and compared with what it
        must be; some crash again within the recovery, some are written on. Every step also fails, once
        and for ever. Without --durability, --policy or --disk, all of them take turns. What is found
        is shrunk to the shortest workload, and the command that repeats it is printed. The exit status
        is 3 when a promise was broken.
        """,
      example: """
        kvcli crashlab --images 1000000
        kvcli crashlab --durability sync --policy leveled --seed 7
        kvcli crashlab --engine append-log --disk posix
        """,
      parse: parseCrashLab),
    CommandDescription(
      name: "echo", operands: "[WORD...]", operandCount: 0...1000, group: .session,
      place: .session, summary: "print the words: a mark in the output", example: "echo done"
    ) { arguments throws(UsageError) in
      .echo(arguments.operands.map(\.description).joined(separator: " "))
    },
    CommandDescription(
      name: "reopen", group: .session, place: .script,
      summary: "close the store and open it again", example: "reopen"
    ) { _ throws(UsageError) in .reopen },
    CommandDescription(
      name: "crash", group: .session, place: .script,
      summary: "drop the store as a killed process does, and reopen it",
      example: "crash"
    ) { _ throws(UsageError) in .crash },
    CommandDescription(
      name: "advance", operands: "DURATION", operandCount: 1...1, group: .session, place: .script,
      summary: "let the script's clock advance", example: "advance 30s"
    ) { arguments throws(UsageError) in
      let text = try path(&arguments, "the time")
      guard let milliseconds = Quantities.milliseconds(text) else {
        throw UsageError("advance expects a time such as 500ms, 30s, 5m, 2h or 1d, not \(text)")
      }
      return .advance(milliseconds: milliseconds)
    },
  ]

  static let learning: [CommandDescription] = [
    CommandDescription(
      name: "tour", options: [.keep], group: .learning, place: .commandLine,
      summary: "load, overwrite, kill, recover, compact, with real data",
      details: """
        Loads the names of all Unicode characters into a store in a temporary directory, and shows for
        each step the command that does it. It takes less than a minute. Lines with a dot and the
        pictures are the tour's own, the others are what the commands print. With --keep the finished
        store stays; to type along, begin with an empty one, as the first lines of the tour say.
        """,
      example: "kvcli tour"
    ) { arguments throws(UsageError) in .tour(keeping: arguments.has(.keep)) },
    CommandDescription(
      name: "autopsy", group: .learning, place: .commandLine,
      summary: "the same damage to five formats, and what each loses",
      details: """
        Writes six changes as JSON lines, as lines PUT|key|value, as records behind their lengths, as
        records of a Bitcask store and as Strata's log. Then each file is cut at each byte, read; cut,
        written to and read; and read with each of its bits flipped, one at a time. Right: the answers
        are those of the changes that are whole. Reported: something is missing, and the reader says
        so. Lost: nobody says so. Wrong: a key holds what it never held. It all happens in memory.
        """,
      example: "kvcli autopsy"
    ) { _ throws(UsageError) in .autopsy },
    CommandDescription(
      name: "help", operands: "[COMMAND]", operandCount: 0...1,
      choices: nil, group: .learning, summary: "this list, or one command with an example",
      example: "kvcli help scan"
    ) { arguments throws(UsageError) in
      guard !arguments.operands.isEmpty else { return .help(nil) }
      let name = try path(&arguments, "the command")
      return .help(find(name)?.name ?? name)
    },
    CommandDescription(
      name: "completions", operands: "bash|zsh|fish", operandCount: 1...1,
      choices: CompletionShell.allCases.map(\.rawValue), group: .learning, place: .commandLine,
      summary: "print what lets your shell complete commands",
      details: "The script is made from the same table as this help.",
      example: """
        source <(kvcli completions bash)
        kvcli completions zsh > "${fpath[1]}/_kvcli"
        kvcli completions fish > ~/.config/fish/completions/kvcli.fish
        """
    ) { arguments throws(UsageError) in
      let name = try path(&arguments, "the shell")
      guard let shell = CompletionShell(rawValue: name) else {
        throw UsageError("completions are made for bash, zsh and fish, not for \(name)")
      }
      return .completions(shell)
    },
  ]

  private static func parseCrashLab(
    _ arguments: inout ParsedArguments
  ) throws(UsageError) -> Command {
    var request = CrashLabRequest()
    request.seed = try arguments.count(.seed) ?? request.seed
    request.operations = try arguments.count(.operations) ?? request.operations
    request.images = try arguments.count(.images) ?? request.images
    request.durability = try arguments.converted(
      .durability, "sync, system or interval:MS", Durability.init(_:))
    request.policy = try arguments.text(.policy)
    request.disk = try arguments.text(.disk)
    guard request.operations > 0, request.images > 0 else {
      throw UsageError("--operations and --images expect a number above 0")
    }
    if let disk = request.disk, !CrashLabRequest.disks.contains(disk) {
      throw UsageError(
        "--disk expects \(CrashLabRequest.disks.joined(separator: " or ")), not \(disk)")
    }
    return .crashLab(request)
  }
}
