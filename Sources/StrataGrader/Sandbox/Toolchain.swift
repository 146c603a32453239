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

  /// True when a program for Linux surely names nothing that is to load libraries for it.
  static func isStatic(_ program: String) -> Bool {
    let (elfOf64Bits, interpreter): ([UInt8], Int) = ([0x7F, 0x45, 0x4C, 0x46, 2], 3)
    guard let bytes = System.contents(program, atMost: 4096), bytes.count >= 64,
      bytes.starts(with: elfOf64Bits)
    else { return false }
    func number(at offset: Int, bytes count: Int) -> Int {
      bytes[offset..<offset + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    // The table of segments, whose rows begin with their kind; it follows the header as a rule.
    let (table, rowSize, rows) = (
      number(at: 32, bytes: 6), number(at: 54, bytes: 2), number(at: 56, bytes: 2)
    )
    guard rows > 0, rowSize >= 4, table + rowSize * rows <= bytes.count else { return false }
    return (0..<rows).allSatisfy { number(at: table + rowSize * $0, bytes: 4) != interpreter }
  }

  /// Swift's own libraries, which a program needs that was not linked statically.
  public static var libraries: [String] { root.map { ["\($0)/lib/swift"] } ?? [] }
}
