#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif
import StrataCore

/// What this process has cost so far, as the operating system counts it.
extension Platform {
  /// Seconds of processors, of all threads together.
  static var processorSeconds: Double {
    let usage = resourceUsage()
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }

  /// The most memory that the process ever had, mapped files included, in bytes.
  static var peakMemory: Int {
    #if canImport(Darwin)
      return Int(resourceUsage().ru_maxrss)
    #else
      return Int(resourceUsage().ru_maxrss) << 10
    #endif
  }

  /// The memory that the process has now and that no file stands behind; nil where nobody says so.
  static var anonymousMemory: Int? {
    number("RssAnon:", in: "/proc/self/status").map { $0 << 10 }
  }

  /// The bytes handed to `write`, whatever became of them; nil where nobody counts them.
  static var passedBytes: Int? { number("wchar:", in: "/proc/self/io") }

  /// The bytes that the process made the disk's business, through mappings too; nil as above.
  static var writtenBytes: Int? { number("write_bytes:", in: "/proc/self/io") }

  /// The bytes of all files in a directory.
  ///
  /// Of each file the smaller of two: its size in whole blocks, and the room it takes. So neither holes nor
  /// room that was reserved in advance count.
  static func diskBytes(in path: String) -> Int {
    guard let directory = opendir(path) else { return 0 }
    defer { closedir(directory) }
    var bytes = 0
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      var info = stat()
      guard name != ".", name != "..", lstat("\(path)/\(name)", &info) == 0 else { continue }
      if info.st_mode & S_IFMT == S_IFDIR {
        bytes += diskBytes(in: "\(path)/\(name)")
      } else {
        bytes += min((Int(info.st_size) + 4095) & ~4095, Int(info.st_blocks) * 512)
      }
    }
    return bytes
  }

  /// Ends this process the hardest way, as a crash does: nothing in it runs any more (kill −9).
  static func killThisProcess() -> Never {
    kill(getpid(), SIGKILL)
    while true { pause() }
  }

  /// `base` to the power of `exponent`.
  static func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

  private static func resourceUsage() -> rusage {
    var usage = rusage()
    #if canImport(Glibc)
      getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
    #else
      getrusage(Int32(RUSAGE_SELF), &usage)
    #endif
    return usage
  }

  private static func seconds(_ time: timeval) -> Double {
    Double(time.tv_sec) + Double(time.tv_usec) / 1e6
  }

  /// The first number behind a name that begins a line.
  private static func number(_ name: String, in path: String) -> Int? {
    guard let file = try? openForReading(path) else { return nil }
    defer { closeFile(file) }
    let reader = LineReader(descriptor: file, name: path)
    while let line = try? reader.next() {
      let words = String(decoding: line, as: UTF8.self).split { $0 == " " || $0 == "\t" }
      if words.first == name[...], words.count > 1 { return Int(words[1]) }
    }
    return nil
  }
}
