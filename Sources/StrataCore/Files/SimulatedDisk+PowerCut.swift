extension SimulatedDisk {
  /// The disk as it is found after the power was cut now, and came back.
  ///
  /// A new disk on which everything is durable, nothing is cached and nobody holds a lock. It shares
  /// the bytes that did not change with this one, and this one goes on as if nothing had happened.
  ///
  /// - Complexity: O(names + unsynced changes).
  public func afterPowerCut(_ cut: SimulatedPowerCut) -> SimulatedDisk {
    lock.withLock {
      var copy = Copier()
      copy.contents = unsyncedFiles.indices.map { index in
        unsyncedFiles[index].contents(after: cut.file(index), leftovers: leftover(index))
      }
      copy.changed = unsyncedFiles
      let result = SimulatedDisk(personality)
      var names = folders.map(\.durable)
      var exists = folders.map(\.isDurable)
      for (index, change) in unsyncedNames.enumerated() where cut.names.keeps(index) {
        if case .makeDirectory = change.kind {
          exists[change.folder.index] = true
        } else {
          change.apply(to: &names[change.folder.index])
        }
      }
      for folder in folders where exists[folder.index] {
        let twin = SimulatedFolder(path: folder.path, index: result.folders.count)
        twin.isDurable = true
        twin.durable = names[folder.index].mapFiles { copy.durableFile($0) }
        twin.current = twin.durable
        result.folders.append(twin)
      }
      result.filesMade = filesMade
      result.leftovers = leftovers
      return result
    }
  }

  /// The disk as it is found after the process was killed now: everything that was written is there,
  /// what was not synced still is not, and the locks are free.
  public func afterKill() -> SimulatedDisk {
    lock.withLock {
      var copy = Copier()
      let result = SimulatedDisk(personality)
      for folder in folders {
        let twin = SimulatedFolder(path: folder.path, index: folder.index)
        twin.isDurable = folder.isDurable
        twin.durable = folder.durable.mapFiles { copy.file($0) }
        twin.current = folder.current.mapFiles { copy.file($0) }
        result.folders.append(twin)
      }
      result.unsyncedNames = unsyncedNames.map { change in
        SimulatedNameChange(
          kind: change.kind, folder: result.folders[change.folder.index], name: change.name,
          file: change.file.map { copy.file($0) })
      }
      result.unsyncedFiles = unsyncedFiles.map { copy.file($0) }
      // Room that nobody uses any more is a change too.
      for folder in result.folders {
        for (_, file) in folder.current.entries { result.noteUnsynced(file) }
      }
      result.filesMade = filesMade
      result.leftovers = leftovers
      return result
    }
  }

  /// One of the power cuts that could happen now.
  public func randomPowerCut(using random: inout SplitMix64) -> SimulatedPowerCut {
    lock.withLock {
      let names = SimulatedPowerCut.Names.random(
        of: unsyncedNames.count, personality, using: &random)
      return SimulatedPowerCut(
        names: names,
        files: unsyncedFiles.map { .random(of: $0, personality, using: &random) })
    }
  }

  /// The power cuts that find most mistakes, in a fixed order: each state of the names that one lost
  /// change or a lost rest can leave, with none and with all of the data.
  public var systematicPowerCuts: [SimulatedPowerCut] {
    let changes = lock.withLock { unsyncedNames.count }
    var names: [SimulatedPowerCut.Names] = [.none]
    if changes > 0 { names.append(.all) }
    if changes > 1 { names += (1..<changes).map { .prefix($0) } }
    // Losing the last one is a prefix already.
    if changes > 1, personality == .barePOSIX { names += (0..<(changes - 1)).map { .allBut($0) } }
    let hasData = lock.withLock { !unsyncedFiles.isEmpty }
    return names.flatMap { names in
      hasData
        ? [
          SimulatedPowerCut(names: names, files: [.nothing]),
          SimulatedPowerCut(names: names, files: [.everything]),
        ] : [SimulatedPowerCut(names: names, files: [])]
    }
  }

  private func leftover(_ index: Int) -> SimulatedContents? {
    leftovers.isEmpty ? nil : leftovers[(leftovers.count - 1 + index) % leftovers.count]
  }

  /// Makes twins of files, one for each however many names lead to it.
  private struct Copier {
    var changed: [SimulatedFile] = []
    var contents: [SimulatedContents] = []
    private var made: [(original: SimulatedFile, twin: SimulatedFile)] = []

    /// A twin that holds what survived.
    mutating func durableFile(_ file: SimulatedFile) -> SimulatedFile {
      if file.isLinked, let twin = existingTwin(of: file) { return twin }
      let index = file.unsynced.isEmpty ? nil : changed.firstIndex { $0 === file }
      let twin = SimulatedFile(
        number: file.number,
        durable: index.map { contents[$0] } ?? (file.hadRoom ? file.durable.withRoom : file.durable)
      )
      twin.isLinked = file.isLinked
      if file.isLinked { made.append((file, twin)) }
      return twin
    }

    /// A twin in the same state.
    mutating func file(_ file: SimulatedFile) -> SimulatedFile {
      if let twin = existingTwin(of: file) { return twin }
      let twin = file.afterKill()
      made.append((file, twin))
      return twin
    }

    private func existingTwin(of file: SimulatedFile) -> SimulatedFile? {
      made.first { $0.original === file }?.twin
    }
  }
}
