@main struct KVCLI { static func main() {} }
