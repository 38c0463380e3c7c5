"""Lists: an issue replaces the previous one whole or not at all; a broken one never clears a hit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from connectors.base import RejectedRow
from connectors.lists import ListIssue
from connectors.messages import message
from graph.model import ListedName, ListedSchema, ListEntry, sha256_hex
from screening.store import lists
from screening.store.database import Database
from screening.store.lists import ListRefused, load_list

LIST = "un_sc"
NOW = datetime(2026, 6, 1, 8, tzinfo=UTC)


def entry(number: int, **changes: object) -> ListEntry:
    plain = ListEntry(
        list=LIST,
        entry=f"QDi.{number:03d}",
        schema=ListedSchema.PERSON,
        names=(
            ListedName(f"Påhittad Person {number}"),
            ListedName(f"Пример {number}", "original_script", script_language="rus"),
            ListedName(f"P\0P {number}", "alias", weak=True),
        ),
        programmes=("QD",),
        birth_dates=("1960/1965",),
        countries=("xx",),
        addresses=("Ingenstans 1",),
        identifiers=(("passport", "A1"),),
        swedish_numbers=("5580000015",),
        listed_on="2001-01-02",
        remarks='citat " och \\ snedstreck',
        place=f"/entry[{number}]",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def issue(count: int, day: int = 0, rejected: int = 0, **changes: object) -> ListIssue:
    entries = [entry(number) for number in range(count)]
    entries[0] = entry(0, **changes)
    return ListIssue(
        LIST,
        NOW + timedelta(days=day),
        tuple(entries),
        tuple(RejectedRow(f"row {number}", message("list.no_name")) for number in range(rejected)),
    )


def held(database: Database) -> list[ListEntry]:
    with database.transaction("kommun-a", "prov") as session:
        return list(lists.entries(session, LIST))


def test_entries_come_back_as_they_were_read(database: Database) -> None:
    report = load_list(database, issue(40, rejected=2), b"dokument", now=NOW)
    assert (report.state, report.entries, report.new, report.rejected) == ("loaded", 40, 40, 2)
    assert held(database) == list(issue(40).entries)
    with database.system() as session:
        assert lists.entry(session, LIST, "QDi.007") == entry(7)
        assert lists.entry(session, LIST, "QDi.999") is None
        assert lists.content(session, sha256_hex(b"dokument")) == b"dokument"
        assert lists.content(session, sha256_hex(b"annat")) is None
        names = session.execute(
            text("SELECT name, kind, weak FROM list_name WHERE entry = 'QDi.007' ORDER BY position")
        )
        assert [tuple(row) for row in names] == [
            ("Påhittad Person 7", "primary", False),
            ("Пример 7", "original_script", False),
            ("PP 7", "alias", True),
        ]


def test_the_version_is_the_documents_hash(database: Database) -> None:
    load_list(database, issue(40), b"dokument", now=NOW)
    with database.system() as session:
        (version,) = lists.versions(session, NOW)
    assert (version.list, version.version, version.entries) == (LIST, sha256_hex(b"dokument"), 40)
    assert (version.stated_at, version.loaded_at, version.stale) == (NOW, NOW, False)


def test_a_later_issue_writes_only_what_changed(database: Database) -> None:
    load_list(database, issue(40), b"ett", now=NOW)
    with database.system() as session:
        before = dict(session.execute(text("SELECT entry, xmin::text FROM list_entry")).all())
    changed = issue(41, day=1, names=(ListedName("Nytt Namn"),))
    changed = replace(changed, entries=changed.entries[:5] + changed.entries[6:])
    report = load_list(database, changed, "två".encode(), now=NOW)
    assert (report.new, report.changed, report.removed) == (1, 1, 1)
    assert held(database) == sorted(changed.entries, key=lambda each: each.entry)
    with database.system() as session:
        after = dict(session.execute(text("SELECT entry, xmin::text FROM list_entry")).all())
        names = session.execute(text("SELECT name FROM list_name WHERE entry = 'QDi.000'")).scalars().all()
        orphans = session.execute(text("SELECT count(*) FROM list_name WHERE entry = 'QDi.005'")).scalar_one()
    assert sum(after[each] != before[each] for each in after.keys() & before.keys()) == 1
    assert (names, orphans) == (["Nytt Namn"], 0)


def test_the_same_document_again_does_nothing_but_confirm(database: Database) -> None:
    load_list(database, issue(40), b"ett", now=NOW)
    later = NOW + timedelta(days=10)
    with database.system() as session:
        assert lists.versions(session, later)[0].stale  # nobody has looked for ten days
    report = load_list(database, issue(40), b"ett", now=later)
    assert (report.state, report.new, report.changed, report.removed) == ("confirmed", 0, 0, 0)
    with database.system() as session:
        version = lists.versions(session, later)[0]
        assert (version.stale, version.loaded_at) == (False, NOW)


@pytest.mark.parametrize("count", [1, 4, 19, 81])
def test_an_issue_that_shrank_or_grew_beyond_reason_is_refused_and_the_old_entries_stay(
    database: Database, count: int
) -> None:
    load_list(database, issue(40), b"ett", now=NOW)
    with pytest.raises(ListRefused) as refused:
        load_list(database, issue(count, day=1), "två".encode(), now=NOW)
    assert refused.value.reason == "count"
    assert f"{count} entries, the loaded one 40" in str(refused.value)
    assert held(database) == list(issue(40).entries)
    with database.system() as session:
        version = lists.versions(session, NOW)[0]
        assert (version.stale, version.entries, version.version) == (True, 40, sha256_hex(b"ett"))
        assert lists.content(session, sha256_hex("två".encode())) is None
    assert load_list(database, issue(count, day=1), "två".encode(), accept_count=True, now=NOW).entries == count
    with database.system() as session:
        assert not lists.versions(session, NOW)[0].stale


@pytest.mark.parametrize("count", [20, 80])
def test_half_and_double_are_still_accepted(database: Database, count: int) -> None:
    load_list(database, issue(40), b"ett", now=NOW)
    assert load_list(database, issue(count, day=1), "två".encode(), now=NOW).entries == count


def test_an_older_issue_is_refused(database: Database) -> None:
    load_list(database, issue(40, day=2), b"ett", now=NOW)
    with pytest.raises(ListRefused) as refused:
        load_list(database, issue(40, day=1), "två".encode(), now=NOW)
    assert refused.value.reason == "older"


def test_a_doubled_identity_is_refused(database: Database) -> None:
    doubled = issue(40)
    with pytest.raises(ListRefused) as refused:
        load_list(database, replace(doubled, entries=(*doubled.entries, entry(3))), b"ett", now=NOW)
    assert refused.value.reason == "doubled"
    assert held(database) == []


def test_a_download_that_could_not_be_read_makes_the_list_stale(database: Database) -> None:
    load_list(database, issue(40), b"ett", now=NOW)
    lists.refuse(database, LIST, "un_sc: XML-dokumentet slutar mitt i", now=NOW)
    with database.system() as session:
        assert lists.versions(session, NOW)[0].stale
    assert len(held(database)) == 40


def test_a_list_that_was_never_loaded_has_no_version(database: Database) -> None:
    lists.refuse(database, LIST, "un_sc: ingen fil", now=NOW)
    with database.system() as session:
        assert lists.versions(session, NOW) == []
