from __future__ import annotations

from dataclasses import replace

import pytest

from graph.matching import ScreeningQuery
from graph.matching.decisions import changed, evidence, lapse_reason
from graph.model import EntityKey, ListedName, ListedSchema, ListEntry

QUERY = ScreeningQuery(EntityKey("PERSON:0"), ListedSchema.PERSON, ("Nils Testsson",), "1970-01-02", ("se",))
ENTRY = ListEntry(
    "eu_fsf", "17", ListedSchema.PERSON, (ListedName("Nils Testson"), ListedName("Testsson")), birth_dates=("1951",)
)


@pytest.mark.parametrize(
    ("query", "entry", "parts"),
    [
        (QUERY, ENTRY, ()),
        (replace(QUERY, key=EntityKey("PERSON:1")), replace(ENTRY, place="/entry/9"), ()),
        (QUERY, replace(ENTRY, names=tuple(reversed(ENTRY.names))), ()),
        (QUERY, replace(ENTRY, birth_dates=("1951", "1970-01-02")), ("entry.birth_dates",)),
        (QUERY, replace(ENTRY, names=(*ENTRY.names, ListedName("N. T."))), ("entry.names",)),
        (replace(QUERY, birth_date=None), ENTRY, ("query.birth_date",)),
        (replace(QUERY, addresses=("Provgatan 4",)), replace(ENTRY, remarks="x"), ("entry.remarks", "query.addresses")),
    ],
)
def test_only_what_may_tell_two_apart_is_evidence(
    query: ScreeningQuery, entry: ListEntry, parts: tuple[str, ...]
) -> None:
    assert changed(evidence(QUERY, ENTRY), evidence(query, entry)) == parts


def test_digests_hold_no_value() -> None:
    assert "1970" not in str(evidence(QUERY, ENTRY).values())
    assert "Testsson" not in str(evidence(QUERY, ENTRY))


def test_why_a_decision_lapsed_is_said_in_words() -> None:
    why = lapse_reason(("entry.birth_dates", "query.addresses"))
    assert why.sv == (
        "Bedömningen gäller inte längre: listans post har ändrats (födelsedatum) och det vi vet har ändrats (adresser)."
    )
    assert why.en.startswith("The decision has lapsed: the list's entry has changed (birth dates)")
