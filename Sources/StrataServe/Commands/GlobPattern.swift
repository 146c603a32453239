/// A pattern for keys, as of MATCH and KEYS: `*` any bytes, `?` one, `[a-c]`, `[^a]`, `\` the next as it is.
///
///     GlobPattern("user/*").matches("user/ada")     // true
///
/// - Complexity: O(n · m) for n bytes of a key and m of the pattern: a hostile pattern of many stars costs no more.
struct GlobPattern {
  private enum Part {
    case byte(UInt8)
    case any
    case star
    case oneOf([ClosedRange<UInt8>], isNegated: Bool)
  }

  private let parts: [Part]

  init(_ pattern: [UInt8]) {
    var parts: [Part] = []
    var rest = pattern[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "*"):
        if case .star? = parts.last { continue }
        parts.append(.star)
      case UInt8(ascii: "?"): parts.append(.any)
      case UInt8(ascii: "["): parts.append(GlobPattern.set(&rest))
      case UInt8(ascii: "\\"): parts.append(.byte(rest.popFirst() ?? byte))
      default: parts.append(.byte(byte))
      }
    }
    self.parts = parts
  }

  /// Reads `^a-cx]`; a set that is not closed ends with the pattern.
  private static func set(_ rest: inout ArraySlice<UInt8>) -> Part {
    let isNegated = rest.first == UInt8(ascii: "^")
    if isNegated { rest.removeFirst() }
    var ranges: [ClosedRange<UInt8>] = []
    while var byte = rest.popFirst(), byte != UInt8(ascii: "]") {
      if byte == UInt8(ascii: "\\"), let next = rest.popFirst() { byte = next }
      if rest.first == UInt8(ascii: "-"), let end = rest.dropFirst().first,
        end != UInt8(ascii: "]")
      {
        rest.removeFirst(2)
        ranges.append(min(byte, end)...max(byte, end))
      } else {
        ranges.append(byte...byte)
      }
    }
    return .oneOf(ranges, isNegated: isNegated)
  }

  /// The bytes with which every key that matches begins: a scan need not look elsewhere.
  var prefix: [UInt8] {
    var prefix: [UInt8] = []
    for part in parts {
      guard case .byte(let byte) = part else { break }
      prefix.append(byte)
    }
    return prefix
  }

  /// True when all of the key is what the pattern says.
  func matches(_ key: [UInt8]) -> Bool {
    var part = 0
    var byte = 0
    // Where to go on when the last star has to take one byte more.
    var retry: (part: Int, byte: Int)?
    while byte < key.count {
      if part < parts.count, case .star = parts[part] {
        retry = (part + 1, byte)
        part += 1
      } else if part < parts.count, GlobPattern.takes(parts[part], key[byte]) {
        part += 1
        byte += 1
      } else if let (next, taken) = retry {
        retry = (next, taken + 1)
        part = next
        byte = taken + 1
      } else {
        return false
      }
    }
    return parts[part...].allSatisfy { if case .star = $0 { true } else { false } }
  }

  private static func takes(_ part: Part, _ byte: UInt8) -> Bool {
    switch part {
    case .byte(let wanted): wanted == byte
    case .any, .star: true
    case .oneOf(let ranges, let isNegated): ranges.contains { $0.contains(byte) } != isNegated
    }
  }
}
