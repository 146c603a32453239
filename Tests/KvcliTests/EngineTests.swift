import StrataTestSupport
import Testing

@Suite("Engines at the command line")
struct EngineTests {
  @Test(
    "the same session on every engine",
    arguments: ["lsm", "bitcask", "append-log"])
  func everyEngine(engine: String) throws {
    try TextSession.run(
      #"""
      $ kvcli --engine ENGINE put city Zürich; kvcli get city
      Zürich
      $ kvcli put b 2 --ttl 1h; kvcli delete city; kvcli put a "\x01"; kvcli scan --keys-only
      a
      b
      $ printf 'put c 3\nget c\nget city\nscan --limit 1\nstats\n' | kvcli batch | head -n 4
      OK
      3
      (absent)
      a	\\x01
      $ kvcli count; kvcli stats | head -n 2
      3
      store    ./kvdata
      engine   ENGINE, durability sync
      $ kvcli compact
      Compaction reclaimed … bytes.
      $ kvcli get city
      ! Key not found.
      ? 1
      $ kvcli verify | tail -n 1
      ./kvdata is sound: every byte of … checked.
      $ kvcli export --format json > entries; kvcli --store copy --engine ENGINE import entries --format json; kvcli --store copy count
      3
      $ kvcli bench fillrandom readrandom --engine ENGINE --count 50 --operations 50 --format json | grep -c '"engine":"ENGINE"'
      2
      """#.replacing("ENGINE", with: engine))
  }

  @Test("a store is opened by the engine whose files it has; another one that is named is refused")
  func detection() throws {
    try TextSession.run(
      #"""
      $ kvcli --engine bitcask put a 1; ls kvdata; kvcli get a
      data.0
      1
      $ kvcli --engine append-log get a
      ! kvcli: ./kvdata holds a store of the engine bitcask, not append-log.
      ? 2
      $ kvcli --engine bitcask --policy full get a
      ! kvcli: the engine bitcask has no --policy.
      ? 2
      $ kvcli --engine redis get a
      ! kvcli: --engine expects lsm or bitcask or append-log, not redis.
      ? 2
      $ kvcli checkpoint copy
      ! kvcli: the engine bitcask has no checkpoints.
      ? 2
      """#)
  }

  @Test("the log of the seed is a store, and every line that a put adds is one of it")
  func seedLog() throws {
    try TextSession.run(
      #"""
      $ mkdir kvdata; printf '{"key":"45","value":"hello"}\n{"key":"45","value":"hel' > kvdata/log.jsonl
      $ kvcli get 45
      hello
      ! kvcli: ./kvdata/log.jsonl ends at byte 29: the last line is torn.
      $ kvcli set 46 again; cat kvdata/log.jsonl
      {"key":"45","value":"hello"}
      {"key":"46","value":"again"}
      $ kvcli inspect log.jsonl
      00000000  line, 29 bytes
        00000000  7b 22 6b 65 79 22 3a 22 …  put      45 = hello
        0000001c  0a                         newline
      0000001d  line, 29 bytes
        0000001d  7b 22 6b 65 79 22 3a 22 …  put      46 = again
        00000039  0a                         newline
      $ printf 'rubbish\n{"key":"c","value":"3"}\n' >> kvdata/log.jsonl; kvcli get 45
      ! kvcli: ./kvdata/log.jsonl: damaged at byte 58: …. List all damage with kvcli verify, and restore a copy; the engine append-log has no salvage.
      ? 3
      $ kvcli verify > report; grep -c 'byte 58' report
      1
      """#)
  }

  @Test("a conversion keeps every entry and its time to live")
  func conversion() throws {
    try TextSession.run(
      #"""
      $ kvcli put a 1; kvcli put "\xff" "\x00" ; kvcli put soon gone --ttl 1h
      $ kvcli convert kvdata log --into append-log
      Copied 3 entries from kvdata (lsm) to log (append-log).
      $ kvcli convert log cask --into bitcask
      Copied 3 entries from log (append-log) to cask (bitcask).
      $ kvcli convert cask tree --into lsm
      Copied 3 entries from cask (bitcask) to tree (lsm).
      $ for store in kvdata log cask tree; do kvcli --store $store scan > $store.out; cmp kvdata.out $store.out; done; wc -l < tree.out
      3
      $ kvcli --store cask inspect data.0 | grep -c 'expiring value, '
      1
      $ grep -c '"expires":' log/log.jsonl
      1
      $ kvcli convert log tree --into bitcask
      ! kvcli: tree: a conversion needs a new or an empty directory; this one holds a store of the engine lsm.
      ? 2
      $ kvcli convert nowhere other --into lsm
      ! kvcli: nowhere: there is no store here. A first put creates a store.
      ? 4
      $ kvcli convert log other
      ! kvcli: convert: --into is missing. There are lsm, bitcask, append-log.
      ? 2
      """#)
  }

  @Test("a damaged data file is named by verify and by the get that meets it")
  func damage() throws {
    try TextSession.run(
      #"""
      $ kvcli --engine bitcask put a first; kvcli put b second
      $ printf X | dd of=kvdata/data.0 bs=1 seek=100 conv=notrunc 2> /dev/null
      $ kvcli get b
      ! kvcli: ./kvdata/data.0: damaged at byte 56: the checksum of the record's key and value does not match. List all damage with kvcli verify, and restore a copy; the engine bitcask has no salvage.
      ? 3
      $ kvcli verify > report; grep -c 'damaged' report
      1
      $ kvcli inspect data.0 > report; grep 'damaged:' report
        damaged: the checksum of key and value does not match (stored …, computed …)
      """#)
  }

  @Test("a promise that the append log does not give is broken where it can be seen")
  func crashLab() throws {
    try TextSession.run(
      #"""
      $ kvcli crashlab --engine bitcask --images 300 --operations 10 | tail -n 1
      no violations
      $ kvcli crashlab --engine append-log --images 300 --operations 10 | tail -n 1
      no violations
      """#)
  }
}
