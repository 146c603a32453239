import Foundation
import StrataCourse
import StrataGrader

/// The program of the course: starters for students, checks while they work, grades for what they hand in.
///
/// What it does is in StrataCourse; here words become calls, and results an exit status.
@main
struct KVGrade {
  static func main() {
    exit(run(Array(CommandLine.arguments.dropFirst())))
  }

  /// Understands the words of a command line and does what they say.
  ///
  /// - Returns: the exit status.
  static func run(_ words: [String]) -> Int32 {
    do {
      guard let command = try GradeCommand.named(in: words) else {
        print(GradeHelp.overview)
        return words.isEmpty ? GradeStatus.usage : GradeStatus.success
      }
      let rest = words.dropFirst()
      if rest.contains("--help") || rest.contains("-h") {
        print(GradeHelp.page(of: command))
        return GradeStatus.success
      }
      return try command.run(try GradeArguments(Array(rest), of: command))
    } catch {
      tell("kvgrade: \(error)")
      return error is GradeUsageError ? GradeStatus.usage : GradeStatus.trouble
    }
  }

  /// Writes a line to standard error.
  static func tell(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }
}

/// What kvgrade tells the program that started it.
enum GradeStatus {
  /// All is well.
  static let success: Int32 = 0
  /// Something that was judged did not pass.
  static let failed: Int32 = 1
  /// The command was written wrongly.
  static let usage: Int32 = 2
  /// What was asked for could not be done: no verdict.
  static let trouble: Int32 = 3
}
