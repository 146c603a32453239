import StrataCore

/// A stream of text that leaves in large pieces, or stays in memory for a test to look at.
///
/// A million lines of a scan are not a million system calls; what one command printed is complete when
/// the stream is flushed, which every answer of `batch` is before the next command is read.
final class Output {
  /// What errors call standard output.
  static let standardName = "standard output"
  private static let capacity = 64 << 10

  /// Whether and how the text may be decorated.
  let style: Style
  /// How many columns there are.
  let width: Int
  /// True when a person reads it.
  let isTerminal: Bool
  private let descriptor: Int32?
  private let name: String
  private var buffer: [UInt8] = []

  /// The stream behind a descriptor.
  init(descriptor: Int32, name: String, allowsColour: Bool) {
    self.descriptor = descriptor
    self.name = name
    isTerminal = Platform.isTerminal(descriptor)
    style = isTerminal && allowsColour ? .colour : .plain
    width = isTerminal ? Platform.terminalWidth(descriptor) ?? 80 : 80
    buffer.reserveCapacity(Output.capacity)
  }

  /// A stream that ends in memory.
  init() {
    descriptor = nil
    name = "memory"
    isTerminal = false
    style = .plain
    width = 80
  }

  /// Everything written to a stream in memory since the last call.
  func takeText() -> String {
    defer { buffer.removeAll() }
    return String(decoding: buffer, as: UTF8.self)
  }

  /// Writes bytes as they are.
  func write(_ bytes: [UInt8]) throws(StoreError) {
    if bytes.count >= Output.capacity, let descriptor {
      try flush()
      return try Platform.writeAll(bytes[...], to: descriptor, path: name)
    }
    buffer += bytes
    if buffer.count >= Output.capacity { try sendBuffer() }
  }

  /// Writes text.
  func write(_ text: String) throws(StoreError) {
    buffer += text.utf8
    if buffer.count >= Output.capacity { try sendBuffer() }
  }

  /// Writes a line.
  func line(_ text: String = "") throws(StoreError) {
    try write(text)
    try write("\n")
  }

  /// Lets `body` append to what will be written, without making a copy on the way.
  func append(_ body: (inout [UInt8]) -> Void) throws(StoreError) {
    body(&buffer)
    if buffer.count >= Output.capacity { try sendBuffer() }
  }

  /// Returns when the reader can see everything written so far.
  func flush() throws(StoreError) {
    if !buffer.isEmpty { try sendBuffer() }
  }

  private func sendBuffer() throws(StoreError) {
    guard let descriptor else { return }
    defer { buffer.removeAll(keepingCapacity: true) }
    try Platform.writeAll(buffer[...], to: descriptor, path: name)
  }
}
