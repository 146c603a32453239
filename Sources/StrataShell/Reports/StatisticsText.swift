import StrataCore

/// The numbers of a store as a page to read.
struct StatisticsText {
  let path: String
  let statistics: StoreStatistics
  let space: SpaceUse?
  var style = Style.plain
  var width = 80

  var text: String {
    [heading, levels, amplification, work].filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  private var heading: String {
    var table = TextTable([.left, .left])
    table.add("store", path)
    let durability = statistics.durability.isEmpty ? "" : ", durability \(statistics.durability)"
    table.add("engine", statistics.engine + durability)
    if let space {
      table.add(
        "live",
        "\(Units.plural(space.liveEntries, "entry", "entries")), \(Units.bytes(space.liveBytes))")
      table.add(
        "other",
        "\(Units.bytes(space.deadBytes)) of \(Units.bytes(space.diskBytes)) on disk "
          + "(old versions, indexes, filters, checksums)")
    }
    table.add(
      "records",
      "\(Units.count(statistics.records)), the last change has number \(Units.count(Int(clamping: statistics.lastSequence)))"
    )
    return table.text
  }

  private var levels: String {
    guard !statistics.levels.isEmpty else { return "" }
    var table = TextTable([.left, .right, .right, .right, .right, .right])
    table.add("level", "runs", "segments", "records", "tombstones", "size")
    for level in statistics.levels {
      table.add(
        level.level < 0 ? "memory" : "\(level.level)", Units.count(level.runs),
        level.level < 0 ? "–" : Units.count(level.segments), Units.count(level.records),
        Units.count(level.tombstones), Units.bytes(level.bytes))
    }
    return table.text + "\n\n"
      + StoreShapePicture(levels: statistics.levels, style: style, width: width).text
  }

  private var amplification: String {
    let writes = statistics.writes
    let reads = statistics.reads
    var table = TextTable([.left, .right, .left])
    table.add(
      "write amplification", Units.ratio(writes.diskBytes, writes.userBytes),
      "\(Units.bytes(writes.diskBytes)) to files / \(Units.bytes(writes.userBytes)) from users")
    table.add(
      "read amplification", Units.ratio(reads.segmentsAsked, reads.gets),
      "\(Units.plural(reads.segmentsAsked, "segment")) asked / \(Units.plural(reads.gets, "get"))")
    if let space {
      table.add(
        "space amplification", Units.ratio(space.diskBytes, space.liveBytes),
        "\(Units.bytes(space.diskBytes)) on disk / \(Units.bytes(space.liveBytes)) live")
    }
    return table.text
  }

  private var work: String {
    let writes = statistics.writes
    let reads = statistics.reads
    var table = TextTable([.left, .left])
    table.add(
      "written",
      "\(Units.bytes(writes.logBytes)) to logs, "
        + "\(Units.bytes(writes.flushedBytes)) by \(Units.plural(writes.flushes, "flush", "flushes")), "
        + "\(Units.bytes(writes.compactedBytes)) by \(Units.plural(writes.compactions, "compaction"))"
    )
    table.add(
      "read",
      "\(Units.count(reads.memTableHits)) from memory, "
        + "\(Units.count(reads.recordsRead)) from segments")
    table.add(
      "filters",
      "\(Units.count(reads.filteredOut)) ruled out, "
        + "\(Units.plural(reads.falsePositives, "false positive"))")
    table.add(
      "stalls", "\(Units.count(statistics.stalls)) in \(statistics.stalledMilliseconds) ms")
    return table.text
  }
}
