/// One piece of a file, with a meaning for each of its bytes: a header, a frame, a record, a page.
public struct FilePart: Equatable, Sendable {
  /// Some neighbouring bytes with one meaning.
  public struct Field: Equatable, Sendable {
    /// Where they begin in the file.
    public var offset: Int
    /// How many there are.
    public var count: Int
    /// What they are.
    public var name: String
    /// What they say.
    public var meaning: String

    /// A field.
    public init(offset: Int, count: Int, name: String, meaning: String) {
      self.offset = offset
      self.count = count
      self.name = name
      self.meaning = meaning
    }
  }

  /// Where the piece begins in the file.
  public var offset: Int
  /// How many bytes it has.
  public var count: Int
  /// What it is.
  public var title: String
  /// Its fields, in order.
  public var fields: [Field] = []
  /// What is wrong with it; nil: nothing.
  public var damage: String?

  /// A piece; its fields may be added later.
  public init(
    offset: Int, count: Int, title: String, fields: [Field] = [], damage: String? = nil
  ) {
    self.offset = offset
    self.count = count
    self.title = title
    self.fields = fields
    self.damage = damage
  }
}

extension FileContents {
  /// Reads a file that no store has to be opened for; the path may be relative.
  package static func read(
    _ path: String, fileSystem: any FileSystem
  ) throws(StoreError) -> FileContents {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard let name = parts.last, !name.isEmpty else {
      throw .invalidArgument("\(path): this is not a file of a store")
    }
    let folder = parts.count == 1 ? "." : parts.dropLast().joined(separator: "/")
    let directory = try fileSystem.openDirectory(folder.isEmpty ? "/" : folder, creating: false)
    defer { directory.close() }
    return try directory.read(String(name))
  }

  /// The last part of the path.
  package var name: String { path.split(separator: "/").last.map(String.init) ?? "" }
}
