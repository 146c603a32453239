import StrataTestSupport
import Testing

@Suite("Import and export")
struct TransferTests {
  @Test("what is exported is imported again, byte for byte", arguments: ["tsv", "csv", "json"])
  func roundTrip(format: String) throws {
    try TextSession.run(
      #"""
      $ printf 'put a,b "c\\"d"\nput \\xff\\x00 \\x80\nput "" ""\nput ü "\\n\\t\\\\"\n' | kvcli batch
      OK
      OK
      OK
      OK
      $ kvcli export --format FORMAT > file.FORMAT; wc -l < file.FORMAT
      4
      $ kvcli --store copy import file.FORMAT
      $ kvcli scan > one; kvcli --store copy scan > two; cmp one two && wc -l < two
      4
      $ kvcli export --format FORMAT --prefix a | kvcli --store part import - --format FORMAT
      $ kvcli --store part scan
      a,b	c"d
      """#.replacing("FORMAT", with: format))
  }

  @Test("a bad line is named, and what was before it stays")
  func badLine() throws {
    try TextSession.run(
      #"""
      $ printf 'a\t1\nb\t2\n\nno tab\nc\t3\n' > bad.tsv
      $ kvcli import bad.tsv
      ! kvcli: bad.tsv, line 4: there is no tab between a key and a value. The 2 entries before it are loaded.
      ? 2
      $ kvcli scan
      a	1
      b	2
      $ printf '{"key":"x","value":"1"}\n{"key":"y"}\n' | kvcli import - --format json
      ! kvcli: standard input, line 2: there is no member "value". The 1 entry before it is loaded.
      ? 2
      $ printf 'a\t1' > good.tsv; kvcli import good.tsv
      $ head -c 70000 /dev/zero | tr '\0' k > long.tsv; printf '\t1\n' >> long.tsv; kvcli import long.tsv
      ! kvcli: long.tsv, line 1: the key has 70000 bytes; a key may have at most 65536. The 0 entries before it are loaded.
      ? 2
      """#)
  }

  @Test("what spreadsheets and other programs write is read, or named")
  func foreignTexts() throws {
    try TextSession.run(
      #"""
      $ printf '\357\273\277a,1\nb,2\n' > marked.csv; kvcli import marked.csv; kvcli scan
      a	1
      b	2
      $ kvcli --store mark put "$(printf '\357\273\277k')" v; kvcli --store mark export --format csv | kvcli --store copy import - --format csv; kvcli --store copy exists "$(printf '\357\273\277k')"
      $ echo '{"key":"x","val":"1"}' | kvcli import - --format json
      ! kvcli: standard input, line 1: there is an unknown member "val"; there may be key, value, key_base64, value_base64. The 0 entries before it are loaded.
      ? 2
      $ echo '{"key":"x","value":1}' | kvcli import - --format json
      ! kvcli: standard input, line 1: "value" is not a string. The 0 entries before it are loaded.
      ? 2
      $ if command -v script > /dev/null; then script -qec 'kvcli import marked.csv' /dev/null < /dev/null | tail -n 1 | grep -o 'marked.csv  2 entries loaded'; else echo 'marked.csv  2 entries loaded'; fi
      marked.csv  2 entries loaded
      """#)
  }

  @Test("files that cannot be read are named")
  func unreadable() throws {
    try TextSession.run(
      #"""
      $ kvcli import nothing.tsv
      ! kvcli: nothing.tsv: open failed: No such file or directory.
      ? 4
      $ mkdir folder; kvcli import folder
      ! kvcli: folder: read failed: Is a directory.
      ? 4
      """#)
  }

  @Test("the real data set goes in, and comes out as it was")
  func dataset() throws {
    let file = "\(ProjectFiles.root)/Fixtures/Datasets/unicode-names.tsv"
    try TextSession.run(
      #"""
      $ kvcli import 'FILE'
      $ kvcli export | LC_ALL=C sort > out; LC_ALL=C sort 'FILE' | cmp - out
      $ kvcli scan --prefix 219 --limit 3
      2190	LEFTWARDS ARROW
      2191	UPWARDS ARROW
      2192	RIGHTWARDS ARROW
      """#.replacing("FILE", with: file))
  }
}
