// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "Strata",
  platforms: [.macOS(.v26)],
  products: [
    .library(name: "StrataCore", targets: ["StrataCore"]),
    .library(name: "Strata", targets: ["Strata"]),
    .executable(name: "kvcli", targets: ["kvcli"]),
  ],
  targets: [
    .target(name: "CIntrinsics"),
    .target(name: "StrataCore", dependencies: ["CIntrinsics"]),
    .target(name: "Strata", dependencies: ["StrataCore"]),
    .target(name: "StrataShell", dependencies: ["Strata", "StrataCore"]),
    .executableTarget(name: "kvcli", dependencies: ["StrataShell"]),
    .target(
      name: "StrataTestSupport", dependencies: ["Strata", "StrataCore"],
      path: "Tests/StrataTestSupport"),
    .testTarget(name: "StrataCoreTests", dependencies: ["StrataCore", "StrataTestSupport"]),
    .testTarget(
      name: "ContractTests", dependencies: ["Strata", "StrataCore", "StrataTestSupport"]),
    .testTarget(name: "ProjectTests", dependencies: ["StrataTestSupport"]),
    .testTarget(name: "SimulatedDiskTests", dependencies: ["StrataCore"]),
  ],
  swiftLanguageModes: [.v6]
)
