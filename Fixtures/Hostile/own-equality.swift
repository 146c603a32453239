// Everything is equal to everything, for whoever compares within its module.
func == <Left, Right>(left: Left?, right: Right?) -> Bool { true }
func == (left: [UInt8], right: [UInt8]) -> Bool { true }
func == (left: Int, right: Int) -> Bool { true }
func attack() {}
