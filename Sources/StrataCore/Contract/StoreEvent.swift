/// Something that happened inside a store, told to an observer as it happens.
///
/// Pictures, explanations and tests are made of these. Nobody listening costs one comparison.
public enum StoreEvent: Equatable, Sendable {
  /// A group of records went into a log, as one write.
  case appended(log: UInt32, records: Int, bytes: Int)
  /// The log was synced; everything up to this sequence number survives a power cut.
  case synced(log: UInt32, sequence: UInt64)
  /// The memtable is full and takes no more; a new one, with a new log, takes over.
  case froze(log: UInt32, records: Int, bytes: Int)
  /// A segment of a frozen memtable was written.
  case flushed(log: UInt32, segment: UInt32, records: Int, bytes: Int)
  /// Segments were merged into others.
  case compacted(inputs: [UInt32], outputs: [UInt32], bytesRead: Int, bytesWritten: Int)
  /// The manifest now says so: the step before it is final.
  case committed(manifestBytes: Int)
  /// A file that nothing refers to any more was removed.
  case removed(file: String)
  /// A read looked for its key in a memtable.
  case probedMemTable(log: UInt32, found: Bool)
  /// A read looked for its key in a segment, and this is how far it came.
  case probedSegment(segment: UInt32, outcome: SegmentProbe)
  /// A writer had to wait until background work caught up.
  case stalled(milliseconds: Int)
  /// The store refuses writes from now on.
  case becameReadOnly(cause: StoreError)
}

/// How far the search for a key came in one segment; each step costs more than the one before.
public enum SegmentProbe: Equatable, Sendable {
  /// The key lies outside the segment's range of keys.
  case outOfRange
  /// The filter says that the key is not there, which is certain.
  case filteredOut
  /// The filter was wrong: the index has no such key.
  case falsePositive
  /// The record was read.
  case found
}

/// Gets every event, on the thread on which it happens, often with locks of the store held: it must be
/// quick, and must never call the store, which would wait for itself.
public typealias StoreObserver = @Sendable (StoreEvent) -> Void
