import Testing

@Suite("Batch, shell and scripts")
struct SessionCommandTests {
  @Test("a batch answers every line, and mistakes do not end it")
  func batch() throws {
    try TextSession.run(
      #"""
      $ printf 'put a 1\nget a\nget b\n\n# a comment\nexists a\nexists b\ndelete a\ncount\n' | kvcli batch
      OK
      1
      (absent)
      OK
      (absent)
      OK
      0
      $ printf 'frob\nput a\nget "x\nput a -\nshell\nput b "two\\nlines"\nget b\nget b --raw\nscan\necho end\n' | kvcli batch
      ERROR usage: there is no command frob
      ERROR usage: put: VALUE is missing
      ERROR usage: a quotation mark is not closed
      ERROR invalidArgument: standard input carries the commands here, so it cannot carry a value too; a hyphen itself is written "-"
      ERROR usage: this command is for the command line, not for a session
      OK
      two\nlines
      ERROR invalidArgument: --raw is for the command line; here every answer is a line
      b	two\nlines
      end
      $ printf 'put a "(absent)"\nget a\nput a "ERROR io: x"\nget a\nput a OK\nget a\nput a OKAY\nget a\nput a ""\nget a\n' | kvcli batch
      OK
      \x28absent)
      OK
      \x45RROR io: x
      OK
      \x4fK
      OK
      OKAY
      OK

      """#)
  }

  @Test("a batch answers before it reads on")
  func interactive() throws {
    try TextSession.run(
      #"""
      $ mkfifo i o; (kvcli batch < i > o &) ; exec 3> i 4< o; echo 'put a 1' >&3; read x <&4; echo "$x"; echo 'get a' >&3; read x <&4; echo "$x"
      OK
      1
      """#)
  }

  @Test("a batch on a store in use answers so, and ends")
  func lockedBatch() throws {
    try TextSession.run(
      #"""
      $ kvcli put a 1; mkfifo in; (kvcli batch < in > out &); exec 3> in; echo 'get a' >&3; while [ ! -s out ]; do sleep 0.01; done; printf 'get a\nput b 2\n' | kvcli batch
      ERROR locked: ./kvdata: the store is in use by another process or another opening
      ! kvcli: the store cannot be opened; line 1 was the last one read.
      ! kvcli: ./kvdata: the store is in use by another process or another opening. …
      ? 5
      """#)
  }

  @Test("a batch and a shell whose store cannot be opened end with the status of one command")
  func unopenable() throws {
    try TextSession.run(
      #"""
      $ kvcli put a 1; printf '\377' | dd of=kvdata/MANIFEST bs=1 seek=20 conv=notrunc 2> /dev/null
      $ printf 'frob\nget a\nput b 2\n' | kvcli batch
      ERROR usage: there is no command frob
      ERROR corrupt: ./kvdata/MANIFEST: damaged at byte …
      ! kvcli: the store cannot be opened; line 2 was the last one read.
      ! kvcli: ./kvdata/MANIFEST: damaged at byte …
      ? 3
      $ printf 'get a\nput b 2\n' | kvcli shell
      ! kvcli: the store cannot be opened; line 1 was the last one read.
      ! kvcli: ./kvdata/MANIFEST: damaged at byte …
      ? 3
      $ printf 'get a\nput b 2\n' | kvcli --store /dev/null batch
      ERROR io: /dev/null: open failed: Not a directory
      ! kvcli: the store cannot be opened; line 1 was the last one read.
      ! kvcli: /dev/null: open failed: Not a directory. This is a file, or lies below one; choose a directory.
      ? 4
      $ printf 'get a\nstats\nput a 1\nget a\n' | kvcli --store new batch
      (absent)
      ERROR notFound: new: there is no store here
      OK
      1
      ! kvcli: new: there is no store here; a first put creates one.
      """#)
  }

  @Test("lines may be as long as values are")
  func longLines() throws {
    try TextSession.run(
      #"""
      $ { printf 'put a '; head -c 2000000 /dev/zero | tr '\0' x; printf '\ncount\n'; } | kvcli batch
      OK
      1
      $ kvcli get a | wc -c
      2000001
      """#)
  }

  @Test("reports within a batch are one line of JSON")
  func reports() throws {
    try TextSession.run(
      #"""
      $ printf 'put a 1\nstats\nflush\nverify\ncompact\n' | kvcli batch
      OK
      {"store":"./kvdata","engine":"lsm",…}
      OK
      {"store":"./kvdata","sound":true,…}
      Compaction made no changes.
      """#)
  }

  @Test("the shell goes on after mistakes, and reads from a pipe too")
  func shell() throws {
    try TextSession.run(
      #"""
      $ printf 'put a 1\nget a\nget b\ngit a\nput\nexists a\nscan\n' | kvcli shell
      1
      (absent)
      (present)
      a	1
      ! kvcli: there is no command git. Did you mean get? All commands are listed by: help
      ! kvcli: put: KEY is missing. It is written: put KEY VALUE [--ttl DURATION]
      """#)
  }

  @Test("exit and quit end a shell, through a pipe too, but no batch")
  func leaving() throws {
    try TextSession.run(
      #"""
      $ printf 'put a 1\nexit\nget a\n' | kvcli shell; printf 'quit\nget a\n' | kvcli shell
      $ printf 'exit\nget a\n' | kvcli batch
      ERROR usage: there is no command exit
      1
      $ kvcli help | sed -n '/^In a session/,/^$/p'
      In a session
      …
        reopen … (scripts only)
        crash … (scripts only)
        advance DURATION … (scripts only)
        exit … leave the shell (also quit; shell only)

      """#)
  }

  @Test("without a command and without a terminal there is an explanation")
  func noCommand() throws {
    try TextSession.run(
      #"""
      $ kvcli < /dev/null
      ! kvcli: there is no command. All commands: kvcli help
      ? 2
      """#)
  }

  @Test("a script is compared with what it expects, and can be recorded")
  func script() throws {
    try TextSession.run(
      #"""
      $ printf '# why\nput a 1\nget a\n---\n1\n' > good.kv; kvcli script good.kv
      1 script passed.
      $ printf 'put a 1\nget a\nget b\n---\n2\n(absent)\n' > bad.kv; kvcli script good.kv bad.kv
      bad.kv differs on lsm, bitcask, append-log (- expected, + printed):
        - 2
        + 1
          (absent)
      1 of 2 scripts differs.
      ? 1
      $ KVCLI_RECORD=1 kvcli script bad.kv && cat bad.kv
      1 script recorded.
      put a 1
      get a
      get b
      ---
      1
      (absent)
      $ printf 'get a\n' > none.kv; kvcli script none.kv
      ! kvcli: none.kv: there is no line --- with the expected output behind it; --record writes it.
      ? 2
      $ kvcli script --record none.kv && tail -n 1 none.kv; ls
      1 script recorded.
      (absent)
      bad.kv
      good.kv
      none.kv
      """#)
  }

  @Test("a script runs on every engine that it is for, and shows each that differs")
  func scriptEngines() throws {
    try TextSession.run(
      #"""
      $ printf 'put a 1\nshape\n' > shape.kv; kvcli script --record shape.kv
      shape.kv differs on bitcask, append-log (- expected, + printed):
        - memory: 1 record
        + level 0: 1 run, 1 record
      1 of 1 script differs.
      ? 1
      $ printf '# engines: bitcask, append-log\nput a 1\nshape\n---\nx\n' > rungs.kv; kvcli script rungs.kv
      rungs.kv differs on bitcask, append-log (- expected, + printed):
        - x
        + level 0: 1 run, 1 record
      1 of 1 script differs.
      ? 1
      $ kvcli script --policy full rungs.kv
      rungs.kv: not for the engine lsm.
      0 scripts passed.
      $ kvcli script --engine append-log rungs.kv | head -n 1
      rungs.kv differs on append-log (- expected, + printed):
      """#)
  }
}
