// A manifest is a program, and runs when the package is built.
import Foundation
try! "touched".write(toFile: "/tmp/kvgrade-canary/touched", atomically: true, encoding: .utf8)
