import StrataCore

extension CommandTable {
  static let entries: [CommandDescription] = [
    CommandDescription(
      name: "put", aliases: ["set"], operands: "KEY VALUE", operandCount: 2...2, options: [.ttl],
      group: .entries, summary: "make KEY hold VALUE",
      details: """
        Whatever the key held before is replaced. A single hyphen as VALUE reads the value from
        standard input, up to its end; to store a hyphen itself, put -- before it. With --ttl the
        entry is gone after that time. The command ends when the entry is as safe as --durability
        says, by default when the disk has it. It prints nothing.
        """,
      example: """
        kvcli put city Zürich
        kvcli put session/7 open --ttl 30m
        kvcli put photo - < photo.jpg
        """,
      parse: parsePut),
    CommandDescription(
      name: "get", operands: "KEY", operandCount: 1...1, options: [.raw],
      group: .entries, summary: "print what KEY holds",
      details: """
        Prints the value's bytes and a newline; with --raw the bytes alone. When the key is absent,
        it says so on standard error and exits with status 1.
        """,
      example: """
        kvcli get city
        kvcli get photo --raw > photo.jpg
        """
    ) { arguments throws(UsageError) in
      .get(key(&arguments), raw: arguments.has(.raw))
    },
    CommandDescription(
      name: "delete", aliases: ["del", "rm"], operands: "KEY", operandCount: 1...1,
      group: .entries, summary: "make KEY hold nothing",
      details: "Deleting a key that is absent succeeds too. It prints nothing.",
      example: "kvcli delete city"
    ) { arguments throws(UsageError) in .delete(key(&arguments)) },
    apply,
    CommandDescription(
      name: "exists", operands: "KEY", operandCount: 1...1,
      group: .entries, summary: "exit with 0 when KEY holds something, else with 1",
      details: """
        Prints nothing: the exit status is the answer. In a session it answers in words.
        """,
      example: "kvcli exists city && echo yes"
    ) { arguments throws(UsageError) in .exists(key(&arguments)) },
    CommandDescription(
      name: "scan", options: Option.range + [.limit, .reverse, .keysOnly, .format],
      formats: entryFormats,
      choices: [], group: .entries, summary: "print entries in the order of their keys",
      details: """
        One entry a line: key, tab, value. Bytes that are neither printable ASCII nor UTF-8 text are
        escaped, as are tabs, newlines and backslashes (\\t \\n \\r \\\\ \\xNN). Keys sort by their bytes.
        --from is included, --to is not.
        """,
      example: """
        kvcli scan --prefix 219 --limit 3
        kvcli scan --from b --to d --reverse --keys-only
        """,
      parse: parseScan),
    CommandDescription(
      name: "count", options: Option.range,
      group: .entries, summary: "print how many entries there are",
      details: "Walks over the range, because overwritten and deleted entries have to be left out.",
      example: "kvcli count --prefix user/"
    ) { arguments throws(UsageError) in .count(arguments.range) },
  ]

  static let entryFormats = EntryFormat.allCases.map(\.rawValue)
  static let reportFormats = ReportFormat.allCases.map(\.rawValue)

  /// The next operand as a key; the table has checked that it is there.
  static func key(_ arguments: inout ParsedArguments) -> Key {
    Key(arguments.popOperand()?.bytes ?? [])
  }

  private static func parsePut(
    _ arguments: inout ParsedArguments
  ) throws(UsageError) -> Command {
    let key = key(&arguments)
    let timeToLive = try arguments.milliseconds(.ttl)
    if timeToLive == 0 { throw UsageError("--ttl expects a time above 0") }
    guard let value = arguments.popOperand(), !value.isHyphen else {
      return .put(key, .standardInput, timeToLive: timeToLive)
    }
    return .put(key, .bytes(Value(value.bytes)), timeToLive: timeToLive)
  }

  private static func parseScan(
    _ arguments: inout ParsedArguments
  ) throws(UsageError) -> Command {
    .scan(
      ScanRequest(
        range: arguments.range, limit: try arguments.count(.limit),
        direction: arguments.has(.reverse) ? .reverse : .forward,
        keysOnly: arguments.has(.keysOnly), format: try entryFormat(arguments) ?? .tsv))
  }

  /// The value of `--format` for entries.
  static func entryFormat(_ arguments: ParsedArguments) throws(UsageError) -> EntryFormat? {
    try arguments.converted(.format, "tsv, csv or json", EntryFormat.init(rawValue:))
  }

  /// The value of `--format` for reports.
  static func reportFormat(_ arguments: ParsedArguments) throws(UsageError) -> ReportFormat? {
    try arguments.converted(.format, "text or json", ReportFormat.init(rawValue:))
  }
}
