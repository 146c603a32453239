import Strata
import StrataCore
import StrataTestSupport

/// Salvages a damaged store and holds the report to its word.
struct SalvageJudge {
  static let target = "saved"

  let subject: DamageSubject
  let original: DamageOriginal
  let damage: Damage
  let image: FileImage

  /// Whatever is not as the report says.
  func complaints() throws -> [String] {
    let disk = try image.disk(path: DamageSubject.path)
    var uncertain: [Key] = []
    let report: SalvageReport
    do throws(StoreError) {
      report = try LogStructuredStore.salvage(
        from: DamageSubject.path, to: Self.target, fileSystem: disk, options: subject.options
      ) { uncertain.append($0) }
    } catch {
      return ["salvage: \(error)"]
    }
    var complaints: [String] = []
    if try FileImage(reading: DamageSubject.path, on: disk) != image {
      complaints.append("salvage changed the damaged store")
    }
    if try !LogStructuredStore.verify(at: Self.target, fileSystem: disk).isSound {
      complaints.append("the salvaged store is not sound")
    }
    if report.uncertainKeys != uncertain.count || uncertain != uncertain.sorted() {
      complaints.append("the uncertain keys are not as counted, or not in order")
    }
    for loss in report.losses {
      let size = image[loss.file]?.count ?? 0
      if loss.offset < 0 || loss.length < 0 || loss.offset + loss.length > size {
        complaints.append("a loss lies outside of its file: \(loss)")
      }
    }
    let store = try subject.open(disk, path: Self.target)
    let uncertainKeys = Set(uncertain)
    var found: [Key: Value] = [:]
    for entry in try store.scan().collect() { found[entry.key] = entry.value }
    for (key, value) in found where !(original.everHeld[key] ?? []).contains(value) {
      complaints.append("\(key) holds what it never held")
    }
    for key in original.keys where found[key] != original.final.entries[key] {
      if !isExcused(key, isPresent: found[key] != nil, uncertainKeys, report) {
        complaints.append("\(key) is wrong, and no loss says so: \(report.losses)")
      }
    }
    try store.close()
    return complaints
  }

  /// True when the report says that the key may not be as it was.
  private func isExcused(
    _ key: Key, isPresent: Bool, _ uncertain: Set<Key>, _ report: SalvageReport
  ) -> Bool {
    if uncertain.contains(key) || isCutBetweenFrames { return true }
    let change = UInt64(original.lastChange[key] ?? 0)
    return report.losses.contains { loss in
      // A lost tail takes the last changes of all keys alike.
      if loss.isTail { return loss.changes?.contains(change) ?? false }
      // What is gone altogether cannot be named, but lies in the bounds of a loss.
      guard !isPresent, let keys = loss.keys, keys.contains(key) else { return false }
      return loss.changes?.contains(change) ?? true
    }
  }

  private var isCutBetweenFrames: Bool { damage.isCutBetweenFrames(of: original.image) }
}
