"""Which words are forms of one personal name (John, Juan, Иван, 约翰), and how Chinese characters are read in Korean.

Wikidata's table (CC0) as rigour collects it, in a compact file that ``data/build.py`` writes. It is read when the first
word is looked up (some 50 ms, 8 MB) and not before.
"""

from __future__ import annotations

import io
import zlib
from functools import cache, lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

NO_GROUPS: frozenset[str] = frozenset()


def form_key(form: str) -> int:
    """The key under which a folded form is kept. Two forms in a million share one; both must then share a group."""
    return zlib.crc32(form.encode("utf-8", "surrogatepass"))


@cache
def _table() -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    content = resources.files("graph.names").joinpath("data/name_forms.npz").read_bytes()
    with np.load(io.BytesIO(content)) as packed:
        keys = np.cumsum(packed["gaps"], dtype=np.uint64).astype(np.uint32)
        return keys, packed["groups"]


@lru_cache(maxsize=131_072)
def groups(form: str) -> frozenset[str]:
    """The groups of name forms that ``form`` (folded as tokens are, in any script) belongs to; mostly none."""
    keys, numbers = _table()
    key = np.uint32(form_key(form))
    first = int(keys.searchsorted(key, "left"))
    if first == len(keys) or keys[first] != key:
        return NO_GROUPS
    return frozenset(map(str, numbers[first : int(keys.searchsorted(key, "right"))].tolist()))


@cache
def hanja() -> dict[str, str]:
    """Chinese character -> the Korean syllable it is read as in names."""
    text = resources.files("graph.names").joinpath("data/hanja.txt").read_text(encoding="utf-8")
    return {line[0]: line[1] for line in text.splitlines()}
