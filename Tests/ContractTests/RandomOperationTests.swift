import Foundation
import StrataCore
import StrataTestSupport
import Testing

/// Engine beside model, for 100,000 random operations and more in every run.
///
/// A failure prints the shortest script that shows it, and its seed. More of them, or one again:
///
///     STRATA_SEEDS=1000 swift test --filter RandomOperationTests
///     STRATA_FIRST_SEED=37 STRATA_SEEDS=1 swift test --filter RandomOperationTests
@Suite("Random operations against the model")
struct RandomOperationTests {
  private static func number(_ name: String, otherwise: Int) -> Int {
    ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? otherwise
  }

  private static let length = number("STRATA_OPERATIONS", otherwise: 1_200)

  private static let seeds: [UInt64] = {
    let first = number("STRATA_FIRST_SEED", otherwise: 1)
    return (first..<(first + number("STRATA_SEEDS", otherwise: 10))).map { UInt64($0) }
  }()

  /// Most sequences run on a disk in memory; one in ten, shorter, on the real one, which is slower by far.
  private static func ground(_ seed: UInt64) -> TestGround.Kind {
    seed % 10 == 0 ? .real : .simulated
  }

  private static func operations(_ row: StoreUnderTest, _ seed: UInt64) -> Int {
    let share = ground(seed) == .real ? row.weight / 4 : row.weight
    return Int(Double(length) * share)
  }

  @Test("answers are the model's", arguments: StoreUnderTest.all, seeds)
  func answers(row: StoreUnderTest, seed: UInt64) throws {
    // Every row draws its own sequences.
    let ownSeed = seed << 32 | UInt64(CRC32C.checksum(of: row.name))
    let report = try FailureReport.ofRandomOperations(
      Self.operations(row, seed), seed: ownSeed, on: row, ground: Self.ground(seed))
    if let report { Issue.record(Comment(rawValue: "\n\(report)\n")) }
  }

  @Test("an everyday run does at least 100,000 operations")
  func enough() {
    guard ProcessInfo.processInfo.environment["STRATA_SEEDS"] == nil else { return }
    let total = StoreUnderTest.all.reduce(0) { sum, row in
      sum + Self.seeds.reduce(0) { $0 + Self.operations(row, $1) }
    }
    #expect(total >= 100_000)
  }
}
