extension SimulatedFile {
  /// The bytes that the disk writes at once or not at all.
  static let sectorBytes = 512

  /// What the file holds when the power is back.
  ///
  /// `leftovers` is what an earlier file left where this one grew.
  ///
  /// - Complexity: O(1) but for sectors and growth, which copy.
  func contents(
    after fate: SimulatedPowerCut.File, leftovers: SimulatedContents?
  ) -> SimulatedContents {
    let found =
      switch fate {
      case .nothing: durable
      case .everything: current
      case .prefix(let changes, let bytes): contents(after: changes, bytes)
      case .sectors(let seed, let filler): sectors(seed, filler, leftovers)
      case .grown(let changes, let seed, let filler): grown(changes, seed, filler, leftovers)
      }
    // Of nothing that was unsynced, the room that was reserved is a part too.
    return hadRoom && fate != .nothing ? found.withRoom : found
  }

  /// The first changes, and some bytes of the next.
  private func contents(after changes: Int, _ bytes: Int) -> SimulatedContents {
    guard changes < unsynced.count else { return current }
    let whole = changes > 0 ? unsynced[changes - 1].result : durable
    guard bytes > 0, case .append(let offset) = unsynced[changes].kind else { return whole }
    let next = unsynced[changes].result
    return next.prefix(min(offset + bytes, next.count))
  }

  /// A size that the file had at some time, and each sector as it was or as it is.
  private func sectors(
    _ seed: UInt64, _ filler: SimulatedPowerCut.Filler, _ leftovers: SimulatedContents?
  ) -> SimulatedContents {
    var random = SplitMix64(seed: seed)
    let choice = random.below(unsynced.count + 1)
    let size = choice == 0 ? durable.count : unsynced[choice - 1].result.count
    var bytes = ByteBuffer(capacity: size)
    for start in stride(from: 0, to: size, by: Self.sectorBytes) {
      let end = min(start + Self.sectorBytes, size)
      let isNew = random.isOne(in: 2)
      let (first, second) = isNew ? (current, durable) : (durable, current)
      // An old sector that the file has never had is whatever lay there; a new one that was cut off
      // since then is still the old one.
      append(first, upTo: end, to: &bytes)
      if isNew { append(second, upTo: end, to: &bytes) }
      fill(&bytes, upTo: end, filler, leftovers, &random)
    }
    return SimulatedContents(copying: bytes.view)
  }

  /// The first changes, and a later size.
  private func grown(
    _ changes: Int, _ seed: UInt64, _ filler: SimulatedPowerCut.Filler,
    _ leftovers: SimulatedContents?
  ) -> SimulatedContents {
    var random = SplitMix64(seed: seed)
    let whole = contents(after: changes, 0)
    let largest = unsynced.dropFirst(changes).reduce(whole.count) { max($0, $1.result.count) }
    guard largest > whole.count else { return whole }
    let size = random.isOne(in: 2) ? largest : whole.count + 1 + random.below(largest - whole.count)
    var bytes = ByteBuffer(capacity: size)
    bytes.append(whole.view)
    fill(&bytes, upTo: size, filler, leftovers, &random)
    return SimulatedContents(copying: bytes.view)
  }

  /// Continues `bytes` with those of `source` at the same place, as far as it has any.
  private func append(
    _ source: SimulatedContents, upTo end: Int, to bytes: inout ByteBuffer
  ) {
    let available = min(end, source.count) - bytes.count
    if available > 0 { bytes.append(source.view.slice(at: bytes.count, count: available)) }
  }

  private func fill(
    _ bytes: inout ByteBuffer, upTo end: Int, _ filler: SimulatedPowerCut.Filler,
    _ leftovers: SimulatedContents?, _ random: inout SplitMix64
  ) {
    // Reserved room is zeros, whatever lay there before.
    switch hadRoom ? .zeros : filler {
    case .zeros: break
    case .junk: while bytes.count < end { bytes.append(UInt8(truncatingIfNeeded: random.next())) }
    case .leftovers: if let leftovers { append(leftovers, upTo: end, to: &bytes) }
    }
    bytes.appendZeros(end - bytes.count)
  }
}
