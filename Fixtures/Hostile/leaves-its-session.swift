// Leaves processes in sessions of their own, each a child of one that has ended.
func attack() {
  let script = "setsid /bin/sh -c 'setsid sleep 987654 & sleep 987654 &' & trap '' TERM; sleep 987654 &"
  run("/bin/sh", "-c", script)
  sleep(1)  // They need a moment to leave: the end of this process is the end of its session.
}
