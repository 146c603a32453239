extension CommandTable {
  static let transfer: [CommandDescription] = [
    CommandDescription(
      name: "import", operands: "FILE|-", operandCount: 1...1, options: [.format],
      formats: entryFormats, choices: nil,
      group: .transfer, summary: "load entries from a file or from standard input",
      details: """
        The format is what --format says, else what the file's name ends with, else tsv:
          tsv   key<TAB>value, with the escapes \\t \\n \\r \\\\ \\xNN
          csv   key,value after RFC 4180, with the same escapes, without a header line
          json  one object a line: {"key":"…","value":"…"}; bytes that are not text are in
                "key_base64" and "value_base64"
        Blank lines are skipped. Entries are written in batches, so that memory stays small however
        long the file is. A line that is wrong ends the import; it is named with its number and what
        is wrong with it, and everything before it stays loaded.
        """,
      example: """
        kvcli import names.tsv
        kvcli export --format json | kvcli --store ./copy import - --format json
        """,
      parse: parseImport),
    CommandDescription(
      name: "export", options: Option.range + [.format], formats: entryFormats,
      group: .transfer, summary: "print all entries, for import",
      details: """
        Every byte of every entry comes back when the output is imported, in each of the formats tsv,
        csv and json (see: help import). Times to live are not exported: an imported entry stays.
        """,
      example: "kvcli export --format csv > entries.csv"
    ) { arguments throws(UsageError) in
      .exportEntries(arguments.range, try entryFormat(arguments) ?? .tsv)
    },
    CommandDescription(
      name: "convert", operands: "SOURCE TARGET", operandCount: 2...2, options: [.into],
      choices: nil, group: .transfer, place: .commandLine,
      summary: "copy a store into a new one of another engine",
      details: """
        SOURCE stays as it is; its engine is known by its files. TARGET is a new or an empty directory
        and gets every entry with its time to live, in a store of the engine that --into names.
        """,
      example: """
        kvcli convert ./kvdata ./log --into append-log
        kvcli --store ./log get city
        """
    ) { arguments throws(UsageError) in
      let names = EngineTable.publicNames.joined(separator: ", ")
      guard
        let engine = try arguments.converted(
          .into, names, { EngineTable.publicNames.contains($0) ? $0 : nil })
      else { throw UsageError("convert: --into is missing", advice: "There are \(names).") }
      return .convert(
        source: try path(&arguments, "the store"), target: try path(&arguments, "the new store"),
        engine: engine)
    },
  ]

  static let upkeep: [CommandDescription] = [
    CommandDescription(
      name: "flush", group: .upkeep, summary: "write what is only in memory and log into segments",
      details: "Nothing becomes safer by it; the log becomes shorter, and opening quicker.",
      example: "kvcli flush"
    ) { _ throws(UsageError) in .flush },
    CommandDescription(
      name: "compact", group: .upkeep, summary: "merge all segments and drop what is dead",
      details: "Afterwards, what was overwritten, deleted or expired takes no room any more.",
      example: "kvcli compact"
    ) { _ throws(UsageError) in .compact },
    CommandDescription(
      name: "checkpoint", operands: "DIR", operandCount: 1...1, options: [.format],
      formats: reportFormats, choices: nil,
      group: .upkeep, summary: "make a consistent copy of the store in a new directory",
      details: """
        Segments never change, so the copy shares them with the store (hard links) and costs next to
        nothing. It is a store of its own: open it with --store DIR, or keep it as a backup.
        """,
      example: """
        kvcli checkpoint ./backup
        kvcli --store ./backup count
        """
    ) { arguments throws(UsageError) in
      .checkpoint(
        directory: try path(&arguments, "the directory"), try reportFormat(arguments))
    },
    CommandDescription(
      name: "salvage", operands: "SOURCE TARGET", operandCount: 2...2, options: [.format],
      formats: reportFormats, choices: nil,
      group: .upkeep, summary: "write what can be trusted of a damaged store into a new one",
      details: """
        SOURCE stays as it is. TARGET is a new or an empty directory and becomes a store with the
        newest sound record of each key. Each place that could not be read is listed, with the keys or
        the changes that may have been there; a key whose newest value may be lost is listed as
        uncertain, because an older value, or none, is what TARGET has. A batch is saved as a whole
        or not at all; a sound batch behind a damaged one is saved. The exit status is 0 when nothing
        was lost and 3 when something was.
        """,
      example: """
        kvcli verify
        kvcli salvage ./kvdata ./saved
        kvcli --store ./saved count
        """
    ) { arguments throws(UsageError) in
      let format = try reportFormat(arguments)
      return .salvage(
        source: try path(&arguments, "the damaged store"),
        target: try path(&arguments, "the new store"), format)
    },
  ]

  static let insight: [CommandDescription] = [
    CommandDescription(
      name: "stats", options: [.format], formats: reportFormats,
      group: .insight, summary: "what the store holds, costs and has done",
      details: """
        Live bytes and all others on disk (in JSON: dead_bytes), the shape of the levels, and three
        ratios with their numerators and denominators: write amplification (bytes written to files for
        each byte that users wrote), read amplification (segments asked for each get), space
        amplification (bytes on disk for each live byte). It walks over all entries to find what is
        alive.
        """,
      example: """
        kvcli stats
        kvcli stats --format json
        """
    ) { arguments throws(UsageError) in .statistics(try reportFormat(arguments)) },
    CommandDescription(
      name: "verify", options: [.format], formats: reportFormats,
      group: .insight, summary: "check every byte of every file and change nothing",
      details: """
        Names each damage with file, offset, kind and consequence. The exit status is 0 when the store
        is sound and 3 when it is damaged; 4 when a file of it cannot be read, which is no damage. A
        log whose last frame a crash left unfinished is sound: that is noted.
        """,
      example: "kvcli verify"
    ) { arguments throws(UsageError) in .verify(try reportFormat(arguments)) },
    CommandDescription(
      name: "inspect", operands: "[FILE]", operandCount: 0...1, options: [.format],
      formats: reportFormats, choices: nil,
      group: .insight, summary: "show a file of the store, record by record, byte by byte",
      details: """
        FILE is a name within the store, or a path. Each field is shown with its offset, its bytes in
        hexadecimal, its name and its meaning. Without FILE it lists the files of the store. Every
        checksum is computed again: where one does not match, both are shown, the piece is marked as
        damaged, and the exit status is 3. So is the unfinished end of a log, which verify only notes,
        because the next opening cuts it off. With --format json each piece is one object on a line of
        its own (JSON Lines).
        """,
      example: """
        kvcli inspect
        kvcli inspect MANIFEST
        """
    ) { arguments throws(UsageError) in
      let format = try reportFormat(arguments)
      return .inspect(
        file: arguments.operands.isEmpty ? nil : try path(&arguments, "the file"), format)
    },
    CommandDescription(
      name: "shape", group: .session, place: .session, summary: "one line for each level",
      details: "What stats shows as a picture, without sizes, so that a script can expect it.",
      example: "shape"
    ) { _ throws(UsageError) in .shape },
  ]

  /// The next operand as a path.
  static func path(
    _ arguments: inout ParsedArguments, _ what: String
  ) throws(UsageError) -> String {
    try ParsedArguments.text(arguments.popOperand() ?? Word(""), what)
  }

  private static func parseImport(
    _ arguments: inout ParsedArguments
  ) throws(UsageError) -> Command {
    let format = try entryFormat(arguments)
    guard let word = arguments.popOperand(), !word.isHyphen else {
      return .importEntries(path: "-", format)
    }
    return .importEntries(path: try ParsedArguments.text(word, "the file"), format)
  }
}
