/// Something that a sandbox keeps a submission from, and that can be tried.
///
/// A tier is not believed, it is tried: before a grading the grader starts itself as a submission would be
/// started, attempts each of these, and reports those that held. What was not seen to hold is not claimed.
public enum Defence: String, CaseIterable, Sendable {
  /// It talks to nobody over the network.
  case network
  /// It does not read the system's accounts.
  case accounts
  /// It does not read a file of the grader: the course's secret, another submission.
  case files
  /// It does not write beside its own directory.
  case outside
  /// It does not signal the grader.
  case signals
  /// It does not read the grader's memory.
  case memory
  /// It starts no other program.
  case programs
  /// It has none of the grader's environment.
  case environment
  /// It has none of the grader's open files.
  case descriptors
  /// It gets no more memory than it may.
  case memoryLimit = "memory limit"
  /// It makes no file bigger than it may.
  case fileSizeLimit = "file size limit"

  /// What an attempt aims at; the grader makes it, with something real behind everything.
  package struct Targets {
    /// A port of this machine on which somebody listens.
    package var port: UInt16
    /// A file that the grader can read.
    package var secret: String
    /// A directory in which the grader can write.
    package var outside: String
    /// A process of the grader.
    package var process: Int32
    /// A descriptor that the grader left open.
    package var descriptor: Int32

    /// The words behind `kvconfine attempt`.
    package var arguments: [String] {
      ["\(port)", secret, outside, "\(process)", "\(descriptor)"]
    }

    package init(port: UInt16, secret: String, outside: String, process: Int32, descriptor: Int32) {
      self.port = port
      self.secret = secret
      self.outside = outside
      self.process = process
      self.descriptor = descriptor
    }

    package init?(_ words: [String]) {
      guard words.count == 5, let port = UInt16(words[0]), let process = Int32(words[3]),
        let descriptor = Int32(words[4])
      else { return nil }
      self.init(
        port: port, secret: words[1], outside: words[2], process: process, descriptor: descriptor)
    }
  }
}
