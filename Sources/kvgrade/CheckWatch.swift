import Foundation

/// Checks again whenever a file is saved, and listens to single keys.
struct CheckWatch {
  private let session: CheckSession
  private static let help = "h hint   l list   n pass over it   r run again   q quit"

  init(_ session: CheckSession) { self.session = session }

  /// Runs until somebody presses q; returns the exit status of the last run.
  func run() throws -> Int32 {
    let terminal = CheckTerminal()
    defer { terminal.restore() }
    var seen = newest()
    var status = try once()
    while true {
      guard let key = terminal.key(waitingMilliseconds: 400) else {
        let now = newest()
        guard now != seen else { continue }
        seen = now
        status = try once()
        continue
      }
      switch key {
      case "q"?, nil: return status
      case "h"?: session.printHint()
      case "l"?: session.printList()
      case "n"?:
        session.passOver()
        status = try once()
      case "r"?, "\n"?, "\r"?: status = try once()
      default: print(Self.help)
      }
    }
  }

  private func once() throws -> Int32 {
    print("\n" + String(repeating: "-", count: 78))
    let status = try session.build() ? session.runNext() : GradeStatus.failed
    print("\nWaiting for a file to be saved.   \(Self.help)")
    return status
  }

  /// When any source was saved last, and how many there are.
  private func newest() -> String {
    let folder = "\(session.root)/Sources"
    var latest = Date.distantPast
    var count = 0
    for case let path as String in FileManager.default.enumerator(atPath: folder) ?? .init()
    where path.hasSuffix(".swift") {
      count += 1
      let attributes = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(path)")
      if let date = attributes?[.modificationDate] as? Date { latest = max(latest, date) }
    }
    return "\(count) \(latest.timeIntervalSince1970)"
  }
}
