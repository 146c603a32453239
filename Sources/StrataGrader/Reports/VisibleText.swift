/// Text in which nothing is invisible and nothing is obeyed.
///
/// What a submission prints, its file names and its keys are foreign. Control characters move a terminal's
/// cursor and are forbidden in XML; some characters turn the direction of a line around, so that it looks like
/// another. They show as what they are, `\u{1B}`; newline and tab stay.
public enum VisibleText {
  /// The text with everything visible.
  public static func of(_ text: some StringProtocol) -> String {
    guard text.unicodeScalars.contains(where: isHidden) else { return String(text) }
    var visible = ""
    for scalar in text.unicodeScalars {
      if isHidden(scalar) {
        visible += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      } else {
        visible.unicodeScalars.append(scalar)
      }
    }
    return visible
  }

  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0..<0x20, 0x7F..<0xA0, 0x61C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
      0xFFFE, 0xFFFF:
      true
    default: false
    }
  }
}
