// Turns every later exit into one with the status of success.
func attack() {
  atexit { _exit(0) }
  exit(1)
}
