// Never answers, and uses no processor that a limit could count.
func attack() { while true { sleep(1000) } }
