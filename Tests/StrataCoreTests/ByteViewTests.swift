import StrataCore
import StrataTestSupport
import Testing

@Suite("Byte views")
struct ByteViewTests {
  /// Pairs that differ early, late, or only in length; long enough for the eight-byte steps.
  private static func pairs(seed: UInt64) -> [([UInt8], [UInt8])] {
    var random = SplitMix64(seed: seed)
    let alphabet: [UInt8] = [0x00, 0x01, 0x7F, 0x80, 0xFF]
    var pairs: [([UInt8], [UInt8])] = []
    for _ in 0..<4_000 {
      let left = (0..<random.below(28)).map { _ in random.pick(alphabet) }
      let tail = (0..<random.below(12)).map { _ in random.pick(alphabet) }
      pairs.append((left, left.prefix(random.below(left.count + 1)) + tail))
    }
    return pairs
  }

  @Test("order as the standard library orders bytes", arguments: [1, 2] as [UInt64])
  func comparison(seed: UInt64) {
    for (left, right) in Self.pairs(seed: seed) {
      ByteView.withBytes(of: left) { leftView in
        ByteView.withBytes(of: right) { rightView in
          #expect((leftView < rightView) == left.lexicographicallyPrecedes(right))
          #expect((leftView == rightView) == (left == right))
          #expect(
            leftView.compare(to: rightView).signum() == -rightView.compare(to: leftView).signum())
        }
      }
    }
  }

  @Test("the sorting prefix never contradicts the order", arguments: [3, 4] as [UInt64])
  func sortingPrefix(seed: UInt64) {
    for (left, right) in Self.pairs(seed: seed) {
      ByteView.withBytes(of: left) { leftView in
        ByteView.withBytes(of: right) { rightView in
          let (mine, theirs) = (leftView.sortingPrefix, rightView.sortingPrefix)
          if mine != theirs { #expect((mine < theirs) == (leftView < rightView)) }
          if left.prefix(8) == right.prefix(8) { #expect(mine == theirs) }
        }
      }
    }
  }

  @Test("the sorting prefix is the first eight bytes as a number, filled up with zeros")
  func sortingPrefixValues() {
    let prefix = { (bytes: [UInt8]) in ByteView.withBytes(of: bytes) { $0.sortingPrefix } }
    #expect(prefix([]) == 0)
    #expect(prefix([0x01]) == 0x0100_0000_0000_0000)
    #expect(prefix([1, 2, 3, 4, 5, 6, 7]) == 0x0102_0304_0506_0700)
    #expect(prefix([1, 2, 3, 4, 5, 6, 7, 8, 9]) == 0x0102_0304_0506_0708)
  }

  @Test("integers are little-endian and need no alignment")
  func integers() {
    ByteView.withBytes(of: [0xAA, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08]) { view in
      #expect(view.uint16(at: 1) == 0x0201)
      #expect(view.uint32(at: 1) == 0x0403_0201)
      #expect(view.uint64(at: 1) == 0x0807_0605_0403_0201)
      #expect(view.integer(at: 8, as: UInt8.self) == 8)
    }
  }

  @Test("holds answers for any offset and count without overflow")
  func holds() {
    ByteView.withBytes(of: [1, 2, 3]) { view in
      #expect(view.holds(3, at: 0) && view.holds(0, at: 3) && view.holds(1, at: 2))
      #expect(!view.holds(1, at: 3) && !view.holds(4, at: 0) && !view.holds(0, at: 4))
      #expect(!view.holds(-1, at: 1) && !view.holds(1, at: -1))
      #expect(!view.holds(.max, at: 1) && !view.holds(1, at: .max) && !view.holds(.max, at: .max))
    }
  }

  @Test("slices and copies show the bytes they name")
  func slices() {
    ByteView.withBytes(of: [1, 2, 3, 4]) { view in
      #expect(view.slice(at: 1, count: 2).array == [2, 3])
      #expect(view.suffix(from: 4).isEmpty)
      #expect(view.array == [1, 2, 3, 4])
      #expect(view.withSpan { $0.byteCount } == 4)
    }
    #expect(ByteView.empty.array.isEmpty)
    #expect(ByteView.withBytes(of: []) { $0.count } == 0)
  }

  @Test("equal bytes at different places hash alike")
  func hashing() {
    let left: [UInt8] = [0, 1, 2, 3]
    let right: [UInt8] = [1, 2, 3]
    ByteView.withBytes(of: left) { leftView in
      ByteView.withBytes(of: right) { #expect(leftView.suffix(from: 1).hashValue == $0.hashValue) }
    }
  }

  @Test("a typed error passes through withBytes")
  func errors() {
    #expect(throws: StoreError.closed) {
      try ByteView.withBytes(of: [1]) { _ throws(StoreError) in throw StoreError.closed }
    }
  }

  @Test("an access behind the end stops the program")
  func bounds() async {
    await #expect(processExitsWith: .failure) { ByteView.withBytes(of: [1]) { _ = $0[1] } }
    await #expect(processExitsWith: .failure) {
      ByteView.withBytes(of: [1, 2]) { _ = $0.uint32(at: 0) }
    }
    await #expect(processExitsWith: .failure) {
      ByteView.withBytes(of: [1, 2]) { _ = $0.slice(at: 1, count: .max) }
    }
  }
}

@Suite("Byte buffers")
struct ByteBufferTests {
  @Test("what is appended is there, across any growth")
  func growth() {
    var random = SplitMix64(seed: 5)
    var buffer = ByteBuffer(capacity: 0)
    var expected: [UInt8] = []
    for _ in 0..<300 {
      let bytes = random.bytes(random.below(40))
      ByteView.withBytes(of: bytes) { buffer.append($0) }
      expected += bytes
      buffer.append(UInt16(expected.count))
      expected += [UInt8(expected.count & 0xFF), UInt8(expected.count >> 8)]
      buffer.appendZeros(3)
      expected += [0, 0, 0]
    }
    #expect(buffer.view.array == expected)
    #expect(buffer.count == expected.count)
  }

  @Test("integers are written little-endian, and can be patched and read back")
  func integers() {
    var buffer = ByteBuffer()
    buffer.append(UInt8(1))
    buffer.append(UInt32(0x0403_0201))
    buffer.append(UInt64(7))
    #expect(buffer.view.array == [1, 1, 2, 3, 4, 7, 0, 0, 0, 0, 0, 0, 0])
    buffer.set(UInt32(0xFFFF_FFFE), at: 1)
    #expect(buffer.integer(at: 1, as: UInt32.self) == 0xFFFF_FFFE)
    #expect(buffer.view.array.prefix(5) == [1, 0xFE, 0xFF, 0xFF, 0xFF])
  }

  @Test("after removeAll it begins anew")
  func removal() {
    var buffer = ByteBuffer()
    buffer.append(UInt64.max)
    buffer.removeAll()
    #expect(buffer.view.isEmpty)
    buffer.append(UInt8(9))
    #expect(buffer.view.array == [9])
  }

  @Test("a patch behind what was written stops the program")
  func bounds() async {
    await #expect(processExitsWith: .failure) {
      var buffer = ByteBuffer(capacity: 64)
      buffer.append(UInt16(1))
      buffer.set(UInt32(1), at: 0)
    }
  }
}
