import Testing

@testable import StrataConfinement

#if os(Linux)
  /// The filter of system calls, run here as the kernel runs it.
  @Suite("Filter of system calls")
  struct FilterTests {
    private static let allow: UInt32 = 0x7FFF_0000
    private static let endProcess: UInt32 = 0x8000_0000
    private static let notPermitted: UInt32 = 0x0005_0001
    private static let noSuchCall: UInt32 = 0x0005_0026
    #if arch(x86_64)
      private static let architecture: UInt32 = 0xC000_003E
    #else
      private static let architecture: UInt32 = 0xC000_00B7
    #endif

    /// Calls whose answer depends on an argument.
    private static let conditional = Set(
      [
        SystemCallTable.clone, SystemCallTable.kill, SystemCallTable.tgkill,
        SystemCallTable.prlimit,
        SystemCallTable.ioctl, SystemCallTable.socket,
      ].compactMap(\.number))

    @Test("every call of the table is allowed, and no other number", arguments: [false, true])
    func numbers(mayStartProcesses: Bool) throws {
      let filter = SystemCallFilter(mayStartProcesses: mayStartProcesses, process: 77)
      let calls =
        SystemCallTable.always + (mayStartProcesses ? SystemCallTable.processes : [])
      let allowed = Set(calls.compactMap(\.number))
      for number: UInt32 in 0..<1_000 where !Self.conditional.contains(number) {
        let answer = try run(filter, number)
        #expect(answer == (allowed.contains(number) ? Self.allow : Self.noSuchCall), "\(number)")
      }
      #expect(try run(filter, 0x4000_0000) == Self.endProcess)
      #expect(try run(filter, 0, architecture: 0x4000_0003) == Self.endProcess)
    }

    @Test("a store starts threads and signals itself, and nothing else")
    func arguments() throws {
      let filter = SystemCallFilter(mayStartProcesses: false, process: 77)
      func answers(
        _ call: SystemCallTable.Call, _ argument: Int = 0, good: UInt32, bad: UInt32
      ) throws -> [UInt32] {
        let number = try #require(call.number)
        return try [good, bad].map { try run(filter, number, [argument: $0]) }
      }
      let threads: UInt32 = 0x0001_0000
      let both = [Self.allow, Self.notPermitted]
      #expect(try answers(SystemCallTable.clone, good: threads, bad: 17) == both)
      #expect(try answers(SystemCallTable.kill, good: 77, bad: 78) == both)
      #expect(try answers(SystemCallTable.tgkill, good: 77, bad: 1) == both)
      #expect(try answers(SystemCallTable.prlimit, good: 0, bad: 78) == both)
      #expect(try answers(SystemCallTable.ioctl, 1, good: 0x5401, bad: 0x5412) == both)
      #expect(
        try answers(SystemCallTable.socket, good: 1, bad: 2)
          == [Self.notPermitted, Self.notPermitted])
    }

    @Test("a compiler starts processes, and reaches no other machine")
    func compiler() throws {
      let filter = SystemCallFilter(mayStartProcesses: true, process: 77)
      #expect(try run(filter, #require(SystemCallTable.clone.number)) == Self.allow)
      let socket = try #require(SystemCallTable.socket.number)
      #expect(try run(filter, socket, [0: 1]) == Self.allow)
      #expect(try run(filter, socket, [0: 2]) == Self.notPermitted)
    }

    @Test("no call takes many steps: the kernel runs the program for all of them at each start")
    func length() throws {
      let filter = SystemCallFilter(mayStartProcesses: false, process: 77)
      let steps = try (0..<1_000).map { try follow(filter, $0, [:], Self.architecture).steps }
      // With a comparison for each call that is allowed, it was more than 150.
      #expect(try #require(steps.max()) < 125)
    }

    /// What the program answers to a call of this number, with these arguments and otherwise zeros.
    private func run(
      _ filter: SystemCallFilter, _ number: UInt32, _ arguments: [Int: UInt32] = [:],
      architecture: UInt32 = FilterTests.architecture
    ) throws -> UInt32 {
      try follow(filter, number, arguments, architecture).answer
    }

    /// The same, and how many instructions that took.
    private func follow(
      _ filter: SystemCallFilter, _ number: UInt32, _ arguments: [Int: UInt32],
      _ architecture: UInt32
    ) throws -> (answer: UInt32, steps: Int) {
      var accumulator: UInt32 = 0
      var position = 0
      var steps = 0
      while true {
        steps += 1
        let instruction = try #require(
          filter.instructions.indices.contains(position) ? filter.instructions[position] : nil,
          "the program goes on behind its end")
        position += 1
        let constant = UInt32(truncatingIfNeeded: instruction >> 32)
        func jump(_ holds: Bool) -> Int { Int(instruction >> (holds ? 16 : 24) & 0xFF) }
        switch instruction & 0xFFFF {
        case 0x20:
          accumulator =
            constant == 0
            ? number
            : constant == 4
              ? architecture
              : constant % 8 == 0 ? arguments[Int(constant) / 8 - 2] ?? 0 : 0
        case 0x15: position += jump(accumulator == constant)
        case 0x35: position += jump(accumulator >= constant)
        case 0x45: position += jump(accumulator & constant != 0)
        case 0x06: return (constant, steps)
        default:
          Issue.record("\(String(instruction, radix: 16)) is not understood")
          return (0, steps)
        }
      }
    }
  }
#endif
