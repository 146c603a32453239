import Testing

@Test("everything passes")
func everything() {}
