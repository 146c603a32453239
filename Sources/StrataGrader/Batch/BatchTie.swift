import StrataConfinement

/// What ties the processes of a batch to the one that started them.
///
/// A batch that was killed is started again, and nothing of the first one may still be grading then: it would
/// grade twice, and in the same slot as somebody else.
public enum BatchTie {
  /// The variable by which a batch tells its children its number.
  static var variable: String { "\(name)=\(System.processIdentifier)" }
  private static let name = "KVGRADE_BATCH"

  /// Ends this process when the batch that started it ends, however that ends; nothing where none did.
  public static func tie() {
    guard let batch = System.environment(name) else { return }
    System.endWithParent()
    // It may be gone already: then somebody else is the parent.
    if "\(System.parentIdentifier)" != batch { System.exit(1) }
  }
}
