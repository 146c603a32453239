import StrataCore

extension StoreStatistics {
  /// All numbers for programs; ratios are given as numerator and denominator beside their value.
  func json(path: String, space: SpaceUse?) -> JSONText {
    var members: [(String, JSONText)] = [
      ("store", .string(path)), ("engine", .string(engine)), ("durability", .string(durability)),
      ("records", .integer(records)), ("last_sequence", .integer(Int(clamping: lastSequence))),
      ("disk_bytes", .integer(diskBytes)),
    ]
    if let space {
      members += [
        ("live_entries", .integer(space.liveEntries)), ("live_bytes", .integer(space.liveBytes)),
        ("dead_bytes", .integer(space.deadBytes)),
      ]
    }
    members.append(("levels", .array(levels.map(\.json))))
    members.append(
      ("write_amplification", Self.ratio(writes.diskBytes, writes.userBytes)))
    members.append(("read_amplification", Self.ratio(reads.segmentsAsked, reads.gets)))
    if let space {
      members.append(("space_amplification", Self.ratio(space.diskBytes, space.liveBytes)))
    }
    members.append(("writes", writes.json))
    members.append(("reads", reads.json))
    members += [
      ("stalls", .integer(stalls)), ("stalled_milliseconds", .integer(stalledMilliseconds)),
    ]
    return .object(members)
  }

  private static func ratio(_ numerator: Int, _ denominator: Int) -> JSONText {
    .object([
      ("value", denominator == 0 ? .null : .decimal(Double(numerator) / Double(denominator))),
      ("numerator", .integer(numerator)), ("denominator", .integer(denominator)),
    ])
  }
}

extension StoreStatistics.Level {
  fileprivate var json: JSONText {
    .object([
      ("level", .integer(level)), ("runs", .integer(runs)), ("segments", .integer(segments)),
      ("records", .integer(records)), ("tombstones", .integer(tombstones)),
      ("bytes", .integer(bytes)),
    ])
  }
}

extension StoreStatistics.WriteTotals {
  fileprivate var json: JSONText {
    .object([
      ("user_bytes", .integer(userBytes)), ("log_bytes", .integer(logBytes)),
      ("flushed_bytes", .integer(flushedBytes)), ("compacted_bytes", .integer(compactedBytes)),
      ("flushes", .integer(flushes)), ("compactions", .integer(compactions)),
    ])
  }
}

extension StoreStatistics.ReadTotals {
  fileprivate var json: JSONText {
    .object([
      ("gets", .integer(gets)), ("memtable_hits", .integer(memTableHits)),
      ("segments_asked", .integer(segmentsAsked)), ("filtered_out", .integer(filteredOut)),
      ("false_positives", .integer(falsePositives)), ("records_read", .integer(recordsRead)),
    ])
  }
}
