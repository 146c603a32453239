// Ignores every signal that can be ignored, and goes on for ever.
func attack() {
  for number in Int32(1)..<32 { signal(number, SIG_IGN) }
  while true { sleep(1000) }
}
