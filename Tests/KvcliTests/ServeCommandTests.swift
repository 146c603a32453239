import Testing

@Suite("kvcli serve")
struct ServeCommandTests {
  @Test("one client over standard input and output, with every engine")
  func standardStreams() throws {
    for engine in ["lsm", "bitcask", "append-log"] {
      try TextSession.run(
        #"""
        $ printf 'SET a 1 EX 1000\r\nINCR a\r\nSET b "x y"\r\nTTL a\r\nQUIT\r\nSET b 2\r\n' | kvcli --engine \#(engine) serve --stdio | tr -d '\r'
        +OK
        :2
        +OK
        :1000
        +OK
        $ kvcli scan
        a	2
        b	x y
        $ printf '*2\r\n$3\r\nGET\r\n$1\r\na\r\n*1\r\n$4' | kvcli serve --stdio | tr -d '\r'
        $1
        2
        $ printf '*1\r\n:4\r\nSET a 3\r\n' | kvcli serve --stdio | tr -d '\r'
        -ERR Protocol error: byte 4 of the connection: a word begins with $, not with ":"
        $ kvcli get a
        2
        """#)
    }
  }

  @Test("a password comes from a file, and other computers are kept out without one")
  func refusals() throws {
    try TextSession.run(
      #"""
      $ echo secret > file; printf 'GET a\r\nAUTH secret\r\nGET a\r\n' | kvcli serve --stdio --password-file file | tr -d '\r'
      -NOAUTH Authentication required: AUTH password
      +OK
      $-1
      $ : > empty; kvcli serve --password-file empty --port 0
      ! kvcli: empty: the first line is to be the password, and it is empty.
      ? 2
      $ kvcli serve --bind 0.0.0.0
      ! kvcli: other computers can reach this address: --bind needs a --password-file. What goes over the connection is not encrypted; a tunnel does that.
      ? 2
      $ kvcli serve --bind localhost --password-file file
      ! kvcli: localhost is no address in numbers, such as 127.0.0.1 or ::1.
      ? 2
      $ kvcli serve --port 1 --unix socket
      ! kvcli: --port and --unix exclude each other.
      ? 2
      $ kvcli serve --port 65536
      ! kvcli: --port expects a number from 0 to 65535, not 65536.
      ? 2
      $ touch taken; kvcli serve --unix taken
      ! kvcli: taken: bind failed: Address already in use.
      ? 4
      """#)
  }

  @Test("SIGTERM ends it with status 0, and its socket is gone")
  func ending() throws {
    try TextSession.run(
      #"""
      $ kvcli serve --unix socket > welcome & until grep -q Serving welcome 2> /dev/null; do sleep 0.01; done; kill -TERM $!; wait $!
      $ cat welcome
      Serving ./kvdata (lsm, sync) at socket; control-C ends it.
      $ ls
      kvdata
      welcome
      """#)
  }
}
