import StrataCore
import StrataWire

/// One process that holds subjects, with all of its connections, and the thread that attends to it.
///
/// The attendant serves the process's files and takes away what it prints, at any time: so the process can
/// never wait for somebody who waits for it.
final class HostedChild: @unchecked Sendable {
  /// What it printed.
  let output = ChildOutput()
  private let process: ChildProcess
  private let lanes: [MessagePort]
  private let wake: (ours: Int32, theirs: Int32)
  private let attendant: WorkerThread
  private let lock = Lock()
  private var ending: String?  // guarded by `lock`

  /// Starts the process.
  init(
    _ command: [String], _ environment: [String: String], _ disks: DiskServer
  ) throws(SubjectError) {
    func pair(_ make: () -> (ours: Int32, theirs: Int32)?) throws(SubjectError) -> (
      ours: Int32, theirs: Int32
    ) {
      guard let ends = make() else { throw .unavailable("there are no descriptors left") }
      return ends
    }
    var laneEnds: [(ours: Int32, theirs: Int32)] = []
    for _ in 0..<subjectLanes { laneEnds.append(try pair(Sockets.pair)) }
    let disk = try pair(Sockets.pair)
    let printed = try pair(Sockets.pipe)
    let complaints = try pair(Sockets.pipe)
    wake = try pair(Sockets.pair)
    lanes = laneEnds.map { MessagePort($0.ours) }
    let diskPort = MessagePort(disk.ours)
    let theirs = [laneEnds[0].theirs, disk.theirs] + laneEnds.dropFirst().map(\.theirs)
    let process = try ChildProcess(
      command, output: printed.theirs, errors: complaints.theirs, descriptors: theirs,
      environment: environment)
    self.process = process
    let (output, stop) = (output, wake.theirs)
    disks.forgetHandles()
    let attending = Attendance(
      disk: diskPort, disks: disks, printed: [printed.ours, complaints.ours], stop: stop,
      output: output, process: process)
    attendant = WorkerThread { attending.run() }
  }

  /// Sends a request on a lane, and waits for its answer.
  func exchange(_ request: WireValue, lane: Int, deadline: UInt64) -> MessagePort.Arrival {
    guard lanes[lane].send(request, deadline: deadline) else {
      return SystemTime.monotonicNanoseconds >= deadline ? .nothing : .end
    }
    return lanes[lane].receive(deadline: deadline)
  }

  /// Ends it if it has not ended, waits for all that it printed, and tells how it ended.
  func end() -> String {
    lock.withLock {
      if let ending { return ending }
      var text = process.end()
      _ = Sockets.write([0], to: wake.ours, deadline: .max)
      attendant.join()
      Sockets.close(wake.ours)
      if output.isTooMuch {
        text = "was ended because it printed more than \(ChildOutput.limit >> 20) MiB"
      }
      ending = text
      return text
    }
  }
}

/// What the attending thread works with; everything here is its own.
private final class Attendance: @unchecked Sendable {
  private let disk: MessagePort
  private let disks: DiskServer
  private var printed: [Int32]
  private let stop: Int32
  private let output: ChildOutput
  private let process: ChildProcess
  private var piece = [UInt8](repeating: 0, count: 16 << 10)

  init(
    disk: MessagePort, disks: DiskServer, printed: [Int32], stop: Int32, output: ChildOutput,
    process: ChildProcess
  ) {
    self.disk = disk
    self.disks = disks
    self.printed = printed
    self.stop = stop
    self.output = output
    self.process = process
  }

  func run() {
    var isDiskOpen = true
    while true {
      let ready = Sockets.wait(
        [stop] + printed + (isDiskOpen ? [disk.descriptor] : []), deadline: .max)
      if isDiskOpen, ready.contains(disk.descriptor) { isDiskOpen = serveDisk() }
      for descriptor in printed where ready.contains(descriptor) { drain(descriptor) }
      guard ready.contains(stop) else { continue }
      // The process is gone; what it printed last is still in the pipes, which nobody else may hold open.
      for descriptor in printed { while drain(descriptor, isLast: true) {} }
      for descriptor in printed { Sockets.close(descriptor) }
      Sockets.close(stop)
      return
    }
  }

  /// Serves everything that has arrived; false when no more can come.
  private func serveDisk() -> Bool {
    var deadline = UInt64.max
    while true {
      switch disk.receive(deadline: deadline) {
      case .value(let request):
        // Whoever does not read an answer within ten seconds gets no other.
        let late = SystemTime.monotonicNanoseconds + 10_000_000_000
        guard disk.send(disks.answer(request), deadline: late) else { return false }
      case .nothing: return true
      case .end: return false
      case .nonsense:
        process.kill()
        return false
      }
      deadline = 0
    }
  }

  @discardableResult
  private func drain(_ descriptor: Int32, isLast: Bool = false) -> Bool {
    let count = Sockets.read(descriptor, into: &piece, deadline: isLast ? 0 : .max) ?? 0
    guard count > 0 else {
      if !isLast {
        printed.removeAll { $0 == descriptor }
        Sockets.close(descriptor)
      }
      return false
    }
    output.add(piece[..<count])
    if output.isTooMuch { process.kill() }
    return !output.isTooMuch
  }
}
