// Ends the process with the status of success.
func attack() { exit(0) }
