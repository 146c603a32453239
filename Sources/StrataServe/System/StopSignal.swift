#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif
import StrataCore

/// Makes SIGINT and SIGTERM into something that `Sockets.wait` can wait for: a byte in a pipe.
///
/// A second signal ends the process at once, for whoever does not want to wait.
enum StopSignal {
  /// Written before the handler exists, read by it.
  nonisolated(unsafe) private static var bell: Int32 = -1

  /// Catches the signals; returns the descriptor that becomes readable when one comes.
  static func install() throws(StoreError) -> Int32 {
    let (listening, ringing) = try makePipe()
    bell = ringing
    var caught = sigset_t()
    sigemptyset(&caught)
    for number in [SIGINT, SIGTERM] {
      signal(number, StopSignal.handler)
      sigaddset(&caught, number)
    }
    // Whoever started this process may have blocked them, and that is inherited.
    pthread_sigmask(SIG_UNBLOCK, &caught, nil)
    return listening
  }

  /// A pipe: first the end to read from, then the one to write to.
  static func makePipe() throws(StoreError) -> (Int32, Int32) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw .io(call: "pipe", path: "a pipe", errno: errno) }
    for end in ends { Sockets.neverBlock(end) }
    return (ends[0], ends[1])
  }

  /// Rings it, as a signal does.
  static func ring(_ bell: Int32) {
    var byte: UInt8 = 1
    _ = write(bell, &byte, 1)
  }

  private static let handler: @convention(c) (Int32) -> Void = { number in
    // Only what may be called within a signal.
    let code = errno
    StopSignal.ring(StopSignal.bell)
    signal(number, SIG_DFL)
    errno = code
  }
}
