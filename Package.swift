// swift-tools-version: 6.2
import PackageDescription

#if canImport(Glibc)
  import Glibc
#endif

// A process that reads one key should not spend its time on finding shared libraries.
let quickStart: [LinkerSetting] = [
  .unsafeFlags(["-static-stdlib"], .when(platforms: [.linux], configuration: .release))
]

// What starts a submission is started hundreds of times for each: without a single shared library, where there is a
// C library to link so. Who removes that library has this looked at again by `swift package purge-cache`.
#if canImport(Glibc)
  let folders = ["x86_64-linux-gnu", "aarch64-linux-gnu", "../lib64", "."]
  let canBeStatic = folders.contains { access("/usr/lib/\($0)/libc.a", R_OK) == 0 }
#else
  let canBeStatic = false
#endif
let quickestStart: [LinkerSetting] = [
  .unsafeFlags(
    canBeStatic
      ? ["-static-executable", "-use-ld=lld", "-Xlinker", "-s"] : ["-static-stdlib"],
    .when(platforms: [.linux], configuration: .release))
]

// Loops over bytes, which every test waits for; assertions stay.
let optimised: [SwiftSetting] = [
  .unsafeFlags(["-O", "-assert-config", "Debug"], .when(configuration: .debug))
]

let package = Package(
  name: "Strata",
  platforms: [.macOS(.v26)],
  products: [
    .library(name: "StrataCore", targets: ["StrataCore"]),
    .library(name: "Strata", targets: ["Strata"]),
    .library(name: "StrataRungs", targets: ["StrataRungs"]),
    .executable(name: "kvcli", targets: ["kvcli"]),
    .executable(name: "kvgrade", targets: ["kvgrade"]),
  ],
  targets: [
    .target(name: "CIntrinsics"),
    .target(name: "StrataCore", dependencies: ["CIntrinsics"], swiftSettings: optimised),
    .target(name: "StrataWire", dependencies: ["StrataCore"]),
    .target(name: "Strata", dependencies: ["StrataCore"]),
    .target(name: "StrataRungs", dependencies: ["StrataCore"]),
    .target(name: "StrataServe", dependencies: ["StrataWire", "StrataCore"]),
    .target(
      name: "StrataShell",
      dependencies: [
        "Strata", "StrataRungs", "StrataCore", "StrataCrashLab", "StrataServe", "StrataWire",
      ]),
    .executableTarget(
      name: "kvcli", dependencies: ["StrataShell"], linkerSettings: quickStart),
    .target(name: "StrataHistory", dependencies: ["StrataCore"]),
    .target(name: "StrataSubjects", dependencies: ["StrataCore", "StrataWire"]),
    .target(
      name: "StrataHosting",
      dependencies: ["Strata", "StrataRungs", "StrataCore", "StrataSubjects", "StrataWire"]),
    .executableTarget(name: "kvhost", dependencies: ["StrataHosting", "StrataSubjects"]),
    .target(
      name: "StrataCourse",
      dependencies: ["StrataCore", "StrataHistory", "StrataSubjects", "StrataWire"]),
    .target(name: "CConfinement"),
    .target(name: "StrataConfinement", dependencies: ["CConfinement"]),
    .executableTarget(
      name: "kvconfine", dependencies: ["StrataConfinement"], linkerSettings: quickestStart),
    .target(
      name: "StrataGrader",
      dependencies: [
        "StrataCourse", "StrataSubjects", "StrataWire", "StrataCore", "StrataConfinement",
      ]),
    .executableTarget(
      name: "kvgrade",
      dependencies: [
        "StrataGrader", "StrataCourse", "StrataSubjects", "StrataCore", "StrataConfinement",
        "kvconfine",
      ]),
    .executableTarget(name: "RaceReport", dependencies: ["StrataShell", "StrataCore"]),
    .executableTarget(
      name: "Notebook", dependencies: ["Strata", "StrataCore"], path: "Examples/Notebook"),
    .executableTarget(
      name: "Race", dependencies: ["StrataShell", "StrataCore"], path: "Examples/Race"),
    .target(
      name: "StrataTestSupport", dependencies: ["Strata", "StrataRungs", "StrataCore"],
      path: "Tests/StrataTestSupport"),
    .testTarget(name: "StrataCoreTests", dependencies: ["StrataCore", "StrataTestSupport"]),
    .testTarget(name: "StrataWireTests", dependencies: ["StrataWire", "StrataCore"]),
    .testTarget(
      name: "StrataServeTests",
      dependencies: [
        "StrataServe", "StrataWire", "Strata", "StrataRungs", "StrataCore", "StrataTestSupport",
      ]),
    .testTarget(name: "StrataTests", dependencies: ["Strata", "StrataCore", "StrataTestSupport"]),
    .testTarget(
      name: "ContractTests", dependencies: ["Strata", "StrataCore", "StrataTestSupport"]),
    .testTarget(
      name: "RungsTests", dependencies: ["StrataRungs", "StrataCore", "StrataTestSupport"]),
    .testTarget(name: "ProjectTests", dependencies: ["StrataTestSupport"]),
    .testTarget(
      name: "StrataGraderTests",
      dependencies: ["StrataGrader", "StrataCore", "StrataTestSupport", "kvgrade"]),
    .target(name: "StrataCrashLab", dependencies: ["Strata", "StrataRungs", "StrataCore"]),
    .testTarget(
      name: "DamageTests", dependencies: ["Strata", "StrataCore", "StrataTestSupport"]),
    .target(name: "CAllocationCount", path: "Tests/CAllocationCount"),
    .testTarget(
      name: "BudgetTests",
      dependencies: ["Strata", "StrataCore", "StrataTestSupport", "CAllocationCount"]),
    .testTarget(name: "SimulatedDiskTests", dependencies: ["StrataCore", "StrataTestSupport"]),
    .testTarget(
      name: "CrashLabTests",
      dependencies: ["StrataCrashLab", "Strata", "StrataRungs", "StrataCore"]),
    .testTarget(
      name: "ThreadTests",
      dependencies: [
        "Strata", "StrataRungs", "StrataCore", "StrataHistory", "StrataTestSupport",
      ]),
    .testTarget(
      name: "StrataShellTests",
      dependencies: ["StrataShell", "Strata", "StrataCore", "StrataTestSupport"]),
    .testTarget(
      name: "RaceReportTests", dependencies: ["RaceReport", "StrataShell", "StrataTestSupport"]),
    .testTarget(
      name: "StarterTests", dependencies: ["StrataCourse", "kvgrade", "StrataTestSupport"]),
    .testTarget(
      name: "ProvidedTests",
      dependencies: ["StrataCourse", "StrataHosting", "StrataSubjects", "StrataCore"]),
    .testTarget(
      name: "CourseTests",
      dependencies: [
        "StrataCourse", "StrataHosting", "StrataSubjects", "StrataWire", "StrataCore", "kvhost",
        "StrataTestSupport",
      ]),
    .testTarget(name: "KvcliTests", dependencies: ["kvcli", "StrataShell", "StrataTestSupport"]),
  ],
  swiftLanguageModes: [.v6]
)
