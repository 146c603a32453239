// swift-tools-version: 6.2
import PackageDescription

// A package that depends on Strata. With a copy of the repository beside yours, a path is enough.
let package = Package(
  name: "Cities",
  platforms: [.macOS(.v26)],
  dependencies: [.package(name: "Strata", path: "../..")],
  targets: [
    .executableTarget(
      name: "Cities",
      dependencies: [
        .product(name: "Strata", package: "Strata"),
        .product(name: "StrataCore", package: "Strata"),
      ])
  ]
)
