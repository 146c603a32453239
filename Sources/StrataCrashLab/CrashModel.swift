import StrataCore

/// What the store must hold: the state after each command, and how many of them are certain.
///
///     commands sent         0   1   2   3   4   5
///     states                s0  s1  s2  s3  s4  s5
///                                   ▲       ▲    ▲
///                               durable     │   sent
///                                     acknowledged
///
/// After a crash the store must hold exactly one of these states: not before what was promised to
/// survive that kind of crash, and not after what was sent.
struct CrashModel: Sendable {
  /// For each key the number of the value that it holds, 0 for none.
  typealias State = [Int32]

  /// After no command, after the first, and so on.
  private(set) var states: [State]
  /// So many commands survive whatever happens.
  private(set) var durable = 0
  /// So many commands were acknowledged.
  private(set) var acknowledged = 0

  init(keys: Int) { states = [State](repeating: State(repeating: 0, count: keys), count: 1) }

  /// So many commands were begun.
  var sent: Int { states.count - 1 }

  /// The state that every command led to.
  var newest: State { states[sent] }

  /// A command begins.
  mutating func send(_ changes: [CrashOperation.Change]) {
    var state = newest
    for change in changes { state[change.key] = Int32(change.value) }
    states.append(state)
  }

  /// The last command was acknowledged, and with it all before it.
  mutating func acknowledge() { acknowledged = sent }

  /// A reader was shown the state after `count` commands, which is as good as acknowledging them.
  mutating func show(after count: Int) { acknowledged = max(acknowledged, count) }

  /// The last command was refused: it must not have changed anything.
  mutating func retract() { states.removeLast() }

  /// Everything acknowledged was also made durable.
  mutating func makeDurable() { durable = max(durable, acknowledged) }

  /// What holds after a power cut, for a store that may lose so many acknowledged commands.
  func afterPowerCut(losing commands: Int) -> CrashModel {
    var model = self
    model.acknowledged = max(durable, acknowledged - commands)
    return model
  }

  /// The store was found in the state after `count` commands; the later ones are forgotten.
  ///
  /// What was found after a power cut is on the disk; what was found after a kill may not be.
  mutating func settle(after count: Int, isDurable: Bool) {
    states.removeLast(sent - count)
    acknowledged = min(acknowledged, count)
    if isDurable {
      acknowledged = count
      durable = count
    }
  }

  /// After how many commands the store was in that state, of those that are possible now; the largest
  /// number where there are several.
  func commands(before state: State) -> Int? {
    var count = sent
    while count >= acknowledged {
      if states[count] == state { return count }
      count -= 1
    }
    return nil
  }

  /// Says what is wrong with a state that is none of the possible ones.
  func complaint(about state: State, _ alphabet: CrashAlphabet) -> CrashFinding {
    if let count = states.firstIndex(of: state) {
      return CrashFinding(
        .lost,
        "the store is as after \(count) commands, but \(acknowledged) were acknowledged and "
          + "\(sent) sent")
    }
    var lines: [String] = []
    for (key, found) in state.enumerated() {
      let allowed = Set(states[acknowledged...].map { $0[key] }).sorted()
      guard !allowed.contains(found) else { continue }
      let expected = allowed.map { alphabet.name(ofValue: Int($0)) }.joined(separator: " or ")
      lines.append(
        "\(alphabet.name(ofKey: key)) must hold \(expected), and holds "
          + alphabet.name(ofValue: Int(found)))
    }
    if lines.isEmpty { lines = ["each key holds what it may hold, but not all at one time"] }
    return CrashFinding(
      .mixture,
      "the state is that of no moment (\(acknowledged) acknowledged, \(sent) sent): "
        + lines.joined(separator: "; "))
  }
}

/// Something that must not happen.
public struct CrashFinding: Error, Hashable, Sendable {
  /// What kind of thing.
  public enum Kind: String, Sendable, CaseIterable {
    /// Acknowledged commands are gone.
    case lost
    /// The state is that of no moment: some later commands are there, some earlier ones not.
    case mixture
    /// A key or a value that nobody wrote, or reads that contradict each other.
    case wrong
    /// The store cannot be opened.
    case unopened
    /// A call failed although the disk did not, or succeeded although it cannot have.
    case dishonest
  }

  /// What kind of thing.
  public let kind: Kind
  /// One or two sentences.
  public let text: String

  init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }
}
