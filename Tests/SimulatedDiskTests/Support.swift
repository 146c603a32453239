import StrataCore

/// Shorter words for what every test here does.
extension WritableFile {
  func append(_ text: String) throws(StoreError) {
    let bytes = Array(text.utf8)
    try ByteView.withBytes(of: bytes) { bytes throws(StoreError) in try append(bytes) }
  }
}

extension Directory {
  /// Makes a file that holds the text; bytes and name are not synced.
  @discardableResult
  func write(_ text: String, to name: String) throws(StoreError) -> any WritableFile {
    let file = try create(name)
    try file.append(text)
    return file
  }

  func text(_ name: String) throws(StoreError) -> String {
    let contents = try read(name)  // keeps the bytes while they are copied
    return String(decoding: contents.bytes.array, as: UTF8.self)
  }
}

extension SimulatedDisk {
  func text(_ name: String, in directory: String = "store") -> String? {
    contents(of: name, in: directory).map { String(decoding: $0, as: UTF8.self) }
  }

  /// An opened directory whose own name is durable.
  func store() throws(StoreError) -> any Directory {
    try openDirectory("store", creating: true)
  }

  /// The disks after so many power cuts that could happen now.
  func images(_ count: Int, seed: UInt64) -> [SimulatedDisk] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in afterPowerCut(randomPowerCut(using: &random)) }
  }
}

/// The seeds that the random tests run with.
let seeds: [UInt64] = [1, 2, 3, 4, 5]

/// A text of that many lines, each of them different.
func lines(_ count: Int) -> String {
  (0..<count).map { "line \($0) of a text\n" }.joined()
}
