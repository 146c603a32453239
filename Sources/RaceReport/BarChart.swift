import Foundation
import StrataShell

/// Groups of horizontal bars as a picture, on a logarithmic scale.
///
///     random read, ns
///     Strata      ████ 241
///     LMDB        █████████ 1,324
///     LevelDB     ███████████ 3,412
///
/// The shortest bar of a group has always the same length, and ten times as much is always the same step
/// to the right, where a thin line stands: so groups of very different times can be compared at a glance.
///
/// Written by hand as SVG: no program is needed to draw it, and no font to show it. Text takes the colour
/// that the reader's light or dark page asks for.
struct BarChart: Sendable {
  /// One bar, and which of the series it belongs to.
  struct Bar: Sendable {
    let series: Int
    let value: Double
  }

  /// The bars of one title.
  struct Group: Sendable {
    let title: String
    let bars: [Bar]
  }

  /// A part of the file's name.
  let name: String
  /// What the bars of each colour are.
  let series: [String]
  let groups: [Group]

  private static let width = 760.0
  private static let labelWidth = 110.0
  private static let barWidth = 540.0
  private static let shortest = 60.0
  private static let widestStep = 200.0
  private static let rowHeight = 17.0
  private static let titleHeight = 30.0
  // Of the same middling brightness, to be seen on light and dark; the first is to stand out.
  private static let colours = [
    "#e0702c", "#4f8fc0", "#5aa469", "#9a7fc7", "#b08d57", "#c76b98", "#6f9aa8", "#8a8f98",
  ]

  /// The picture.
  var svg: String {
    var top = 6.0
    var body: [String] = []
    for group in groups {
      guard let least = group.bars.map(\.value).filter({ $0 > 0 }).min() else { continue }
      body.append(text(0, top + 17, group.title, style: "title"))
      top += BarChart.titleHeight
      let height = BarChart.rowHeight * Double(group.bars.count)
      body += tens(of: group, least: least, top: top, height: height)
      for bar in group.bars {
        body += row(bar, top: top, length: length(of: bar.value, least: least))
        top += BarChart.rowHeight
      }
      top += 8
    }
    let size = "\(BarChart.number(BarChart.width)) \(BarChart.number(top))"
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(size)" role="img" \
      font-family="system-ui, sans-serif" font-size="12">
      <title>\(BarChart.escaped(name)): shorter is better; from line to line it is ten times as much</title>
      <style>text { fill: #444 } .title { font-weight: 600 } line { stroke: #888; opacity: 0.5 } \
      @media (prefers-color-scheme: dark) { text { fill: #ccc } }</style>
      \(body.joined(separator: "\n"))
      </svg>

      """
  }

  /// How far to the right ten times as much is: the same in all groups, and the longest bar fits.
  var step: Double {
    let decades = groups.map { group in
      let values = group.bars.map(\.value).filter { $0 > 0 }
      return log10((values.max() ?? 1) / (values.min() ?? 1))
    }
    let room = BarChart.barWidth - BarChart.shortest
    return min(BarChart.widestStep, room / max(decades.max() ?? 1, 0.1))
  }

  /// The length of a bar in a group whose shortest one is `least`.
  func length(of value: Double, least: Double) -> Double {
    value > 0 ? BarChart.shortest + step * log10(value / least) : 1
  }

  /// A line at ten times the shortest bar, at a hundred times, as far as the longest one goes.
  private func tens(
    of group: Group, least: Double, top: Double, height: Double
  ) -> [String] {
    let most = group.bars.map(\.value).max() ?? least
    return stride(from: 1.0, through: log10(most / least), by: 1).map { decade in
      let x = BarChart.number(BarChart.labelWidth + BarChart.shortest + step * decade)
      return "<line x1=\"\(x)\" x2=\"\(x)\" y1=\"\(BarChart.number(top - 3))\" "
        + "y2=\"\(BarChart.number(top + height))\"/>"
    }
  }

  private func row(_ bar: Bar, top: Double, length: Double) -> [String] {
    let colour = BarChart.colours[bar.series % BarChart.colours.count]
    let left = BarChart.labelWidth
    return [
      text(left - 6, top + 12, series[bar.series], anchor: "end"),
      "<rect x=\"\(BarChart.number(left))\" y=\"\(BarChart.number(top + 1))\" "
        + "width=\"\(BarChart.number(length))\" height=\"13\" rx=\"2\" fill=\"\(colour)\"/>",
      text(left + length + 6, top + 12, Number.text(bar.value)),
    ]
  }

  private func text(
    _ x: Double, _ y: Double, _ text: String, style: String? = nil, anchor: String? = nil
  ) -> String {
    let attributes =
      (style.map { " class=\"\($0)\"" } ?? "") + (anchor.map { " text-anchor=\"\($0)\"" } ?? "")
    return "<text x=\"\(BarChart.number(x))\" y=\"\(BarChart.number(y))\"\(attributes)>"
      + "\(BarChart.escaped(text))</text>"
  }

  private static func number(_ value: Double) -> String { Units.decimal(value, 1) }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}
