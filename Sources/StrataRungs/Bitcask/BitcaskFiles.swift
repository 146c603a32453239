import StrataCore

/// The files that a store's directory holds, sorted by what they are.
///
///     data.0  data.1  data.5 (merged)  data.6  data.7      hint.0  hint.5
///     └── dead: 5 stands for them ──┘  └───── live ─────┘
struct BitcaskFiles {
  /// A data file and its header.
  struct Data {
    var number: UInt32
    var header: BitcaskFileHeader
    var reader: any ReadableFile
    var size: Int
  }

  /// The data files that count, oldest first; the first may be a merged one.
  private(set) var live: [Data] = []
  /// The names of what no longer counts or never did: dead files, temporaries, hints without data.
  private(set) var rubbish: [String] = []
  /// What is not ours.
  private(set) var foreign: [String] = []
  /// The numbers of the hints that are there.
  private(set) var hints: Set<UInt32> = []
  /// No file has this number or a larger one.
  private(set) var nextNumber: UInt32 = 0

  /// Looks at the names and at the headers of the data files.
  ///
  /// - Throws: `corrupt` when a header is damaged, or a file is missing between others.
  init(in directory: any Directory) throws(StoreError) {
    var numbers: [UInt32] = []
    for name in try directory.names() {
      if let (role, number) = BitcaskFileName.parse(name) {
        if role == .data { numbers.append(number) } else { hints.insert(number) }
        nextNumber = max(nextNumber, number + 1)
      } else if let (_, number) = BitcaskFileName.parseTemporary(name) {
        rubbish.append(name)
        nextNumber = max(nextNumber, number + 1)
      } else {
        foreign.append(name)
      }
    }
    try readHeaders(of: numbers.sorted(), in: directory)
    for number in hints.sorted() where !live.contains(where: { $0.number == number }) {
      rubbish.append(BitcaskFileName.of(.hint, number))
    }
    try checkChain(directory.path)
  }

  private mutating func readHeaders(
    of numbers: [UInt32], in directory: any Directory
  ) throws(StoreError) {
    for number in numbers {
      let name = BitcaskFileName.of(.data, number)
      let reader = try directory.openForReading(name)
      let size = try reader.size()
      let bytes = try reader.read(at: 0, count: min(size, BitcaskFileHeader.size))
      // A crash may leave a file without its header, and then it never had a record. Should it be one that
      // was longer, another file follows it, and the chain has a gap.
      let isBegun = ByteView.withBytes(of: bytes) { BitcaskFileHeader.isSound($0) }
      if !isBegun, size <= BitcaskFileHeader.size {
        rubbish.append(name)
        continue
      }
      let header = try ByteView.withBytes(of: bytes) { (bytes) throws(StoreError) in
        try BitcaskFileHeader(decoding: bytes, file: reader.path)
      }
      try check(header, number, reader.path)
      if header.kind == .merged {
        rubbish += live.map { BitcaskFileName.of(.data, $0.number) }
        live.removeAll()
      }
      live.append(Data(number: number, header: header, reader: reader, size: size))
    }
  }

  private func check(
    _ header: BitcaskFileHeader, _ number: UInt32, _ path: String
  ) throws(StoreError) {
    guard header.kind != .hint else {
      throw .corrupt(file: path, offset: 10, reason: "this is a hint, not a data file")
    }
    guard header.number == number else {
      throw .corrupt(
        file: path, offset: 12, reason: "this is file number \(header.number) under a wrong name")
    }
    if let first = live.first, first.header.identity != header.identity {
      throw .corrupt(file: path, offset: 16, reason: "this file belongs to another store")
    }
  }

  /// Each file names the one before it, so that none can go missing in between.
  private func checkChain(_ directory: String) throws(StoreError) {
    guard let first = live.first else { return }
    if first.header.kind == .data, first.header.previous != BitcaskFileHeader.none {
      throw missing(first.header.previous, before: first, directory)
    }
    for (file, before) in zip(live.dropFirst(), live) {
      let isMergedAway = first.header.kind == .merged && file.header.previous < first.number
      guard file.header.previous == before.number || isMergedAway && before.number == first.number
      else { throw missing(file.header.previous, before: file, directory) }
    }
  }

  private func missing(_ number: UInt32, before file: Data, _ directory: String) -> StoreError {
    .corrupt(
      file: "\(directory)/\(BitcaskFileName.of(.data, number))", offset: 0,
      reason:
        "the data file is missing, although \(BitcaskFileName.of(.data, file.number)) follows it")
  }
}
