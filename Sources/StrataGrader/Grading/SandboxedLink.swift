import StrataConfinement
import StrataCore
import StrataSubjects
import StrataWire

/// Subjects in a sandbox: a link behind a pipe that leaves nothing behind.
///
/// In the strongest tier the process that was started is the keeper of the one that holds the subjects, and the
/// two do not end in the same moment. A store that is opened again must not meet its predecessor: so after each
/// end, everything that is left is ended and waited for. For that this process adopts orphans, and has no other
/// children.
final class SandboxedLink: SubjectLink {
  private let inner: PipedLink
  private let sandbox: Sandbox

  init(_ command: [String], in sandbox: Sandbox, seconds: Int) {
    inner = PipedLink(command, seconds: seconds)
    self.sandbox = sandbox
  }

  var isPiped: Bool { true }

  func ask(_ request: Request, lane: Int) throws(SubjectError) -> WireValue {
    do throws(SubjectError) { return try inner.ask(request, lane: lane) } catch {
      switch error {
      case .ended, .timedOut, .nonsense: System.endAllChildren()
      default: break
      }
      throw error
    }
  }

  func release(_ subject: Int) { inner.release(subject) }

  func attach(_ disk: any FileSystem) -> Int { inner.attach(disk) }

  func kill() {
    inner.kill()
    System.endAllChildren()
  }

  func close() {
    kill()
    sandbox.sweep()
  }

  func takePrinted() -> String { inner.takePrinted() }
}
