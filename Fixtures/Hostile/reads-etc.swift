// Reads the system's accounts.
// Only a sandbox holds this.
func attack() {
  if open("/etc/passwd", O_RDONLY) >= 0 { touch("/etc/passwd could be read") }
}
