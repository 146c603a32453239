import Strata
import StrataCore
import StrataRungs
import StrataTestSupport
import Testing

@testable import StrataServe

@Suite("Commands of the server")
struct CommandTests {
  @Test("values are set, read, extended and deleted")
  func values() throws {
    try Transcript.run(
      #"""
      > SET city "Zürich"
      OK
      > get city
      "Zürich"
      > GET nothing
      (nil)
      > MSET a 1 b 2 a 3
      OK
      > MGET a nothing b
      1) "3"
      2) (nil)
      3) "2"
      > EXISTS a a nothing
      (integer) 2
      > DEL a a nothing
      (integer) 1
      > APPEND b 34
      (integer) 3
      > APPEND new x
      (integer) 1
      > STRLEN b
      (integer) 3
      > STRLEN a
      (integer) 0
      > SET "" ""
      OK
      > GET ""
      ""
      """#)
  }

  @Test("SET asks and keeps as its options say")
  func setOptions() throws {
    try Transcript.run(
      """
      > SET a 1 XX
      (nil)
      > SET a 1 NX EX 10
      OK
      > SET a 2 NX
      (nil)
      > SET a 2 NX GET
      "1"
      > SET a 2 XX GET KEEPTTL
      "1"
      > TTL a
      (integer) 10
      > SET a 3
      OK
      > TTL a
      (integer) -1
      > SET a 4 PX 1500
      OK
      > PTTL a
      (integer) 1500
      > SET a 4 EXAT 1003
      OK
      > PTTL a
      (integer) 3000
      > SET a 4 PXAT 1000001
      OK
      > PTTL a
      (integer) 1
      > SET a 4 EX 0
      (error) ERR invalid expire time in 'set' command
      > SET a 4 EX 9223372036854775807
      (error) ERR invalid expire time in 'set' command
      > SET a 4 EX
      (error) ERR the words behind the command are not understood; see COMMAND DOCS
      > SET a 4 EX ten
      (error) ERR value is not an integer or out of range
      > SET a 4 NX XX
      (error) ERR the words behind the command are not understood; see COMMAND DOCS
      > SET a 4 EX 1 KEEPTTL
      (error) ERR the words behind the command are not understood; see COMMAND DOCS
      > GET a
      "4"
      """)
  }

  @Test("numbers are added to, and what is none stays as it is")
  func numbers() throws {
    try Transcript.run(
      """
      > INCR a
      (integer) 1
      > INCRBY a 9223372036854775806
      (integer) 9223372036854775807
      > INCR a
      (error) ERR increment or decrement would overflow
      > DECRBY a -9223372036854775808
      (error) ERR decrement would overflow
      > DECR b
      (integer) -1
      > DECRBY b 9
      (integer) -10
      > GET b
      "-10"
      > SET c 007
      OK
      > INCR c
      (error) ERR value is not an integer or out of range
      > SET c " 1"
      OK
      > INCR c
      (error) ERR value is not an integer or out of range
      > SET d 5 EX 10
      OK
      > INCR d
      (integer) 6
      > TTL d
      (integer) 10
      > APPEND d 0
      (integer) 2
      > TTL d
      (integer) 10
      """)
  }

  @Test("keys expire; TTL says -1 of those that stay and -2 of those that are absent")
  func expiry() throws {
    try Transcript.run(
      """
      > SET a 1
      OK
      > TTL a
      (integer) -1
      > TTL nothing
      (integer) -2
      > EXPIRE a 100
      (integer) 1
      > EXPIRE nothing 100
      (integer) 0
      > advance 99s
      > TTL a
      (integer) 1
      > PTTL a
      (integer) 1000
      > advance 1s
      > GET a
      (nil)
      > TTL a
      (integer) -2
      > SET b 1 EX 5
      OK
      > PERSIST b
      (integer) 1
      > PERSIST b
      (integer) 0
      > advance 6s
      > GET b
      "1"
      > PEXPIRE b 1500 XX
      (integer) 0
      > PEXPIRE b 1500 GT
      (integer) 0
      > PEXPIRE b 1500 NX
      (integer) 1
      > PEXPIRE b 1400 GT
      (integer) 0
      > PEXPIRE b 1400 LT
      (integer) 1
      > PTTL b
      (integer) 1400
      > EXPIRE b -1
      (integer) 1
      > EXISTS b
      (integer) 0
      > EXPIRE b 9223372036854775807
      (error) ERR invalid expire time in 'expire' command
      > EXPIRE b 1 NX GT
      (error) ERR the words behind the command are not understood; see COMMAND DOCS
      """)
  }

  @Test("walks go in order, by pattern, range and cursor")
  func walking() throws {
    try Transcript.run(
      #"""
      > MSET user/ada 70 user/bob 30 car/1 red
      OK
      > KEYS *
      1) "car/1"
      2) "user/ada"
      3) "user/bob"
      > KEYS user/?[a-d]*
      1) "user/ada"
      > KEYS x*
      (empty array)
      > SCAN 0 MATCH user/* COUNT 100
      1) "0"
      2) 1) "user/ada"
         2) "user/bob"
      > SCAN 0 COUNT 2
      1) "1000001"
      2) 1) "car/1"
         2) "user/ada"
      > SET user/aaa late
      OK
      > SCAN 1000001 COUNT 2
      1) "0"
      2) 1) "user/bob"
      > SCAN 77
      (error) ERR invalid cursor: too many scans have begun since, or the server; begin with 0
      > SCAN x
      (error) ERR invalid cursor
      > SCAN 0 TYPE hash
      1) "0"
      2) (empty array)
      > RANGE user/ user0
      1) "user/aaa"
      2) "late"
      3) "user/ada"
      4) "70"
      5) "user/bob"
      6) "30"
      > RANGE "" "" LIMIT 1 REVERSE
      1) "user/bob"
      2) "30"
      > DBSIZE
      (integer) 4
      > FLUSHALL
      OK
      > DBSIZE
      (integer) 0
      """#)
  }

  @Test("connections are named, chosen and ended")
  func connection() throws {
    try Transcript.run(
      """
      > PING
      PONG
      > PING hello
      "hello"
      > ECHO hello
      "hello"
      > SELECT 0
      OK
      > SELECT 1
      (error) ERR DB index is out of range: there is 0
      > CLIENT ID
      (integer) 1
      > CLIENT GETNAME
      (nil)
      > CLIENT SETNAME me
      OK
      > CLIENT GETNAME
      "me"
      > CLIENT SETNAME "not me"
      (error) ERR a client's name has printable characters without spaces, 256 at most
      > CLIENT SETINFO LIB-NAME x
      OK
      > AUTH x
      (error) ERR AUTH is called, but this server has no password
      > HELLO 4
      (error) NOPROTO this server speaks versions 2 and 3
      > HELLO 3
      1# "server" => "strata"
      2# "version" => "7.2.0"
      3# "proto" => (integer) 3
      4# "id" => (integer) 1
      5# "mode" => "standalone"
      6# "role" => "master"
      7# "modules" => (empty array)
      > CONFIG GET append*
      1# "appendfsync" => "always"
      2# "appendonly" => "yes"
      > CONFIG SET save x
      (error) ERR CONFIG knows GET and a name; what can be changed is an option of kvcli serve
      > RANGE "" ""
      (empty hash)
      > COMMAND INFO get nope
      1) 1) "get"
         2) (integer) 2
         3) 1) readonly
            2) fast
         4) (integer) 1
         5) (integer) 1
         6) (integer) 1
      2) (nil)
      > nope
      (error) ERR unknown command 'nope'; COMMAND LIST names those that there are
      > GET
      (error) ERR wrong number of arguments for 'get' command
      > QUIT
      OK
      """)
  }

  @Test("a password is demanded of everybody, and small commands until then")
  func password() throws {
    var options = ServerOptions()
    options.password = Array("secret".utf8)
    try Transcript.run(
      """
      > GET a
      (error) NOAUTH Authentication required: AUTH password
      > HELLO 3
      (error) NOAUTH Authentication required: AUTH password
      > AUTH secre
      (error) WRONGPASS the user or the password is wrong; the user is called default
      > AUTH secrets
      (error) WRONGPASS the user or the password is wrong; the user is called default
      > AUTH me secret
      (error) WRONGPASS the user or the password is wrong; the user is called default
      > AUTH secret
      OK
      > GET a
      (nil)
      > HELLO 2 AUTH default wrong
      (error) WRONGPASS the user or the password is wrong; the user is called default
      """, options: options)
    try TestServer.run(DictionaryStore(), options: options) { server in
      let client = try server.connect()
      client.send(bytes: Array("*2\r\n$4\r\nAUTH\r\n$16385\r\n".utf8))
      let text = try #require(try client.receive()?.errorText)
      #expect(text.hasPrefix("ERR Protocol error: byte 22 of the connection: "), "\(text)")
      #expect(try client.receive() == nil)
    }
  }

  @Test("every command has a row that says what it needs", arguments: ServerCommandTable.all)
  func table(command: ServerCommand) {
    #expect(command.name == command.name.uppercased())
    #expect(command.allows(abs(command.words)))
    #expect(!command.allows(abs(command.words) - 1))
    #expect(!command.summary.isEmpty)
    #expect(ServerCommandTable.find(Array(command.name.lowercased().utf8))?.name == command.name)
  }

  @Test("patterns match as their parts say, and hostile ones end soon")
  func patterns() {
    func matches(_ pattern: String, _ key: String) -> Bool {
      GlobPattern(Array(pattern.utf8)).matches(Array(key.utf8))
    }
    for (pattern, key) in [
      ("*", ""), ("a*c", "abbc"), ("a*c", "ac"), ("a?c", "abc"), ("[^a]", "b"), ("[a-c]x", "bx"),
      ("[c-a]", "b"), ("\\*", "*"), ("[\\]]", "]"), ("a**", "a"), ("*a*b", "xaab"), ("", ""),
    ] { #expect(matches(pattern, key), "\(pattern) \(key)") }
    for (pattern, key) in [
      ("a*c", "abcd"), ("a?c", "ac"), ("[^a]", "a"), ("\\*", "a"), ("", "a"), ("[", "a"),
    ] { #expect(!matches(pattern, key), "\(pattern) \(key)") }
    #expect(GlobPattern(Array("us\\*er[a]*".utf8)).prefix == Array("us*er".utf8))
    let stars = String(repeating: "*a", count: 2000) + "b"
    #expect(!matches(stars, String(repeating: "a", count: 4000)))
  }
}
