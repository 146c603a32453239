import StrataCore
import StrataTestSupport
import Testing

@testable import StrataServe

@Suite("The page about serving")
struct ServingPageTests {
  private static let page = (try? ProjectFiles.text("Docs/Serving.md")) ?? ""

  @Test("its session shows what really happens")
  func session() throws {
    let blocks = Markdown.blocks(marked: "redis", in: Self.page)
    #expect(blocks.count == 1)
    for block in blocks { try Transcript.run(block.text) }
  }

  @Test("it names every command", arguments: ServerCommandTable.all)
  func commands(command: ServerCommand) { #expect(Self.page.contains(command.name)) }
}
