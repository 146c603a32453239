import StrataCore

/// What `INFO` says: sections of lines `name:value`, with the names that clients look for.
struct ServerReport {
  private let server: Server

  init(_ server: Server) { self.server = server }

  /// The sections asked for; none: all of them but `keyspace`, which counts every key.
  func text(_ wanted: Set<String>) throws(Refusal) -> String {
    let isEverything = !wanted.isDisjoint(with: ["all", "everything"])
    var text = ""
    for (name, lines) in try sections(countingKeys: isEverything || wanted.contains("keyspace")) {
      let isDefault = wanted.isEmpty || wanted.contains("default")
      guard isEverything || isDefault || wanted.contains(name.lowercased()) else { continue }
      if !text.isEmpty { text += "\r\n" }
      text += "# \(name)\r\n" + lines.map { "\($0):\($1)\r\n" }.joined()
    }
    return text
  }

  private func sections(
    countingKeys: Bool
  ) throws(Refusal) -> [(name: String, lines: [(String, String)])] {
    let store = try refusing { () throws(StoreError) in try server.keyspace.store.statistics() }
    let counts = server.counts
    var sections: [(name: String, lines: [(String, String)])] = [
      (
        "Server",
        [
          ("redis_version", Server.redisVersion), ("strata_version", server.options.programVersion),
          ("redis_mode", "standalone"),
          (
            "uptime_in_seconds", "\((Server.monotonicMilliseconds - server.started) / 1000)"
          ),
        ]
      ),
      (
        "Clients",
        [
          ("connected_clients", "\(server.connections.count)"),
          ("maxclients", "\(server.options.maximumClients)"),
        ]
      ),
      (
        "Persistence",
        [
          ("loading", "0"), ("aof_enabled", "1"), ("strata_engine", store.engine),
          ("strata_durability", "\(server.options.durability)"),
          ("strata_disk_bytes", "\(store.diskBytes)"), ("strata_records", "\(store.records)"),
          ("strata_last_sequence", "\(store.lastSequence)"),
        ]
      ),
      (
        "Stats",
        [
          ("total_connections_received", "\(counts.connections)"),
          ("rejected_connections", "\(counts.refusedConnections)"),
          ("total_commands_processed", "\(counts.commands)"),
          ("strata_commits", "\(server.keyspace.commits)"), ("strata_stalls", "\(store.stalls)"),
        ]
      ),
      ("Replication", [("role", "master"), ("connected_slaves", "0")]),
    ]
    if countingKeys {
      let keys = try server.countKeys()
      sections.append(
        (
          "Keyspace",
          keys.all == 0 ? [] : [("db0", "keys=\(keys.all),expires=\(keys.expiring),avg_ttl=0")]
        ))
    }
    return sections
  }
}

extension Server {
  /// How many keys there are, and how many of them until some moment; by counting them.
  func countKeys() throws(Refusal) -> (all: Int, expiring: Int) {
    try refusing { () throws(StoreError) in
      let scan = try keyspace.store.scan()
      var count = (all: 0, expiring: 0)
      while try scan.next() != nil {
        count.all += 1
        if scan.expiresAt != nil { count.expiring += 1 }
      }
      return count
    }
  }

  /// What `CONFIG GET` knows, under the names of Redis.
  var configuration: [(name: String, value: String)] {
    let sync =
      switch options.durability {
      case .sync: "always"
      case .interval: "everysec"
      case .system: "no"
      }
    return [
      ("appendfsync", sync), ("appendonly", "yes"), ("databases", "1"),
      ("maxclients", "\(options.maximumClients)"),
      ("proto-max-bulk-len", "\(options.limits.bytes)"), ("save", ""),
      ("timeout", "\((options.idleMilliseconds ?? 0) / 1000)"),
    ]
  }
}
