import StrataCore
import StrataWire

/// One client: what it sent and was not carried out yet, what it is to get and was not sent yet.
///
///     bytes in ─▶ reader ─▶ commands ─▶ writer │ settled ┊ unsettled │
///                                       bytes out ◀──────┘
///
/// Answers of one turn are *unsettled* until what they tell of is committed. Only then do they leave; when
/// the commit fails, each of them becomes the error.
final class Connection {
  let identifier: Int
  /// Where bytes come from and go to: the same descriptor, but for `--stdio`.
  let input: Int32
  let output: Int32
  /// False for streams that we were lent: they stay open.
  let isOurs: Bool

  var reader: CommandReader
  var writer = WireWriter()
  /// How many of the writer's bytes have left.
  private var sent = 0
  /// Where the answers begin that are not settled, and how many there are.
  private var settledEnd = 0
  private var unsettled = 0

  var name: [UInt8] = []
  /// True when the client may do anything but say who it is.
  var isAdmitted = false
  /// True when nothing more is done for it: it leaves when it has got its answers.
  var isEnding = false
  /// True when it will send nothing more; what it has sent is still carried out.
  var hasSentAll = false
  /// True when the other side is gone, and answers with it.
  var isLost = false
  /// When it last sent something, in monotonic milliseconds.
  var lastHeard: Int
  /// True when there may be whole commands among what was read.
  var hasInput = false

  init(
    identifier: Int, input: Int32, output: Int32, isOurs: Bool, limits: WireLimits, now: Int
  ) {
    self.identifier = identifier
    self.input = input
    self.output = output
    self.isOurs = isOurs
    reader = CommandReader(limits: limits)
    lastHeard = now
  }

  /// Bytes that wait to be sent.
  var unsent: Int { writer.bytes.count - sent }

  /// A client that does not read its answers gets no more of them before it does.
  var isClogged: Bool { unsent > 1 << 20 }

  /// True when its next bytes are wanted.
  var isRead: Bool { !hasSentAll && !isEnding && !isClogged }

  /// True when commands may be carried out for it.
  var isServed: Bool { hasInput && !isEnding && !isClogged }

  var isFinished: Bool { isLost || (unsent == 0 && (isEnding || (hasSentAll && !hasInput))) }

  /// Runs `body`, which writes one answer; what it wrote before it threw is taken back.
  func answering(_ body: () throws(Refusal) -> Void) {
    let start = writer.bytes.count
    if unsettled == 0 { settledEnd = start }
    unsettled += 1
    do throws(Refusal) {
      try body()
    } catch {
      writer.truncate(to: start)
      writer.write(.error(error.text))
    }
  }

  /// What the answers tell of is committed, or could not be.
  func settle(_ failure: Refusal?) {
    defer { unsettled = 0 }
    guard let failure, unsettled > 0 else { return }
    writer.truncate(to: settledEnd)
    for _ in 0..<unsettled { writer.write(.error(failure.text)) }
  }

  /// Sends what there is room for.
  ///
  /// Streams that were lent to us may block: they get a little at a time, each time that there is room.
  func send() {
    precondition(unsettled == 0, "an answer may leave only when what it tells of is committed")
    while unsent > 0 {
      let most = isOurs ? unsent : min(unsent, 4096)
      switch Sockets.send(writer.bytes[sent..<sent + most], to: output) {
      case .moved(let count):
        sent += count
        if !isOurs, unsent > 0 { return }
      case .notNow: return forgetSent()
      case .ended:
        isLost = true
        return
      }
    }
    forgetSent()
  }

  private func forgetSent() {
    guard unsent == 0 || (sent > 1 << 20 && sent > writer.bytes.count / 2) else { return }
    writer.removeFirst(sent)
    sent = 0
  }
}
