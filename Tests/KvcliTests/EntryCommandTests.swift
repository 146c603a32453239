import Testing

@Suite("Commands on entries")
struct EntryCommandTests {
  @Test("put, get, delete, exists")
  func basics() throws {
    try TextSession.run(
      #"""
      $ kvcli put city Zürich
      $ kvcli get city
      Zürich
      $ kvcli set city Bern
      $ kvcli get city
      Bern
      $ kvcli get city --raw | od -An -c
         B   e   r   n
      $ kvcli exists city
      $ kvcli delete city
      $ kvcli get city
      ! Key not found.
      ? 1
      $ kvcli exists city
      ? 1
      $ kvcli del city; kvcli rm city
      $ kvcli count
      0
      """#)
  }

  @Test("empty keys, empty values, and what looks like an option")
  func oddities() throws {
    try TextSession.run(
      #"""
      $ kvcli put '' nameless && kvcli put empty ''
      $ kvcli get ''
      nameless
      $ kvcli get empty

      $ kvcli put -- --ttl - && kvcli get -- --ttl
      -
      $ kvcli scan
      	nameless
      --ttl	-
      empty	
      """#)
  }

  @Test("any byte may stand in an argument, and in standard input")
  func binary() throws {
    try TextSession.run(
      #"""
      $ kvcli put "$(printf '\377k')" "$(printf 'v\001\200')"
      $ kvcli scan
      \xffk	v\x01\x80
      $ kvcli get "$(printf '\377k')" | od -An -tx1
       76 01 80 0a
      $ printf 'a\0b\n' | kvcli put nul -
      $ kvcli get nul --raw | od -An -tx1
       61 00 62 0a
      $ head -c 3000000 /dev/zero | kvcli put large - && kvcli get large --raw | cksum
      … 3000000
      """#)
  }

  @Test("a time to live ends")
  func timeToLive() throws {
    try TextSession.run(
      #"""
      $ kvcli put a 1 --ttl 100ms; kvcli put b 2 --ttl=1h; kvcli get a
      1
      $ sleep 0.15; kvcli get a
      ! Key not found.
      ? 1
      $ kvcli scan
      b	2
      """#)
  }

  @Test("scan and count, with every option")
  func scan() throws {
    try TextSession.run(
      #"""
      $ printf 'ant\t1\nbee\t2\nbug\t3\ncat\t4\n' | kvcli import -
      $ kvcli scan --from bee --to cat
      bee	2
      bug	3
      $ kvcli scan --prefix b --reverse --limit 1
      bug	3
      $ kvcli scan --keys-only --limit 2
      ant
      bee
      $ kvcli scan --prefix a --format csv
      ant,1
      $ kvcli scan --prefix a --format json --keys-only
      {"key":"ant"}
      $ kvcli scan --limit 0
      $ kvcli count
      4
      $ kvcli count --prefix b
      2
      """#)
  }

  @Test("reading from a store that is not there creates nothing")
  func missingStore() throws {
    try TextSession.run(
      #"""
      $ kvcli get a
      ! kvcli: ./kvdata: there is no store here; a first put creates one.
      ! Key not found.
      ? 1
      $ kvcli exists a
      ! kvcli: ./kvdata: there is no store here; a first put creates one.
      ? 1
      $ for c in scan export count flush compact "delete a"; do kvcli --store typo $c; done
      0
      Compaction made no changes.
      ! kvcli: typo: there is no store here; a first put creates one.
      ! kvcli: typo: there is no store here; a first put creates one.
      ! kvcli: typo: there is no store here; a first put creates one.
      ! kvcli: typo: there is no store here; a first put creates one.
      ! kvcli: typo: there is no store here; a first put creates one.
      ! kvcli: typo: there is no store here; a first put creates one.
      $ printf 'get a\nscan\ndelete a\n' | kvcli --store typo batch
      (absent)
      OK
      ! kvcli: typo: there is no store here; a first put creates one.
      $ kvcli --store typo import /dev/null
      $ mkdir empty; kvcli --store empty scan; rmdir empty
      ! kvcli: empty: there is no store here; a first put creates one.
      $ kvcli stats
      ! kvcli: ./kvdata: there is no store here. A first put creates a store.
      ? 4
      $ kvcli verify
      ! kvcli: ./kvdata: there is no store here. A first put creates a store.
      ? 4
      $ kvcli inspect
      ! kvcli: ./kvdata: there is no store here. A first put creates a store.
      ? 4
      $ kvcli checkpoint copy
      ! kvcli: ./kvdata: there is no store here. A first put creates a store.
      ? 4
      $ ls
      $ kvcli --store made put a 1; ls
      made
      """#)
  }

  @Test("the store comes from the option or the environment")
  func chosenStore() throws {
    try TextSession.run(
      #"""
      $ KVCLI_STORE=one kvcli put a 1; kvcli --store two put a 2; kvcli put a 3 --store=three
      $ ls
      one
      three
      two
      $ KVCLI_STORE=one kvcli --store two get a
      2
      $ KVCLI_STORE= kvcli put a 4; ls
      kvdata
      one
      three
      two
      """#)
  }
}
