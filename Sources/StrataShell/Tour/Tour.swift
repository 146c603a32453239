import StrataCore

/// The guided tour: a store is loaded, overwritten, killed, recovered, read, compacted and verified.
///
/// Every step shows the command that does it and does exactly that; what a shell would do around it
/// (`sed`, a pipe, `kill`) the tour does itself. A step that does not come out as promised ends the
/// tour with an error.
struct Tour {
  let session: Session
  let console: Console
  let directory: String
  let dataset: String

  var output: Output { console.output }
  var style: Style { console.output.style }

  /// All steps, in order.
  func run() throws(StoreError) {
    let start = SystemTime.monotonicNanoseconds
    try output.line(style.bold("Strata in seven steps, with the names of all Unicode characters"))
    try tell(
      "What begins with a dot, the tour says, and it draws the pictures; the rest is what the "
        + "commands print.")
    try tell("The tour's own store is temporary. To type along in an empty one of your own:")
    try show("export KVCLI_STORE=./tour-store")

    let loaded = try load()
    let change = try overwriteAndDelete()
    let written = try crash()
    try expect(
      try count(.all) == loaded - change.deleted + written, "an entry is missing or too many")
    try scan()
    try compact()
    try verify()

    let seconds = Double(SystemTime.monotonicNanoseconds - start) / 1e9
    try output.line()
    try output.line(
      style.good("Done in \(Units.decimal(seconds, 1)) s: nothing acknowledged was lost."))
    try tell("If you typed along: unset KVCLI_STORE, and ./kvdata is the store again.")
    try tell("Next: kvcli help, or the book, from Docs/Course/README.md.")
    try output.flush()
  }

  // MARK: Steps

  private func load() throws(StoreError) -> Int {
    try heading(1, "Load")
    let seconds = try perform("import \(dataset)", words: ["import", dataset])
    let loaded = try count(.all)
    try tell(
      "\(Units.count(loaded)) entries in \(Units.decimal(seconds, 2)) s. They are in the log, on the disk, and sorted in memory."
    )
    try perform("get 2192")
    try perform("flush")
    try tell(
      "Memory became a segment: a sorted file with an index and a filter that never changes.")
    try picture()
    return loaded
  }

  private func overwriteAndDelete() throws(StoreError) -> (overwritten: Int, deleted: Int) {
    try heading(2, "Overwrite and delete a part")
    let store = try session.storeForWriting()

    try show("kvcli export --prefix 1 | sed 's/$/ (revised)/' > revised.tsv")
    let revised = "\(directory)/revised.tsv"
    let overwritten = try writeFile(revised, try store.scan(.prefix("1"))) { entry, text in
      EntryFormat.tsv.write(entry.key, entry.value, into: &text)
      text.removeLast()
      text += " (revised)\n".utf8
    }
    try perform("import revised.tsv", words: ["import", revised])
    try tell(
      "\(Units.count(overwritten)) entries have a new value; the old ones are still on the disk.")

    try show("kvcli scan --prefix F --keys-only | sed 's/^/delete /' > deletions.txt")
    let deletions = "\(directory)/deletions.txt"
    let deleted = try writeFile(deletions, try store.scan(.prefix("F"))) { entry, text in
      text += "delete \(entry.key)\n".utf8
    }
    try show("kvcli batch < deletions.txt")
    try expect(try runBatch(deletions) == deleted, "a deletion was refused")
    try tell(
      "\(Units.count(deleted)) deletions, each one a tombstone on the disk before its OK.")
    try perform("flush")
    try picture()
    return (overwritten, deleted)
  }

  private func crash() throws(StoreError) -> Int {
    try heading(3, "Kill a writer in the middle of writing")
    try show("seq -f 'put visit/%08.0f seen' 1000000 | kvcli batch > answers &")
    try show("sleep 1; kill -9 $!; grep -c OK answers")
    try session.close()
    let crash = try CrashedWriter.run(session.settings, acknowledgements: 3000)
    try tell(
      "The child was ended by kill -9 after \(Units.count(crash.acknowledged)) acknowledgements; "
        + "\(Units.count(crash.sent)) commands were sent.")

    try heading(4, "Recover")
    try show("kvcli count --prefix visit/")
    var report = ""
    session.reportRecovery = { report = $0.description }
    let found = try count(.prefix("visit/"))
    session.reportRecovery = { _ in }
    try output.line("  \(found)")
    try tell(report)
    try expect(
      try isPrefix(count: found), "what was recovered is not the first \(found) commands")
    try expect(found >= crash.acknowledged, "an acknowledged entry was lost")
    try expect(found <= crash.sent, "an entry is there that was never sent")
    try tell(
      "Acknowledged \(Units.count(crash.acknowledged)) ≤ found \(Units.count(found)) ≤ sent \(Units.count(crash.sent)): "
        + "exactly the first \(Units.count(found)) commands, none missing, none too many.")
    return found
  }

  private func scan() throws(StoreError) {
    try heading(5, "Scan a block: the arrows")
    try perform("scan --prefix 219")
  }

  private func compact() throws(StoreError) {
    try heading(6, "Compact")
    try perform("flush")
    try tell("Before: a get may have to ask every run.")
    let before = try picture()
    try perform("compact")
    try tell("After, to the same scale: one run, without old values and tombstones.")
    try picture(scale: before)
  }

  private func verify() throws(StoreError) {
    try heading(7, "Verify")
    try perform("verify")
  }
}
