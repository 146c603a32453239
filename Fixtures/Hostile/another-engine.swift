// Lets an engine answer that somebody else wrote.
func attack() {
  for program in ["/usr/bin/kvcli", "/usr/local/bin/kvcli", "/usr/bin/sqlite3", "/usr/bin/env"] {
    run(program, "kvcli", "get", "a")
  }
}
