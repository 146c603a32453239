import StrataConfinement
import StrataCore
import StrataCourse

extension GraderVersion {
  /// The version, and a number that another build of the program does not have: `kvgrade 1 6f1c09e2a47b3d58`.
  ///
  /// A record is used again only when the very same programs made it. A version that somebody must remember to
  /// raise would let old verdicts of a mended check stand.
  public static let program: String = {
    let programs = [System.executablePath, Sandbox.ownTrampoline]
    let bytes = programs.flatMap { System.contents($0, atMost: 1 << 30) ?? [] }
    return "\(current) \(GradingKey.hash(bytes))"
  }()
}

/// What decides about a verdict beside submission and program: the course, and the sources around the
/// submission.
enum GradingKey {
  /// A number for all of it, in hexadecimal.
  ///
  /// What a student did not hand in is as in the starter, and the starter is made of the engine: so the
  /// engine's sources belong to it.
  static func text(
    course: String, template: HostTemplate, source: ProjectSource, only: [String]
  ) -> String {
    // The template by its number: where it lies says nothing.
    var parts = [course, String(template.folder.suffix(16))]
    for module in Starter.exerciseModules {
      for path in source.files(in: "Sources/\(module)") {
        parts.append("\(path) \(hash(System.contents("\(source.root)/\(path)") ?? []))")
      }
    }
    return String(Fingerprint.of((parts + only).joined(separator: " ")).prefix(16))
  }

  /// A fast hash; nobody gains anything by two of them being equal.
  fileprivate static func hash(_ bytes: [UInt8]) -> String {
    let hash = ByteView.withBytes(of: bytes) { KeyedHash(seed: (3, 4))($0) }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
