import StrataConfinement

/// Where Swift's toolchain is on this machine.
public enum Toolchain {
  /// The folder that holds `bin/swiftc`; nil when there is none on the PATH.
  public static let root: String? = {
    for folder in (System.environment("PATH") ?? "").split(separator: ":") {
      guard let compiler = System.realPath("\(folder)/swiftc") else { continue }
      let folders = compiler.split(separator: "/").dropLast(2)
      return "/" + folders.joined(separator: "/")
    }
    return nil
  }()

  /// Swift's own libraries, which a program needs that was not linked statically.
  public static var libraries: [String] { root.map { ["\($0)/lib/swift"] } ?? [] }
}
