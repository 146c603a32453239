#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension GradeRecord {
  /// The record as `report.json`: members in alphabetical order, so that equal records are equal files.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }

  /// Reads a `report.json`.
  ///
  /// - Throws: `RecordError`, a sentence, when it is none or has another version.
  public init(json: String) throws(RecordError) {
    struct Version: Decodable { var schema: Int }
    let data = Data(json.utf8)
    let decoder = JSONDecoder()
    guard let version = try? decoder.decode(Version.self, from: data) else {
      throw RecordError("this is no report of kvgrade: it has no member \"schema\"")
    }
    guard version.schema == Self.currentSchema else {
      throw RecordError(
        "the report has version \(version.schema); this kvgrade reads version "
          + "\(Self.currentSchema). Grade the submission again.")
    }
    do { self = try decoder.decode(GradeRecord.self, from: data) } catch {
      throw RecordError("the report is damaged: \(Self.place(of: error))")
    }
  }

  /// Which member could not be read.
  private static func place(of error: any Error) -> String {
    let (problem, path): (String, [any CodingKey]) =
      switch error as? DecodingError {
      case .keyNotFound(let key, let context): ("is missing", context.codingPath + [key])
      case .typeMismatch(_, let context), .valueNotFound(_, let context),
        .dataCorrupted(let context):
        ("is not what it should be", context.codingPath)
      default: ("cannot be read", [])
      }
    let names = path.map { key in key.intValue.map { "[\($0)]" } ?? key.stringValue }
    return "\(names.isEmpty ? "it" : names.joined(separator: ".")) \(problem)"
  }
}

/// Why a report cannot be read, as a sentence.
public struct RecordError: Error, Equatable, CustomStringConvertible {
  /// The sentence.
  public let description: String

  init(_ description: String) { self.description = description }
}
