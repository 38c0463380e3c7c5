"""Bulk work without the garbage collector: the analyses it keeps hold no cycles, yet each pass would visit them all.

Measured on 10 864 pairs of names: a third of the time went to passes that freed nothing.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused_collection() -> Iterator[None]:
    """Do the block with the cycle collector paused; it runs again afterwards if it did before."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def keep_for_good() -> None:
    """Let the collector never visit what is in memory now: call it after building what lives as long as the process."""
    gc.collect()
    gc.freeze()
