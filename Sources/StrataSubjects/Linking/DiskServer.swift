import StrataCore
import StrataWire

/// The other end of `RemoteFileSystem`: does what is asked on disks of this process.
///
/// What it is asked may be anything. A number that it never gave, a negative size, a file too large: all
/// is refused, and nothing leaves the disks that were attached.
final class DiskServer: @unchecked Sendable {
  private let lock = Lock()
  private var disks: [any FileSystem] = []  // guarded by `lock`
  // The rest belongs to the one thread that serves.
  private var directories: [Int: any Directory] = [:]
  private var writables: [Int: any WritableFile] = [:]
  private var readables: [Int: any ReadableFile] = [:]
  private var made = 0
  private var bytesLeft = 256 << 20

  /// Numbers a disk, from 1 on.
  func attach(_ disk: any FileSystem) -> Int {
    lock.withLock {
      disks.append(disk)
      return disks.count
    }
  }

  /// Lets go of everything that a process that has ended had open.
  func forgetHandles() {
    directories = [:]
    writables = [:]
    readables = [:]
  }

  /// The answer to one request; nil to a `release`, for which nobody waits.
  func answer(_ value: WireValue) -> WireValue? {
    Refusal.answer(to: value) { request throws(SubjectError) in try respond(to: &request) }
  }

  private func respond(to request: inout Request) throws(SubjectError) -> WireValue {
    let verb = request.verb
    let handle = try request.integer()
    if verb == "openDirectory" {
      guard
        let disk = lock.withLock({ disks.indices.contains(handle - 1) ? disks[handle - 1] : nil })
      else { throw .nonsense("there is no disk \(handle)") }
      let path = try request.text()
      let creating = try request.integer() == 1
      return .integer(
        try open { () throws(StoreError) in
          directories[made] = try disk.openDirectory(path, creating: creating)
        })
    }
    if verb == "release" {
      directories[handle] = nil
      writables[handle] = nil
      readables[handle] = nil
      return .done
    }
    if let directory = directories[handle] { return try answer(verb, directory, &request) }
    if let file = writables[handle] { return try answer(verb, file, &request) }
    if let file = readables[handle] { return try answer(verb, file, &request) }
    throw .nonsense("\(verb): there is no handle \(handle)")
  }

  /// The handle of what the body opens and keeps.
  private func open(_ body: () throws(StoreError) -> Void) throws(SubjectError) -> Int {
    made += 1
    try SubjectError.translating(body)
    return made
  }

  private func answer(
    _ verb: String, _ directory: any Directory, _ request: inout Request
  ) throws(SubjectError) -> WireValue {
    let name = request.arguments.isEmpty ? "" : try request.text()
    let number = request.arguments.isEmpty ? nil : request.arguments.first
    switch verb {
    case "create", "openForAppending":
      let method: AppendMethod = number == .integer(1) ? .mapping : .writing
      let file = try open { () throws(StoreError) in
        writables[made] =
          verb == "create"
          ? try directory.create(name, appendingBy: method)
          : try directory.openForAppending(name, by: method)
      }
      return .array([.integer(file), .integer(writables[file]?.size ?? 0)])
    case "openForReading":
      return .integer(
        try open { () throws(StoreError) in
          readables[made] = try directory.openForReading(name)
        })
    case "link":
      guard case .integer(let handle)? = number, let target = directories[handle] else {
        throw .nonsense("link: there is no such directory")
      }
      try SubjectError.translating { () throws(StoreError) in
        try directory.link(name, into: target)
      }
      return .done
    case "rename":
      let new = try request.text()
      try SubjectError.translating { () throws(StoreError) in try directory.rename(name, to: new) }
      return .done
    default:
      return try SubjectError.translating { () throws(StoreError) in
        switch verb {
        case "names": return .array(try directory.names().map { .bulk($0) })
        case "read": return .bulk(try directory.read(name).withBytes { $0.array })
        case "map": return .bulk(try directory.map(name).withBytes { $0.array })
        case "remove": try directory.remove(name)
        case "lock": try directory.lock()
        case "syncDirectory": try directory.sync()
        case "closeDirectory": directory.close()
        default: throw .invalidArgument("\(verb) is nothing that a directory does")
        }
        return .done
      }
    }
  }

  private func answer(
    _ verb: String, _ file: any WritableFile, _ request: inout Request
  ) throws(SubjectError) -> WireValue {
    let argument = request.arguments.isEmpty ? .null : try request.take()
    let last = request.arguments.isEmpty ? 0 : try request.integer()
    return try SubjectError.translating { () throws(StoreError) in
      switch (verb, argument) {
      case ("size", _): return .integer(file.size)
      case ("append", .bulk(let bytes)):
        bytesLeft -= bytes.count
        guard bytesLeft > 0 else { throw .noSpace(path: "the disk of the check") }
        try ByteView.withBytes(of: bytes) { view throws(StoreError) in try file.append(view) }
        return .integer(file.size)
      case ("truncate", .integer(let size)) where (0...file.size).contains(size):
        try file.truncate(to: size)
        return .integer(file.size)
      case ("writeAgain", .integer(let start))
      where 0 <= start && start <= last && last <= file.size:
        try file.writeAgain(start..<last)
      case ("syncFile", _): try file.sync()
      case ("closeFile", _): try file.close()
      default: throw .invalidArgument("\(verb) cannot be done to this file")
      }
      return .done
    }
  }

  private func answer(
    _ verb: String, _ file: any ReadableFile, _ request: inout Request
  ) throws(SubjectError) -> WireValue {
    let offset = request.arguments.isEmpty ? 0 : try request.integer()
    let count = request.arguments.isEmpty ? 0 : try request.integer()
    return try SubjectError.translating { () throws(StoreError) in
      switch verb {
      case "readableSize": return .integer(try file.size())
      case "readPiece" where offset >= 0 && count >= 0:
        return .bulk(try file.read(at: offset, count: count))
      default: throw .invalidArgument("\(verb) cannot be done to this file")
      }
    }
  }
}
