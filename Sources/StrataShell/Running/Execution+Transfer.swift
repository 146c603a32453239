import StrataCore

extension Execution {
  /// A batch ends at so many entries or bytes: large enough to share one sync among many entries, small
  /// enough that memory stays constant.
  static let entriesPerBatch = 1000
  static let bytesPerBatch = 1 << 20

  func importEntries(_ path: String, _ format: EntryFormat?) throws(StoreError) -> Outcome {
    guard path != "-" else {
      guard mode == .commandLine else {
        throw .invalidArgument("standard input carries the commands here; import needs a file")
      }
      return try importEntries(
        from: console.input, size: Platform.regularSize(of: Platform.input), format ?? .tsv)
    }
    let descriptor = try Platform.openForReading(path)
    defer { Platform.closeFile(descriptor) }
    return try importEntries(
      from: LineReader(descriptor: descriptor, name: path),
      size: Platform.regularSize(of: descriptor), format ?? EntryFormat(fileName: path) ?? .tsv)
  }

  private func importEntries(
    from reader: LineReader, size: Int?, _ format: EntryFormat
  ) throws(StoreError) -> Outcome {
    var progress = Progress(of: reader.name, size: size, on: console.errors)
    var loaded = 0
    var batch = WriteBatch()
    var batchBytes = 0
    defer { progress.finish() }

    func apply() throws(StoreError) {
      guard !batch.isEmpty else { return }
      do throws(StoreError) {
        // Opened late, so that an import of nothing does not make a store.
        try session.storeForWriting().apply(batch)
      } catch {
        progress.finish()
        console.tell("kvcli: loaded before this: \(Units.plural(loaded, "entry", "entries"))")
        throw error
      }
      loaded += batch.count
      batch.removeAll()
      batchBytes = 0
      progress.update(bytes: reader.bytesRead, entries: loaded)
    }

    while true {
      let entry: Entry?
      do throws(EntryFormatError) {
        entry = try format.read(from: reader)
        if let entry { try check(entry) }
      } catch {
        try apply()
        progress.finish()
        throw failure(error, in: reader, loaded: loaded)
      }
      guard let entry else { break }
      batch.put(entry.key, entry.value)
      batchBytes += entry.key.bytes.count + entry.value.bytes.count
      if batch.count >= Execution.entriesPerBatch || batchBytes >= Execution.bytesPerBatch {
        try apply()
      }
    }
    try apply()
    progress.complete(entries: loaded)
    return .done(printed: false)
  }

  private func check(_ entry: Entry) throws(EntryFormatError) {
    do throws(StoreError) {
      try entry.key.checkLength()
      try entry.value.checkLength()
    } catch {
      throw .malformed(error.description)
    }
  }

  private func failure(
    _ error: EntryFormatError, in reader: LineReader, loaded: Int
  ) -> StoreError {
    switch error {
    case .store(let error): return error
    case .malformed(let reason):
      let before = loaded == 1 ? "1 entry before it is" : "\(loaded) entries before it are"
      return .invalidArgument(
        "\(reader.name), line \(reader.lineNumber): \(reason). The \(before) loaded")
    }
  }
}
