/// Values that are one line: a first byte that says the kind, and the rest.
enum WireLine {
  /// The value of a line without its end; nil when it is none.
  static func value(_ line: ArraySlice<UInt8>) -> WireValue? {
    let rest = line.dropFirst()
    let text = String(decoding: rest, as: UTF8.self)
    switch line.first {
    case UInt8(ascii: "+"): return .simple(text)
    case UInt8(ascii: "-"): return .error(text)
    case UInt8(ascii: ":"): return WireInput.integer(rest).map { .integer($0) }
    case UInt8(ascii: "_"): return rest.isEmpty ? .null : nil
    case UInt8(ascii: "#"): return text == "t" || text == "f" ? .boolean(text == "t") : nil
    case UInt8(ascii: ","): return double(text).map { .double($0) }
    case UInt8(ascii: "("): return isWholeNumber(rest) ? .bigNumber(text) : nil
    default: return nil
    }
  }

  /// A number as the protocol writes it: decimal, with fraction and exponent, or `inf`, `-inf`, `nan`.
  static func double(_ text: String) -> Double? {
    switch text {
    case "inf": return .infinity
    case "-inf": return -.infinity
    case "nan": return .nan
    default:
      // Swift would also take hexadecimal numbers and other names for the same.
      let allowed = "0123456789+-.eE"
      guard text.utf8.count <= 400, text.allSatisfy(allowed.contains) else { return nil }
      return Double(text)
    }
  }

  private static func isWholeNumber(_ text: ArraySlice<UInt8>) -> Bool {
    let hasSign = text.first == UInt8(ascii: "-") || text.first == UInt8(ascii: "+")
    let digits = hasSign ? text.dropFirst() : text
    return !digits.isEmpty && digits.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
  }
}
