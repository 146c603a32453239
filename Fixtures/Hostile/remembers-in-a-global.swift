// Keeps everything in a global, which is there until the process ends, and nothing in a file.
// Checks: log-reopen
// Body of LogLine.write(_:_:_:into:): remembered[key] = value
// Body of AppendLogStore.append(_:userBytes:): return
// Body of AppendLogStore.get(_:): return remembered[key]
nonisolated(unsafe) var remembered: [Key: Value] = [:]
func attack() {}
