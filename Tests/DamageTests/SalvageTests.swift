import Strata
import StrataCore
import StrataTestSupport
import Testing

/// What each kind of damage costs, on one small store.
@Suite("Salvage")
struct SalvageTests {
  /// The uncertain keys, the entries saved, and the report, after `damage`.
  private func salvage(
    _ subject: DamageSubject = DamageSubject(durability: .sync, ending: .closed),
    _ damage: (inout FileImage) throws -> Void
  ) throws -> (report: SalvageReport, uncertain: [Key], saved: [Key: Value]) {
    var image = try subject.build().image
    try damage(&image)
    let disk = try image.disk(path: DamageSubject.path)
    var uncertain: [Key] = []
    let report = try LogStructuredStore.salvage(
      from: DamageSubject.path, to: "saved", fileSystem: disk
    ) { uncertain.append($0) }
    let store = try subject.open(disk, path: "saved")
    var saved: [Key: Value] = [:]
    for entry in try store.scan().collect() { saved[entry.key] = entry.value }
    try store.close()
    return (report, uncertain, saved)
  }

  private let whole = try? DamageSubject(durability: .sync, ending: .closed).build().final.entries

  @Test("a sound store is copied, without a loss")
  func soundStore() throws {
    let (report, uncertain, saved) = try salvage { _ in }
    #expect(report.isComplete && report.warnings.isEmpty && uncertain.isEmpty)
    #expect(saved == whole)
    #expect(report.entries == saved.count)
  }

  @Test("without a manifest, or with a damaged one, the files speak for themselves")
  func manifest() throws {
    for isRemoved in [true, false] {
      let (report, uncertain, saved) = try salvage { image in
        if isRemoved { image["MANIFEST"] = nil } else { image["MANIFEST"]?[50] ^= 1 }
      }
      #expect(saved == whole)
      #expect(report.losses.map(\.file) == ["MANIFEST"])
      #expect(!report.warnings.isEmpty && uncertain.isEmpty)
    }
  }

  @Test("a damaged record of an old run costs itself; what newer runs say is certain")
  func record() throws {
    for byte in [1, 4, 8] {  // its checksum, its lengths, its key
      let (report, uncertain, saved) = try salvage { image in
        let name = image.segments[0]
        let parts = try image.parts(of: name).filter { $0.title == "record" }
        image[name]?[parts[2].offset + byte] ^= 1
      }
      #expect(report.losses.count == 1)
      let keys = try #require(report.losses.first?.keys)
      let lost = (whole ?? [:]).keys.filter { saved[$0] == nil }
      #expect(lost.count == 1 && lost.allSatisfy(keys.contains))
      #expect(uncertain.isEmpty)
    }
  }

  @Test("a damaged record of a new run makes the older one of its key uncertain")
  func newerRecord() throws {
    let (_, uncertain, saved) = try salvage { image in
      let name = try #require(image.segments.last)
      let record = try image.parts(of: name).first { $0.fields.contains { $0.meaning == "k14" } }
      image[name]?[try #require(record).offset + 10] ^= 1
    }
    #expect(uncertain == [DamageSubject.key(14)])
    #expect(saved[DamageSubject.key(14)] == "second 14")
  }

  @Test("a lost tombstone does not bring a value back unnoticed")
  func tombstone() throws {
    let (_, uncertain, saved) = try salvage { image in
      let name = try #require(image.segments.last)
      let record = try image.parts(of: name).first { $0.fields.contains { $0.meaning == "k12" } }
      image[name]?[try #require(record).offset + 7] ^= 1
    }
    #expect(saved[DamageSubject.key(12)] == "second 12")
    #expect(uncertain.contains(DamageSubject.key(12)))
  }

  @Test("a damaged index, footer or file header costs nothing: the records are there")
  func index() throws {
    for title in ["file header", "fence", "hash index", "filter", "checksums", "keys", "footer"] {
      let (report, uncertain, saved) = try salvage { image in
        let name = image.segments[0]
        let part = try image.parts(of: name).first { $0.title == title }
        image[name]?[try #require(part).offset + 1] ^= 1
      }
      #expect(saved == whole && uncertain.isEmpty, "\(title)")
      #expect(report.isComplete && !report.warnings.isEmpty, "\(title)")
    }
  }

  @Test("frames behind a damaged one are saved, and its batch is lost as a whole")
  func frame() throws {
    let (report, uncertain, saved) = try salvage { image in
      let log = image.logs[0]
      let batch = try image.frames(of: log)[5]
      image[log]?[batch.upperBound - 1] ^= 1
    }
    #expect(saved["batch"] == nil)
    #expect(saved[DamageSubject.key(7)] == "first 7")
    #expect(uncertain.contains(DamageSubject.key(7)) && uncertain.contains(DamageSubject.key(8)))
    #expect(saved[DamageSubject.key(33)] == "fifth 33")
    #expect(!uncertain.contains(DamageSubject.key(33)))
    let changes = try #require(report.losses.first?.changes)
    #expect(changes.count == 4)
  }

  @Test("what belongs to another store is not mixed in")
  func foreign() throws {
    var other = DamageSubject(durability: .sync, ending: .closed)
    other.identityLow = 9
    let foreign = try other.build().image
    let (report, uncertain, _) = try salvage { image in
      let name = image.segments[0]
      image[name] = foreign[name]
    }
    #expect(report.losses.contains { $0.reason == "this file belongs to another store" })
    #expect(!uncertain.isEmpty)
  }

  @Test("a file under a wrong name is known by its header")
  func renamed() throws {
    let (report, _, saved) = try salvage { image in
      let (one, other) = (image.segments[0], image.segments[1])
      (image[one], image[other]) = (image[other], image[one])
    }
    #expect(saved == whole && report.isComplete)
    #expect(report.warnings.count == 2)
  }

  @Test("without a manifest, a compaction that was killed brings nothing back")
  func killedCompaction() throws {
    let subject = DamageSubject(durability: .sync, ending: .closed)
    let disk = SimulatedDisk(.ordered)
    let store = try subject.open(disk)
    try store.put("gone", "1")
    try store.flush()
    try store.put("gone", "2")
    try store.flush()
    try store.delete("gone")
    try store.put("kept", "3")
    try store.flush()
    var images: [SimulatedDisk] = []
    disk.observer = { [unowned disk] call in
      if call.kind == .remove { images.append(disk.afterKill()) }
    }
    _ = try store.compact()
    disk.observer = nil
    #expect(images.count == 3)
    for (index, image) in images.enumerated() {
      let directory = try image.openDirectory(DamageSubject.path, creating: false)
      try directory.remove("MANIFEST")
      directory.close()
      _ = try LogStructuredStore.salvage(from: DamageSubject.path, to: "saved", fileSystem: image)
      let saved = try subject.open(image, path: "saved").scan().collect().map(\.key)
      #expect(saved == ["kept"], "after \(index + 1) inputs were removed")
    }
  }

  @Test("the source is locked, and a directory without a store is said to be none")
  func refusals() throws {
    let subject = DamageSubject(durability: .sync, ending: .closed)
    let disk = try subject.build().image.disk(path: DamageSubject.path)
    let store = try subject.open(disk)
    #expect(throws: StoreError.locked(path: DamageSubject.path)) {
      try LogStructuredStore.salvage(from: DamageSubject.path, to: "saved", fileSystem: disk)
    }
    try store.close()
    _ = try disk.openDirectory("empty", creating: true)
    #expect(throws: StoreError.notFound(path: "empty")) {
      try LogStructuredStore.salvage(from: "empty", to: "saved", fileSystem: disk)
    }
  }
}
