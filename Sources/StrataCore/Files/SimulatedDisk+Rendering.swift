extension SimulatedDisk {
  /// The paths of the directories, in order of their making.
  public var directories: [String] { lock.withLock { folders.map(\.path) } }

  /// The names that every process sees in a directory, sorted; none when it is not there.
  public func names(in directory: String) -> [String] {
    lock.withLock { folder(directory)?.current.entries.map(\.name) ?? [] }
  }

  /// What every process reads from a file; nil when it is not there.
  public func contents(of name: String, in directory: String) -> [UInt8]? {
    lock.withLock { folder(directory)?.current[name]?.current.view.array }
  }

  /// Damages a file: puts other bytes in its place, durable at once, past all hooks and counts.
  public func replaceContents(of name: String, in directory: String, with bytes: [UInt8]) {
    lock.withLock {
      guard let file = folder(directory)?.current[name] else { return }
      ByteView.withBytes(of: bytes) { file.replace(with: SimulatedContents(copying: $0)) }
      unsyncedFiles.removeAll { $0 === file }
    }
  }

  /// What every process sees: each file with the beginning of what it holds.
  public var listing: String {
    lock.withLock {
      var lines: [String] = []
      for folder in folders {
        lines.append("\(folder.path)/")
        for (name, file) in folder.current.entries {
          let text = Escaping.escape(file.current.prefix(min(file.current.count, 48)).view)
          let rest = file.current.count > 48 ? "…" : ""
          lines.append("  \(name)  \(Self.bytes(file.current.count))  \"\(text)\"\(rest)")
        }
      }
      return lines.joined(separator: "\n")
    }
  }

  /// What a power cut could take now: the names and the bytes that were not synced.
  public var unsyncedChanges: String { describe(nil) }

  /// The same, and what this power cut takes and leaves of it.
  public func describe(_ cut: SimulatedPowerCut) -> String { describe(.some(cut)) }

  private func describe(_ cut: SimulatedPowerCut?) -> String {
    lock.withLock {
      var lines = [unsyncedNames.isEmpty ? "names not synced: none" : "names not synced:"]
      for (index, change) in unsyncedNames.enumerated() {
        let fate = cut.map { $0.names.keeps(index) ? "kept  " : "lost  " } ?? ""
        lines.append("  \(index + 1)  \(fate)\(change)")
      }
      lines.append(unsyncedFiles.isEmpty ? "bytes not synced: none" : "bytes not synced:")
      for (index, file) in unsyncedFiles.enumerated() {
        let size = "\(Self.bytes(file.durable.count)) durable, \(file.current.count) now"
        lines.append("  \(name(of: file))  \(size)")
        for (number, change) in file.unsynced.enumerated() {
          lines.append("    \(number + 1)  \(change)")
        }
        if let lost = file.lost {
          lines.append(
            "    a sync failed: later ones save nothing, until \(lost) is written again or cut off")
        }
        if let cut { lines.append("    left of it: \(cut.file(index))") }
      }
      return lines.joined(separator: "\n")
    }
  }

  private func name(of file: SimulatedFile) -> String {
    for folder in folders {
      for entry in folder.current.entries + folder.durable.entries where entry.file === file {
        return "\(folder.path)/\(entry.name)"
      }
    }
    return "file \(file.number), which has no name any more"
  }

  private static func bytes(_ count: Int) -> String { count == 1 ? "1 byte" : "\(count) bytes" }
}

extension SimulatedNameChange: CustomStringConvertible {
  var description: String {
    switch kind {
    case .makeDirectory: "make directory \(name)"
    case .create: "create \(folder.path)/\(name)"
    case .link: "link \(folder.path)/\(name)"
    case .remove: "remove \(folder.path)/\(name)"
    case .rename(let old): "rename \(folder.path)/\(old) to \(name)"
    }
  }
}

extension SimulatedFile.Change: CustomStringConvertible {
  var description: String {
    switch kind {
    case .append(let offset): "append \(result.count - offset) bytes at \(offset)"
    case .truncate: "truncate to \(result.count)"
    }
  }
}

extension SimulatedPowerCut.File: CustomStringConvertible {
  /// What is left of a file's unsynced changes, in words.
  public var description: String {
    switch self {
    case .nothing, .prefix(0, 0): "nothing"
    case .everything: "everything"
    case .prefix(let changes, 0): "the first \(changes) changes"
    case .prefix(let changes, let bytes): "\(bytes) bytes of change \(changes + 1), and all before"
    case .sectors(let seed, let filler):
      "some sectors (seed \(seed)), and \(filler) where none was written"
    case .grown(let changes, let seed, let filler):
      "the first \(changes) changes, then \(filler) up to a later size (seed \(seed))"
    }
  }
}

extension SimulatedPowerCut: CustomStringConvertible {
  /// The names and the files, in words.
  public var description: String {
    let names =
      switch names {
      case .none: "no names survive"
      case .all: "all names survive"
      case .prefix(let count): "the first \(count) names survive"
      case .allBut(let index): "all names but number \(index + 1) survive"
      case .some(let seed): "some names survive (seed \(seed))"
      }
    guard !files.isEmpty else { return names }
    return names + "; of unsynced bytes: " + files.map(\.description).joined(separator: "; ")
  }
}
