import StrataCore
import StrataRungs
import StrataTestSupport
import Testing

@Suite("Compaction of the append log")
struct LogCompactionTests {
  private func fill(_ store: AppendLogStore) throws {
    for round in 0..<3 {
      for number in 0..<5 { try store.put(Key("\(number)"), Value("round \(round)")) }
    }
    try store.delete("4")
  }

  @Test(
    "the newest entry of each key stays, in its order, and the bytes reclaimed are returned",
    arguments: [true, false])
  func rewriting(buildsIndex: Bool) throws {
    let disk = SimulatedDisk(.ordered)
    let store = try Rung.log(disk, buildsIndex: buildsIndex)
    try fill(store)
    let before = Rung.text(disk).utf8.count
    let reclaimed = try store.compact()
    let text = Rung.text(disk)
    #expect(reclaimed == before - text.utf8.count)
    #expect(
      text == (0..<4).map { "{\"key\":\"\($0)\",\"value\":\"round 2\"}\n" }.joined())
    #expect(disk.names(in: "store") == ["log.jsonl"])
    #expect(try store.compact() == 0)
    for number in 0..<4 { #expect(try store.get(Key("\(number)")) == "round 2") }
    #expect(try store.get("4") == nil)
    try store.put("5", "new")
    #expect(try store.get("5") == "new")
    #expect(try Rung.log(disk.afterKill()).scan().collect().count == 5)
  }

  @Test("a temporary path may be given; one that is taken is refused, and nothing is changed")
  func temporaryPath() throws {
    let disk = SimulatedDisk(.ordered)
    let store = try Rung.log(disk)
    try fill(store)
    var names: [String] = []
    disk.observer = { if $0.kind == .create { names.append($0.name) } }
    #expect(try store.compact(through: "elsewhere") > 0)
    disk.observer = nil
    #expect(names == ["elsewhere"])
    try store.delete("0")
    let directory = try disk.openDirectory("store", creating: false)
    try directory.create("taken").close()
    for name in ["taken", "log.jsonl", "a/b", "", ".."] {
      #expect(throws: StoreError.self, "\(name)") { try store.compact(through: name) }
    }
    #expect(try store.compact() > 0)
    #expect(try store.scan().collect().count == 3)
  }

  @Test(
    "a crash at any step leaves the old log or the new one, and rubbish that the next opening removes"
  )
  func everyStep() throws {
    var steps = 0
    for personality in SimulatedDisk.Personality.allCases {
      let disk = SimulatedDisk(personality)
      let store = try Rung.log(disk)
      try fill(store)
      let expected = try store.scan().collect()
      var images: [(call: SimulatedCall, disk: SimulatedDisk)] = []
      disk.observer = { [unowned disk] call in
        guard call.kind.isChanging else { return }
        for cut in disk.systematicPowerCuts { images.append((call, disk.afterPowerCut(cut))) }
        images.append((call, disk.afterKill()))
      }
      _ = try store.compact()
      disk.observer = nil
      steps += images.count
      for (call, image) in images {
        let found = try Rung.log(image)
        #expect(try found.scan().collect() == expected, "\(personality): after \(call)")
        #expect(image.names(in: "store") == ["log.jsonl"], "\(personality): after \(call)")
        try found.put("after", "1")
        let reopened = try Rung.log(image.afterPowerCut(.worst))
        #expect(try reopened.get("after") == "1", "\(personality): after \(call)")
        #expect(try reopened.get("4") == nil)
      }
    }
    #expect(steps > 30)
  }

  @Test("whoever reads the old log goes on reading it")
  func readers() throws {
    let disk = SimulatedDisk(.ordered)
    let store = try Rung.log(disk)
    try fill(store)
    let scan = try store.scan()
    var entries = try store.entries()
    _ = try scan.next()
    _ = try store.compact()
    for number in 0..<4 { try store.put(Key("\(number)"), "later") }
    #expect(try scan.collect().map(\.value) == ["round 2", "round 2", "round 2"])
    var count = 0
    while try entries.next() != nil { count += 1 }
    #expect(count == 16)
  }

  @Test("what has expired goes too")
  func expired() throws {
    let clock = ManualClock(1_000)
    let disk = SimulatedDisk(.ordered)
    let store = try Rung.log(disk, clock: clock)
    try store.put("a", "1", expiresAt: 1_500)
    try store.put("b", "2", expiresAt: 9_000)
    clock.advance(milliseconds: 500)
    #expect(try store.compact() > 0)
    #expect(Rung.text(disk) == "{\"key\":\"b\",\"value\":\"2\",\"expires\":9000}\n")
  }
}
