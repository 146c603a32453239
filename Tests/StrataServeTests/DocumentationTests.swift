import StrataCore
import StrataTestSupport
import Testing

@testable import StrataServe

@Suite("The page about serving")
struct ServingPageTests {
  private static let page = (try? ProjectFiles.text("Docs/Serving.md")) ?? ""

  @Test("its session shows what really happens")
  func session() throws {
    let blocks = Self.page.split(separator: "```redis\n").dropFirst().compactMap {
      $0.split(separator: "\n```").first.map(String.init)
    }
    #expect(blocks.count == 1)
    for block in blocks {
      let clock = ManualClock()
      try TestServer.run(DictionaryStore(clock: clock), clock: clock) {
        try Transcript(block).run($0)
      }
    }
  }

  @Test("it names every command", arguments: ServerCommandTable.all)
  func commands(command: ServerCommand) { #expect(Self.page.contains(command.name)) }
}
