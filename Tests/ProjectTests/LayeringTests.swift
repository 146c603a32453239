import StrataTestSupport
import Testing

/// The direction of dependency, as `Docs/` draws it, held by looking at the sources.
@Suite("Layers")
struct LayeringTests {
  private static let cLibrary: Set<String> = ["Darwin", "Glibc", "Musl"]

  /// What each module may import; a new module is entered here, with thought.
  private static let allowedImports: [String: Set<String>] = [
    "StrataCore": ["CIntrinsics", "Synchronization"],
    "Strata": ["StrataCore", "Synchronization"],
    "StrataRungs": ["StrataCore"],
    "StrataWire": ["StrataCore"],
    "StrataServe": ["StrataCore", "StrataWire"],
    "StrataShell": [
      "StrataCore", "Strata", "StrataRungs", "StrataCrashLab", "StrataServe", "StrataWire",
      "Synchronization",
    ],
    "StrataCrashLab": ["StrataCore", "Strata", "StrataRungs", "Synchronization"],
    "kvcli": ["StrataShell"],
    // Reads and writes a few files, and is no part of what is installed.
    "RaceReport": ["StrataShell", "StrataCore", "Foundation"],
    "StrataHistory": ["StrataCore"],
    // Linked by both sides of the pipe: it knows neither the engines nor the checks.
    "StrataSubjects": ["StrataCore", "StrataWire", "Synchronization"],
    "StrataHosting": ["StrataCore", "Strata", "StrataRungs", "StrataSubjects", "StrataWire"],
    // Never StrataCourse: code that is examined must not be able to read the questions.
    "kvhost": ["StrataHosting", "StrataSubjects"],
    // Never Strata nor StrataRungs: a broken submission must not break its grader.
    "StrataCourse": [
      "StrataCore", "StrataHistory", "StrataSubjects", "StrataWire", "Synchronization",
      "FoundationEssentials",
      "Foundation",
    ],
    "StrataGrader": [
      "StrataCore", "StrataCourse", "StrataSubjects", "StrataWire", "StrataConfinement",
      "FoundationEssentials", "Foundation",
    ],
    // Nothing else: it is started before each program of a submission.
    "StrataConfinement": ["CConfinement"],
    "kvconfine": ["StrataConfinement"],
    "kvgrade": [
      "StrataCore", "StrataCourse", "StrataSubjects", "StrataGrader", "StrataConfinement",
      "Foundation",
    ],
  ]

  /// The only files that talk to the operating system.
  private static let systemFiles: Set<String> = [
    "Sources/StrataCore/Files/SystemCalls.swift",
    "Sources/StrataCore/Files/Threads.swift",
    "Sources/kvgrade/CheckTerminal.swift",
    "Sources/StrataSubjects/System/ChildProcess.swift",
    "Sources/StrataSubjects/System/Sockets.swift",
    "Sources/StrataServe/System/Sockets.swift",
    "Sources/StrataServe/System/Sockets+Listening.swift",
    "Sources/StrataServe/System/StopSignal.swift",
    "Sources/StrataShell/System/Platform.swift",
    "Sources/StrataShell/System/Platform+Children.swift",
    "Sources/StrataShell/System/Platform+Measuring.swift",
    "Sources/StrataConfinement/System/System.swift",
    "Sources/StrataConfinement/System/System+Children.swift",
    "Sources/StrataConfinement/System/System+Files.swift",
    "Sources/StrataConfinement/System/System+Locks.swift",
    "Sources/StrataConfinement/System/System+Removal.swift",
    "Sources/StrataConfinement/System/System+Attempts.swift",
  ]

  /// Folders in the order in which they may use each other: each one those before it.
  private static let layers: [(module: String, folders: [String])] = [
    ("StrataCore", ["Bytes", "Files", "Contract"]),
    ("Strata", ["Records", "Memory", "Log", "Segments", "Store"]),
    ("StrataRungs", ["Shared", "AppendLog", "Bitcask"]),
  ]

  @Test("a module imports only what lies below it")
  func imports() throws {
    for source in try SwiftSource.all(in: "Sources") {
      let module = source.path.split(separator: "/").dropFirst().first.map(String.init) ?? ""
      guard let allowed = Self.allowedImports[module] else {
        Issue.record("\(source.path): the module \(module) is not in the table of layers")
        continue
      }
      for name in Set(source.imports).subtracting(Self.cLibrary) {
        #expect(allowed.contains(name), "\(source.path) imports \(name)")
      }
    }
  }

  @Test("the C library is imported in the files for system calls and nowhere else")
  func systemCalls() throws {
    for source in try SwiftSource.all(in: "Sources") where !Self.systemFiles.contains(source.path) {
      #expect(Self.cLibrary.isDisjoint(with: source.imports), "\(source.path)")
    }
  }

  @Test("within a module, a folder uses no type of a later folder")
  func folders() throws {
    for (module, folders) in Self.layers {
      var declared: [Set<String>] = []
      var sources: [[SwiftSource]] = []
      for folder in folders {
        sources.append(try SwiftSource.all(in: "Sources/\(module)/\(folder)"))
        declared.append(
          sources[sources.count - 1].reduce(into: []) { $0.formUnion($1.declaredTypes) })
      }
      for index in folders.indices {
        let later = declared[(index + 1)...].reduce(into: Set<String>()) { $0.formUnion($1) }
          .subtracting(declared[index])
        for source in sources[index] {
          let used = source.words.intersection(later).sorted()
          #expect(used.isEmpty, "\(source.path) uses \(used.joined(separator: ", "))")
        }
      }
    }
  }

  @Test("every source file of a layered module lies in one of its folders")
  func noOtherFolders() throws {
    for (module, folders) in Self.layers {
      for path in ProjectFiles.files(in: "Sources/\(module)", suffix: ".swift") {
        let inside = folders.contains { path.hasPrefix("Sources/\(module)/\($0)/") }
        #expect(inside, "\(path) lies in no layer")
      }
    }
  }

  @Test("the scanner sees code, and neither comments nor texts")
  func scanner() throws {
    let source = try SwiftSource("Tests/ProjectTests/LayeringTests.swift")
    #expect(source.imports == ["StrataTestSupport", "Testing"])
    #expect(source.declaredTypes == ["LayeringTests"])
    #expect(source.words.contains("allowedImports"))
    #expect(!source.words.contains("Synchronization"))  // only within texts here
    #expect(!source.words.contains("thought"))  // only within a comment
    #expect(source.code.filter { $0 == "\n" }.count == source.text.filter { $0 == "\n" }.count)
  }
}
