"""Loading the mirrored register: only what changed is written, all or nothing, whatever happens on the way."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from connectors.base import MalformedContent
from screening.store import register
from screening.store.database import Database
from screening.store.register_load import LoadRefused, load_bolagsverket, load_scb

sys.path.insert(0, str(Path(__file__).parent))
from bulk_files import START, bolagsverket_file, numbers, scb_file


def rows_of(count: int, **changes: dict[str, str]) -> dict[str, dict[str, str]]:
    return {number: {} for number in numbers(count)} | changes


def mirror(database: Database, table: str = "register_bolagsverket") -> dict[int, Any]:
    with database.system() as session:
        rows = session.execute(text(f"SELECT number, xmin::text, removed_in FROM {table}"))
        return {row.number: (row.xmin, row.removed_in) for row in rows}


def told(database: Database) -> list[tuple[str, str, str, str | None, str | None]]:
    with database.system() as session:
        return [(e.number, e.source, e.what, e.before, e.after) for e in register.events(session)]


def test_the_first_file_fills_the_mirror_without_events(database: Database, tmp_path: Path) -> None:
    report = load_bolagsverket(database, bolagsverket_file(tmp_path, rows_of(40)))
    assert (report.state, report.rows, report.new, report.events) == ("loaded", 40, 40, 0)
    assert len(mirror(database)) == 40
    assert load_scb(database, scb_file(tmp_path, rows_of(30))).new == 30
    with database.system() as session:
        organisation = register.lookup(session, numbers(1)[0])
    assert organisation is not None
    assert organisation.name == f"Prov {numbers(1)[0]} AB"
    assert organisation.bolagsverket is not None and organisation.scb is not None
    assert (organisation.bolagsverket.row.line, organisation.scb.row.line) == (2, 2)


def test_the_indexes_stand_after_the_first_load(database: Database, tmp_path: Path) -> None:
    query = text("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'register_bolagsverket'")
    with database.system() as session:
        before = set(session.execute(query).all())
    load_bolagsverket(database, bolagsverket_file(tmp_path, rows_of(3)))
    with database.system() as session:
        assert set(session.execute(query).all()) == before


def test_the_same_file_again_does_nothing(database: Database, tmp_path: Path) -> None:
    file = bolagsverket_file(tmp_path, rows_of(40))
    load_bolagsverket(database, file)
    before = mirror(database)
    report = load_bolagsverket(database, file)
    assert (report.state, report.rows_written, report.events) == ("confirmed", 0, 0)
    assert mirror(database) == before


def test_a_later_file_writes_only_what_changed_and_tells_each_aspect_once(database: Database, tmp_path: Path) -> None:
    first, second, third, fourth, fifth, sixth = numbers(6)
    load_bolagsverket(database, bolagsverket_file(tmp_path, rows_of(40)))
    before = mirror(database)
    changed = rows_of(
        40,
        **{
            first: {
                "organisationsnamn": "Nytt Namn AB$FORETAGSNAMN-ORGNAM$2026-06-05",
                "postadress": "Nya vägen 1$$ORT$11122$SE-LAND",
            },
            second: {"avregistreringsdatum": "2026-06-04", "avregistreringsorsak": "KKAV-AVORG"},
            third: {"pagandeAvvecklingsEllerOmstruktureringsforfarande": "KK-AVOMFO$2026-06-03"},
            fourth: {"organisationsform": "BAB-ORGFO"},
            fifth: {"verksamhetsbeskrivning": "Annat"},  # written, but no aspect that is an event
            sixth: {"postadress": "GATAN 5$$ORT$11122$SE-LAND", "avregistreringsdatum": "null"},  # says the same
        },
    )
    report = load_bolagsverket(database, bolagsverket_file(tmp_path, changed, week=1))
    assert (report.changed, report.new, report.removed, report.unchanged, report.events) == (6, 0, 0, 34, 5)
    after = mirror(database)
    assert {number for number in after if after[number] != before[number]} == {int(n) for n in numbers(6)}
    source = register.BOLAGSVERKET
    assert told(database) == [
        (first, source, "name", f"Prov {first} AB", "Nytt Namn AB"),
        (first, source, "address", "Gatan 0, 11122 ORT", "Nya vägen 1, 11122 ORT"),
        (second, source, "status", "registrerad", "avregistrerad 2026-06-04 (Konkurs)"),
        (fourth, source, "legal_form", "Aktiebolag", "Bankaktiebolag"),
        (third, source, "proceeding", "", "Konkurs 2026-06-03"),
    ]
    with database.system() as session:
        event = next(iter(register.events(session)))
    assert (event.not_before, event.not_after) == (START, START + timedelta(weeks=1))


def test_scb_change_flags_are_no_changes_and_industry_is(database: Database, tmp_path: Path) -> None:
    first, second, third = numbers(3)
    load_scb(database, scb_file(tmp_path, rows_of(40)))
    assert load_scb(database, scb_file(tmp_path, rows_of(40), week=1)).rows_written == 0
    changed = rows_of(
        40, **{first: {"Ng1": "41000", "Ng2": "43210"}, second: {"FtgStat": "9"}, third: {"JurForm": "31"}}
    )
    report = load_scb(database, scb_file(tmp_path, changed, week=2))
    assert (report.changed, report.events) == (3, 3)
    assert {(number, what, before, after) for number, _, what, before, after in told(database)} == {
        (first, "industry", "81210", "41000, 43210"),
        (second, "status", "verksam", "inte längre verksam"),
        (third, "legal_form", "Aktiebolag utom bank- och försäkringsaktiebolag", "Handelsbolag, kommanditbolag"),
    }


def test_one_per_cent_changed_is_one_per_cent_written(database: Database, tmp_path: Path) -> None:
    rows = rows_of(3000)
    load_bolagsverket(database, bolagsverket_file(tmp_path, rows))
    changed = {
        number: {"postadress": "Ny gata 1$$ORT$11122$SE-LAND"} if index % 100 == 0 else {}
        for index, number in enumerate(rows)
    }
    report = load_bolagsverket(database, bolagsverket_file(tmp_path, changed, week=1))
    assert (report.rows_written, report.events, report.unchanged) == (30, 30, 2970)


def test_organisations_come_go_and_come_back(database: Database, tmp_path: Path) -> None:
    number = numbers(40)[7]
    without = {key: value for key, value in rows_of(40).items() if key != number}
    load_bolagsverket(database, bolagsverket_file(tmp_path, rows_of(40)))
    assert load_bolagsverket(database, bolagsverket_file(tmp_path, without, week=1)).removed == 1
    with database.system() as session:
        assert register.lookup(session, number) is None
    back = load_bolagsverket(database, bolagsverket_file(tmp_path, rows_of(40), week=2))
    assert (back.new, back.changed, back.removed) == (1, 0, 0)
    with database.system() as session:
        assert register.lookup(session, number) is not None
    assert [event[2:] for event in told(database)] == [
        ("status", "registrerad", None),
        ("status", None, "registrerad"),
    ]


def test_persons_are_never_mirrored(database: Database, tmp_path: Path) -> None:
    rows = rows_of(5) | {"198109809876$PERSON-IDORG": {"organisationsform": "E-ORGFO"}, "8109809876": {}}
    report = load_bolagsverket(database, bolagsverket_file(tmp_path, rows))
    assert (report.rows, report.persons) == (5, 2)
    with database.system() as session:
        dump = session.execute(text("SELECT string_agg(mirror::text, ' ') FROM register_bolagsverket AS mirror"))
        assert "8109809876" not in dump.scalar_one()


def test_an_organisation_on_two_rows_counts_once_and_the_second_is_reported(database: Database, tmp_path: Path) -> None:
    number = numbers(1)[0]
    double = f'"{number}$ORGNR-IDORG"' + ';"x"' * 10 + "\n"
    report = load_bolagsverket(database, bolagsverket_file(tmp_path, rows_of(40), extra=double))
    assert (report.rows, report.new, report.rejected_count) == (40, 40, 1)
    assert report.rejected[0].place == "row 42"
    report = load_bolagsverket(database, bolagsverket_file(tmp_path, rows_of(41), week=1, extra=double))
    assert (report.rows, report.new, report.changed, report.rejected_count) == (41, 1, 0, 1)
    with database.system() as session:
        organisation = register.lookup(session, number)
    assert organisation is not None and organisation.name == f"Prov {number} AB"


def test_a_bad_row_is_reported_and_the_rest_is_loaded(database: Database, tmp_path: Path) -> None:
    report = load_bolagsverket(database, bolagsverket_file(tmp_path, rows_of(40), extra='"trasig";"rad"\n'))
    assert (report.rows, report.rejected_count) == (40, 1)
    assert report.rejected[0].place == "row 42"


@pytest.mark.parametrize("kept", [4, 19, 81, 400])
def test_a_file_that_shrank_or_grew_beyond_reason_is_refused(database: Database, tmp_path: Path, kept: int) -> None:
    load_bolagsverket(database, bolagsverket_file(tmp_path, rows_of(40)))
    before = mirror(database)
    file = bolagsverket_file(tmp_path, rows_of(kept), week=1)
    with pytest.raises(LoadRefused, match=f"{kept} organisations, the register 40") as refused:
        load_bolagsverket(database, file)
    assert refused.value.reason == "count"
    assert mirror(database) == before
    assert told(database) == []
    with database.system() as session:
        fresh = register.freshness(session, START + timedelta(weeks=1))[0]
        assert (fresh.stale, fresh.rows) == (True, 40)
        assert fresh.refusal is not None and "registret 40" in fresh.refusal
        assert register.lookup(session, numbers(40)[39]) is not None
    assert load_bolagsverket(database, file, accept_count=True).rows == kept
    with database.system() as session:
        assert not register.freshness(session, START + timedelta(weeks=1))[0].stale


def test_a_half_written_file_changes_nothing_and_shows_as_stale(database: Database, tmp_path: Path) -> None:
    load_bolagsverket(database, bolagsverket_file(tmp_path, rows_of(40)))
    before = mirror(database)
    whole = bolagsverket_file(tmp_path, rows_of(60), week=1)
    whole.path.write_bytes(whole.path.read_bytes()[:-25])
    with pytest.raises(MalformedContent, match="in the middle of a row"):
        load_bolagsverket(database, whole)
    assert mirror(database) == before
    with database.system() as session:
        assert register.freshness(session, START)[0].stale


def test_a_mostly_unreadable_file_is_refused(database: Database, tmp_path: Path) -> None:
    with pytest.raises(LoadRefused, match="could not be read") as refused:
        load_bolagsverket(database, bolagsverket_file(tmp_path, rows_of(40), extra='"trasig";"rad"\n' * 20))
    assert refused.value.reason == "unreadable"
    assert mirror(database) == {}


def test_an_older_file_and_an_empty_one_are_refused(database: Database, tmp_path: Path) -> None:
    load_bolagsverket(database, bolagsverket_file(tmp_path, rows_of(40), week=2))
    with pytest.raises(LoadRefused) as refused:
        load_bolagsverket(database, bolagsverket_file(tmp_path, rows_of(41), week=1))
    assert refused.value.reason == "older"
    with pytest.raises(LoadRefused) as refused:
        load_scb(database, scb_file(tmp_path, {}))
    assert refused.value.reason == "empty"


def test_the_mirror_shows_its_age(database: Database, tmp_path: Path) -> None:
    with database.system() as session:
        assert [fresh.file for fresh in register.freshness(session)] == [None, None]
    load_bolagsverket(database, bolagsverket_file(tmp_path, rows_of(40)))
    with database.system() as session:
        assert not register.freshness(session, START + timedelta(days=13))[0].stale
        assert register.freshness(session, START + timedelta(days=15))[0].stale


def test_two_loads_of_one_file_at_once_load_it_once(database: Database, tmp_path: Path) -> None:
    load_bolagsverket(database, bolagsverket_file(tmp_path, rows_of(40)))
    file = bolagsverket_file(tmp_path, rows_of(50), week=1)
    reports = []
    threads = [threading.Thread(target=lambda: reports.append(load_bolagsverket(database, file))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(report.state for report in reports) == {"loaded": 1, "confirmed": 1}
    assert len(told(database)) == 10


def test_text_that_looks_like_escapes_is_stored_as_it_is(database: Database, tmp_path: Path) -> None:
    number, odd = numbers(1)[0], 'a\\b\\N\tc\n"d";\re'
    load_bolagsverket(database, bolagsverket_file(tmp_path, {number: {"verksamhetsbeskrivning": odd}}))
    with database.system() as session:
        organisation = register.lookup(session, number)
    assert organisation is not None and organisation.bolagsverket is not None
    assert organisation.bolagsverket.row.columns["verksamhetsbeskrivning"] == odd


KILLED = """
    import os, sys
    from pathlib import Path
    sys.path[:0] = [{tests!r}, {root!r}]
    import psycopg
    from bulk_files import bolagsverket_file, numbers
    from screening.store.database import Database
    from screening.store.keys import KEY_BYTES, Keyring
    from screening.store import register_load

    moment = {moment}
    statements = 0
    execute = psycopg.Connection.execute

    def counted(self, *arguments, **options):
        global statements
        statements += 1
        if statements == moment:
            os.kill(os.getpid(), 9)
        return execute(self, *arguments, **options)

    psycopg.Connection.execute = counted
    database = Database({url!r}, Keyring(bytes(range(KEY_BYTES))))
    changed = {{number: {{"organisationsform": "BAB-ORGFO"}} for number in numbers(45)}}
    file = bolagsverket_file(Path({directory!r}), changed, week=1)
    register_load.load_bolagsverket(database, file)
    print("done", statements)
"""


@pytest.mark.kill
def test_a_load_killed_at_any_statement_leaves_the_previous_state_and_can_be_run_again(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    load_bolagsverket(database, bolagsverket_file(tmp_path, rows_of(40)))
    before = mirror(database)

    def run(moment: int) -> subprocess.CompletedProcess[str]:
        here = Path(__file__)
        code = textwrap.dedent(KILLED).format(
            tests=str(here.parent), root=str(here.parents[3]), moment=moment, url=database_url, directory=str(tmp_path)
        )
        return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    for moment in (2, 6, 9, 14, 17):
        finished = run(moment)
        assert finished.returncode == -9, finished.stderr
        with psycopg.connect(database_url) as connection:  # the server notices the dead client and rolls back
            connection.execute("SELECT pg_advisory_lock(%s)", (0x67656E6F_00000001,))
        assert mirror(database) == before
        assert told(database) == []
    finished = run(0)
    assert finished.stdout.strip().splitlines()[-1].startswith("done"), finished.stderr
    assert int(finished.stdout.split()[-1]) >= 17, "the last moment must lie inside the load"
    assert len(mirror(database)) == 45
    assert Counter(event[2] for event in told(database)) == {"legal_form": 40, "status": 5}
