// Leaves a process behind that outlives the grading.
func attack() { run("/bin/sh", "-c", "setsid sleep 987654 & setsid sleep 987654 &") }
