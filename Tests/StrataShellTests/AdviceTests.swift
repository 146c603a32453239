import StrataCore
import Testing

@testable import StrataShell

@Suite("Advice")
struct AdviceTests {
  private func advice(
    _ error: StoreError, _ change: (inout StoreSettings) -> Void = { _ in }
  ) -> String? {
    var settings = StoreSettings()
    change(&settings)
    return Advice.on(error, settings)
  }

  private let damage = StoreError.corrupt(file: "./kvdata/MANIFEST", offset: 7, reason: "is wrong")

  @Test("whoever has a damaged store is told how to look and what to save")
  func damagedStore() {
    let plain =
      "List all damage with kvcli verify; restore a checkpoint if there is one, or save the rest "
      + "with kvcli salvage ./kvdata ./saved."
    #expect(advice(damage) == plain)
    #expect(advice(.readOnly(cause: damage)) == plain, "a merge met the damage")
    #expect(
      advice(damage) { $0.isNamed = true }
        == plain.replacing("kvcli verify", with: "kvcli --store ./kvdata verify"))
    #expect(
      advice(.corrupt(file: "a b/1.wal", offset: 0, reason: "")) { $0.path = "a b" }
        == plain.replacing("./kvdata", with: "'a b'"))
  }

  @Test(
    "salvage is recommended only where the engine has it", arguments: ["bitcask", "append-log"])
  func damagedRungs(name: String) throws {
    let engine = try #require(EngineTable.find(name))
    #expect(!engine.hasSalvage)
    #expect(
      advice(damage) { $0.engine = engine }
        == "List all damage with kvcli verify, and restore a copy; the engine \(name) has no salvage."
    )
    #expect(damage.advice?.contains("salvage") == false)
  }

  @Test("what verify and salvage do not know is not sent to them")
  func otherDamage() throws {
    #expect(advice(damage) { $0.path = "./another" } == damage.advice)
    let dictionary = try #require(EngineTable.find("dictionary"))
    #expect(advice(damage) { $0.engine = dictionary } == damage.advice)
  }
}
