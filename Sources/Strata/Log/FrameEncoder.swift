import StrataCore

/// Puts one frame of the log together: room for its header, then a batch's records, not yet numbered.
///
/// The costly part, copying and the checksums of the bodies, needs no turn: whoever has to wait for one
/// does it before. `seal` then gives the records their place in the order.
package struct FrameEncoder: ~Copyable {
  private var buffer: ByteBuffer
  private(set) var recordCount = 0

  /// An empty frame.
  package init() {
    buffer = ByteBuffer(capacity: 512)
    buffer.appendZeros(LogFrame.headerSize)
  }

  /// Bytes of the frame so far.
  var size: Int { buffer.count }

  /// The frame; sound only once it is sealed.
  package var frame: ByteView { buffer.view }

  /// Begins again, with the same memory unless it has become large.
  mutating func removeAll() {
    if buffer.capacity > 1 << 20 { buffer = ByteBuffer(capacity: 512) }
    buffer.removeAll()
    buffer.appendZeros(LogFrame.headerSize)
    recordCount = 0
  }

  /// Adds a change: the key holds the value, or nothing where there is none.
  package mutating func add(_ key: ByteView, _ value: ByteView?, expiresAt: UnixMilliseconds? = nil) {
    let kind: RecordKind = value == nil ? .tombstone : expiresAt == nil ? .value : .expiringValue
    RecordCodec.append(
      kind, key: key, value: value ?? .empty, expiresAt: expiresAt, to: &buffer)
    recordCount += 1
  }

  /// Refuses a batch whose length its frame could not hold.
  func checkSize() throws(StoreError) {
    guard buffer.count <= UInt32.max else {
      throw .invalidArgument("the batch has \(buffer.count) bytes; the limit is 4 GiB")
    }
  }

  /// Gives the records their numbers, from `first` on, and the frame its header.
  package mutating func seal(first: UInt64, syncedSequence: UInt64, log: LogIdentity) {
    LogFrame.seal(
      &buffer, firstSequence: first, syncedSequence: syncedSequence, recordCount: recordCount,
      log: log)
  }
}
