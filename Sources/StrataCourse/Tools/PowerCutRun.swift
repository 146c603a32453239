import StrataCore
import StrataSubjects
import StrataWire

/// Does deeds, and after each call that changes the disk looks at what a power cut would leave.
///
/// The disks are put aside while the deeds are done, and opened one by one afterwards. Whatever was
/// acknowledged must be there, and of what was under way all or nothing. Then one more put must survive as
/// well: what a crash left behind must not swallow what is written after it.
struct PowerCutRun {
  let bench: Bench
  let setup: StoreSetup
  let deeds: [Deed]
  private let keys = Bench.historyKeys

  /// Disks with what a crash left, and what may be on them.
  private struct Image {
    var disk: SimulatedDisk
    var acknowledged: Int
    var begun: Int
    var story: String

    /// What whoever opens it sees: an engine does the same with images that look alike, unless it leaves
    /// something to chance, and then it has one try.
    var sight: Sight {
      let files = disk.directories.flatMap { directory in
        disk.names(in: directory).map { disk.contents(of: $0, in: directory) ?? [] }
      }
      return Sight(listing: disk.listing, files: files)
    }
  }

  private struct Sight: Hashable {
    var listing: String
    var files: [[UInt8]]
  }

  /// An image that must be judged, by what may be on it.
  private struct Case: Hashable {
    var sight: Sight
    var acknowledged: Int
    var begun: Int
  }

  /// Collects the images; called on whichever thread serves the disk.
  private final class Collector: @unchecked Sendable {
    private let lock = Lock()
    private var images: [Image] = []
    private var acknowledged = 0
    private var begun = 0
    private var random: SplitMix64

    init(_ random: SplitMix64) { self.random = random }

    func begin() { lock.withLock { begun += 1 } }
    func acknowledge() { lock.withLock { acknowledged = begun } }
    func takeImages() -> [Image] { lock.withLock { images } }

    func look(at disk: SimulatedDisk, after call: SimulatedCall) {
      guard call.kind.isChanging else { return }
      lock.withLock {
        var cuts = disk.systematicPowerCuts
        while cuts.count > 3 { cuts.remove(at: 1 + random.below(cuts.count - 1)) }
        if disk.hasUnsyncedChanges {
          cuts.append(disk.randomPowerCut(using: &random))
          // The most frequent fate of an append: its beginning is there, and its end is not.
          let torn = SimulatedPowerCut.File.prefix(changes: 0, bytes: 1 + random.below(60))
          cuts.append(SimulatedPowerCut(names: .all, files: [torn]))
        }
        for cut in cuts {
          images.append(
            Image(
              disk: disk.afterPowerCut(cut), acknowledged: acknowledged, begun: begun,
              story: "the power goes out right after \(call)\n\(disk.describe(cut))"))
        }
        images.append(
          Image(
            disk: disk.afterKill(), acknowledged: acknowledged, begun: begun,
            story: "the process is killed right after \(call)"))
      }
    }
  }

  /// Does everything on a disk of this character, and opens at most so many images.
  func run(_ personality: SimulatedDisk.Personality = .ordered, images limit: Int = 110) throws {
    let ground = bench.disk(personality)
    let collector = Collector(bench.random())
    guard let disk = ground.simulated else { return }
    disk.observer = { [unowned disk] call in collector.look(at: disk, after: call) }
    var states = [Model()]
    let store = try bench.open(setup, on: ground)
    for deed in deeds {
      if deed.isWrite {
        var next = states[states.count - 1]
        next.apply(deed)
        states.append(next)
        collector.begin()
      }
      try store.perform(deed, states[states.count - 1])
      if deed.isWrite { collector.acknowledge() }
    }
    try store.close()
    disk.observer = nil
    for images in chosen(collector.takeImages(), limit) { try judge(images, states) }
  }

  /// All images that differ, or so many of them, drawn evenly; those that look alike are together.
  private func chosen(_ images: [Image], _ limit: Int) -> [[Image]] {
    var seen: Set<Case> = []
    var cases = images.map { (image: $0, sight: $0.sight) }.filter { image, sight in
      seen.insert(
        Case(sight: sight, acknowledged: image.acknowledged, begun: image.begun)
      ).inserted
    }
    if cases.count > limit {
      var random = bench.random(7)
      let shift = random.below(cases.count)
      cases = (0..<limit).map { cases[($0 * cases.count / limit + shift) % cases.count] }
    }
    var positions: [Sight: Int] = [:]
    var alike: [[Image]] = []
    for (image, sight) in cases {
      if let position = positions[sight] {
        alike[position].append(image)
      } else {
        positions[sight] = alike.count
        alike.append([image])
      }
    }
    return alike
  }

  /// Opens the disk of images that look alike, and judges what it finds by what may be on each of them.
  private func judge(_ images: [Image], _ states: [Model]) throws {
    var image = images[0]
    do {
      let ground = Ground(disk: image.disk, link: bench.link)
      bench.transcript.reset()
      let store = try bench.open(setup, on: ground)
      let found = try values(store.ask(each: keys.map { .get($0) }))
      for other in images {
        image = other
        let allowed = states[image.acknowledged...image.begun]
        guard allowed.contains(where: { state in keys.allSatisfy { found[$0] == state[$0] } })
        else {
          throw CheckFailure(
            expected: allowed.map { describe($0.entries) }.joined(separator: "\nor        "),
            actual: describe(found))
        }
      }
      image = images[0]
      let late = Value("written after the crash")
      try store.close(asking: [.put(keys[0], late)])
      try store.openAgain()
      var expected = found
      expected[keys[0]] = late
      let again = try values(store.close(asking: keys.map { .get($0) }))
      guard keys.allSatisfy({ again[$0] == expected[$0] }) else {
        throw CheckFailure(
          expected: "after one more put and opening again: \(describe(expected))",
          actual: describe(again))
      }
    } catch var failure as CheckFailure {
      failure.script = script(upTo: image)
      failure.bytes =
        image.story.split(separator: "\n").map(String.init)
        + ["the disk that is found:"] + image.disk.listing.split(separator: "\n").map(String.init)
      throw failure
    }
  }

  /// What the first answers say of the keys.
  private func values(_ answers: [WireValue]) throws -> [Key: Value] {
    var found: [Key: Value] = [:]
    for (key, answer) in zip(keys, answers) { found[key] = try Question.value(answer) }
    return found
  }

  private func describe(_ entries: [Key: Value]) -> String {
    let texts = keys.compactMap { key in entries[key].map { "\(key)=\(Words.short($0))" } }
    return texts.isEmpty ? "nothing is there" : texts.joined(separator: " ")
  }

  /// The deeds up to the one during which the crash came.
  private func script(upTo image: Image) -> [String] {
    var lines = ["# engines: \(setup.engine)"]
    var writes = 0
    for deed in deeds {
      if deed.isWrite { writes += 1 }
      if writes > image.begun { break }
      lines.append(contentsOf: deed.lines)
    }
    return lines + [
      "# and then: " + (image.story.split(separator: "\n").first.map(String.init) ?? "")
    ]
  }
}
