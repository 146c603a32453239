import Foundation
import StrataCore
import StrataTestSupport
import Synchronization
import Testing

@testable import StrataConfinement
@testable import StrataGrader

@Suite("What was compiled before")
struct CompiledCacheTests {
  private typealias Files = [(path: String, bytes: [UInt8])]

  @Test("it comes back under its new name, and nothing comes of half of it")
  func comesBack() throws {
    try withCache { cache, folder in
      System.place([1, 2], at: "\(folder)/out/One.o")
      cache.keep(["a.o"], of: ["One.o"], in: folder + "/out")
      #expect(cache.take(["a.o"], as: ["Two.o"], in: folder + "/other"))
      #expect(System.contents(folder + "/other/Two.o") == [1, 2])
      #expect(!cache.take(["a.o", "a.swiftmodule"], as: ["x", "y"], in: folder + "/third"))
      #expect(!System.exists(folder + "/third"))
    }
  }

  @Test("of several who make the same at once, one makes it, and the others find it")
  func together() throws {
    try withCache { cache, folder in
      System.place([1, 2], at: "\(folder)/out/One.o")
      let made = Atomic(0)
      work(4) { number in
        cache.alone(making: "a", waitingAtMost: 20) {
          if cache.take(["a.o"], as: ["One.o"], in: "\(folder)/\(number)") { return }
          made.add(1, ordering: .relaxed)
          System.pause(milliseconds: 20)
          cache.keep(["a.o"], of: ["One.o"], in: folder + "/out")
        }
      }
      #expect(made.load(ordering: .relaxed) == 1)
      #expect(System.names(in: cache.folder) == ["a.o"])
    }
  }

  @Test("what comes to nothing is tried by one after the other, and nobody waits for ever")
  func failing() throws {
    try withCache(budget: 1) { cache, folder in
      System.place([1, 2], at: "\(folder)/out/x")
      let inside = Atomic(0)
      let most = Atomic(0)
      work(6) { _ in
        cache.alone(making: "a", waitingAtMost: 20) {
          most.max(inside.add(1, ordering: .relaxed).newValue, ordering: .relaxed)
          System.pause(milliseconds: 5)
          // Too large: it removes what is old, and no lock.
          cache.keep(["b"], of: ["x"], in: folder + "/out")
          inside.subtract(1, ordering: .relaxed)
        }
      }
      #expect(most.load(ordering: .relaxed) == 1)
      cache.alone(making: "a", waitingAtMost: 20) {
        cache.alone(making: "a", waitingAtMost: 0) { _ = inside.add(1, ordering: .relaxed) }
      }
      #expect(inside.load(ordering: .relaxed) == 1)
    }
  }

  /// An empty cache, and the folder that it lies in.
  private func withCache(
    budget: Int = 1 << 30, _ body: (CompiledCache, _ folder: String) throws -> Void
  ) throws {
    try withTemporaryDirectory { folder in
      let cache = CompiledCache(folder: folder + "/kept", budget: budget)
      System.makePrivateDirectory(cache.folder)
      try body(cache, folder)
    }
  }

  private func work(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let workers = (0..<count).map { number in WorkerThread { body(number) } }
    for worker in workers { worker.join() }
  }

  @Test("a key tells names, bytes and their borders apart")
  func keys() {
    let texts: [(String, Files)] = [
      ("Strata", [("A.swift", [1, 2]), ("B.swift", [3])]),
      ("Strata", [("A.swift", [1, 2, 3]), ("B.swift", [])]),
      ("Strata", [("A.swift", [1, 2]), ("C.swift", [3])]),
      ("Strata", [("A.swift", [1, 2])]),
      ("StrataRungs", [("A.swift", [1, 2]), ("B.swift", [3])]),
    ]
    #expect(Set(texts.map { CompiledCache.key($0, $1) }).count == texts.count)
    #expect(CompiledCache.key(texts[0].0, texts[0].1) == CompiledCache.key(texts[0].0, texts[0].1))
  }

  @Test("the oldest files go when there is too much")
  func budget() throws {
    try withCache(budget: 250) { cache, folder in
      for (index, name) in ["one", "two", "three"].enumerated() {
        System.place([UInt8](repeating: 7, count: 100), at: "\(folder)/out/x")
        cache.keep([name], of: ["x"], in: folder + "/out")
        try FileManager.default.setAttributes(
          [.modificationDate: Date(timeIntervalSinceNow: Double(index) * 10 - 100)],
          ofItemAtPath: "\(cache.folder)/\(name)")
      }
      #expect(System.names(in: cache.folder) == ["three", "two"])
    }
  }
}
