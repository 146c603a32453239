import StrataCore

/// What a person at a terminal can do about an error.
///
/// The store's own errors bring their advice; about paths the shell knows more: which one is the store's,
/// and what lies there.
enum Advice {
  /// One sentence, where there is something to do.
  static func on(_ error: StoreError, _ settings: StoreSettings) -> String? {
    let store = settings.path
    return switch (error, Platform.refusal(error)) {
    // Full is what the output goes to, not the store's disk.
    case (.noSpace(Output.standardName), _): nil
    case (.io(_, store, _), .isNoDirectory):
      "This is a file, or lies below one; choose a directory."
    case (.io(_, store, _), .missing): "Make the directory that it is to lie in first."
    case (.io(_, store, _), .isThere):
      "This is a symbolic link that leads nowhere; make its target, or choose another directory."
    case (.io, .isForbidden): "See with ls -ld whose it is and who may use it."
    case (.corrupt(let file, _, _), _), (.readOnly(cause: .corrupt(let file, _, _)), _):
      file.hasPrefix(store) && settings.engine.verify != nil ? onDamage(settings) : error.advice
    default: error.advice
    }
  }

  /// Verify and salvage, as they are to be typed here; salvage only where the engine has it.
  private static func onDamage(_ settings: StoreSettings) -> String {
    let store = word(settings.path)
    let verify = "List all damage with kvcli \(settings.isNamed ? "--store \(store) " : "")verify"
    guard settings.engine.hasSalvage else {
      return "\(verify), and restore a copy; the engine \(settings.engine.name) has no salvage."
    }
    return
      "\(verify); restore a checkpoint if there is one, or save the rest with "
      + "kvcli salvage \(store) ./saved."
  }

  /// A path as a shell takes it for one word.
  private static func word(_ path: String) -> String {
    let isPlain = path.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
      case UInt8(ascii: "-")...UInt8(ascii: "9"), UInt8(ascii: "_"): true  // with . and /
      default: false
      }
    }
    return isPlain ? path : "'" + path.replacing("'", with: "'\\''") + "'"
  }
}
