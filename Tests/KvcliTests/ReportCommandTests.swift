import StrataTestSupport
import Testing

@Suite("Upkeep and reports")
struct ReportCommandTests {
  @Test("flush and compact say what they did")
  func compaction() throws {
    try TextSession.run(
      #"""
      $ kvcli put z 1; kvcli delete z; kvcli compact > out; kvcli compact
      Compaction made no changes.
      $ kvcli put a 1; kvcli flush; kvcli put a 2; kvcli flush; kvcli compact
      Compaction reclaimed … bytes.
      $ kvcli compact
      Compaction made no changes.
      $ kvcli get a
      2
      """#)
  }

  @Test("stats, for people and for programs")
  func statistics() throws {
    try TextSession.run(
      #"""
      $ kvcli put a 1; kvcli flush; kvcli put b 2; kvcli stats --durability interval:50
      store    ./kvdata
      engine   lsm, durability interval:50
      live     2 entries, 4 B
      other    … of … on disk (old versions, indexes, filters, checksums)
      records  2, the last change has number 2

      level   runs  segments  records  tombstones   size
      memory     1         –        1           0  …
      0          1         1        1           0  …

      memory           1 record …
      level 0  1 run, 1 segment …

      write amplification  … to files / … from users
      read amplification   … 0 segments asked / 0 gets
      space amplification  … on disk / 4 B live

      …
      $ kvcli stats --format json
      {"store":"./kvdata","engine":"lsm",…,"live_entries":2,"live_bytes":4,…,"levels":[…],…}
      """#)
  }

  @Test("verify finds a flipped bit, names it, and changes nothing")
  func verification() throws {
    try TextSession.run(
      #"""
      $ kvcli put a 1; kvcli put b 2; kvcli flush; kvcli verify
      …
      ./kvdata is sound: every byte of 3 files, … was checked.
      $ cd kvdata; printf '\377' | dd of=$(ls *.seg) bs=1 seek=47 conv=notrunc 2> /dev/null; cksum * > ../before
      $ kvcli verify
      …
      000003.seg: byte …: segment
        what    …
        so      …

      ./kvdata is damaged: … in 3 files, ….
      ? 3
      $ kvcli verify --format json
      {"store":"./kvdata","sound":false,…,"problems":[{"file":"000003.seg",…}],…}
      ? 3
      $ cd kvdata; cksum * | cmp - ../before
      $ kvcli scan > /dev/null
      ! kvcli: ./kvdata/000003.seg: damaged at byte …: …. List all damage with kvcli verify; restore a checkpoint if there is one, or save the rest with kvcli salvage ./kvdata ./saved.
      ? 3
      """#)
  }

  @Test("salvage saves what can be trusted, and names what cannot")
  func salvage() throws {
    try TextSession.run(
      #"""
      $ kvcli put a 1; kvcli put b 2; kvcli put c 3; kvcli flush; kvcli put b 4; kvcli salvage kvdata whole
      3 entries of kvdata in whole: nothing was lost.
      $ kvcli --store whole scan
      a	1
      b	4
      c	3
      $ printf '\377' | dd of=$(ls kvdata/*.seg) bs=1 seek=47 conv=notrunc 2> /dev/null; rm kvdata/MANIFEST
      $ cd kvdata; cksum * > ../before
      $ kvcli salvage kvdata saved
      000003.seg: byte 40, … bytes
        what    the checksum of a record does not match
        lost    records of keys before b

      MANIFEST: byte 0, 0 bytes
        what    the manifest is missing
        lost    no entry by itself

      note: Without a manifest …

      2 entries of kvdata in saved: 2 places could not be read, 0 keys uncertain.
      ? 3
      $ kvcli salvage kvdata again --format json
      {"source":"kvdata","target":"again","complete":false,"entries":2,…,"before":"b",…}
      ? 3
      $ cd kvdata; cksum * | cmp - ../before
      $ kvcli --store saved verify | tail -n 1
      saved is sound: every byte of …
      $ kvcli --store saved scan
      b	4
      c	3
      $ kvcli salvage kvdata saved
      ! kvcli: saved: a salvaged store needs a new or an empty directory; this one holds ….
      ? 2
      """#)
  }

  @Test("inspect shows every field of every file")
  func inspection() throws {
    try TextSession.run(
      #"""
      $ kvcli put hello world; kvcli inspect
      file        kind       size  records  state
      000001.wal  log       … B        1  sound
      MANIFEST    manifest  … B        0  sound
      $ kvcli inspect 000001.wal
      00000000  file header, 40 bytes
        00000000  89 53 54 52 41 54 41 0a    magic …
      …
        …  68 65 6c 6c 6f             key           hello
        …  77 6f 72 6c 64             value         world
      0000006a  synced mark, 32 bytes
      …
        00000082  00 00 00 00                records   0
        00000086  01 00 00 00                log       1
      $ kvcli inspect kvdata/MANIFEST --format json | head -n 1
      {"offset":0,"count":40,"title":"file header",…}
      $ kvcli inspect 000009.seg
      ! kvcli: 000009.seg (and ./kvdata/000009.seg): open failed: No such file or directory.
      ? 4
      """#)
  }

  @Test("inspect shows what is damaged, and what lies behind it")
  func damageInspection() throws {
    try TextSession.run(
      #"""
      $ kvcli put hello world; kvcli put b 2; printf 'W' | dd of=kvdata/000001.wal bs=1 seek=101 conv=notrunc 2> /dev/null
      $ kvcli inspect 000001.wal > out; echo $?; grep -v '^  0' out
      3
      00000000  file header, 40 bytes
      00000028  frame, 32 bytes
        damaged: the checksum of a record's body does not match
      00000048  record 1, 34 bytes
        damaged: the checksum of the body does not match (stored …, computed …)
      0000006a  synced mark, 32 bytes
      0000008a  frame, 32 bytes
      000000aa  record 2, 26 bytes
      000000c4  synced mark, 32 bytes
      $ grep Worl out
        00000065  57 6f 72 6c 64             value         World
      $ kvcli --store other put a 1; kvcli --store other flush; printf 'X' | dd of=other/000003.seg bs=1 seek=70 conv=notrunc 2> /dev/null
      $ kvcli inspect other/000003.seg > out
      ? 3
      $ grep damaged out | uniq
        damaged: the checksum of page 0, bytes 64 to 191, does not match (stored …, computed …)
      """#)
  }

  @Test("what is not a file of a store, or cannot be read, is not called damaged")
  func noDamage() throws {
    try TextSession.run(
      #"""
      $ echo hi > note.txt; mkdir sub; kvcli put a 1; kvcli flush
      $ kvcli inspect note.txt
      ! kvcli: ./note.txt: this is not a file of a Strata store.
      ? 2
      $ kvcli inspect /etc/passwd
      ! kvcli: /etc/passwd: this is not a file of a Strata store.
      ? 2
      $ kvcli inspect sub
      ! kvcli: sub: this is not a file of a Strata store.
      ? 2
      $ head -c 13 kvdata/MANIFEST > MANIFEST; kvcli inspect ./MANIFEST | tail -n 1
        damaged: the file ends within its header
      $ rm kvdata/000003.seg; ln -s 000003.seg kvdata/000003.seg; kvcli verify > out
      ! kvcli: ./kvdata/000003.seg: open failed: Too many levels of symbolic links.
      ? 4
      """#)
  }

  @Test("a checkpoint is a store of its own")
  func checkpoint() throws {
    try TextSession.run(
      #"""
      $ kvcli put a 1; kvcli checkpoint copy
      Checkpoint of ./kvdata in copy: … files.
      $ kvcli put a 2; kvcli --store copy get a
      1
      $ kvcli checkpoint copy
      ! kvcli: copy: a checkpoint needs a new or an empty directory; this one holds ….
      ? 2
      $ kvcli checkpoint other --format json
      {"checkpoint":"other","files":[…"MANIFEST"]}
      """#)
  }

  @Test("a benchmark measures every workload, and keeps away from data")
  func bench() throws {
    try TextSession.run(
      #"""
      $ TMPDIR=. kvcli bench --count 500 --operations 500 --threads 1,2
      500 entries, keys of 16 bytes, values of 100, engine lsm, durability system

      workload … thr …ops/s …mean …p50 …p99 …p99.9 …max …written …on disk
      loop-get …
      loop-put …
      fillrandom …
      settle …
      close …
      open-clean …
      readrandom … 1 …
      readrandom … 2 …
      readview … 1 …
      readview … 2 …
      readinto … 1 …
      readinto … 2 …
      readmissing …
      scan …
      scanentries …
      range100 …
      readrandom-compacted …
      readview-compacted …
      readinto-compacted …
      readmissing-compacted …
      scan-compacted …
      range100-compacted …
      mixed50-zipf … 1 …
      mixed50-zipf … 2 …
      fillseq …
      fillbatch1000 …
      overwrite …
      compact …
        before …, after …, spaceamp_after …
      open-after-kill …
        disk …
      fdatasync …
      fillsync … 1 …
      fillsync … 8 …
      fillbatch1000-sync …

      … s of processors, at most … of memory…
      $ ls
      $ kvcli bench readrandom --count 100 --operations 200 --format json --policy leveled
      {"workload":"readrandom","engine":"lsm","durability":"system","policy":"leveled","entries":100,…"operations":200,…,"p99_ns":…,"write_amplification":…}
      $ kvcli bench fillsync --operations 9 --format json | cut -c 1-56
      {"workload":"fillsync","engine":"lsm","durability":"sync
      {"workload":"fillsync","engine":"lsm","durability":"sync
      $ kvcli bench readview --count 100 --operations 200 --format lines
      R lsm default readview 100 100 1 …
      """#)
  }

  @Test("a benchmark of a named store needs an empty one, and may leave it as a crash does")
  func benchOfNamedStore() throws {
    try TextSession.run(
      #"""
      $ kvcli put a 1; kvcli --store kvdata bench fillrandom
      ! kvcli: kvdata holds entries already; a benchmark needs a store of its own.
      ? 2
      $ kvcli --store other bench
      ! kvcli: these workloads need a store each, and --store names one: choose among fillrandom, …
      ? 2
      $ ls
      kvdata
      $ kvcli bench fillrandom --kill
      ! kvcli: --kill leaves a store behind: name it with --store.
      ? 2
      $ sh -c 'kvcli --store other bench fillrandom --count 2000 --kill --format lines; exit $?' 2> /dev/null
      R lsm default fillrandom 2000 …
      ? 137
      $ kvcli --store other count
      2000
      $ kvcli bench --threads 1,0
      ! kvcli: --threads expects numbers from 1 to 64, such as 1,2, not 1,0.
      ? 2
      """#)
  }

  @Test("the tour succeeds, into a pipe as well, and cleans up")
  func tour() throws {
    try TextSession.run(
      #"""
      $ cd 'PACKAGE' && TMPDIR=$OLDPWD kvcli tour | cat
      Strata in seven steps, with the names of all Unicode characters
      …
        $ kvcli scan --prefix 219
        2190	LEFTWARDS ARROW
      …
      Done in … s: nothing acknowledged was lost.
        · If you typed along: unset KVCLI_STORE, and ./kvdata is the store again.
        · Next: kvcli help, or the book, from Docs/Course/README.md.
      $ ls
      $ cd 'PACKAGE' && TMPDIR=$OLDPWD kvcli tour --keep | grep -e '^  · [TK][oeh]' -e '^  $ ex' -e '^2190'
        · The tour's own store is temporary. To type along in an empty one of your own:
        $ export KVCLI_STORE=./tour-store
      …
        · Kept is the finished store, as it is after all seven steps; to look into it:
        $ export KVCLI_STORE=…/store
      """#.replacing("PACKAGE", with: ProjectFiles.root))
  }
}
