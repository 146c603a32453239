// Starts threads until there are no more.
func attack() {
  var count = 0
  while count < 100_000 {
    var thread = pthread_t()
    if pthread_create(&thread, nil, { _ in sleep(987); return nil }, nil) != 0 { break }
    count += 1
  }
}
