// Leaves files that look like results, wherever they could be looked for.
// Only a sandbox holds this.
func attack() {
  for folder in [".", "..", "/tmp", "/autograder/results", "/tmp/kvgrade-canary"] {
    for name in ["report.json", "results.json", "grades.csv", "junit.xml", "touched"] {
      guard let file = fopen("\(folder)/\(name)", "w") else { continue }
      fputs("{\"score\": 100}", file)
      fclose(file)
    }
  }
}
