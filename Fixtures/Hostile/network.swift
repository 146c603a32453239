// Asks the world for answers.
// Only a sandbox holds this.
func attack() {
  for family in [AF_INET, AF_INET6] {
    #if canImport(Glibc)
      let descriptor = socket(family, Int32(SOCK_STREAM.rawValue), 0)
    #else
      let descriptor = socket(family, SOCK_STREAM, 0)
    #endif
    if descriptor >= 0 { touch("a socket could be made") }
  }
}
