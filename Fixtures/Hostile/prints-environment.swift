// Prints what it was told, in case somebody told it a secret.
func attack() {
  var entry = environ
  while let text = entry.pointee {
    print(String(cString: text))
    if String(cString: text).contains("canary") { touch("the environment was handed on") }
    entry += 1
  }
  fflush(stdout)
}
