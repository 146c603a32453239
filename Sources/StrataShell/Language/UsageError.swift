/// A command that was written wrongly: what is wrong, and how it is written.
struct UsageError: Error, Equatable {
  /// One sentence about the mistake.
  var reason: String
  /// What to do now.
  var advice: String?

  init(_ reason: String, advice: String? = nil) {
    self.reason = reason
    self.advice = advice
  }
}
