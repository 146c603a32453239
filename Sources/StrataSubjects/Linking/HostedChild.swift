import StrataCore
import StrataWire

/// One process that holds subjects, with all of its connections, and the threads that attend to it.
///
/// They serve the process's files and take away what it prints, at any time: so the process can never wait for
/// somebody who waits for it.
final class HostedChild: @unchecked Sendable {
  /// What it printed.
  let output = ChildOutput()
  private let process: ChildProcess
  private let lanes: [MessagePort]
  private let disk: MessagePort
  private let wake: (ours: Int32, theirs: Int32)
  private let attendants: [WorkerThread]
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
    self.disk = MessagePort(disk.ours)
    let theirs = [laneEnds[0].theirs, disk.theirs] + laneEnds.dropFirst().map(\.theirs)
    let process = try ChildProcess(
      command, output: printed.theirs, errors: complaints.theirs, descriptors: theirs,
      environment: environment)
    self.process = process
    disks.forgetHandles()
    let reading = PrintReading(
      [printed.ours, complaints.ours], stop: wake.theirs, output: output, process: process)
    attendants = [
      WorkerThread { [port = self.disk] in disks.serve(port, of: process) },
      WorkerThread { reading.run() },
    ]
  }

  /// Sends a request on a lane, and waits for its answer.
  func exchange(_ request: Request, lane: Int, deadline: UInt64) -> MessagePort.Arrival {
    guard lanes[lane].send(request, deadline: deadline) else {
      return SystemTime.monotonicNanoseconds >= deadline ? .nothing : .end
    }
    return lanes[lane].receive(deadline: deadline)
  }

  /// Sends a request, for whose answer nobody waits, with the next one on its lane.
  func post(_ request: Request, lane: Int) { lanes[lane].post(request) }

  /// Ends it if it has not ended, waits for all that it printed, and tells how it ended.
  func end() -> String {
    lock.withLock {
      if let ending { return ending }
      var text = process.end()
      disk.hangUp()
      _ = Sockets.write([0], to: wake.ours, deadline: .max)
      for attendant in attendants { attendant.join() }
      Sockets.close(wake.ours)
      if output.isTooMuch {
        text = "was ended because it printed more than \(ChildOutput.limit >> 20) MiB"
      }
      ending = text
      return text
    }
  }
}

extension DiskServer {
  /// Serves a process's files until it is gone.
  fileprivate func serve(_ port: MessagePort, of process: ChildProcess) {
    while true {
      switch port.receive() {
      case .value(let request):
        // Whoever does not read an answer within ten seconds gets no other.
        let late = SystemTime.monotonicNanoseconds + 10_000_000_000
        if let answer = answer(request), !port.send(answer, deadline: late) { return port.hangUp() }
      case .nothing, .end: return
      case .nonsense: return process.kill()
      }
    }
  }
}

/// The reading of what a process prints; everything here belongs to one thread.
private final class PrintReading: @unchecked Sendable {
  private var printed: [Int32]
  private let stop: Int32
  private let output: ChildOutput
  private let process: ChildProcess
  private var piece = [UInt8](repeating: 0, count: 16 << 10)

  init(_ printed: [Int32], stop: Int32, output: ChildOutput, process: ChildProcess) {
    self.printed = printed
    self.stop = stop
    self.output = output
    self.process = process
  }

  func run() {
    while true {
      let ready = Sockets.wait([stop] + printed, deadline: .max)
      for descriptor in printed where ready.contains(descriptor) { drain(descriptor) }
      guard ready.contains(stop) else { continue }
      // The process is gone; what it printed last is still in the pipes, which nobody else may hold open.
      for descriptor in printed { while drain(descriptor, isLast: true) {} }
      for descriptor in printed { Sockets.close(descriptor) }
      Sockets.close(stop)
      return
    }
  }

  @discardableResult
  private func drain(_ descriptor: Int32, isLast: Bool = false) -> Bool {
    if isLast, Sockets.wait([descriptor], deadline: 0) == [] { return false }
    let count = Sockets.read(descriptor, into: &piece) ?? 0
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
