import StrataCore

extension Execution {
  func put(
    _ key: Key, _ source: ValueSource, _ timeToLive: UInt64?
  ) throws(StoreError) -> Outcome {
    let value = try value(from: source)
    // Before the store is opened, and perhaps made, for nothing.
    try key.checkLength()
    try value.checkLength()
    let store = try session.storeForWriting()
    if let moment = moment(after: timeToLive) {
      try store.put(key, value, expiresAt: moment)
    } else {
      try store.put(key, value)
    }
    return .done(printed: false)
  }

  private func value(from source: ValueSource) throws(StoreError) -> Value {
    switch source {
    case .bytes(let value): return value
    case .standardInput:
      guard mode == .commandLine else {
        throw .invalidArgument(
          "standard input carries the commands here, so it cannot carry a value too; "
            + "a hyphen itself is written \"-\"")
      }
      guard let bytes = try console.input.rest(limit: Value.maximumLength) else {
        throw .invalidArgument(
          "standard input has more bytes than a value may have, which is \(Value.maximumLength)")
      }
      return Value(bytes)
    }
  }

  func get(_ key: Key, raw: Bool) throws(StoreError) -> Outcome {
    guard mode == .commandLine || !raw else {
      throw .invalidArgument("--raw is for the command line; here every answer is a line")
    }
    guard let value = try session.storeForReading(expectingEntries: false).get(key) else {
      return .absent
    }
    if mode == .commandLine {
      try output.write(value.bytes)
    } else {
      try output.append { text in writeAnswer(value, into: &text) }
    }
    if !raw { try output.write("\n") }
    return .done(printed: true)
  }

  /// The value on one line.
  ///
  /// One that reads like another answer has its first byte escaped.
  private func writeAnswer(_ value: Value, into text: inout [UInt8]) {
    let isMisleading =
      value.bytes.elementsEqual("OK".utf8) || value.bytes.starts(with: "(absent)".utf8)
      || value.bytes.starts(with: "ERROR ".utf8)
    var bytes = value.bytes[...]
    if isMisleading, let first = bytes.popFirst() {
      text += "\\x\(Escaping.hex(first))".utf8
    }
    ByteView.withBytes(of: Array(bytes)) { Escaping.escape($0, into: &text) }
  }

  func delete(_ key: Key) throws(StoreError) -> Outcome {
    try key.checkLength()
    // Deleting needs no store to be made for it.
    try session.storeForReading().delete(key)
    return .done(printed: false)
  }

  func scan(_ request: ScanRequest) throws(StoreError) -> Outcome {
    let scan = try session.storeForReading()
      .scan(request.range, request.direction, limit: request.limit)
    while let entry = try scan.next() {
      try output.append { text in
        request.format.write(entry.key, request.keysOnly ? nil : entry.value, into: &text)
      }
    }
    return .done(printed: true)
  }

  func count(_ range: KeyRange) throws(StoreError) -> Outcome {
    try printed("\(try session.storeForReading().count(range))")
  }
}

extension KeyValueStore {
  /// How many entries a range has; walks over it.
  func count(_ range: KeyRange) throws(StoreError) -> Int {
    let scan = try scan(range)
    var entries = 0
    while try scan.next() != nil { entries += 1 }
    return entries
  }
}
