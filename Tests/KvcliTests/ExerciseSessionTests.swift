import Testing

@Suite("The exercises at the command line")
struct ExerciseSessionTests {
  @Test(
    "append log: set, get and compact, which prints the bytes reclaimed; everything is still there")
  func appendLog() throws {
    try TextSession.run(
      #"""
      $ kvcli --engine append-log set 45 hello; kvcli get 45; cat kvdata/log.jsonl
      hello
      {"key":"45","value":"hello"}
      $ kvcli set 45 again; kvcli set 7 seven; kvcli set 45 "for good"; wc -c < kvdata/log.jsonl | tr -d ' '
      118
      $ kvcli compact
      Compaction reclaimed 58 bytes.
      $ wc -c < kvdata/log.jsonl | tr -d ' '; ls -A kvdata
      60
      log.jsonl
      $ kvcli get 45; kvcli get 7; kvcli compact
      for good
      seven
      Compaction made no changes.
      $ i=0; while [ $i -lt 3000 ]; do echo "put k$i v$i"; i=$((i+1)); done | kvcli --durability system batch | grep -c OK
      3000
      $ kvcli get k2999; kvcli count
      v2999
      3002
      """#)
  }

  @Test("Bitcask: create, read, update and delete records, save them and restore them")
  func userStories() throws {
    try TextSession.run(
      #"""
      $ kvcli --engine bitcask put ada 70; kvcli put bob 30; kvcli get ada
      70
      $ kvcli put ada 71; kvcli get ada; kvcli delete bob; kvcli get bob
      71
      ! Key not found.
      ? 1
      $ kvcli exists ada; kvcli exists bob
      ? 1
      $ mkdir saved; cp kvdata/data.* saved; kvcli put ada 72; kvcli --store saved get ada
      71
      $ kvcli compact; ls kvdata; kvcli get ada
      Compaction reclaimed … bytes.
      data.…
      72
      """#)
  }

  @Test(
    "the key-value store project: a shell that helps, mistakes that are explained, data that stays")
  func project() throws {
    try TextSession.run(
      #"""
      $ printf 'put city Zürich\nget city\ngte city\nput\ndelete city\nget city\nput river Sihl\n' | kvcli shell
      Zürich
      (absent)
      ! kvcli: there is no command gte. Did you mean get? All commands are listed by: help
      ! kvcli: put: KEY is missing. It is written: put KEY VALUE [--ttl DURATION]
      $ kvcli get river
      Sihl
      $ kvcli verify | tail -n 1
      ./kvdata is sound: …
      """#)
  }
}
