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

  @Test("answers are the model's", arguments: StoreUnderTest.all, seeds)
  func answers(row: StoreUnderTest, seed: UInt64) throws {
    let length = Int(Double(Self.length) * row.weight)
    // Every row draws its own sequences.
    let own = CRC32C.checksum(of: row.name)
    // Most run on a disk in memory, which is faster by far; one in ten on the real one.
    let report = try FailureReport.ofRandomOperations(
      length, seed: seed << 32 | UInt64(own), on: row, ground: seed % 10 == 0 ? .real : .simulated)
    if let report { Issue.record(Comment(rawValue: "\n\(report)\n")) }
  }

  @Test("every run does at least 100,000 operations")
  func enough() {
    let total = StoreUnderTest.all.reduce(0.0) { $0 + Double(Self.length) * $1.weight }
    if ProcessInfo.processInfo.environment["STRATA_SEEDS"] == nil {
      #expect(Int(total) * Self.seeds.count >= 100_000)
    }
  }
}
