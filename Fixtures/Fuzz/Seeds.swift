import Strata
import StrataCore

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

/// Sound files to begin from: those of a small store, made by the engine itself.
enum Seeds {
  private static let identity = StoreIdentity(high: 1, low: 2)

  /// The log and the manifest of a store that nothing was written to.
  static let emptyLog = files { _ throws(StoreError) in }["000001.wal"] ?? []

  /// The manifest of a store with these segments, numbered from 3 on.
  static func manifest(segments: [[UInt8]]) -> [UInt8] {
    var file = SealedFile(files { _ throws(StoreError) in }["MANIFEST"] ?? [])
    guard !segments.isEmpty else { return file.bytes }
    file.bytes.removeLast(4)
    file.set(UInt32(segments.count), at: 60)
    file.set(UInt32(9), at: 52)  // the next file's number
    for (index, segment) in segments.enumerated() {
      let row = file.bytes.count
      file.bytes += [UInt8](repeating: 0, count: 24)
      file.set(UInt32(3 + index), at: row)
      file.set(UInt32(1 + index), at: row + 4)
      let end = SealedFile(segment.suffix(4))
      if end.bytes.count == 4 { file.set(end.number(at: 0, as: UInt32.self), at: row + 12) }
      file.set(UInt64(segment.count), at: row + 16)
    }
    file.bytes += [0, 0, 0, 0]
    file.seal(.manifest)
    return file.bytes
  }

  /// Writes a few inputs of a target into a folder.
  static func write(_ target: Fuzz, to folder: String) {
    for (index, bytes) in inputs(target).enumerated() {
      guard let file = fopen("\(folder)/seed-\(index)", "w") else { continue }
      fwrite(bytes, 1, bytes.count, file)
      fclose(file)
    }
  }

  private static func inputs(_ target: Fuzz) -> [[UInt8]] {
    let written = files(fill)
    let flushed = files { store throws(StoreError) in
      try fill(store)
      try store.flush()
    }
    switch target {
    case .log: return [[1] + emptyLog, [1] + (written["000001.wal"] ?? [])]
    case .manifest:
      return [[1] + manifest(segments: []), [1] + manifest(segments: [[1, 2, 3, 4]])]
    case .segment: return flushed.filter { $0.key.hasSuffix(".seg") }.map { [1] + $0.value }
    case .record: return [[1] + (written["000001.wal"]?.dropFirst(72) ?? [])]
    case .wire:
      return [
        "\u{0}*2\r\n$3\r\nGET\r\n$1\r\na\r\nPING \"a\\x41\"\r\n*0\r\n",
        "\u{3}|1\r\n+k\r\n:1\r\n%1\r\n$1\r\na\r\n*2\r\n,1.5\r\n#t\r\n=5\r\ntxt:a\r\n>1\r\n_\r\n~1\r\n(12\r\n",
      ].map { Array($0.utf8) }
    case .command:
      return [
        "put \"a b\" caf\\xc3\\xa9 --ttl 3s\nscan --from b --to d --reverse --limit 3\nget 'it''s'\n",
        "stats --format json\nadvance 1h\necho x\ncount --prefix k\ndelete -- -a\nhelp put\n",
      ].map { Array($0.utf8) }
    }
  }

  private static func fill(_ store: LogStructuredStore) throws(StoreError) {
    var batch = WriteBatch()
    for number in 0..<20 { batch.put(Key("key\(number)"), Value("value\(number)")) }
    batch.put("apple", "red", expiresAt: 4_000_000_000_000)
    batch.put("", "")
    batch.delete("banana")
    try store.apply(batch)
    try store.put("z", "last")
  }

  private static func files(
    _ body: (LogStructuredStore) throws(StoreError) -> Void
  ) -> [String: [UInt8]] {
    let disk = SimulatedDisk()
    var options = StoreOptions()
    options.maintenance = .manual
    options.identity = identity
    do throws(StoreError) {
      let store = try LogStructuredStore(at: "store", options: options, fileSystem: disk)
      try body(store)
      try store.close()
      let directory = try disk.openDirectory("store", creating: false)
      var files: [String: [UInt8]] = [:]
      for name in try directory.names() {
        files[name] = try directory.read(name).withBytes { $0.array }
      }
      return files
    } catch { fatalError("the seeds could not be made: \(error)") }
  }
}
