import StrataCore

extension AppendLogStore {
  /// Reads every line of the log in the directory `path`, and changes nothing.
  ///
  /// A line that cannot be read does not hide the next one. What cannot be seen: a line that was changed and
  /// is still JSON, since lines have no checksum.
  ///
  /// - Throws: `locked` when the store is open, `notFound` when there is none.
  public static func verify(
    at path: String, options: AppendLogOptions = AppendLogOptions(),
    fileSystem: any FileSystem = LocalFileSystem()
  ) throws(StoreError) -> VerificationReport {
    let directory = try fileSystem.openDirectory(path, creating: false)
    defer { directory.close() }
    try directory.lock()
    let names = try directory.names()
    guard names.contains(options.logName) else { throw .notFound(path: path) }
    var report = VerificationReport()
    for name in names where name != options.logName {
      let size = try? directory.openForReading(name).size()
      let isTemporary = name == options.temporaryName
      report.add(name, isTemporary ? "temporary" : "foreign", size ?? 0, isChecked: false)
      report.warnings.append(
        isTemporary
          ? "\(name) is unfinished; the next opening removes it."
          : "\(name) is not the store's; it is left alone.")
    }
    try verify(try directory.openForReading(options.logName), options.logName, &report)
    return report
  }

  private static func verify(
    _ file: any ReadableFile, _ name: String, _ report: inout VerificationReport
  ) throws(StoreError) {
    let size = try file.size()
    var lines = LogLines(file, upTo: size)
    var records = 0
    while let line = try lines.next() {
      do throws(JSONError) {
        records += try line.entries().count
      } catch {
        if !line.isTerminated {
          report.warnings.append(
            "\(file.path) ends at byte \(line.offset): the last line is torn. The next opening that "
              + "writes cuts it there.")
        } else {
          report.note(
            .corrupt(file: file.path, offset: line.offset, reason: error.reason), name, "log",
            "The store cannot be opened.")
        }
      }
    }
    report.add(name, "log", size, records: records)
  }
}
