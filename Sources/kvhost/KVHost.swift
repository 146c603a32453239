import StrataHosting
import StrataSubjects

/// A process that holds engines and does what it is told through its descriptors; see `HostProcess`.
@main
enum KVHost {
  static func main() {
    let status = HostProcess.run(EngineFactory())
    guard status != 0 else { return }
    fatalError("kvhost is started by kvgrade, which gives it the descriptors that it answers on")
  }
}
