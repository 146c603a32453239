/// Every option there is; each means the same wherever it is allowed.
enum Option: String, CaseIterable, Sendable {
  case store, engine, durability, policy, memtable
  case help, version
  case ttl, raw
  case from, to, prefix, limit, reverse
  case into
  case keysOnly = "keys-only"
  case format
  case record
  case count
  case valueSize = "value-size"
  case seed
  case operations, images, disk
  case threads, kill
  case keep
  case port, bind, unix, stdio, idle
  case passwordFile = "password-file"
  case clients
  case frame

  /// The options that any command takes, before or after its name.
  static let common: [Option] = [.store, .engine, .durability, .policy, .memtable]

  /// The options that choose a range of keys.
  static let range: [Option] = [.from, .to, .prefix]

  /// The option as it is written.
  var spelling: String { "--\(rawValue)" }

  /// What follows it, for help; nil when nothing does.
  var operand: String? {
    switch self {
    case .store: "DIR"
    case .engine, .into: "NAME"
    case .durability: "LEVEL"
    case .policy: "NAME"
    case .memtable: "SIZE"
    case .ttl: "DURATION"
    case .from, .to, .prefix: "KEY"
    case .limit, .count, .seed, .operations, .images: "N"
    case .disk: "NAME"
    case .port, .clients: "N"
    case .bind: "ADDRESS"
    case .unix: "PATH"
    case .idle: "DURATION"
    case .passwordFile: "FILE"
    case .frame: "SIZE"
    case .threads: "N,…"
    case .valueSize: "BYTES"
    case .format: "FORMAT"
    case .help, .version, .raw, .reverse, .keysOnly, .record, .keep, .kill, .stdio: nil
    }
  }

  /// What it does, in a few words.
  var summary: String {
    switch self {
    case .store: "the store's directory (else $KVCLI_STORE, else ./kvdata)"
    case .engine: "the engine (\(EngineTable.publicNames.joined(separator: ", ")))"
    case .durability: "sync (default), system or interval:MS: what is safe when a write returns"
    case .policy: "how segments are merged: \(CompactionChoice.names.joined(separator: ", "))"
    case .memtable: "memory for new entries, until they become a segment (64MiB)"
    case .help: "help, here or for a command"
    case .version: "the version"
    case .ttl: "the entry is gone after this time: 500ms, 30s, 5m, 2h, 1d"
    case .raw: "the value's bytes alone, no newline behind them"
    case .from: "from this key on"
    case .to: "up to this key, without it"
    case .prefix: "the keys that begin so"
    case .into: "the engine of the new store (\(EngineTable.publicNames.joined(separator: ", ")))"
    case .limit: "at most so many entries"
    case .reverse: "from the last key to the first"
    case .keysOnly: "keys without their values"
    case .format: "how it is written; the first is the default"
    case .record: "write what came out into the script instead of comparing"
    case .count: "entries (default 100,000)"
    case .valueSize: "bytes of each value (default 100)"
    case .seed: "another order of random operations"
    case .operations: "operations of a workload (bench: 1,000,000; crashlab: 40)"
    case .images: "states to recover (default 100,000)"
    case .disk: "the disk's character: \(CrashLabRequest.disks.joined(separator: ", ")); else all"
    case .threads: "threads that read together; several numbers: one after the other"
    case .kill: "end as kill -9 does when all is measured: needs --store"
    case .port: "the port (6379; 0: any that is free)"
    case .bind: "the address in numbers (127.0.0.1); all but loopback need --password-file"
    case .unix: "a socket in the file system instead of a port, for this user only"
    case .stdio: "one client over standard input and output instead of a port"
    case .idle: "a client that is silent for so long is sent away (1h; 0s: never)"
    case .passwordFile: "the first line of this file is what clients must give with AUTH"
    case .clients: "how many clients there may be at a time (1000)"
    case .frame: "how many bytes a command may have (64MiB)"
    case .keep: "leave the directory, to look at it afterwards"
    }
  }

  /// The values that a completion can offer.
  var choices: [String] {
    switch self {
    case .engine, .into: EngineTable.publicNames
    case .durability: ["sync", "system", "interval:100"]
    case .policy: CompactionChoice.names
    case .disk: CrashLabRequest.disks
    default: []
    }
  }
}
