import Strata
import StrataCore

/// The ways of writing that have a store of their own.
extension Bench {
  /// What the loop of every workload takes without any store.
  func loop() throws(StoreError) {
    let count = request.count
    try measure(.loopGet, operations: request.operations, purpose: 1000) {
      [data] (hand, _) throws(StoreError) in
      data.write(hand.random.below(count), into: &hand.key)
      hand.sum &+= UInt64(hand.key.bytes[0])
    }
    try measure(.loopPut, operations: request.operations) {
      [data] (hand, index) throws(StoreError) in
      data.write(index, into: &hand.key)
      data.write(index, into: &hand.value)
      hand.sum &+= UInt64(hand.key.bytes[0]) &+ UInt64(hand.value.bytes.last ?? 0)
    }
  }

  func sequential() throws(StoreError) {
    let store = try store()
    try measure(.fillseq, operations: request.count) {
      [data] (hand, index) throws(StoreError) in
      data.writeSequential(index, into: &hand.key)
      data.write(index, into: &hand.value)
      try store.put(hand.key, hand.value)
    }
    try verify(isAscending: true)
  }

  /// Batches; the keys and values of a batch are used again for the next one.
  func batches(_ workload: Workload, count: Int) throws(StoreError) {
    let store = try store()
    let size = BenchRequest.batchSize
    var keys = (0..<size).map { _ in BenchData.emptyKey }
    var values = (0..<size).map { _ in data.emptyValue }
    var batch = WriteBatch()
    try measureOnce(workload, operations: count * size) { () throws(StoreError) in
      for first in stride(from: 0, to: count * size, by: size) {
        for place in 0..<size {
          data.write(first + place, into: &keys[place])
          data.write(first + place, into: &values[place])
          batch.put(keys[place], values[place])
        }
        try store.apply(batch)
        batch.removeAll()
      }
      return []
    }
    try verify(count: count * size)
  }

  func synced(threads: Int) throws(StoreError) {
    let store = try store()
    let count = request.syncs(threads: threads)
    try measure(.fillsync, operations: count, threads: threads) {
      [data] (hand, index) throws(StoreError) in
      data.write(index, into: &hand.key)
      data.write(index, into: &hand.value)
      try store.put(hand.key, hand.value)
    }
    try verify(count: count)
  }

  /// A file that grows by a key and a value, each time synced.
  func floor() throws(StoreError) {
    let directory = try LocalFileSystem().openDirectory(session.settings.path, creating: true)
    defer { directory.close() }
    let file = try directory.create("floor")
    let bytes = [UInt8](repeating: 1, count: BenchData.keySize + data.valueSize)
    try measure(.fdatasync, operations: request.syncs(threads: 1)) {
      (_, _) throws(StoreError) in
      try ByteView.withBytes(of: bytes) { (bytes) throws(StoreError) in try file.append(bytes) }
      try file.sync()
    }
    try file.close()
  }

  /// Values of 1 MiB: few entries, in a store of their own.
  func large() throws(StoreError) {
    var request = request
    request.count = request.largeValues
    request.valueSize = 1 << 20
    let bench = Bench(request, in: session, report: report)
    let store = try bench.store()
    if !wants(.fillLarge) { try bench.fill() }
    try bench.measure(.fillLarge, operations: request.count) {
      [data = bench.data] (hand, index) throws(StoreError) in
      data.write(index, into: &hand.key)
      data.write(index, into: &hand.value)
      try store.put(hand.key, hand.value)
    }
    guard wants(.readLarge) else { return }
    try bench.settle()
    try bench.verify()
    try bench.measure(.readLarge, operations: request.largeReads, purpose: 3) {
      [data = bench.data, count = request.count] (hand, _) throws(StoreError) in
      data.write(hand.random.below(count), into: &hand.key)
      try Bench.expect(try store.get(hand.key)?.bytes.count == data.valueSize)
    }
  }
}
