"""The command line as it is installed: every command in a process of its own, against real services."""

import json
import os
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import typer
from service import World

from api.cli import app

PROGRAM = Path(sys.executable).parent / "genomlys"
FIRST = "5580000015"
PERSONAL = "19900101-9802"


@dataclass
class Cli:
    """Runs ``genomlys`` with an environment of its own."""

    environment: dict[str, str]

    def run(self, *arguments: str, code: int = 0, width: int = 100, **environment: str) -> tuple[str, str]:
        """Output and error output, of a command that ends with ``code``."""
        done = subprocess.run(
            [PROGRAM, *arguments],
            env={**self.environment, "COLUMNS": str(width), **environment},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout, done.stderr

    def json(self, *arguments: str, code: int = 0, **environment: str) -> Any:
        """The JSON that a command prints."""
        return json.loads(self.run(*arguments, "--json", code=code, **environment)[0])


@pytest.fixture(scope="module")
def cli(world: World, postgres: Any) -> Iterator[Cli]:
    """A database of its own beside the world's, with its Valkey, its sandbox and no worker."""
    name = f"cli_{uuid.uuid4().hex[:12]}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GENOMLYS_")}
    with psycopg.connect(postgres.url.format("genomlys"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template_genomlys")
        yield Cli(
            {
                **kept,
                **world.environment,
                "GENOMLYS_DATABASE_URL": postgres.url.format(name),
                "GENOMLYS_REDIS_URL": world.environment["GENOMLYS_REDIS_URL"] + "?db=1",
            }
        )
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def commands(command: Any, *names: str) -> Iterator[tuple[str, ...]]:
    yield names
    for child in getattr(command, "commands", {}).values():
        yield from commands(child, *names, str(child.name))


def test_every_command_has_help(cli: Cli) -> None:
    found = list(commands(typer.main.get_command(app)))
    with ThreadPoolExecutor(2) as pool:
        for names, (output, _) in zip(found, pool.map(lambda names: cli.run(*names, "--help"), found), strict=True):
            assert "Usage:" in output, names
    assert "3 incomplete screening" in cli.run("--help")[0]


def test_unknown_commands_and_options_are_bad_input(cli: Cli) -> None:
    cli.run("frobnicate", code=2)
    cli.run("screen", "--frobnicate", code=2)


def test_read_shows_facts_and_stores_nothing(cli: Cli, tmp_path: Path) -> None:
    owners = [
        {
            "statementId": "s1", "declarationSubject": "e1", "recordId": "e1", "recordType": "entity",
            "recordStatus": "new", "statementDate": "2026-01-01",
            "recordDetails": {
                "isComponent": False, "name": "Prov AB", "entityType": {"type": "registeredEntity"},
                "identifiers": [{"scheme": "SE-BLV", "id": FIRST}],
            },
        }
    ]  # fmt: skip
    good, bad = tmp_path / "owners.json", tmp_path / "half.json"
    good.write_text(json.dumps(owners))
    bad.write_text(json.dumps(owners)[:40])
    output, _ = cli.run("read", "bods", str(good))
    assert "558000-0015" in output
    assert cli.json("read", "bods", str(good))[0]["facts"]
    output, errors = cli.run("read", "bods", str(bad), str(good), str(tmp_path / "none"), code=2)
    assert "558000-0015" in output
    assert "no such file" in errors
    assert "no source" in cli.run("read", "nothing", str(good), code=2)[1]


def test_read_knows_the_municipalitys_own_records_by_their_headings(cli: Cli, tmp_path: Path) -> None:
    ended = tmp_path / "avslutade.csv"
    ended.write_text(f"Organisationsnummer;Beslutsdatum\n{FIRST};2026-02-01\nfel;2026-02-01\n")
    read = cli.json("read", "municipal_terminations", str(ended))[0]
    assert [fact["predicate"] for fact in read["facts"]] == ["termination"]
    assert [row["place"] for row in read["rejected"]] == ["row 3"]
    _, errors = cli.run("read", "municipal_payments", str(ended), code=2)
    assert "municipal_terminations" in errors
    _, errors = cli.run("read", "bods", str(ended), code=2)
    assert "municipal_terminations" in errors


def test_a_record_is_handed_in_to_a_case(cli: Cli, party: str, tmp_path: Path) -> None:
    ended, broken = tmp_path / "avslutade.csv", tmp_path / "fel.csv"
    ended.write_text(f"Organisationsnummer;Beslutsdatum;Skäl;Avtalsslag\n{party};2026-02-01;avtalsbrott;LOU\n")
    broken.write_text("Namn;Ort\nA;B\n")
    case = cli.json("case", "open", party)["id"]
    _, errors = cli.run("case", "records", case, str(ended), str(broken), code=2)
    assert "docs/underlag.md" in errors
    handed = cli.json("case", "records", case, str(ended))
    assert [(report["kind"], report["facts"], report["rejected"]) for report in handed] == [
        ("municipal_terminations", 1, [])
    ]
    output, _ = cli.run("screen", party, "--kind", "upphandling", "--records", str(ended), "--json", code=3)
    found = json.loads(output)["screening"]["findings"]
    assert [each["level"] for each in found if each["indicator"] == "NET-02"] == [2]


def test_feeds_are_loaded_and_listed(cli: Cli, tmp_path: Path) -> None:
    reports = cli.json("feed", "load", "all")
    assert {report["source"]: report["state"] for report in reports}["eu_fsf"] == "loaded"
    listed = {row["source"]: row for row in cli.json("feed", "list")}
    assert listed["un_sc"]["stale"] is False
    for width in (80, 120):
        output, _ = cli.run("feed", "list", width=width)
        assert all(source in output for source in listed)
        assert all(len(line) <= width for line in output.splitlines())
    broken = tmp_path / "list.xml"
    broken.write_text("<half")
    _, errors = cli.run("feed", "load", "un_sc", str(broken), code=2)
    assert "un_sc" in errors
    assert {row["source"]: row for row in cli.json("feed", "list")}["un_sc"]["rows"] == listed["un_sc"]["rows"]
    cli.run("feed", "load", "nothing", code=2)
    cli.run("feed", "load", "un_sc", str(tmp_path / "none"), code=2)


def test_a_case_is_opened_listed_and_shown(cli: Cli, tmp_path: Path) -> None:
    parties = tmp_path / "parter.csv"
    parties.write_text(f"Org.nr;Namn\n{FIRST};Prov [AB]\n558000-0012;Fel\n{PERSONAL};Person {PERSONAL}\n")
    output, errors = cli.run("case", "open", "--file", str(parties), "--reference", "KS 9", "--title", "Prov")
    case = output.strip()
    assert "Row 3" in errors
    assert "Rad 3" in errors
    assert PERSONAL not in output + errors
    assert case in [entry["id"] for entry in cli.json("case", "list")]
    for width in (80, 120):
        assert case in cli.run("case", "list", width=width)[0]
    assert "Prov [AB]" in cli.run("case", "show", case)[0]
    assert cli.json("case", "show", case)["screening"] is None
    cli.run("case", "show", str(uuid.uuid4()), code=2)
    cli.run("case", "open", PERSONAL, code=2)
    cli.run("case", "open", FIRST, "--kind", "nonsense", code=2)
    cli.run("case", "open", FIRST, "--procedure", "building_permit", code=2)
    _, errors = cli.run("case", "open", FIRST, "--title", f"om {PERSONAL}", code=2)
    assert PERSONAL not in errors
    cli.run("case", "open", "--file", str(tmp_path / "none.csv"), code=2)


@pytest.fixture(scope="module")
def party(world: World) -> str:
    return str(world.cases["lease"]["parties"][0]["organisation_number"])


def test_screen_asks_judges_and_prints(cli: Cli, party: str) -> None:
    cli.run("feed", "load", "all")
    result = cli.json("screen", party, "--kind", "direktupphandling", "--reference", "KS 10", "--cpv", "90910000")
    sources = {row["source"]: row["status"] for row in result["screening"]["coverage"] if row["party"].endswith(party)}
    assert sources["ssbtgu"] == "answered"
    case = result["case"]["id"]
    for width in (80, 120):
        output, errors = cli.run("case", "show", case, width=width)
        assert "Kunde inte kontrolleras" in output
        assert all(len(line) <= width for line in output.splitlines())
        assert all(source in output for source in sources)
        assert errors == ""
    assert "Could not be checked" in cli.run("case", "show", case, "--english")[0]
    assert cli.json("verify", case)["ok"] is True
    assert "recomputed" in cli.run("verify", case)[0]
    cli.run("verify", str(uuid.uuid4()), code=2)


def test_without_an_agreement_screen_is_incomplete_and_says_what_it_lacks(cli: Cli, party: str) -> None:
    output, errors = cli.run(
        "screen", party, "--kind", "direktupphandling", code=3, GENOMLYS_SSBTGU_URL="", GENOMLYS_SSBTEN_URL=""
    )
    told = " ".join(re.sub(r"[│╭╮╰╯─]", " ", output).split())
    assert "LX" in told
    assert "Skatteverket" in told or "SSBTGU" in told or "ssbtgu" in told
    assert "konfigurerad" in told or "inställd" in told or "svarade inte" in told
    assert "Traceback" not in errors


def test_bad_input_to_screen_opens_nothing(cli: Cli, party: str, tmp_path: Path) -> None:
    before = len(cli.json("case", "list"))
    broken = tmp_path / "owners.json"
    broken.write_text("{")
    cli.run("screen", party, "--bods", str(broken), code=2)
    cli.run("screen", party, "--date", "yesterday", code=2)
    cli.run("screen", "123", code=2)
    cli.run("screen", code=2)
    assert len(cli.json("case", "list")) == before


def test_tokens_and_tenants(cli: Cli) -> None:
    cli.run("tenant", "create", "provkoping", "Provköpings kommun")
    assert "provkoping" in [entry["id"] for entry in cli.json("tenant", "list")]
    made = cli.json("token", "create", "upphandling", "--role", "reader", "--tenant", "provkoping")
    listed, _ = cli.run("token", "list", "--tenant", "provkoping", "--json")
    assert made["token"] not in listed
    identifier = json.loads(listed)[0]["id"]
    cli.run("token", "revoke", identifier, "--tenant", "provkoping")
    assert cli.json("token", "list", "--tenant", "provkoping")[0]["revoked_at"]
    cli.run("token", "revoke", str(uuid.uuid4()), "--tenant", "provkoping", code=2)
    cli.run("token", "create", "x", "--role", "emperor", code=2)
    cli.run("token", "list", "--tenant", "nowhere", code=2)
    cli.run("token", "revoke", "nonsense", "--tenant", "provkoping", code=2)


def test_the_schema_and_the_audit_trail(cli: Cli) -> None:
    assert "current" in cli.run("db", "upgrade")[0]
    assert cli.json("audit", "verify")["breaks"] == []
    cli.run("audit", "verify")


def test_config_shows_no_secret(cli: Cli) -> None:
    secrets = {
        "GENOMLYS_EU_FSF_URL": "https://list.example/file?token=hemlig1",
        "GENOMLYS_VDM_CLIENT_SECRET": "hemlig2",
        "GENOMLYS_REDIS_URL": "redis://user:hemlig3@queue.example/0",
        "GENOMLYS_DATABASE_URL": "postgresql://user:hemlig4@data.example/x",
    }
    for arguments in (("config",), ("config", "--json")):
        output, _ = cli.run(*arguments, **secrets)
        assert "hemlig" not in output
        assert cli.environment["GENOMLYS_MASTER_KEY"] not in output
    assert "list.example" in output


def test_a_database_that_is_away_is_said_so(cli: Cli) -> None:
    _, errors = cli.run("case", "list", code=1, GENOMLYS_DATABASE_URL="postgresql://nobody:hemlig@127.0.0.1:1/none")
    assert "hemlig" not in errors
    _, errors = cli.run("worker", "--burst", code=1, GENOMLYS_DATABASE_URL="", GENOMLYS_REDIS_URL="")
    assert "GENOMLYS_DATABASE_URL" in errors
