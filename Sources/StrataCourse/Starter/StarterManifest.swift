/// The starter's `Package.swift`: the project's own, with some of its targets.
///
/// Dependencies of targets stand in one place, that manifest; here only names are chosen.
enum StarterManifest {
  /// The manifest without the targets and products that do not come along.
  static func make(from manifest: String, keeping names: Set<String>) -> String {
    let source = SwiftText(manifest)
    var edits: [Range<Int>] = []
    var position = 0
    while let call = nextCall(in: source, from: position) {
      position = call.upperBound
      let text = source.text(call)
      guard let name = firstText(of: text) else { continue }
      if !names.contains(name) { edits.append(source.linesOfCall(call)) }
    }
    var bytes = source.bytes
    for edit in edits.reversed() { bytes.removeSubrange(edit) }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static let calls = [
    ".target(", ".executableTarget(", ".testTarget(", ".library(", ".executable(",
  ]

  /// The next description of a target or product, parentheses included.
  private static func nextCall(in source: SwiftText, from start: Int) -> Range<Int>? {
    for position in start..<source.code.count where source.code[position] == UInt8(ascii: ".") {
      guard let call = calls.first(where: { source.code[position...].starts(with: $0.utf8) }) else {
        continue
      }
      var depth = 0
      for end in position + call.utf8.count - 1..<source.code.count {
        if source.code[end] == UInt8(ascii: "(") { depth += 1 }
        if source.code[end] == UInt8(ascii: ")") { depth -= 1 }
        if depth == 0 { return position..<end + 1 }
      }
    }
    return nil
  }

  private static func firstText(of call: String) -> String? {
    let parts = call.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
    return parts.count == 3 ? String(parts[1]) : nil
  }

  /// What the gates of `Stripper.Mode.gate` ask: the number of the body that is treated as missing.
  static let gate = (
    path: "Sources/StrataCore/Contract/TreatedAsMissing.swift",
    text: """
    #if canImport(Darwin)
      import Darwin
    #elseif canImport(Glibc)
      import Glibc
    #elseif canImport(Musl)
      import Musl
    #endif

    /// The number of the body that is treated as missing, from the environment; -1: none is.
    public let treatedAsMissing: Int =
      getenv("STRATA_MISSING").flatMap { Int(String(cString: $0)) } ?? -1

    """
  )
}

extension SwiftText {
  /// The lines that a call takes, with its comma and the comment in front of what it belongs to.
  fileprivate func linesOfCall(_ call: Range<Int>) -> Range<Int> {
    startOfLine(call.lowerBound)..<endOfLine(call.upperBound)
  }
}
