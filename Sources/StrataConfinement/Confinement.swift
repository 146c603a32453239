/// What the trampoline does to itself before it becomes the command, as words of a command line.
///
///     kvconfine confine --user 64001 --memory 1073741824 --filter run --keep 3 --set TMPDIR=/g -- /g/kvhost
///
/// Swift cannot fork, and `posix_spawn` sets no limits: so the grader starts a small program, which gives up
/// everything and becomes the command. The process that was started is the command: to kill it is to kill it.
package struct Confinement: Equatable {
  /// The user to become; nil to stay.
  package var user: UInt32?
  /// What it may use; nil to leave limits alone.
  package var limits: ResourceLimits?
  /// The filter of system calls; nil for none.
  package var filter: Filter?
  /// What Landlock lets it read, and what it also lets it change; nil for everything.
  package var files: (readable: [String], writable: [String])?
  /// Where to start.
  package var directory: String?
  /// Descriptors that stay open.
  package var descriptors: [Int32] = []
  /// The whole environment.
  package var environment: [String: String] = [:]

  /// Nothing is given up yet.
  package init() {}

  /// For whom a filter is.
  package enum Filter: String {
    /// A store: no processes, no sockets, signals to itself only.
    case run
    /// A compiler.
    case build
  }

  package static func == (one: Confinement, other: Confinement) -> Bool {
    one.arguments == other.arguments
  }

  /// The words before `--`.
  package var arguments: [String] {
    var words: [String] = []
    if let user { words += ["--user", "\(user)"] }
    if let limits {
      words += [
        "--processor-seconds", "\(limits.processorSeconds)", "--memory", "\(limits.memory)",
        "--file-size", "\(limits.fileSize)", "--processes", "\(limits.processes)",
        "--open-files", "\(limits.openFiles)",
      ]
    }
    if let filter { words += ["--filter", filter.rawValue] }
    if let files {
      for path in files.readable { words += ["--read", path] }
      for path in files.writable { words += ["--write", path] }
    }
    if let directory { words += ["--directory", directory] }
    for descriptor in descriptors { words += ["--keep", "\(descriptor)"] }
    for (name, value) in environment.sorted(by: { $0.key < $1.key }) {
      words += ["--set", "\(name)=\(value)"]
    }
    return words
  }

  /// Reads the words before `--`, and returns the command behind it; nil when they are not understood.
  package static func parse(_ words: [String]) -> (confinement: Confinement, command: [String])? {
    guard let end = words.firstIndex(of: "--"), end % 2 == 0, end + 1 < words.count else {
      return nil
    }
    var confinement = Confinement()
    for index in stride(from: 0, to: end, by: 2) {
      guard confinement.take(words[index], words[index + 1]) else { return nil }
    }
    return (confinement, Array(words[(end + 1)...]))
  }

  private mutating func take(_ option: String, _ value: String) -> Bool {
    switch option {
    case "--user": user = UInt32(value)
    case "--processor-seconds": return set(\.processorSeconds, value)
    case "--memory": return set(\.memory, value)
    case "--file-size": return set(\.fileSize, value)
    case "--processes": return set(\.processes, value)
    case "--open-files": return set(\.openFiles, value)
    case "--filter":
      filter = Filter(rawValue: value)
      return filter != nil
    case "--read": files = ((files?.readable ?? []) + [value], files?.writable ?? [])
    case "--write": files = (files?.readable ?? [], (files?.writable ?? []) + [value])
    case "--directory": directory = value
    case "--keep":
      guard let descriptor = Int32(value) else { return false }
      descriptors.append(descriptor)
    case "--set":
      guard let equals = value.firstIndex(of: "=") else { return false }
      environment[String(value[..<equals])] = String(value[value.index(after: equals)...])
    default: return false
    }
    return option != "--user" || user != nil
  }

  private mutating func set(_ part: WritableKeyPath<ResourceLimits, Int>, _ value: String) -> Bool {
    guard let number = Int(value), number > 0 else { return false }
    var limits = limits ?? ResourceLimits()
    limits[keyPath: part] = number
    self.limits = limits
    return true
  }
}
