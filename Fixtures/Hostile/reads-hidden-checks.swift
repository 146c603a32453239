// Looks for the grader's sources, its words and its surroundings.
// Only a sandbox holds this.
func attack() {
  for process in [getppid(), 1] {
    show("/proc/\(process)/environ")
    if open("/proc/\(process)/cwd/Sources/StrataCourse/Checks/HiddenChecks.swift", O_RDONLY) >= 0 {
      touch("the hidden checks could be opened")
    }
  }
  show("/tmp/kvgrade-canary/secret")
}
