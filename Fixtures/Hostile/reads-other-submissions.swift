// Copies what others have handed in.
// Only a sandbox holds this.
func attack() {
  for path in ["/tmp/kvgrade-canary/secret", "../../kvgrade-canary/secret"] { show(path) }
}
