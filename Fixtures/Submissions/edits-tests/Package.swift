// swift-tools-version: 6.0
import Foundation

exit(0)
