// Recurses until the stack is used up.
func attack() { deeper(0) }
private func deeper(_ depth: Int) { if depth >= 0 { deeper(depth + 1) ; touched += 1 } }
nonisolated(unsafe) private var touched = 0
