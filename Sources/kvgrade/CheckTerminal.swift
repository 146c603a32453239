#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The terminal as a watcher needs it: one key at a time, without a return behind it.
final class CheckTerminal {
  private var usual: termios?

  /// Turns line editing off; where standard input is no terminal, everything stays.
  init() {
    var settings = termios()
    guard isatty(0) == 1, tcgetattr(0, &settings) == 0 else { return }
    usual = settings
    settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
    tcsetattr(0, TCSANOW, &settings)
  }

  /// Puts everything back.
  func restore() {
    guard var usual else { return }
    tcsetattr(0, TCSANOW, &usual)
    self.usual = nil
  }

  /// The key that was pressed; nil when none was in this time, and a nil within when there can be no more.
  func key(waitingMilliseconds milliseconds: Int32) -> Character?? {
    var waiting = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
    guard poll(&waiting, 1, milliseconds) > 0 else { return .none }
    var byte: UInt8 = 0
    guard read(0, &byte, 1) == 1 else { return .some(nil) }
    return Character(UnicodeScalar(byte))
  }
}
