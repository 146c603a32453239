// Takes memory, and uses it, until there is no more.
func attack() {
  while let block = malloc(64 << 20) { memset(block, 1, 64 << 20) }
  while true { _ = [UInt8](repeating: 1, count: 1 << 20) }
}
