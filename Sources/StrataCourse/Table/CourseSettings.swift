import Foundation

/// What a student's package is about: from which milestone to which, and whose it is.
///
/// It lies beside `Package.swift` as `course.json`, where the checks and `kvgrade` find it. Who gives the
/// course has files of their own; whatever a student writes into this one changes no grade.
public struct CourseSettings: Codable, Equatable, Sendable {
  /// The file's name.
  public static let fileName = "course.json"

  /// The first milestone that the student writes.
  public var from: Int
  /// The last one.
  public var to: Int
  /// Who it is; empty: nobody in particular.
  public var student: String

  /// Everything, for nobody in particular.
  public static let wholeCourse = CourseSettings()

  private init() {
    from = 1
    to = Milestone.bonus
    student = ""
  }

  /// Settings, checked.
  public init(from: Int, to: Int = Milestone.bonus, student: String = "") throws(StarterError) {
    guard from >= 1, to <= Milestone.bonus, from <= to else {
      throw StarterError(
        "the milestones \(from) to \(to) are none: they go from 1 to \(Milestone.bonus), the bonus."
      )
    }
    self.from = from
    self.to = to
    self.student = student
  }

  /// The milestones that the student writes.
  public var milestones: [Milestone] { Milestone.all.filter { (from...to).contains($0.number) } }

  /// The settings of the package in a folder; those of the whole course where there are none.
  public init(ofPackageAt root: String) throws(StarterError) {
    let path = "\(root)/\(Self.fileName)"
    guard FileManager.default.fileExists(atPath: path) else {
      self = .wholeCourse
      return
    }
    do {
      let read = try JSONDecoder().decode(
        CourseSettings.self, from: Data(contentsOf: URL(filePath: path)))
      self = read
    } catch {
      throw StarterError("\(path) cannot be understood. Take it from your starter again.")
    }
    try self.init(from: from, to: to, student: student)
  }

  private enum Field: CodingKey {
    case from, to, student
  }

  /// Reads milestones as people write them: a number, or `"bonus"`.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Field.self)
    func milestone(_ field: Field) throws -> Int {
      if let number = try? fields.decode(Int.self, forKey: field) { return number }
      guard let number = Milestone.number(named: try fields.decode(String.self, forKey: field))
      else {
        throw DecodingError.dataCorruptedError(
          forKey: field, in: fields, debugDescription: "there is no such milestone")
      }
      return number
    }
    from = try milestone(.from)
    to = try milestone(.to)
    student = try fields.decode(String.self, forKey: .student)
  }

  /// Writes the bonus by its name.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Field.self)
    for (field, number) in [(Field.from, from), (.to, to)] {
      if number == Milestone.bonus {
        try fields.encode("bonus", forKey: field)
      } else {
        try fields.encode(number, forKey: field)
      }
    }
    try fields.encode(student, forKey: .student)
  }

  /// The file's text.
  public var text: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    let data = (try? encoder.encode(self)) ?? Data()
    return String(decoding: data, as: UTF8.self) + "\n"
  }
}
