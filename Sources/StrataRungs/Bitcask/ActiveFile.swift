import StrataCore

/// The data file that is being appended to.
///
/// - Invariant: used only under the store's `writing`.
final class ActiveFile {
  let file: any WritableFile
  let data: DataFile
  /// So many of its bytes are on the disk.
  var synced: Int
  /// The newest record of each key behind what the hint covers.
  var newest: [Key: HintEntry]
  /// The hint that is there covers so many bytes.
  var hintedBytes: Int
  /// True when there is nothing behind the last synced mark.
  var endsWithMark: Bool

  init(
    _ file: any WritableFile, _ data: DataFile, synced: Int, newest: [Key: HintEntry] = [:],
    hintedBytes: Int = BitcaskFileHeader.size, endsWithMark: Bool = false
  ) {
    self.file = file
    self.data = data
    self.synced = synced
    self.newest = newest
    self.hintedBytes = hintedBytes
    self.endsWithMark = endsWithMark
  }

  /// Syncs everything that was appended.
  func sync() throws(StoreError) {
    try file.sync()
    synced = file.size
  }

  /// Appends a synced mark, so that the next opening knows what is on the disk, and that nothing is missing
  /// behind it.
  func appendMark(at time: UnixMilliseconds) throws(StoreError) {
    guard !endsWithMark else { return }
    let mark = BitcaskRecord.mark(at: time, synced: synced, seed: data.seed)
    try ByteView.withBytes(of: mark) { (mark) throws(StoreError) in try file.append(mark) }
    endsWithMark = true
  }
}

/// The records of one batch, encoded before the writer's turn, sealed within it.
struct RecordBatch: ~Copyable {
  private(set) var buffer: ByteBuffer
  /// The keys in order; offsets count from the batch's beginning until it is placed.
  private(set) var entries: [(key: Key, entry: HintEntry)] = []
  let userBytes: Int

  init(_ batch: WriteBatch, timestamp: UnixMilliseconds) {
    userBytes = batch.userBytes
    buffer = ByteBuffer(capacity: userBytes + batch.count * BitcaskRecord.headerSize)
    var following = batch.count
    batch.forEach { key, value, expiresAt in
      following -= 1
      add(key, value, expiresAt, following: following, timestamp)
    }
  }

  private mutating func add(
    _ key: ByteView, _ value: ByteView?, _ expiresAt: UnixMilliseconds?, following: Int,
    _ timestamp: UnixMilliseconds
  ) {
    let start = buffer.count
    let kind: BitcaskRecord.Kind =
      value == nil ? .tombstone : expiresAt == nil ? .value : .expiringValue
    BitcaskRecord.append(
      kind, key, value ?? .empty, timestamp: timestamp, expiresAt: expiresAt,
      following: following, to: &buffer)
    let entry = HintEntry(
      kind: kind, offset: start, length: buffer.count - start, timestamp: timestamp,
      expiresAt: expiresAt ?? .max)
    entries.append((Key(key), entry))
  }

  /// Completes the records for the place where they will lie.
  mutating func seal(at offset: Int, synced: Int, seed: UInt32) {
    for index in entries.indices {
      BitcaskRecord.seal(&buffer, at: entries[index].entry.offset, synced: synced, seed: seed)
      entries[index].entry.offset += offset
    }
  }
}
