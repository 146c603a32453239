// A plugin runs when something is built.
import Foundation
try! "touched".write(toFile: "/tmp/kvgrade-canary/touched", atomically: true, encoding: .utf8)
