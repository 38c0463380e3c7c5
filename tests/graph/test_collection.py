"""Pausing the collector leaves the process as it was, whatever happens inside."""

import gc

import pytest

from graph.collection import keep_for_good, paused_collection


def test_runs_again_after_a_block_that_failed() -> None:
    with pytest.raises(ValueError, match="inside"), paused_collection():
        assert not gc.isenabled()
        raise ValueError("inside")
    assert gc.isenabled()


def test_stays_off_where_it_was_off() -> None:
    gc.disable()
    try:
        with paused_collection():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_is_kept_is_not_visited_again() -> None:
    kept = [[number] for number in range(1_000)]
    try:
        keep_for_good()
        assert gc.get_freeze_count() >= len(kept)
    finally:
        gc.unfreeze()
