/// What looking at every byte of a store found.
public struct VerificationReport: Equatable, Sendable {
  /// One file and what it holds.
  public struct File: Equatable, Sendable {
    /// Its name in the directory.
    public var name: String
    /// `manifest`, `log`, `segment`, `temporary` or `foreign`.
    public var kind: String
    /// Its size.
    public var bytes: Int
    /// Records in it.
    public var records: Int
    /// True when all of its bytes were looked at; files that are not part of the store are only listed.
    public var isChecked: Bool

    /// A row about one file.
    public init(name: String, kind: String, bytes: Int, records: Int, isChecked: Bool) {
      self.name = name
      self.kind = kind
      self.bytes = bytes
      self.records = records
      self.isChecked = isChecked
    }
  }

  /// One damage.
  public struct Problem: Equatable, Sendable {
    /// The file's name in the directory.
    public var file: String
    /// Where in it.
    public var offset: Int
    /// The kind of the file.
    public var kind: String
    /// What is wrong there.
    public var reason: String
    /// What that means for the store.
    public var consequence: String

    /// A row about one damage.
    public init(file: String, offset: Int, kind: String, reason: String, consequence: String) {
      self.file = file
      self.offset = offset
      self.kind = kind
      self.reason = reason
      self.consequence = consequence
    }
  }

  /// Every file of the directory, by name.
  public var files: [File] = []
  /// Everything that is wrong.
  public var problems: [Problem] = []
  /// What is remarkable, but not wrong: a torn tail, rubbish that the next opening removes.
  public var warnings: [String] = []

  /// A report of nothing.
  public init() {}

  /// True when nothing is wrong.
  public var isSound: Bool { problems.isEmpty }
}

extension VerificationReport {
  /// Adds a file to the list, which stays sorted by name.
  package mutating func add(
    _ name: String, _ kind: String, _ bytes: Int, records: Int = 0, isChecked: Bool = true
  ) {
    files.append(
      File(name: name, kind: kind, bytes: bytes, records: records, isChecked: isChecked))
    files.sort { $0.name < $1.name }
  }

  /// Adds what an error says about a file; the error may name another one, and then knows better.
  package mutating func note(
    _ error: StoreError, _ name: String, _ kind: String, _ consequence: String
  ) {
    var problem = Problem(
      file: name, offset: 0, kind: kind, reason: error.description, consequence: consequence)
    if case .corrupt(let path, let offset, let reason) = error {
      problem.offset = offset
      problem.reason = reason
      if let last = path.split(separator: "/").last { problem.file = String(last) }
    }
    problems.append(problem)
  }
}
