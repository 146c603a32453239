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

  /// True when a program for Linux names nothing that is to load libraries for it.
  static func isStatic(_ program: String) -> Bool {
    guard let bytes = System.contents(program, atMost: 4096),
      bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46])
    else { return false }
    // The 64-bit form of ELF: where the table of segments begins, and how many of 56 bytes it has.
    func number(at offset: Int, bytes count: Int) -> Int {
      offset + count > bytes.count
        ? 0 : bytes[offset..<offset + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    let (table, count) = (number(at: 32, bytes: 4), number(at: 56, bytes: 2))
    let interpreter = 3
    return (0..<count).allSatisfy { number(at: table + 56 * $0, bytes: 4) != interpreter }
  }

  /// Swift's own libraries, which a program needs that was not linked statically.
  public static var libraries: [String] { root.map { ["\($0)/lib/swift"] } ?? [] }
}
