import StrataCore

extension Execution {
  /// Copies every entry of a store, with its time to live, into a new store of another engine.
  func convert(
    _ source: String, to target: String, engine name: String
  ) throws(StoreError) -> Outcome {
    guard let engine = EngineTable.find(name) else {
      throw .invalidArgument("there is no engine \(name)")
    }
    guard EngineTable.detect(source) != nil else { throw .notFound(path: source) }
    if let found = EngineTable.detect(target) {
      throw .invalidArgument(
        "\(target): a conversion needs a new or an empty directory; this one holds a store of the "
          + "engine \(found.name)")
    }
    var settings = session.settings
    settings.path = source
    let reading = Session(settings: settings)
    reading.reportRecovery = session.reportRecovery
    settings.path = target
    settings.engine = engine
    settings.isEngineNamed = true
    let writing = Session(settings: settings)
    let count = try copyEntries(
      from: try reading.existingStore(), to: try writing.storeForWriting())
    try writing.close()
    try reading.close()
    return try printed(
      "Copied \(Units.plural(count, "entry", "entries")) from \(source) "
        + "(\(reading.settings.engine.name)) to \(target) (\(name)).")
  }

  private func copyEntries(
    from source: any KeyValueStore, to target: any KeyValueStore
  ) throws(StoreError) -> Int {
    let scan = try source.scan()
    var copied = 0
    var batch = WriteBatch()
    var batchBytes = 0
    while let entry = try scan.next() {
      batch.put(entry.key, entry.value, expiresAt: scan.expiresAt)
      batchBytes += entry.key.bytes.count + entry.value.bytes.count
      if batch.count >= Execution.entriesPerBatch || batchBytes >= Execution.bytesPerBatch {
        try target.apply(batch)
        copied += batch.count
        batch.removeAll()
        batchBytes = 0
      }
    }
    try target.apply(batch)
    return copied + batch.count
  }
}
