import StrataConfinement

/// Which submissions share passages that neither the starter nor the reference has.
///
/// A hint for a conversation, never a proof: two who read the same page write similar lines.
public struct SimilarityReport: Sendable {
  /// What two submissions share.
  public struct Pair: Sendable {
    /// The two, by name.
    public let first: String, second: String
    /// Marks that both have, of the marks of the one that has fewer, in percent.
    public let percent: Int
    /// The lines of each that the other one has too, by file.
    let firstLines: [String: Set<Int>], secondLines: [String: Set<Int>]
  }

  private let submissions: [(name: String, intake: Intake)]
  /// All pairs with something in common, the most similar first.
  public let pairs: [Pair]
  /// How much of what a submission adds to the starter the reference has too, in percent, the most first.
  ///
  /// Short bodies are written alike by everybody; all of them alike, by hardly anybody.
  public let likeReference: [(name: String, percent: Int)]

  /// How many pairs were compared.
  public var compared: Int { submissions.count * (submissions.count - 1) / 2 }

  /// Compares submissions; what the starter or the reference has is no sign of two having met.
  public init(
    _ submissions: [(name: String, intake: Intake)], starter: [String], reference: [String]
  ) {
    self.submissions = submissions
    let given = Self.marks(of: starter)
    let solved = Self.marks(of: reference)
    let added = submissions.map { submission in
      Self.places(of: submission.intake).filter { !given.contains($0.key) }
    }
    likeReference = zip(submissions, added).compactMap { submission, places in
      let shared = places.keys.count { solved.contains($0) }
      return shared > 0 ? (submission.name, 100 * shared / places.count) : nil
    }.sorted { ($1.percent, $0.name) < ($0.percent, $1.name) }
    let all = added.map { places in places.filter { !solved.contains($0.key) } }
    var pairs: [Pair] = []
    for first in all.indices {
      for second in all.indices where second > first {
        let fewer = min(all[first].count, all[second].count)
        let shared = all[first].keys.filter { all[second][$0] != nil }
        guard !shared.isEmpty, fewer > 0 else { continue }
        pairs.append(
          Pair(
            first: submissions[first].name, second: submissions[second].name,
            percent: 100 * shared.count / fewer,
            firstLines: Self.lines(shared, all[first]), secondLines: Self.lines(shared, all[second])
          ))
      }
    }
    self.pairs = pairs.sorted {
      ($1.percent, $0.first, $0.second) < ($0.percent, $1.first, $1.second)
    }
  }

  private static func marks(of texts: [String]) -> Set<UInt64> {
    Set(texts.flatMap { Winnowing.marks(of: $0).map(\.hash) })
  }

  private typealias Places = [UInt64: [(file: String, lines: ClosedRange<Int>)]]

  private static func places(of intake: Intake) -> Places {
    var places: Places = [:]
    for source in intake.sources {
      for mark in Winnowing.marks(of: String(decoding: source.bytes, as: UTF8.self)) {
        places[mark.hash, default: []].append((source.path, mark.lines))
      }
    }
    return places
  }

  private static func lines(_ hashes: [UInt64], _ places: Places) -> [String: Set<Int>] {
    var lines: [String: Set<Int>] = [:]
    for hash in hashes {
      for place in places[hash] ?? [] { lines[place.file, default: []].formUnion(place.lines) }
    }
    return lines
  }

  /// A page of the pairs from a similarity on, at most so many, with the passages of each.
  public func page(from percent: Int = 20, atMost count: Int = 30) -> String {
    let shown = pairs.filter { $0.percent >= percent }.prefix(count)
    let rows = shown.enumerated().map { index, pair -> Markup in
      """
      <tr><td class="number">\(pair.percent) %</td>\
      <td><a href="#pair-\(index)">\(pair.first)</a></td><td>\(pair.second)</td></tr>
      """
    }
    let details = shown.enumerated().map { index, pair -> Markup in
      """
      <section id="pair-\(index)"><h2>\(pair.first) and \(pair.second) <small>\(pair.percent) %</small></h2>
      <div class="both"><div>\(passages(pair.first, pair.firstLines))</div>
      <div>\(passages(pair.second, pair.secondLines))</div></div></section>
      """
    }
    let table: Markup = """
      <div class="scroll"><table><thead><tr><th scope="col" class="number">shared</th>\
      <th scope="col">submission</th><th scope="col">and</th></tr></thead><tbody>\(rows)</tbody></table></div>
      """
    return Page(
      title: "Similar submissions",
      body: """
        <header class="wide"><h1>Similar submissions</h1>
        <p>Passages that two submissions share, and that neither the starter nor the reference has, with names, \
        comments and layout left aside. A reason to ask, and no proof.</p></header>
        <p>\(Numbers.count(compared, "pair")) compared; \(pairs.count) share something, \(shown.count) of them \
        \(percent) % or more.</p>
        \(shown.isEmpty ? "" : table)
        \(referenceTable)
        \(details)
        """
    ).text
  }

  private var referenceTable: Markup {
    let rows = likeReference.map { entry -> Markup in
      "<tr><td class=\"number\">\(entry.percent) %</td><td>\(entry.name)</td></tr>"
    }
    if rows.isEmpty { return "" }
    return """
      <section><h2>Like the reference</h2>
      <p class="soft">How much of what a submission adds to the starter the reference has too. Short bodies are \
      written alike by everybody; all of them alike, by hardly anybody.</p>
      <div class="scroll"><table><thead><tr><th scope="col" class="number">shared</th>\
      <th scope="col">submission</th></tr></thead><tbody>\(rows)</tbody></table></div></section>
      """
  }

  private func passages(_ name: String, _ lines: [String: Set<Int>]) -> [Markup] {
    let sources = submissions.first { $0.name == name }?.intake.sources ?? []
    return sources.compactMap { source -> Markup? in
      guard let marked = lines[source.path] else { return nil }
      let text = String(decoding: source.bytes, as: UTF8.self)
        .split(separator: "\n", omittingEmptySubsequences: false)
      let shown = text.indices.compactMap { index -> Markup? in
        let number = index + 1
        let line =
          String(repeating: " ", count: max(0, 4 - "\(number)".count)) + "\(number)  \(text[index])"
        if marked.contains(number) { return "<mark>\(line)</mark>" }
        let isNear = (number - 2...number + 2).contains { marked.contains($0) }
        return isNear ? "<span>\(line)</span>" : nil
      }
      return "<h4><code>\(source.path)</code></h4><pre tabindex=\"0\">\(shown)</pre>"
    }
  }

  /// Writes the submissions as JPlag wants them: `submissions/NAME/…`, and `base/…` for what all may have.
  public func writeForJPlag(to folder: String, base: [(path: String, text: String)]) -> Bool {
    let files =
      base.map { ("base/\($0.path)", Array($0.text.utf8)) }
      + submissions.flatMap { submission in
        submission.intake.sources.map { ("submissions/\(submission.name)/\($0.path)", $0.bytes) }
      }
    return files.allSatisfy { path, bytes in
      System.place(bytes, at: "\(folder)/\(path)")
    }
  }
}
