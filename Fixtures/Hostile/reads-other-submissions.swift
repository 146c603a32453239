// Copies what others have handed in.
func attack() {
  for path in ["/tmp/kvgrade-canary/secret", "../../kvgrade-canary/secret"] { show(path) }
}
