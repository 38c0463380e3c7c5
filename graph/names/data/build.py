"""Build ``name_forms.npz`` and ``hanja.txt`` beside this file, after rigour was upgraded; never run by the product.

Usage: ``python graph/names/data/build.py``.

rigour carries Wikidata's table of personal name forms (public domain, CC0) packed inside its compiled module and builds
an automaton of it on first use: 6 s and 380 MB a process. Genomlys looks words up one by one and needs only which forms
belong together. Kept: one-word forms, folded as tokens are, of groups with at least two different ones. A form in
another script that romanises to a form already kept is left out: its romanisation is looked up too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import rigour
import zstandard
from normality import ascii_text

from graph.names.analysis import ascii_pieces
from graph.names.facts import plain
from graph.names.forms import form_key

HERE = Path(__file__).resolve().parent
_MAGIC = b"\x28\xb5\x2f\xfd"
_SEPARATOR = " => "
MINIMUM_READINGS = 3
"""Names in which a Chinese character must be seen with a Korean syllable to be given that reading."""


def _table() -> Iterator[list[str]]:
    """The groups of forms in rigour's compiled module."""
    (module,) = Path(rigour.__file__).parent.glob("_core*.so")
    content = module.read_bytes()
    at = content.find(_MAGIC)
    while at >= 0:
        try:
            unpacked = zstandard.ZstdDecompressor().decompressobj().decompress(content[at:])
        except zstandard.ZstdError:
            unpacked = b""
        first = unpacked[:2000].split(b"\n", 1)[0]
        if _SEPARATOR.encode() + b"Q" in first:
            for line in unpacked.decode("utf-8").splitlines():
                yield [form.strip() for form in line.rpartition(_SEPARATOR)[0].split(",")]
            return
        at = content.find(_MAGIC, at + 4)
    raise SystemExit("rigour's compiled module holds no table of name forms in the known format")


def _folded(form: str) -> str:
    """``form`` as its token's text would be (Latin script) or in its own script, lower case."""
    folded = plain(form)
    if folded.isascii():
        return "".join(character for character in folded if character.isalnum())
    if not all(ord(character) < 0x250 or 0x1E00 <= ord(character) < 0x1F00 for character in folded):
        return form.casefold()
    return "".join(character for character in ascii_text(folded).casefold() if character.isalnum())


def _romanised(form: str) -> str:
    pieces = ascii_pieces(form, form)
    return pieces[0] if len(pieces) == 1 else form + " "


def main() -> None:
    """Write both files."""
    pairs: set[tuple[int, int]] = set()
    readings: dict[str, Counter[str]] = defaultdict(Counter)
    number = 0
    for forms in _table():
        words = [form for form in forms if form and " " not in form]
        folded = {_folded(form) for form in words}
        folded = {form for form in folded if len(form) > 1 or not form.isascii()}
        folded = {form for form in folded if form.isascii() or _romanised(form) not in folded}
        if len(folded) >= 2:
            pairs.update((form_key(form), number) for form in folded)
            number += 1
        chinese = [form for form in words if all("\u4e00" <= c <= "\u9fff" for c in form)]
        korean = [form for form in words if all("\uac00" <= c <= "\ud7a3" for c in form)]
        for han in chinese:
            for hangul in korean:
                if len(han) == len(hangul):
                    for character, syllable in zip(han, hangul, strict=True):
                        readings[character][syllable] += 1
    ordered = np.array(sorted(pairs), dtype=np.uint64)
    keys, groups = ordered[:, 0], ordered[:, 1].astype(np.uint32)
    np.savez_compressed(
        HERE / "name_forms.npz", gaps=np.diff(keys, prepend=np.uint64(0)).astype(np.uint32), groups=groups
    )
    known = sorted(
        (character, syllables.most_common(1)[0])
        for character, syllables in readings.items()
        if syllables.most_common(1)[0][1] >= MINIMUM_READINGS
    )
    lines = "".join(f"{character}{syllable}\n" for character, (syllable, _) in known)
    (HERE / "hanja.txt").write_text(lines, encoding="utf-8")


if __name__ == "__main__":
    main()
