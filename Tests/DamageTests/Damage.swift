import Strata
import StrataCore

/// One thing that may happen to the files of a store without the store's doing.
enum Damage: Sendable, Hashable {
  case flip(file: String, offset: Int, bit: Int)
  case cut(file: String, size: Int)
  case zeros(file: String, count: Int)
  case junk(file: String, count: Int)
  case blank(file: String, offset: Int, count: Int)
  case swap(String, String)
  /// The file of that name from another store with the same content.
  case fromAnotherStore(file: String)
  /// The file of that name from an earlier state of the same store.
  case fromThePast(file: String)
  case remove(file: String)
  case repeatFrame(log: String, index: Int)
  case dropFrame(log: String, index: Int)
  case swapFrames(log: String, index: Int)

  /// The kind, in a table.
  var kind: String {
    switch self {
    case .flip: "a flipped bit"
    case .cut: "a shorter file"
    case .zeros: "zeros at the end"
    case .junk: "junk at the end"
    case .blank: "a sector of zeros"
    case .swap: "two files swapped"
    case .fromAnotherStore: "another store's file"
    case .fromThePast: "an older file"
    case .remove: "a missing file"
    case .repeatFrame: "a repeated frame"
    case .dropFrame: "a missing frame"
    case .swapFrames: "two frames swapped"
    }
  }

  /// The damaged files.
  var files: [String] {
    switch self {
    case .flip(let file, _, _), .cut(let file, _), .zeros(let file, _), .junk(let file, _),
      .blank(let file, _, _), .fromAnotherStore(let file), .fromThePast(let file),
      .remove(let file), .repeatFrame(let file, _), .dropFrame(let file, _),
      .swapFrames(let file, _):
      [file]
    case .swap(let one, let other): [one, other]
    }
  }

  /// True when only the bytes of one file changed: then whoever complains must name that file.
  var isWithinOneFile: Bool {
    switch self {
    case .flip, .blank, .junk, .repeatFrame, .swapFrames: true
    default: false
    }
  }

  /// The image with the damage; nil when that changes nothing.
  func applied(
    to image: FileImage, another: FileImage, past: FileImage
  ) throws -> FileImage? {
    var damaged = image
    switch self {
    case .flip(let file, let offset, let bit): damaged[file]?[offset] ^= 1 << UInt8(bit)
    case .cut(let file, let size): damaged[file] = Array((image[file] ?? []).prefix(size))
    case .zeros(let file, let count): damaged[file]? += [UInt8](repeating: 0, count: count)
    case .junk(let file, let count):
      var random = SplitMix64(seed: UInt64(count))
      damaged[file]? += (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    case .blank(let file, let offset, let count):
      let end = min(offset + count, image[file]?.count ?? 0)
      for at in offset..<end { damaged[file]?[at] = 0 }
    case .swap(let one, let other): (damaged[one], damaged[other]) = (image[other], image[one])
    case .fromAnotherStore(let file): damaged[file] = another[file]
    case .fromThePast(let file): damaged[file] = past[file]
    case .remove(let file): damaged[file] = nil
    case .repeatFrame(let log, let index):
      let frame = try image.frames(of: log)[index]
      guard let bytes = image[log] else { return nil }
      damaged[log]?.insert(contentsOf: bytes[frame], at: frame.upperBound)
    case .dropFrame(let log, let index):
      damaged[log]?.removeSubrange(try image.frames(of: log)[index])
    case .swapFrames(let log, let index):
      let frames = try image.frames(of: log)
      guard let bytes = image[log] else { return nil }
      let both = bytes[frames[index + 1]] + bytes[frames[index]]
      damaged[log]?.replaceSubrange(
        frames[index].lowerBound..<frames[index + 1].upperBound, with: both)
    }
    return damaged == image ? nil : damaged
  }

  /// True when the end of the newest log is gone and nothing shows that there was more.
  func isCutBetweenFrames(of image: FileImage) -> Bool {
    guard let log = image.logs.last, let frames = try? image.frames(of: log) else { return false }
    switch self {
    case .cut(let file, let size): return file == log && frames.contains { $0.lowerBound == size }
    // To remove the last frame, or the whole log behind another, is to cut there.
    case .remove(let file): return file == log && image.logs.count > 1
    case .dropFrame(let file, let index): return file == log && index == frames.count - 1
    default: return false
    }
  }

  /// Every damage of the list in the documentation, in a fixed order.
  static func all(of image: FileImage, past: FileImage) throws -> [Damage] {
    var all: [Damage] = []
    for file in image.files {
      let headers = try headerBytes(of: file.name, in: image)
      for offset in file.bytes.indices {
        let bits = headers.contains(offset) ? Array(0..<8) : [offset % 8, (offset + 5) % 8]
        all += bits.map { .flip(file: file.name, offset: offset, bit: $0) }
        all.append(.cut(file: file.name, size: offset))
      }
      for count in [1, 7, 32, 40, 512, 4096] {
        all += [.zeros(file: file.name, count: count), .junk(file: file.name, count: count)]
      }
      for offset in stride(from: 0, to: file.bytes.count, by: 512) {
        all.append(.blank(file: file.name, offset: offset, count: 512))
      }
      all += [.remove(file: file.name), .fromAnotherStore(file: file.name)]
      if past[file.name] != nil { all.append(.fromThePast(file: file.name)) }
      for other in image.names where file.name < other { all.append(.swap(file.name, other)) }
    }
    for log in image.logs {
      let count = try image.frames(of: log).count
      for index in 0..<count {
        all += [.repeatFrame(log: log, index: index), .dropFrame(log: log, index: index)]
        if index + 1 < count { all.append(.swapFrames(log: log, index: index)) }
      }
    }
    return all
  }

  /// The offsets that steer reading: headers of files, frames and records, and footers.
  private static func headerBytes(of file: String, in image: FileImage) throws -> Set<Int> {
    var offsets: Set<Int> = []
    for part in try image.parts(of: file) {
      let size =
        switch part.title {
        case "file header", "frame", "synced mark", "footer", "live files": part.count
        case let title where title.hasPrefix("record "): 24
        default: 0
        }
      offsets.formUnion(part.offset..<(part.offset + min(size, 160)))
    }
    return offsets
  }
}
