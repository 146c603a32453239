import StrataCore
import StrataWire

/// The whole life of a process that holds subjects: answer requests until the other side is gone.
///
///     descriptor 3        requests of the first lane; the process ends with it
///     descriptor 4        the file system that the other side serves
///     descriptors 5 to 7  requests of the other lanes, each on a thread of its own
///
/// Standard output and errors stay what they are: what somebody prints does no harm.
public enum HostProcess {
  static let firstLane: Int32 = 3
  static let disk: Int32 = 4
  static var otherLanes: [Int32] { (1..<subjectLanes).map { Int32($0) + disk } }

  /// Answers until the first lane ends.
  ///
  /// - Returns: the process's exit status.
  public static func run(_ factory: any SubjectFactory) -> Int32 {
    for descriptor in [firstLane, disk] + otherLanes {
      guard Sockets.isOpen(descriptor) else { return 2 }
      Sockets.closeOnExec(descriptor)
    }
    let remote = RemoteConnection(disk)
    let host = SubjectHost(factory) { number -> any FileSystem in
      if number == 0 { LocalFileSystem() } else { RemoteFileSystem(remote, number: number) }
    }
    for lane in otherLanes { _ = WorkerThread { serve(lane, host) } }
    serve(firstLane, host)
    return 0
  }

  private static func serve(_ descriptor: Int32, _ host: SubjectHost) {
    let port = MessagePort(descriptor)
    while case .value(let value) = port.receive() {
      if let answer = Refusal.answer(to: value, { host.answer($0) }), !port.send(answer) { return }
    }
  }
}
