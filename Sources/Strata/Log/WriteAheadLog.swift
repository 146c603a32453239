import StrataCore

/// The file that makes a change durable before it is visible.
///
/// Changes are appended as frames, in the order of their sequence numbers. The memtable that holds the
/// same changes sorted is lost when the process ends; this file is what it is made from again. When the
/// memtable has become a segment, its log is removed.
///
///     create → append … append → (frozen: nothing more is appended) → remove
///                 └─ sync: from here, what was appended survives a power cut
///
/// One thread at a time may append; `sync` may run beside it. After any error the file is in an unknown
/// state and must not be used again: the store turns read-only.
package final class WriteAheadLog: @unchecked Sendable {
  /// Which log of which store it is.
  package let identity: LogIdentity
  var number: UInt32 { identity.number }
  private let file: any WritableFile
  /// Bytes that were found and must be written again before a sync of them means anything.
  private var doubtful: Range<Int>?
  /// Bytes in the file.
  package var size: Int { file.size }

  /// Begins a new log; its header and its name are durable before any frame can be appended.
  package static func create(
    number: UInt32, identity: StoreIdentity, appendingBy method: AppendMethod = .writing,
    in directory: any Directory
  ) throws(StoreError) -> WriteAheadLog {
    let file = try directory.create(FileName.of(.log, number), appendingBy: method)
    var header = ByteBuffer(capacity: FileHeader.size)
    FileHeader(kind: .log, number: number, identity: identity).encode(into: &header)
    try file.append(header.view)
    try file.sync()
    try directory.sync()
    return WriteAheadLog(LogIdentity(identity, number: number), file)
  }

  /// Goes on with a log whose content up to `size` was replayed; what is behind is cut off first.
  ///
  /// The cut of a torn tail is made durable before anything can be appended: else a second crash could show
  /// the old tail behind new records. Where there is no tail, somebody before us may have cut one, and died
  /// before the cut was durable. So may have the writer of a header without a frame. But where there are
  /// zeros, which are only room that was reserved, nothing but zeros can come back.
  ///
  /// What lies behind `vouched` may be only in the system's cache, and the process before us may have
  /// failed to sync it: the first sync writes it again, or the system would only say that it is there.
  package static func resume(
    number: UInt32, identity: StoreIdentity, replayed size: Int, vouched: Int, isTorn: Bool,
    appendingBy method: AppendMethod, in directory: any Directory
  ) throws(StoreError) -> WriteAheadLog {
    let file = try directory.openForAppending(FileName.of(.log, number), by: method)
    let isRoom = file.size > size && !isTorn
    if file.size != size { try file.truncate(to: size) }
    let log = WriteAheadLog(LogIdentity(identity, number: number), file)
    if vouched < size { log.doubtful = vouched..<size }
    if !isRoom || size == FileHeader.size { try log.sync() }
    return log
  }

  private init(_ identity: LogIdentity, _ file: any WritableFile) {
    self.identity = identity
    self.file = file
  }

  /// Appends sealed frames.
  package func append(_ frames: ByteView) throws(StoreError) { try file.append(frames) }

  /// Appends a frame that can be done without: where there is no room, the file stays as it was.
  func appendIfPossible(_ frame: ByteView) {
    let size = file.size
    do throws(StoreError) {
      try file.append(frame)
    } catch {
      try? file.truncate(to: size)  // else the next opening cuts it off
    }
  }

  /// Returns when everything appended before will survive a power cut.
  ///
  /// One thread at a time may call it.
  package func sync() throws(StoreError) {
    if let range = doubtful {
      try file.writeAgain(range)
      doubtful = nil
    }
    try file.sync()
  }

  /// Gives the file back.
  package func close() throws(StoreError) { try file.close() }
}
