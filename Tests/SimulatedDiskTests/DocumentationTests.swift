import StrataCore
import StrataTestSupport
import Testing

@Suite("Docs/SimulatedDisk.md")
struct DocumentationTests {
  @Test("the example's texts are what the disk prints")
  func example() throws {
    let disk = SimulatedDisk(.barePOSIX)
    let home = try disk.openDirectory("home", creating: true)
    try home.write("milk", to: "list").sync()
    try home.sync()
    try home.write("milk, bread", to: "list.tmp")
    try home.rename("list.tmp", to: "list")

    let shown: [SimulatedPowerCut] = [
      .worst, SimulatedPowerCut(names: .all, files: [.nothing]), .harmless,
      SimulatedPowerCut(names: .prefix(1), files: [.everything]),
    ]
    #expect(Set(disk.systematicPowerCuts).isSuperset(of: shown))
    let afterwards = shown.flatMap { ["\($0)", disk.afterPowerCut($0).listing] }
    #expect(
      Markdown.blocks(marked: "text", in: try ProjectFiles.text("Docs/SimulatedDisk.md")).map(
        \.text) == [
          disk.listing, disk.unsyncedChanges, afterwards.joined(separator: "\n"),
        ])
  }

  @Test("a sync before the rename and one after it leave the old list or the new one")
  func cure() throws {
    for personality in SimulatedDisk.Personality.allCases {
      let disk = SimulatedDisk(personality)
      let home = try disk.openDirectory("home", creating: true)
      try home.write("milk", to: "list").sync()
      try home.sync()
      var found: Set<String?> = []
      disk.observer = { _ in
        for image in disk.images(20, seed: 1) { found.insert(image.text("list", in: "home")) }
      }
      try home.write("milk, bread", to: "list.tmp").sync()
      try home.rename("list.tmp", to: "list")
      try home.sync()
      #expect(found == ["milk", "milk, bread"])
      #expect(disk.afterPowerCut(.worst).text("list", in: "home") == "milk, bread")
    }
  }
}
