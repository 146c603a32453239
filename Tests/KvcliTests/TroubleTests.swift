import Testing

@testable import StrataShell

@Suite("Bad input and bad days")
struct TroubleTests {
  @Test("usage errors say what, and how it is written")
  func usage() throws {
    try TextSession.run(
      #"""
      $ kvcli comapct
      ! kvcli: there is no command comapct. Did you mean compact? All commands are listed by: kvcli help
      ? 2
      $ kvcli put a
      ! kvcli: put: VALUE is missing. It is written: put KEY VALUE [--ttl DURATION]
      ? 2
      $ kvcli scan --limit many
      ! kvcli: --limit expects a whole number, 0 or more, not many.
      ? 2
      $ kvcli scan --limt 3
      ! kvcli: there is no option --limt. Did you mean --limit?
      ? 2
      $ kvcli scan --form json
      ! kvcli: there is no option --form. Did you mean --format?
      ? 2
      $ kvcli scan --limit 99999999999999999999
      ! kvcli: --limit expects at most 9223372036854775807, not 99999999999999999999.
      ? 2
      $ kvcli scan "--$(printf 'x\377')"
      ! kvcli: there is no option --x\xff. …
      ? 2
      $ kvcli help nope
      ! kvcli: there is no command nope. All commands are listed by: kvcli help
      ? 2
      $ kvcli --engine b-tree get a
      ! kvcli: --engine expects …, not b-tree.
      ? 2
      $ kvcli --durability fast put a 1
      ! kvcli: --durability expects sync, system or interval: and milliseconds, as in interval:100, not fast.
      ? 2
      $ kvcli advance 3s
      ! kvcli: this command is for sessions and scripts: kvcli batch, shell, script.
      ? 2
      $ kvcli "$(printf 'g\377t')" a
      ! kvcli: the command is not text: g\xfft.
      ? 2
      $ kvcli --store "$(printf 'a\377')" get a
      ! kvcli: the value of --store is not text: a\xff.
      ? 2
      $ kvcli --store '' get a
      ! kvcli: the path of the store is empty.
      ? 2
      $ head -c 70000 /dev/zero | tr '\0' k > key; kvcli put "$(cat key)" 1
      ! kvcli: the key has 70000 bytes; a key may have at most 65536.
      ? 2
      $ ls
      key
      """#)
  }

  @Test("a store that is a file, below a file, or not ours")
  func wrongPlaces() throws {
    try TextSession.run(
      #"""
      $ touch file; kvcli --store file put a 1
      ! kvcli: file: open failed: Not a directory. This is a file, or lies below one; choose a directory.
      ? 4
      $ kvcli --store file get a
      ! kvcli: file: open failed: Not a directory. This is a file, or lies below one; choose a directory.
      ? 4
      $ kvcli --store no/such/place put a 1
      ! kvcli: no/such/place: mkdir failed: No such file or directory. Make the directory that it is to lie in first.
      ? 4
      $ ln -s nowhere link; kvcli --store link put a 1
      ! kvcli: link: mkdir failed: File exists. This is a symbolic link that leads nowhere; make its target, or choose another directory.
      ? 4
      $ mkdir home; touch home/letter.txt; kvcli --store home put a 1
      ! kvcli: home: this directory holds other files (letter.txt) and no store; choose an empty or a new directory.
      ? 2
      $ ls home
      letter.txt
      $ kvcli --store home get a
      ! Key not found.
      ? 1
      """#)
  }

  @Test("a store that somebody else uses")
  func locked() throws {
    try TextSession.run(
      #"""
      $ kvcli put a 1; mkfifo in; (kvcli batch < in > out &); exec 3> in; echo 'get a' >&3; while [ ! -s out ]; do sleep 0.01; done; kvcli get a
      ! kvcli: ./kvdata: the store is in use by another process or another opening. Wait until it has finished, or choose another directory.
      ? 5
      $ while ! kvcli get a 2> /dev/null; do sleep 0.01; done
      1
      """#)
  }

  @Test(
    "a directory that may not be read",
    .disabled(if: Platform.isSuperuser, "skipped: running as root, whom nothing is refused"))
  func unreadable() throws {
    try TextSession.run(
      #"""
      $ kvcli put a 1; chmod 000 kvdata; kvcli get a; s=$?; chmod 700 kvdata; (exit $s)
      ! kvcli: ./kvdata: open failed: Permission denied. See with ls -ld whose it is and who may use it.
      ? 4
      """#)
  }

  @Test("a damaged manifest, log or segment")
  func damaged() throws {
    try TextSession.run(
      #"""
      $ kvcli put a 1; kvcli put b 2; cp -r kvdata good
      $ printf '\377' | dd of=kvdata/MANIFEST bs=1 seek=20 conv=notrunc 2> /dev/null; kvcli get a
      ! kvcli: ./kvdata/MANIFEST: damaged at byte …: …. List all damage with kvcli verify; restore a checkpoint if there is one, or save the rest with kvcli salvage ./kvdata ./saved.
      ? 3
      $ kvcli put a 1
      ! kvcli: ./kvdata/MANIFEST: damaged at byte …: …. List all damage with kvcli verify; restore a checkpoint if there is one, or save the rest with kvcli salvage ./kvdata ./saved.
      ? 3
      $ rm -r kvdata; cp -r good kvdata; rm kvdata/MANIFEST; kvcli put a 1
      ! kvcli: ./kvdata/MANIFEST: damaged at byte 0: the manifest is missing, although 000001.wal is there. …
      ? 3
      $ rm -r kvdata; cp -r good kvdata; printf '\377' | dd of=kvdata/000001.wal bs=1 seek=60 conv=notrunc 2> /dev/null; kvcli get a
      ! kvcli: ./kvdata/000001.wal: damaged at byte …: …. List all damage with kvcli verify; restore a checkpoint if there is one, or save the rest with kvcli salvage ./kvdata ./saved.
      ? 3
      $ KVCLI_STORE=kvdata kvcli get a
      ! kvcli: kvdata/000001.wal: damaged at byte …: …. List all damage with kvcli verify; restore a checkpoint if there is one, or save the rest with kvcli salvage kvdata ./saved.
      ? 3
      $ mv kvdata "it's old"; kvcli --store "it's old" get a
      ! kvcli: it's old/000001.wal: damaged at byte …: …. List all damage with kvcli --store 'it'\''s old' verify; restore a checkpoint if there is one, or save the rest with kvcli salvage 'it'\''s old' ./saved.
      ? 3
      """#)
  }

  @Test("a torn tail is cut and reported, and nothing else is lost")
  func tornTail() throws {
    try TextSession.run(
      #"""
      $ kvcli put a 1; printf 'half a rec' >> kvdata/000001.wal; kvcli get a
      1
      ! kvcli: …000001.wal ends at byte …
      $ kvcli get a
      1
      """#)
  }

  @Test("a full disk: refused, said, and nothing that was acknowledged is lost")
  func fullDisk() throws {
    try TextSession.run(
      #"""
      $ kvcli put a 1; (ulimit -f 64; head -c 200000 /dev/zero | kvcli put large -)
      ! kvcli: ./kvdata/000001.wal: write failed: File too large.
      ? 4
      $ kvcli scan --keys-only
      a
      ! kvcli: ./kvdata/000001.wal ends at byte …: the file ends within a record's body.
      $ head -c 200000 /dev/zero | tr '\0' x > x; (ulimit -f 64; { printf 'put large '; cat x; printf '\nput b 2\nget a\n'; } | kvcli batch)
      ERROR io: …
      ERROR readOnly: the store refuses writes after an earlier failure (…)
      1
      ! kvcli: the store refuses writes after an earlier failure (…). Open the store again once the cause is gone; reads still work.
      ? 6
      $ kvcli put b 2; kvcli scan --keys-only
      a
      b
      ! kvcli: ./kvdata/000001.wal ends at byte …
      """#)
  }

  @Test("a full disk during an import: what was loaded is said, and stays")
  func fullDiskDuringImport() throws {
    try TextSession.run(
      #"""
      $ seq -f 'k%06.0f	v' 1 20000 > file.tsv; (ulimit -f 512; kvcli import file.tsv)
      ! kvcli: loaded before this: … entries
      ! kvcli: ./kvdata/000001.wal: write failed: File too large.
      ? 4
      $ kvcli scan 2> /dev/null | cmp - file.tsv 2>&1 | grep -c EOF
      1
      """#)
  }

  @Test("a full standard output is said, a closed one ends quietly")
  func outputs() throws {
    try TextSession.run(
      #"""
      $ seq -f 'k%.0f	v' 1 30000 | kvcli import - --durability system; kvcli scan | head -n 1
      k1	v
      $ (kvcli scan; echo "status $?" >&2) | head -n 1
      k1	v
      ! status 0
      $ if [ -e /dev/full ]; then kvcli scan > /dev/full; else echo "kvcli: standard output: no space left on the disk." >&2; exit 4; fi
      ! kvcli: standard output: no space left on the disk.
      ? 4
      """#)
  }

  @Test("closed standard descriptors never become files of the store")
  func closedDescriptors() throws {
    try TextSession.run(
      #"""
      $ kvcli put a 1 <&- >&-
      $ kvcli get a >&-
      ! kvcli: standard output: write failed: Bad file descriptor.
      ? 4
      $ kvcli put b - <&-
      ! kvcli: standard input: read failed: Bad file descriptor.
      ? 4
      $ kvcli get nothing 2>&-
      ? 1
      $ kvcli verify | tail -n 1
      ./kvdata is sound: …
      """#)
  }

  @Test("help, version and completions")
  func help() throws {
    try TextSession.run(
      #"""
      $ kvcli --version
      kvcli … (Strata)
      $ kvcli help | head -n 1
      kvcli: a log-structured key-value store at the command line
      $ kvcli help put > a; kvcli put --help > b; kvcli put -h | cmp - a && cmp a b && head -n 3 a
      put: make KEY hold VALUE

      Usage: kvcli put KEY VALUE [--ttl DURATION]
      $ for shell in bash zsh fish; do kvcli completions $shell > $shell.txt; done; cp bash.txt c; bash -n c
      $ bash -c '. ./c; COMP_WORDS=(kvcli comp); COMP_CWORD=1; _kvcli; echo ${COMPREPLY[@]}'
      compact completions
      $ bash -c '. ./c; COMP_WORDS=(kvcli scan --for); COMP_CWORD=2; _kvcli; echo ${COMPREPLY[@]}'
      --format
      $ bash -c '. ./c; COMP_WORDS=(kvcli stats --format ""); COMP_CWORD=3; _kvcli; echo ${COMPREPLY[@]}'
      text json
      $ bash -c '. ./c; COMP_WORDS=(kvcli scan --format ""); COMP_CWORD=3; _kvcli; echo ${COMPREPLY[@]}'
      tsv csv json
      $ kvcli put a 1; bash -c '. ./c; COMP_WORDS=(kvcli inspect MA); COMP_CWORD=2; _kvcli; echo ${COMPREPLY[@]}'
      MANIFEST
      """#)
  }
}
