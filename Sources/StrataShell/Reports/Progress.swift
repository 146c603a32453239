import StrataCore

/// How far a long import has come: a bar, a rate and the time left, on one line that is written anew.
///
///     names.tsv  ████████████░░░░░░░░  61 %  1,204,331 entries  402,117/s  0:02 left
///
/// At the end it leaves one line with the number of entries and the time. Only a person sees it: it goes to standard error, and only when that is a terminal.
struct Progress {
  private static let interval: UInt64 = 100_000_000  // nanoseconds between two drawings
  private static let barWidth = 20

  private let name: String
  private let size: Int?
  private let output: Output?
  private let start = SystemTime.monotonicNanoseconds
  private var lastDrawn: UInt64 = 0

  /// Progress through a file of `size` bytes; nil where nobody knows how much is to come.
  init(of name: String, size: Int?, on output: Output) {
    self.name = name.split(separator: "/").last.map(String.init) ?? name
    self.size = size
    self.output = output.isTerminal ? output : nil
  }

  /// Says how far it has come.
  mutating func update(bytes: Int, entries: Int) {
    let now = SystemTime.monotonicNanoseconds
    guard let output, now - lastDrawn > Progress.interval else { return }
    lastDrawn = now
    let seconds = Double(now - start) / 1e9
    let line = line(bytes: bytes, entries: entries, seconds: seconds)
    draw(String(line.prefix(output.width - 1)), on: output)
  }

  /// Takes the line away again.
  mutating func finish() {
    guard let output, lastDrawn > 0 else { return }
    lastDrawn = 0
    draw("", on: output)
  }

  /// Leaves a line that says what was done.
  mutating func complete(entries: Int) {
    guard let output else { return }
    finish()
    let seconds = Double(SystemTime.monotonicNanoseconds - start) / 1e9
    draw(summary(entries: entries, seconds: seconds) + "\n", on: output)
  }

  /// The line that stays.
  func summary(entries: Int, seconds: Double) -> String {
    "\(name)  \(Units.plural(entries, "entry", "entries")) loaded in \(Units.decimal(seconds, 2)) s"
  }

  /// The line after `seconds`.
  func line(bytes: Int, entries: Int, seconds: Double) -> String {
    let rate = "\(Units.count(Int(Double(entries) / max(seconds, 0.001))))/s"
    let done = "\(Units.plural(entries, "entry", "entries"))  \(rate)"
    guard let size, size > 0 else { return "\(name)  \(Units.bytes(bytes))  \(done)" }
    let share = min(1, Double(bytes) / Double(size))
    let filled = Int(share * Double(Progress.barWidth))
    let bar =
      String(repeating: "█", count: filled)
      + String(repeating: "░", count: Progress.barWidth - filled)
    let left = share > 0 ? Units.clock(seconds: seconds / share - seconds) : "?"
    return "\(name)  \(bar)  \(Int(share * 100)) %  \(done)  \(left) left"
  }

  private func draw(_ line: String, on output: Output) {
    do throws(StoreError) {
      try output.write("\r\u{1B}[K\(line)")
      try output.flush()
    } catch {
      return  // nobody is looking any more, and the import matters more
    }
  }
}
