import StrataCore

/// What a person at a terminal can do about an error.
///
/// The store's own errors bring their advice; about paths the shell knows more: which one is the store's,
/// and what lies there.
enum Advice {
  /// One sentence, where there is something to do.
  static func on(_ error: StoreError, store: String) -> String? {
    switch (error, Platform.refusal(error)) {
    // Full is what the output goes to, not the store's disk.
    case (.noSpace(Output.standardName), _): nil
    case (.io(_, store, _), .isNoDirectory):
      "This is a file, or lies below one; choose a directory."
    case (.io(_, store, _), .missing): "Make the directory that it is to lie in first."
    case (.io(_, store, _), .isThere):
      "This is a symbolic link that leads nowhere; make its target, or choose another directory."
    case (.io, .isForbidden): "See with ls -ld whose it is and who may use it."
    default: error.advice
    }
  }
}
