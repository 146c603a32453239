import Strata
import StrataCore

/// Remembers cities and their rivers, and prints those that begin with the first argument.
@main
struct Cities {
  static func main() throws {
    let store = try LogStructuredStore(at: "cities.store")
    var batch = WriteBatch()
    batch.put("Basel", "Rhein")
    batch.put("Bern", "Aare")
    batch.put("Zürich", "Limmat")
    try store.apply(batch)
    let prefix = Key(CommandLine.arguments.dropFirst().first ?? "")
    let scan = try store.scan(.prefix(prefix))
    while let city = try scan.next() { print("\(city.key) lies on the \(city.value).") }
    try store.close()
  }
}
