import Strata
import StrataCore
import StrataWire

@testable import StrataShell

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

/// What libFuzzer calls with one input after the other; FUZZ_TARGET says what the bytes are.
///
/// Every target hands bytes to the public face of the engine, on a disk in memory, and uses the store as
/// far as it opens. An error is a good answer; a trap, an access to foreign memory, a hang, or much more
/// memory than the input has, is what is looked for.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = [UInt8](UnsafeBufferPointer(start: start, count: start == nil ? 0 : count))
  Fuzz.target.run(input)
  return 0
}

/// The targets.
enum Fuzz: String, CaseIterable {
  case log, segment, manifest, record, command, wire

  static let target: Fuzz = {
    guard let name = getenv("FUZZ_TARGET"), let target = Fuzz(rawValue: String(cString: name))
    else { fatalError("FUZZ_TARGET must be one of \(Fuzz.allCases.map(\.rawValue))") }
    if let folder = getenv("FUZZ_SEEDS") { Seeds.write(target, to: String(cString: folder)) }
    return target
  }()

  /// The first byte of a file's input says whether checksums are made to match, so that what they
  /// protect is reached; the others are the file.
  func run(_ input: [UInt8]) {
    if self == .command { return Fuzz.runCommand(input) }
    if self == .wire { return Fuzz.runWire(input) }
    guard let choice = input.first else { return }
    var file = SealedFile(Array(input.dropFirst()))
    if choice % 2 == 1 { seal(&file) }
    switch self {
    case .log: Fuzz.open(["MANIFEST": Seeds.manifest(segments: []), "000001.wal": file.bytes])
    case .manifest: Fuzz.open(["MANIFEST": file.bytes, "000001.wal": Seeds.emptyLog])
    case .segment:
      Fuzz.open([
        "MANIFEST": Seeds.manifest(segments: [file.bytes]), "000001.wal": Seeds.emptyLog,
        "000003.seg": file.bytes,
      ])
    case .record:
      ByteView.withBytes(of: file.bytes) { bytes in
        for offset in 0..<min(bytes.count, 64) {
          guard let record = try? RecordCodec.decode(bytes, at: offset) else { continue }
          precondition(record.key.count + record.value.count <= bytes.count)
          _ = (record.description, record.expiresAt, record.isDead(at: 5))
        }
      }
    case .command, .wire: break
    }
  }

  private func seal(_ file: inout SealedFile) {
    switch self {
    case .log: file.seal(.log)
    case .segment: file.seal(.segment)
    case .manifest: file.seal(.manifest)
    case .record: file.sealRecords(from: 0, to: file.bytes.count)
    case .command, .wire: break
    }
  }

  /// Opens a store of these files and does everything with it that can be done.
  private static func open(_ files: [String: [UInt8]]) {
    let disk = SimulatedDisk()
    do throws(StoreError) {
      let directory = try disk.openDirectory("store", creating: true)
      for name in files.keys.sorted() {
        let file = try directory.create(name)
        for bytes in [files[name] ?? []] {
          try ByteView.withBytes(of: bytes) { bytes throws(StoreError) in try file.append(bytes) }
        }
        try file.sync()
      }
      try directory.sync()
      directory.close()
    } catch { fatalError("the disk in memory failed: \(error)") }
    for name in files.keys.sorted() {
      try? FileInspector.inspect("store/\(name)", fileSystem: disk) { part, bytes in
        _ = part.fields.map(\.meaning)
        return bytes.count == part.count
      }
    }
    _ = try? LogStructuredStore.verify(at: "store", fileSystem: disk)
    use(disk)
  }

  private static func use(_ disk: SimulatedDisk) {
    var options = StoreOptions()
    options.maintenance = .manual
    options.createsIfMissing = false
    guard
      let store = try? LogStructuredStore(at: "store", options: options, fileSystem: disk)
    else { return }
    let keys: [Key] = ["", "a", "apple", "banana", "key5", "z"]
    for key in keys { _ = try? store.get(key) }
    for direction in ScanDirection.allCases {
      _ = try? store.scan(.all, direction, limit: nil).collect()
      _ = try? store.scan(KeyRange(from: "b", to: "key5"), direction, limit: 3).collect()
    }
    _ = (try? store.statistics(), try? store.spaceUse())
    try? store.put("apple", "new")
    try? store.delete("key5")
    try? store.flush()
    _ = try? store.compact()
    try? store.checkpoint(to: "copy")
    try? store.close()
  }

  /// The bytes as lines of a batch, on an engine in memory.
  private static func runCommand(_ input: [UInt8]) {
    for line in input.split(separator: 10, omittingEmptySubsequences: false) {
      guard let words = try? Tokeniser.words(of: Array(line)) else { continue }
      _ = try? CommandTable.sessionCommand(words)
      _ = try? CommandTable.sessionCommand(words, on: .script)
    }
  }

  /// The bytes as what a connection brings, to a server and to a client; in pieces as long as the first one says.
  private static func runWire(_ input: [UInt8]) {
    guard let first = input.first else { return }
    let pieces = first == 0 ? input.count : Int(first)
    var commands = CommandReader()
    var replies = ReplyReader()
    var rest = input.dropFirst()
    while !rest.isEmpty {
      commands.append(Array(rest.prefix(pieces)))
      replies.append(Array(rest.prefix(pieces)))
      rest = rest.dropFirst(pieces)
      while let words = try? commands.next() { precondition(!words.isEmpty) }
      while let value = try? replies.next() {
        // What was read can be written and read again.
        var writer = WireWriter(version: .three)
        writer.write(value)
        var again = ReplyReader(limits: WireLimits(bytes: 1 << 30, elements: .max, line: 1 << 30))
        again.append(writer.take())
        precondition((try? again.next()) != nil)
      }
    }
  }
}
