/// The few ways in which text may stand out, or not, where colour is unwelcome.
///
/// Colour is for people: only on a terminal, and never when the environment holds `NO_COLOR`
/// (https://no-color.org) or calls the terminal `dumb`.
struct Style {
  private let isColoured: Bool

  /// Text as it is.
  static let plain = Style(isColoured: false)
  /// Text with the terminal's own colours.
  static let colour = Style(isColoured: true)

  func bold(_ text: String) -> String { wrap(text, "1") }
  func dim(_ text: String) -> String { wrap(text, "2") }
  func good(_ text: String) -> String { wrap(text, "32") }
  func bad(_ text: String) -> String { wrap(text, "1;31") }
  func note(_ text: String) -> String { wrap(text, "33") }
  func command(_ text: String) -> String { wrap(text, "1;36") }

  /// Text in one of six colours, for what belongs together in a picture.
  func shade(_ text: String, _ index: Int) -> String {
    wrap(text, "\([35, 33, 36, 32, 34, 31][index % 6])")
  }

  private func wrap(_ text: String, _ code: String) -> String {
    isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
