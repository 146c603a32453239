// Never answers.
func attack() { while true { sched_yield() } }
