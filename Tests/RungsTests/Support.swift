import StrataCore
import StrataRungs
import StrataTestSupport

/// Rungs on simulated disks, for tests that look at the files.
enum Rung {
  static let identity = StoreIdentity(high: 1, low: 2)

  static func log(
    _ disk: SimulatedDisk, durability: Durability = .sync, buildsIndex: Bool = true,
    clock: any WallClock = ManualClock()
  ) throws(StoreError) -> AppendLogStore {
    var options = AppendLogOptions()
    options.durability = durability
    options.buildsIndex = buildsIndex
    options.maintenance = .manual
    return try AppendLogStore(at: "store", options: options, fileSystem: disk, clock: clock)
  }

  /// A log whose file holds this text.
  static func log(holding text: String, buildsIndex: Bool = true) throws -> (
    AppendLogStore, SimulatedDisk
  ) {
    let disk = try self.disk(["log.jsonl": Array(text.utf8)])
    return (try log(disk, buildsIndex: buildsIndex), disk)
  }

  static func bitcask(
    _ disk: SimulatedDisk, clock: any WallClock = ManualClock(),
    _ change: (inout BitcaskOptions) -> Void = { _ in }
  ) throws(StoreError) -> BitcaskStore {
    var options = BitcaskOptions()
    options.identity = identity
    options.maintenance = .manual
    options.unhintedBytes = 0
    change(&options)
    return try BitcaskStore(at: "store", options: options, fileSystem: disk, clock: clock)
  }

  /// A disk with a directory `store` of these files, all of them durable.
  static func disk(_ files: [String: [UInt8]]) throws(StoreError) -> SimulatedDisk {
    let disk = SimulatedDisk(.ordered)
    let directory = try disk.openDirectory("store", creating: true)
    for (name, bytes) in files.sorted(by: { $0.key < $1.key }) {
      let file = try directory.create(name)
      try ByteView.withBytes(of: bytes) { (bytes) throws(StoreError) in try file.append(bytes) }
      try file.sync()
    }
    try directory.sync()
    directory.close()
    return disk
  }

  /// How many reads the disk will have answered from now on.
  ///
  /// Whoever reads makes room for what it asks for, and a read that asks for more than its file has is refused: so a
  /// length that was believed shows as a read that was counted and not answered.
  static func answeredReads(of disk: SimulatedDisk) -> () -> Int {
    var answered = 0
    disk.observer = { if $0.kind == .readPiece { answered += 1 } }
    return { answered }
  }

  /// The files of the store as every process sees them.
  static func files(of disk: SimulatedDisk) -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for name in disk.names(in: "store") { files[name] = disk.contents(of: name, in: "store") }
    return files
  }

  static func text(_ disk: SimulatedDisk) -> String {
    String(decoding: disk.contents(of: "log.jsonl", in: "store") ?? [], as: UTF8.self)
  }
}
