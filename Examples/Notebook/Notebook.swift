import Strata
import StrataCore

/// A notebook at the command line: a small application on a Strata store.
///
///     Notebook add "Buy bread"     Notebook list     Notebook search bread     Notebook remove 1
///
/// Notes are kept under `note/` and a number of eight digits, so that a scan gives them in the order in
/// which they were written. The store is a directory named `notebook`; each note is on the disk when
/// `add` returns.
@main
struct Notebook {
  private static let prefix: Key = "note/"
  private let store: LogStructuredStore

  static func main() {
    let words = CommandLine.arguments.dropFirst()
    do throws(StoreError) {
      let notebook = Notebook(store: try LogStructuredStore(at: "notebook"))
      try notebook.run(words.first ?? "", words.dropFirst().joined(separator: " "))
      try notebook.store.close()
    } catch {
      print("The notebook cannot be used: \(error).")
    }
  }

  private func run(_ command: String, _ text: String) throws(StoreError) {
    switch command {
    case "add" where !text.isEmpty: try store.put(try nextKey(), Value(text))
    case "list": try list { _ in true }
    case "search" where !text.isEmpty: try list { $0.contains(text) }
    case "remove" where Int(text) != nil: try store.delete(key(Int(text) ?? 0))
    default: print("Usage: Notebook add TEXT | list | search TEXT | remove NUMBER")
    }
  }

  /// Prints the notes that are wanted, the oldest first.
  private func list(_ isWanted: (String) -> Bool) throws(StoreError) {
    let scan = try store.scan(.prefix(Notebook.prefix))
    while let entry = try scan.next() {
      let text = String(decoding: entry.value.bytes, as: UTF8.self)
      if isWanted(text) { print("\(number(of: entry.key))  \(text)") }
    }
  }

  /// The key behind the last note: one step of a scan from the end finds it.
  private func nextKey() throws(StoreError) -> Key {
    let last = try store.scan(.prefix(Notebook.prefix), .reverse, limit: 1).next()
    return key((last.map { number(of: $0.key) } ?? 0) + 1)
  }

  private func key(_ number: Int) -> Key {
    let digits = String(number)
    return Key("note/" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits)
  }

  private func number(of key: Key) -> Int {
    Int(String(decoding: key.bytes.dropFirst(Notebook.prefix.bytes.count), as: UTF8.self)) ?? 0
  }
}
