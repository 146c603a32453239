// Leaves processes that start their successor in a session of its own and end: each is gone when it is found.
func attack() {
  let script = ": 987654; setsid /bin/sh -c \"$0\" \"$0\" & exit"
  for _ in 0..<4 { run("/bin/sh", "-c", script, script) }
}
