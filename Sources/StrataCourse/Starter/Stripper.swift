/// Takes the bodies of exercises out of a source file, and leaves everything else as it is.
///
///     public func lookup(_ key: Key) -> LogPlace? { isReady ? places[key] : nil }
///
///     public func lookup(_ key: Key) -> LogPlace? {
///       notImplemented("HashIndex.lookup(_:)", milestone: 2)
///     }
///
/// The table repeats the signature of every exercise. Where the engine has another one by now, where a
/// declaration is gone or there are two of it, nothing is written, and the error says what to do.
public struct Stripper: Sendable {
  /// What happens to a body.
  public enum Mode: Sendable {
    /// It is replaced: what a student gets.
    case replace
    /// It stays, behind a question whether it is to be treated as missing: what the proofs run, to see one
    /// missing body after the other without building anew.
    case gate
  }

  /// What happens to each body.
  public var mode = Mode.replace

  /// A stripper.
  public init(mode: Mode = .replace) { self.mode = mode }

  /// The file without these bodies.
  ///
  /// - Parameters:
  ///   - text: the source.
  ///   - file: its path below `Sources`; exercises of other files are left alone.
  public func strip(
    _ text: String, file: String, of exercises: [Exercise]
  ) throws(StarterError) -> String {
    let exercises = exercises.filter { $0.file == file }
    guard !exercises.isEmpty else { return text }
    let source = SwiftText(text)
    let declarations = DeclarationScanner(source).found
    var edits: [(range: Range<Int>, replacement: String)] = []
    for exercise in exercises {
      let declaration = try find(exercise, in: declarations, of: source)
      let body = newBody(of: declaration, exercise, in: source)
      edits.append((declaration.body, body))
      guard mode == .replace else { continue }
      for helper in exercise.helpers {
        edits.append((try place(of: helper, for: exercise, in: declarations, of: source), ""))
      }
    }
    edits.sort { $0.range.lowerBound > $1.range.lowerBound }
    var bytes = source.bytes
    for (range, replacement) in edits { bytes.replaceSubrange(range, with: replacement.utf8) }
    // The call of `notImplemented` needs it, whatever the body did without.
    let needsImport = !text.contains("import StrataCore\n")
    return (needsImport ? "import StrataCore\n\n" : "") + String(decoding: bytes, as: UTF8.self)
  }

  // MARK: Finding

  private func find(
    _ exercise: Exercise, in declarations: [SwiftDeclaration], of source: SwiftText
  ) throws(StarterError) -> SwiftDeclaration {
    let named = declarations.filter { $0.name == exercise.declaration }
    guard !named.isEmpty else {
      throw StarterError(
        """
        Sources/\(exercise.file) has no \(exercise.declaration) with a body, which milestone \
        \(exercise.milestone) asks for. If it was renamed or moved, put its new name into \
        Sources/StrataCourse/Table; if it is gone, take its row out there.
        """)
    }
    let exact = named.filter { source.signature(of: $0) == exercise.signature }
    if exact.count == 1 { return exact[0] }
    if named.count > 1 {
      throw StarterError(
        """
        Sources/\(exercise.file) has \(named.count) declarations of the name \
        \(exercise.declaration), and \(exact.count) with the signature of the table in \
        Sources/StrataCourse/Table. It must be exactly one: give the table the signature of the one \
        that is meant.
        """)
    }
    throw StarterError(
      """
      \(exercise.declaration) in Sources/\(exercise.file) has another signature than the table of the \
      course.
        engine: \(source.signature(of: named[0]))
        table:  \(exercise.signature)
      Put the engine's into Sources/StrataCourse/Table, look whether the hints are still right, and run \
      `kvgrade starter --record`.
      """)
  }

  /// The whole of a helper, with the comment and the empty line above it.
  private func place(
    of helper: String, for exercise: Exercise, in declarations: [SwiftDeclaration],
    of source: SwiftText
  ) throws(StarterError) -> Range<Int> {
    let named = declarations.filter { $0.name == helper }
    guard named.count == 1 else {
      throw StarterError(
        """
        Sources/\(exercise.file) has \(named.count) declarations of the name \(helper), which goes \
        with \(exercise.declaration). It must be exactly one: correct the helpers of that row in \
        Sources/StrataCourse/Table.
        """)
    }
    var start = source.startOfLine(named[0].whole.lowerBound)
    while start > 0 {
      let above = source.startOfLine(start - 1)
      let line = source.text(above..<start - 1)
      guard line.isEmpty || line.drop(while: { $0 == " " }).hasPrefix("///") else { break }
      start = above
      if line.isEmpty { break }
    }
    let end = source.endOfLine(named[0].whole.upperBound)
    return start..<end
  }

  // MARK: Replacing

  private func newBody(
    of declaration: SwiftDeclaration, _ exercise: Exercise, in source: SwiftText
  ) -> String {
    let line = source.startOfLine(declaration.whole.lowerBound)
    let margin = String(source.text(line..<declaration.whole.lowerBound).prefix { $0 == " " })
    let missing = exercise.missingCall
    guard mode == .replace else {
      let number = exercise.number
      return
        "{ if treatedAsMissing == \(number) { \(missing) } else \(source.text(declaration.body)) }"
    }
    let standIn = exercise.standIn.map { "// \(exercise.standInMark)\n\($0)" }
    let lines = (standIn ?? missing).split(separator: "\n")
    return "{\n" + lines.map { "\(margin)  \($0)\n" }.joined() + "\(margin)}"
  }
}

extension SwiftText {
  private static let accessLevels: Set<Substring> = [
    "public", "package", "internal", "fileprivate", "private",
  ]

  /// How a declaration is written, up to its body, on one line; who may use it makes no difference here.
  func signature(of declaration: SwiftDeclaration) -> String {
    words(declaration.head).split(separator: " ").drop(while: Self.accessLevels.contains)
      .joined(separator: " ")
  }

  /// Where the line begins that a place is on.
  func startOfLine(_ position: Int) -> Int {
    (bytes[..<position].lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
  }

  /// Where the next line begins.
  func endOfLine(_ position: Int) -> Int {
    bytes[position...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
  }
}
