"""A damaged or suspicious issue leaves the one before in force, and the list shows as stale."""

from __future__ import annotations

import pytest

from connectors.base import MalformedContent, SourceFailure
from graph.model import AnswerStatus
from screening.store.lists import ListRefused
from screening.store.register_load import LoadRefused
from workers import feeds, freshness


def held(runtime, source):
    return next(state for state in freshness.states(runtime) if state.description.id == source)


LIST_FAULTS = {
    "shrunk": (ListRefused, {}),
    "entity_bomb": ((MalformedContent, SourceFailure), {}),
    "zip_bomb": ((MalformedContent, SourceFailure), {"megabytes": 600}),
    "truncated": ((MalformedContent, SourceFailure), {}),
    "html": ((MalformedContent, SourceFailure), {}),
    "503": (SourceFailure, {}),
    "dead": (SourceFailure, {}),
}


@pytest.mark.parametrize("fault", LIST_FAULTS)
def test_a_bad_list_leaves_the_old_one_and_shows_stale(runtime, sandbox, fault):
    error, parameters = LIST_FAULTS[fault]
    loaded = feeds.load(runtime, "eu_fsf")
    before = held(runtime, "eu_fsf")
    assert not before.stale
    sandbox.order("eu_fsf", fault, **parameters)
    with pytest.raises(error):
        feeds.load(runtime, "eu_fsf")
    after = held(runtime, "eu_fsf")
    assert after.stale
    assert (after.rows, after.stated_at) == (before.rows, before.stated_at)
    assert after.rows == loaded.counts["entries"]
    sandbox.withdraw()
    feeds.load(runtime, "eu_fsf")
    assert not held(runtime, "eu_fsf").stale


@pytest.mark.parametrize("fault", ["shrunk", "zip_bomb", "truncated", "wrong_charset", "html", "dead"])
@pytest.mark.parametrize("source", ["bolagsverket_bulk", "scb_bulk"])
def test_a_bad_register_file_leaves_the_old_one(runtime, sandbox, source, fault):
    feeds.load(runtime, source)
    before = held(runtime, source)
    sandbox.order(source, fault, megabytes=300)
    with pytest.raises((MalformedContent, SourceFailure, LoadRefused)):
        feeds.load(runtime, source)
    after = held(runtime, source)
    assert (after.rows, after.stated_at, after.loaded_at) == (before.rows, before.stated_at, before.loaded_at)


def test_a_list_that_is_not_loaded_is_no_answer(runtime, case, finish, answer):
    finish(case)
    assert answer(case, "bolagsverket_vdm").status is AnswerStatus.FOUND
    # Lists are matched against whatever was loaded; with none loaded nobody is cleared.
    found = answer(case, "eu_fsf")
    assert (found.status, found.reason) == (AnswerStatus.NO_ANSWER, "not_loaded")


def test_a_loaded_list_without_a_hit_is_not_found(runtime, case, finish, answer):
    feeds.load(runtime, "eu_fsf")
    finish(case)
    assert answer(case, "eu_fsf").status is AnswerStatus.NOT_FOUND


def test_an_unknown_feed(runtime):
    with pytest.raises(KeyError):
        feeds.load(runtime, "finns_inte")


def test_a_list_in_several_files_cannot_come_from_one_address(runtime):
    with pytest.raises(SourceFailure, match="several files"):
        feeds.load_from(runtime, "ofac_sdn", "https://exempel.invalid/lista")
