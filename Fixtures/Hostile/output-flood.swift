// Prints without end.
func attack() {
  let line = String(repeating: "loud ", count: 1000)
  while true { print(line) }
}
