import CConfinement

/// `kvconfine confine`: gives up rights one after the other, and becomes the command.
///
/// The order matters: what needs a right comes before that right is given up, and the filter of system calls
/// is last, because it forbids most of what comes before it. A step that fails ends the process with
/// `Trampoline.failed`: a command that runs with less confinement than was asked for is what must not happen.
public enum Trampoline {
  /// The exit status of a trampoline that could not do what it was asked to.
  public static let failed: Int32 = 125

  /// Does what the words say; they are those of `Confinement`.
  public static func run(_ words: [String]) -> Never {
    guard let (confinement, command) = Confinement.parse(words) else {
      misunderstood()
    }
    System.closeDescriptors(except: Set(confinement.descriptors))
    System.startSession()
    if let limits = confinement.limits { apply(limits, user: confinement.user) }
    if let user = confinement.user, strata_become_user(user, user) != 0 {
      fail("it could not become user \(user): \(System.lastError)")
    }
    if let directory = confinement.directory, !System.enter(directory) {
      fail("\(directory): \(System.lastError)")
    }
    #if os(Linux)
      // Of no use when the parent is gone already, which is why it is looked at afterwards.
      let parent = System.parentIdentifier
      System.endWithParent()
      if System.parentIdentifier != parent { fail("its parent is gone") }
      if strata_give_up_new_privileges() != 0 { fail("no new privileges: \(System.lastError)") }
      if let files = confinement.files { enforce(files.readable, files.writable) }
      if let filter = confinement.filter { install(filter) }
    #else
      if confinement.files != nil || confinement.filter != nil {
        fail("this system has neither Landlock nor a filter of system calls")
      }
    #endif
    let environment = confinement.environment.map { "\($0)=\($1)" }.sorted()
    fail(System.become(command, environment: environment))
  }

  /// `kvconfine sweep`: becomes a user, and ends all that runs as this one.
  public static func sweep(_ words: [String]) -> Never {
    guard words.count == 1, let user = UInt32(words[0]), user != 0 else {
      misunderstood()
    }
    if strata_become_user(user, user) != 0 {
      fail("it could not become user \(user): \(System.lastError)")
    }
    System.endAllOfThisUser()
    System.exit(0)
  }

  private static func apply(_ limits: ResourceLimits, user: UInt32?) {
    // A user of our own has no other tasks; the one who grades has, and they count.
    let others = user == nil && !System.isSuperuser ? System.tasksOfThisUser() : 0
    let amounts: [(Int, Int)] = [
      (strata_limit_processor_seconds, limits.processorSeconds),
      (strata_limit_file_size, limits.fileSize),
      (strata_limit_data, limits.memory),
      // Mapped files and reserved room count here; a store maps its logs.
      (strata_limit_address_space, limits.memory + 8 << 30),
      (strata_limit_open_files, limits.openFiles),
      (strata_limit_processes, limits.processes + others),
      (strata_limit_core, 0),
    ]
    for (limit, amount) in amounts where strata_set_limit(Int32(limit), UInt64(amount)) != 0 {
      #if os(Linux)
        fail("a limit could not be set: \(System.lastError)")
      #endif
    }
  }

  #if os(Linux)
    /// Landlock: what is not listed cannot be opened, whatever its permissions say.
    private static func enforce(_ readable: [String], _ writable: [String]) {
      let version = strata_landlock_version()
      guard version >= 1 else { fail("this Linux has no Landlock") }
      let rights = LandlockRights(version: version)
      let ruleset = strata_landlock_create(
        rights.files, rights.network, rights.scopes, version)
      guard ruleset >= 0 else { fail("Landlock: \(System.lastError)") }
      for (paths, isWritable) in [(readable, false), (writable, true)] {
        for path in paths where System.exists(path) {
          let access = rights.access(toDirectory: System.isDirectory(path), writing: isWritable)
          if strata_landlock_allow(ruleset, path, access) != 0 {
            fail("Landlock: \(path): \(System.lastError)")
          }
        }
      }
      if strata_landlock_enforce(ruleset) != 0 { fail("Landlock: \(System.lastError)") }
      System.closeDescriptor(ruleset)
    }

    private static func install(_ kind: Confinement.Filter) {
      let filter = SystemCallFilter(
        mayStartProcesses: kind == .build, process: System.processIdentifier)
      let count = UInt16(filter.instructions.count)
      if strata_install_filter(filter.instructions, count) != 0 {
        fail("the filter of system calls: \(System.lastError)")
      }
    }
  #endif

  /// Ends the process, whose words were not those of `kvgrade`.
  public static func misunderstood() -> Never {
    fail("it is for kvgrade; its words were not understood.")
  }

  /// Says why, and ends the process as one that could not do what it was asked to.
  static func fail(_ reason: String) -> Never {
    System.write("kvconfine: \(reason)\n", toErrors: true)
    System.exit(failed)
  }
}

/// Which bits Landlock knows in which version; a bit that it does not know is refused as a whole.
struct LandlockRights {
  /// Every kind of access to files that is taken away unless a rule gives it back.
  let files: UInt64
  /// Binding and connecting by TCP.
  let network: UInt64
  /// Abstract sockets and signals to whatever is outside.
  let scopes: UInt64

  private static let run: UInt64 = 1 << 0
  private static let writeFile: UInt64 = 1 << 1
  private static let readFile: UInt64 = 1 << 2
  private static let readDirectory: UInt64 = 1 << 3
  private static let truncate: UInt64 = 1 << 14
  private static let deviceControl: UInt64 = 1 << 15

  init(version: Int32) {
    let bits: UInt64 = version >= 5 ? 16 : version >= 3 ? 15 : version >= 2 ? 14 : 13
    files = (1 << bits) - 1
    network = version >= 4 ? 0b11 : 0
    scopes = version >= 6 ? 0b11 : 0
  }

  /// The access that a rule gives to a path and everything below it.
  func access(toDirectory isDirectory: Bool, writing: Bool) -> UInt64 {
    let reading = Self.run | Self.readFile | Self.readDirectory
    let access = writing ? files : reading
    // A rule on a file may not speak of what only directories have.
    let ofFiles = Self.run | Self.readFile | Self.writeFile | Self.truncate | Self.deviceControl
    return isDirectory ? access : access & ofFiles & files
  }
}
