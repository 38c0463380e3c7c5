"""One index a list issue for all processes: shared, never trusted unsealed, never waited for in vain."""

from __future__ import annotations

import pickle
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from connectors.lists import read_issue
from graph.matching import ScreeningQuery
from graph.model import EntityKey, ListedSchema
from screening.store import lists
from workers import list_index
from workers.embedded import EmbeddedValkey
from workers.runtime import Runtime

LISTED = "Mallgrens Rederi Limited"


@pytest.fixture(autouse=True)
def new_process() -> Iterator[None]:
    """As in a process that has not seen any list yet."""
    list_index._cache.clear()
    yield
    list_index._cache.clear()


@pytest.fixture
def loaded(runtime: Runtime) -> Runtime:
    """A runtime whose UN list has one entry."""
    document = (
        '<CONSOLIDATED_LIST dateGenerated="2026-11-01T00:00:00.000Z"><INDIVIDUALS></INDIVIDUALS><ENTITIES><ENTITY>'
        f"<DATAID>1</DATAID><FIRST_NAME>{LISTED}</FIRST_NAME><UN_LIST_TYPE>Prov</UN_LIST_TYPE>"
        "<REFERENCE_NUMBER>PRe.1</REFERENCE_NUMBER></ENTITY></ENTITIES></CONSOLIDATED_LIST>"
    ).encode()
    lists.load_list(runtime.database, read_issue("un_sc", document), document)
    return runtime


def hits(runtime: Runtime) -> list[str]:
    """The entries that a process finds under the listed name."""
    query = ScreeningQuery(EntityKey("SE:ORG:5580000015"), ListedSchema.ORGANISATION, (LISTED,))
    _, index = list_index.indexes(runtime)["un_sc"]
    return [hit.entry.entry for hit in index.screen(query)]


def index_name(runtime: Runtime) -> bytes:
    (name,) = runtime.redis.keys("genomlys:list-index:un_sc:*")
    return bytes(name)


def empty_the_table(runtime: Runtime) -> None:
    """Take the list's rows away, so that whoever builds anew finds nothing."""
    with runtime.database.system("test") as session:
        session.execute(text("DELETE FROM list_entry"))


def test_what_one_process_has_built_the_next_one_uses(loaded: Runtime) -> None:
    found = hits(loaded)
    assert found
    empty_the_table(loaded)
    list_index._cache.clear()
    assert hits(loaded) == found


def test_bytes_that_this_installation_has_not_sealed_are_not_unpacked(loaded: Runtime) -> None:
    found = hits(loaded)
    name = index_name(loaded)
    stored = bytearray(loaded.redis.get(name) or b"")
    stored[-1] ^= 1
    for altered in (bytes(stored), pickle.dumps(EntityKey("x")), b""):
        loaded.redis.set(name, altered)
        list_index._cache.clear()
        assert hits(loaded) == found
        assert loaded.redis.get(name) != altered


def test_a_process_killed_while_building_holds_nobody_up(loaded: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    found = hits(loaded)
    name = index_name(loaded)
    loaded.redis.delete(name)
    loaded.redis.set(name + b":building", b"a process that is no more", ex=list_index.BUILDING_SECONDS)
    monkeypatch.setattr(list_index, "WAITING_SECONDS", 0.05)
    list_index._cache.clear()
    assert hits(loaded) == found


def test_lists_are_screened_while_valkey_is_away(loaded: Runtime, valkey_server: EmbeddedValkey) -> None:
    valkey_server.stop()
    try:
        assert hits(loaded)
    finally:
        valkey_server.start()
