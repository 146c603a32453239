// Stands still where a signal would have to continue it.
func attack() { raise(SIGSTOP) }
