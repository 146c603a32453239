import Strata
import StrataCore

/// A store of entries in random order: filled, opened again, read, compacted, read again, mixed.
extension Bench {
  func random() throws(StoreError) {
    try fillRandom()
    guard wantsMore(than: .fillrandom) else { return }
    try measureOnce(.settle) { () throws(StoreError) in
      try settle()
      return []
    }
    if session.settings.engine.keepsEntries { try reopen() }
    try verify()
    try reads()
    guard wantsMore(than: .range100) else { return }
    _ = try store().compact()
    try settle()
    try verify()
    try readsCompacted()
    try mixed()
  }

  /// True when something of this stage behind `workload` is to be measured.
  private func wantsMore(than workload: Workload) -> Bool {
    let all = BenchStage.random.workloads
    let next = all.firstIndex(of: workload).map { $0 + 1 } ?? 0
    return all[next...].contains { wants($0) }
  }

  private func fillRandom() throws(StoreError) {
    guard wants(.fillrandom) else { return try fill() }
    let store = try store()
    try measure(.fillrandom, operations: request.count) {
      [data] (hand, index) throws(StoreError) in
      data.write(index, into: &hand.key)
      data.write(index, into: &hand.value)
      try store.put(hand.key, hand.value)
    }
  }

  private func reopen() throws(StoreError) {
    try measureOnce(.close) { () throws(StoreError) in
      try session.close()
      return []
    }
    try measureOnce(.openClean) { () throws(StoreError) in
      try readFirst()
      return []
    }
    try settle()
  }

  /// Opens the store and reads one entry.
  func readFirst() throws(StoreError) {
    var key = BenchData.emptyKey
    data.write(0, into: &key)
    try Bench.expect(try store().get(key) != nil)
  }

  private func reads() throws(StoreError) {
    for threads in request.threads { try get(.readrandom, threads: threads) }
    for threads in request.threads { try view(.readview, threads: threads) }
    for threads in request.threads { try getInto(.readinto, threads: threads) }
    try getMissing(.readmissing)
    try scan(.scan)
    try scanEntries()
    try ranges(.range100)
  }

  private func readsCompacted() throws(StoreError) {
    try get(.readrandomCompacted, threads: 1)
    try view(.readviewCompacted, threads: 1)
    try getInto(.readintoCompacted, threads: 1)
    try getMissing(.readmissingCompacted)
    try scan(.scanCompacted)
    try ranges(.range100Compacted)
  }

  private func mixed() throws(StoreError) {
    guard wants(.mixed) else { return }
    let store = try store()
    var isOverwritten = [Bool](repeating: false, count: request.count)
    for threads in request.threads {
      let count = request.mixedOperations * threads
      let entries = Zipf.sequence(of: count, entries: request.count, seed: request.seed(77))
      var coin = SplitMix64(seed: request.seed(9))
      let isPut = entries.map { _ in coin.next() & 1 == 1 }
      try measure(.mixed, operations: count, threads: threads) {
        [data] (hand, index) throws(StoreError) in
        data.write(entries[index], into: &hand.key)
        if isPut[index] {
          data.write(entries[index], version: 1, into: &hand.value)
          try store.put(hand.key, hand.value)
        } else {
          try Bench.expect(try store.get(hand.key) != nil)
        }
      }
      try settle()
      for (entry, isPut) in zip(entries, isPut) where isPut { isOverwritten[entry] = true }
      try verify { isOverwritten[$0] ? 1 : 0 }
    }
  }
}
