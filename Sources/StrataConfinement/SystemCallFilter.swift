/// The program that Linux runs before each system call of a submission: allowed, refused, or answered ENOSYS.
///
/// It is written in classic BPF, eight bytes an instruction: an operation, how far to jump when a comparison
/// holds and when not, and a constant.
///
///     load architecture     another one? end the process: its numbers mean other calls
///     load number           above 2³⁰? end the process: x86-64's second table
///     equal to 56 (clone)?  a thread: allow; a process: EPERM
///     …
///     at least 16?          go on; else allow: read, write and so on, up to rt_sigreturn
///     at least 17?          go on; else ENOSYS
///     …
///     otherwise             ENOSYS
///
/// The kernel remembers which calls are allowed whatever their arguments, and skips the program for them: a
/// filter costs a store nothing that could be measured. To know that, it runs the program for every number there
/// is when it is installed, at each start of a store: hence two instructions for a run of numbers, and not for each.
struct SystemCallFilter {
  /// The instructions, as the kernel reads them.
  private(set) var instructions: [UInt64] = []

  private enum Action {
    static let allow: UInt32 = 0x7FFF_0000
    static let endProcess: UInt32 = 0x8000_0000
    static func refuse(_ errno: UInt32) -> UInt32 { 0x0005_0000 | errno }
  }

  private enum Code {
    static let load: UInt16 = 0x20
    static let isEqual: UInt16 = 0x15
    static let isAtLeast: UInt16 = 0x35
    static let hasAnyBit: UInt16 = 0x45
    static let answer: UInt16 = 0x06
  }

  /// Where in the kernel's description of a call something lies; of an argument the lower half.
  private enum Place {
    static let number: UInt32 = 0
    static let architecture: UInt32 = 4
    static func argument(_ index: UInt32) -> UInt32 { 16 + 8 * index }
  }

  private static let notPermitted: UInt32 = 1  // EPERM
  private static let noSuchCall: UInt32 = 38  // ENOSYS

  #if arch(x86_64)
    private static let architecture: UInt32 = 0xC000_003E
  #else
    private static let architecture: UInt32 = 0xC000_00B7
  #endif

  /// A filter for this process and what it becomes; a program that starts no processes can also signal only
  /// itself.
  init(mayStartProcesses: Bool, process: Int32) {
    add(Code.load, Place.architecture)
    add(Code.isEqual, Self.architecture, ifTrue: 1)
    add(Code.answer, Action.endProcess)
    add(Code.load, Place.number)
    add(Code.isAtLeast, 0x4000_0000, ifFalse: 1)
    add(Code.answer, Action.endProcess)
    // Pushing characters into a terminal's input is how a program types as its user.
    allow(SystemCallTable.ioctl, unless: 1, equals: 0x5412)
    if mayStartProcesses {
      allow(SystemCallTable.socket, ifArgument: 0, equals: 1)  // AF_UNIX reaches no other machine
    } else {
      allow(SystemCallTable.clone, ifArgument: 0, hasBit: 0x0001_0000)  // CLONE_THREAD
      allow(SystemCallTable.kill, ifArgument: 0, equals: UInt32(bitPattern: process))
      allow(SystemCallTable.tgkill, ifArgument: 0, equals: UInt32(bitPattern: process))
      allow(SystemCallTable.prlimit, ifArgument: 0, equals: 0)
      refuse(SystemCallTable.socket)
    }
    allowOnly(SystemCallTable.always + (mayStartProcesses ? SystemCallTable.processes : []))
  }

  /// Allows these calls whatever their arguments are, and no others: an answer for each run of numbers.
  private mutating func allowOnly(_ calls: [SystemCallTable.Call]) {
    let allowed = Set(calls.compactMap(\.number))
    func answer(_ number: UInt32) -> UInt32 {
      allowed.contains(number) ? Action.allow : Action.refuse(Self.noSuchCall)
    }
    let end = (allowed.max() ?? 0) + 1
    for number in 1...end where answer(number) != answer(number - 1) {
      add(Code.isAtLeast, number, ifTrue: 1)
      add(Code.answer, answer(number - 1))
    }
    add(Code.answer, answer(end))
  }

  private mutating func refuse(_ call: SystemCallTable.Call) {
    guard let number = call.number else { return }
    add(Code.isEqual, number, ifFalse: 1)
    add(Code.answer, Action.refuse(Self.notPermitted))
  }

  private mutating func allow(
    _ call: SystemCallTable.Call, ifArgument index: UInt32, equals value: UInt32
  ) {
    decide(call, by: index, Code.isEqual, value, holds: Action.allow)
  }

  private mutating func allow(
    _ call: SystemCallTable.Call, ifArgument index: UInt32, hasBit bit: UInt32
  ) {
    decide(call, by: index, Code.hasAnyBit, bit, holds: Action.allow)
  }

  private mutating func allow(
    _ call: SystemCallTable.Call, unless index: UInt32, equals value: UInt32
  ) {
    decide(
      call, by: index, Code.isEqual, value, holds: Action.refuse(Self.notPermitted),
      otherwise: Action.allow)
  }

  /// Five instructions: is it this call? load the argument, compare, and one answer or the other.
  private mutating func decide(
    _ call: SystemCallTable.Call, by index: UInt32, _ comparison: UInt16, _ value: UInt32,
    holds: UInt32, otherwise: UInt32 = Action.refuse(notPermitted)
  ) {
    guard let number = call.number else { return }
    add(Code.isEqual, number, ifFalse: 4)
    add(Code.load, Place.argument(index))
    add(comparison, value, ifFalse: 1)
    add(Code.answer, holds)
    add(Code.answer, otherwise)
  }

  private mutating func add(
    _ code: UInt16, _ constant: UInt32, ifTrue: UInt8 = 0, ifFalse: UInt8 = 0
  ) {
    instructions.append(
      UInt64(code) | UInt64(ifTrue) << 16 | UInt64(ifFalse) << 24 | UInt64(constant) << 32)
  }
}
