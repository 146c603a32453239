/// What may come in from outside.
public struct IntakeRules: Equatable, Sendable {
  /// The modules that a submission replaces, each a folder below `Sources`.
  public var modules = ["Strata", "StrataRungs"]
  /// How many files.
  public var files = 200
  /// How many bytes a file.
  public var fileSize = 256 << 10
  /// How many bytes together.
  public var totalSize = 4 << 20
  /// How many folders inside each other.
  public var depth = 6

  /// The usual rules.
  public init() {}

  /// Why a name cannot be taken, as a sentence; nil when it can.
  ///
  /// Names become words of command lines and of reports: so they are letters, digits and four signs, and none
  /// looks like an option or hides.
  public static func objection(to name: String) -> String? {
    let first = name.utf8.first ?? 0
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
      default: "+-_.".utf8.contains(byte)
      }
    }
    guard isPlain, name.utf8.count <= 100 else {
      return "a name is made of at most 100 letters, digits and + - _ ."
    }
    if first == UInt8(ascii: "-") { return "a name does not begin like an option." }
    if first == UInt8(ascii: ".") { return "a name does not begin with a dot." }
    return nil
  }
}
