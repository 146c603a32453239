#!/usr/bin/env python3
"""Writes all individual Unicode character names as `code point<TAB>name`, sorted by their bytes.

    python3 make-unicode-names.py > unicode-names.tsv

Left out are the names that a rule makes from the code point (CJK unified ideographs, Tangut
ideographs) or from its parts (Hangul syllables): about 110,000 lines that say nothing.
The version of Unicode is the one that this Python was built with; it goes to standard error.
"""

import sys
import unicodedata

MADE_BY_RULE = ("CJK UNIFIED IDEOGRAPH-", "TANGUT IDEOGRAPH-", "HANGUL SYLLABLE ")


def main() -> None:
    # The same bytes on every system, whatever its locale and its line ends.
    sys.stdout.reconfigure(encoding="ascii", newline="\n")
    lines = []
    for code_point in range(sys.maxunicode + 1):
        name = unicodedata.name(chr(code_point), None)
        if name is not None and not name.startswith(MADE_BY_RULE):
            lines.append((f"{code_point:04X}", name))
    # Sorted as bytes, like the keys of a store: 10000 comes before 2190.
    for key, name in sorted(lines):
        print(f"{key}\t{name}")
    print(f"Unicode {unicodedata.unidata_version}, {len(lines)} names", file=sys.stderr)


if __name__ == "__main__":
    main()
