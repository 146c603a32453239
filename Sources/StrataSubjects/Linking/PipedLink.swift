import StrataCore
import StrataWire

/// Subjects in a process of their own.
///
/// A fresh process is started when it is needed: at the first request, and at the first one after `kill`
/// or after the process has ended.
public final class PipedLink: SubjectLink, @unchecked Sendable {
  private let command: [String]
  private let environment: [String: String]
  private let disks = DiskServer()
  private let lock = Lock()
  private var child: HostedChild?  // guarded by `lock`
  private var printed = ""  // guarded by `lock`
  private let seconds: Int
  private let deadline: UInt64

  /// Subjects in processes of this command, which is run as it is: first the program, then its arguments.
  ///
  /// - Parameter seconds: so long after now, every answer is late.
  public init(_ command: [String], seconds: Int, environment: [String: String] = [:]) {
    self.command = command
    self.seconds = seconds
    // A picture of the stack is of no use to anybody here, and takes seconds.
    self.environment = ChildProcess.inheritedEnvironment
      .merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }.merging(environment) { $1 }
    deadline = SystemTime.monotonicNanoseconds + UInt64(seconds) * 1_000_000_000
  }

  deinit { close() }

  /// True.
  public var isPiped: Bool { true }

  /// Sends the request, and waits for the answer until the time is over.
  public func ask(_ request: Request, lane: Int) throws(SubjectError) -> WireValue {
    let child = try running()
    switch child.exchange(request, lane: lane, deadline: deadline) {
    case .value(let answer): return try Refusal.check(answer)
    case .nonsense(let what):
      end(child)
      throw .nonsense(what)
    case .nothing:
      end(child)
      throw .timedOut(seconds: seconds)
    case .end:
      throw .ended("the process \(end(child))")
    }
  }

  /// Lets go of the subject with the next request; a process that is gone has let go of everything.
  public func release(_ subject: Int) {
    lock.withLock { child }?.post(.releasing(subject), lane: 0)
  }

  /// Numbers a disk.
  public func attach(_ disk: any FileSystem) -> Int { disks.attach(disk) }

  /// Ends the process and whatever it started.
  public func kill() {
    if let child = lock.withLock({ child }) { end(child) }
  }

  /// Ends the process.
  public func close() { kill() }

  /// What was printed, to both streams, since the last call.
  public func takePrinted() -> String {
    lock.withLock {
      let text = printed + (child?.output.take() ?? "")
      printed = ""
      return text
    }
  }

  private func running() throws(SubjectError) -> HostedChild {
    try lock.withLock { () throws(SubjectError) in
      if let child { return child }
      let started = try HostedChild(command, environment, disks)
      child = started
      return started
    }
  }

  @discardableResult
  private func end(_ child: HostedChild) -> String {
    let ending = child.end()
    lock.withLock {
      guard self.child === child else { return }
      printed += child.output.take()
      self.child = nil
    }
    return ending
  }
}
