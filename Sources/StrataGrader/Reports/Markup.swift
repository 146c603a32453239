/// Text of a markup language, HTML or XML, in which everything foreign is escaped by construction.
///
/// What stands in a literal is markup; what is interpolated is text, unless it is `Markup` itself:
///
///     let key = "<script>"
///     let cell: Markup = "<td>\(key)</td>"        // <td>&lt;script&gt;</td>
///     let row: Markup = "<tr>\(cell)</tr>"        // <tr><td>&lt;script&gt;</td></tr>
///
/// Characters that show nothing become visible first (`VisibleText`).
public struct Markup: ExpressibleByStringInterpolation, Equatable, Sendable {
  /// The markup itself.
  public private(set) var source: String

  /// The markup of a literal.
  public init(stringLiteral value: String) { source = value }

  /// The markup of a literal with interpolations.
  public init(stringInterpolation: StringInterpolation) { source = stringInterpolation.source }

  /// Appends markup.
  public static func += (markup: inout Markup, more: Markup) { markup.source += more.source }

  /// Two pieces of markup, one after the other.
  public static func + (first: Markup, second: Markup) -> Markup {
    var both = first
    both += second
    return both
  }

  /// Collects the parts of a literal.
  public struct StringInterpolation: StringInterpolationProtocol {
    var source = ""

    /// A collector that expects about so many characters.
    public init(literalCapacity: Int, interpolationCount: Int) {
      source.reserveCapacity(literalCapacity + 16 * interpolationCount)
    }

    /// Appends a part that is markup.
    public mutating func appendLiteral(_ literal: String) { source += literal }

    /// Appends foreign text.
    public mutating func appendInterpolation(_ text: some StringProtocol) {
      source += Markup.escape(text)
    }

    /// Appends a number.
    public mutating func appendInterpolation(_ number: Int) { source += "\(number)" }

    /// Appends markup.
    public mutating func appendInterpolation(_ markup: Markup) { source += markup.source }

    /// Appends pieces of markup, a line each.
    public mutating func appendInterpolation(_ pieces: [Markup]) {
      source += pieces.map(\.source).joined(separator: "\n")
    }
  }

  /// The text with everything escaped that means something in markup.
  static func escape(_ text: some StringProtocol) -> String {
    var escaped = ""
    for character in VisibleText.of(text).unicodeScalars {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(character)
      }
    }
    return escaped
  }
}
