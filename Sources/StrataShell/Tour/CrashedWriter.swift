import StrataCore
import Synchronization

/// A child process that writes until it is killed, and what it acknowledged until then.
struct CrashedWriter {
  /// Commands that went into the child's standard input.
  let sent: Int
  /// Answers `OK` that came out of it.
  let acknowledged: Int

  /// The key of the child's write number `index`, counted from 1.
  static func key(_ index: Int) -> String {
    let digits = String(index)
    return "visit/" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
  }

  /// Starts `kvcli batch`, feeds it with puts, and kills it after so many acknowledgements.
  static func run(
    _ settings: StoreSettings, acknowledgements: Int
  ) throws(StoreError) -> CrashedWriter {
    let child = try Platform.spawn(
      Platform.executablePath,
      ["--store", settings.path, "--durability", "\(settings.durability)", "batch"])
    let sent = Mutex(0)
    // Two threads, because a pipe is full when nobody reads: one feeds, one counts.
    let feeder = WorkerThread {
      var index = 0
      while index < 1_000_000 {
        let commands = (0..<100).map { "put \(key(index + 1 + $0)) seen\n" }.joined()
        // Counted before they are sent: a command may take effect before the write returns.
        sent.withLock { $0 += 100 }
        do throws(StoreError) {
          try Platform.writeAll(Array(commands.utf8)[...], to: child.input, path: "the child")
        } catch {
          break  // the child is dead, as intended
        }
        index += 100
      }
      Platform.closeFile(child.input)
    }
    defer {
      child.killHard()
      child.awaitEnd()
      feeder.join()
      Platform.closeFile(child.output)
    }

    let answers = LineReader(descriptor: child.output, name: "the child's answers")
    var acknowledged = 0
    while let answer = try answers.next() {
      guard answer == Array("OK".utf8) else { continue }
      acknowledged += 1
      if acknowledged == acknowledgements { child.killHard() }
    }
    guard acknowledged >= acknowledgements else {
      throw .corrupt(
        file: settings.path, offset: 0,
        reason: "the writer ended after \(acknowledged) acknowledgements, before it was killed")
    }
    return CrashedWriter(sent: sent.withLock { $0 }, acknowledged: acknowledged)
  }
}

extension Tour {
  /// True when exactly the first `count` writes of the child are there.
  func isPrefix(count: Int) throws(StoreError) -> Bool {
    let scan = try session.storeForReading().scan(.prefix("visit/"))
    var index = 0
    while let entry = try scan.next() {
      index += 1
      guard entry.key.bytes == Array(CrashedWriter.key(index).utf8) else { return false }
    }
    return index == count
  }
}
