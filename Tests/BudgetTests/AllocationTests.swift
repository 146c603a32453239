import CAllocationCount
import StrataCore
import StrataTestSupport
import Testing

@testable import Strata

/// How often an operation may ask for memory, counted in the thread that does it.
///
/// The counts are those of a debugging build, which are never lower than those of a release.
@Suite("Allocations", .enabled(if: strata_allocation_count() >= 0, "nothing counts them here"))
struct AllocationTests {
  private static let count = 1_000
  private let keys = (0..<count).map { Key("k\(1_000 + $0)") }
  private let absent = (0..<count).map { Key("k\(1_000 + $0)x") }
  private let value = Value("0123456789")

  /// Allocations by this thread while `body` runs.
  private func allocations(_ body: () throws -> Void) rethrows -> Int {
    let before = strata_allocation_count()
    try body()
    return strata_allocation_count() - before
  }

  /// Calls `body` with each key.
  ///
  /// A `for` loop over an array takes memory for each element, in a debugging build.
  private func forEach(_ keys: [Key], _ body: (Key) throws -> Void) rethrows {
    var index = 0
    while index < keys.count {
      try body(keys[index])
      index += 1
    }
  }

  private func withStore(_ body: (LogStructuredStore) throws -> Void) throws {
    try TestGround.with(.real) { ground in
      var options = StoreOptions()
      options.maintenance = .manual
      options.durability = .system
      let store = try LogStructuredStore(at: ground.path, options: options)
      for key in keys { try store.put(key, value) }
      try body(store)
      try store.close()
    }
  }

  @Test("the count counts")
  func counting() {
    let buffers = allocations {
      for _ in 0..<10 { _ = ByteBuffer(capacity: 4_096) }
    }
    #expect(buffers >= 10)
    #expect(allocations {} == 0)
  }

  @Test("a put takes memory from the arena only: one allocation in a hundred puts")
  func puts() throws {
    try withStore { store in
      let puts = try allocations {
        try forEach(keys) { try store.put($0, value) }
      }
      #expect(puts <= Self.count / 100, "\(puts)")
    }
  }

  @Test("a read without a copy, into a used array, or of what is absent, takes no memory")
  func readsWithoutMemory() throws {
    try withStore { store in
      for isFlushed in [false, true] {
        if isFlushed { try store.flush() }
        var found: [UInt8] = []
        func readAll() throws {
          try forEach(keys) { key in
            _ = try store.withValue(forKey: key) { $0.byteCount }
            _ = try store.get(key, into: &found)
          }
          try forEach(absent) { key in
            _ = try store.contains(key)
            _ = try store.get(key)
          }
        }
        try readAll()  // the first time, the array gets its room
        let reads = try allocations { try readAll() }
        #expect(reads == 0, "flushed: \(isFlushed)")
      }
    }
  }

  @Test("a get takes one piece of memory: the array that it returns")
  func gets() throws {
    try withStore { store in
      try store.flush()
      func readAll() throws { try forEach(keys) { _ = try store.get($0) } }
      try readAll()  // the first time, pages of the index are checked
      let gets = try allocations { try readAll() }
      #expect(gets == Self.count)
    }
  }

  @Test("a walk takes memory to begin, and none for each entry")
  func walks() throws {
    try withStore { store in
      try store.flush()
      func walk(_ entries: Int) throws -> Int {
        try allocations {
          var left = entries
          try store.snapshot().forEach { _, _ in
            left -= 1
            return left > 0
          }
        }
      }
      _ = try walk(Self.count)  // the first time, the runtime makes types
      let (short, long) = (try walk(1), try walk(Self.count))
      #expect(short == long)
      #expect(short <= 40, "\(short)")
    }
  }
}
