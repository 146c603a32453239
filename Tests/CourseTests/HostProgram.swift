import Foundation
import StrataCourse
import StrataSubjects

/// Where the program that holds subjects was built.
enum HostProgram {
  static var path: String {
    #if canImport(Darwin)
      let products = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
    #else
      let products = Optional(URL(fileURLWithPath: CommandLine.arguments[0]))
    #endif
    let folder = products?.deletingLastPathComponent().path ?? "."
    return "\(folder)/kvhost"
  }

  /// A link to a fresh process of it.
  static func link(_ check: Check) -> PipedLink { PipedLink([path], seconds: check.seconds) }
}
