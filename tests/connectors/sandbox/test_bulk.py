"""The bulk files: published layout, exotic rows, agreement with VDM, determinism, bounded size."""

import csv
import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from connectors.sandbox import bulk, vdm
from connectors.sandbox.generator import generate

AS_OF = date(2026, 11, 22)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> bulk.BulkFiles:
    return bulk.write(tmp_path_factory.mktemp("bulk"), 7, 3_000, AS_OF)


def _bolagsverket(path: Path) -> list[list[str]]:
    content = zipfile.ZipFile(path).read("bolagsverket_bulkfil.txt").decode("utf-8").replace("\x00", "")
    return list(csv.reader(io.StringIO(content, newline=""), delimiter=";"))


def _scb(path: Path) -> list[list[str]]:
    archive = zipfile.ZipFile(path)
    (member,) = archive.namelist()
    assert member == "scb_bulkfil_JE_20261122T000500_76.txt"
    lines = archive.read(member).decode("cp1252").split("\r\n")
    assert lines.pop() == ""
    return [line.split("\t") for line in lines]


def test_bolagsverket_layout(files: bulk.BulkFiles) -> None:
    raw = zipfile.ZipFile(files.bolagsverket).read("bolagsverket_bulkfil.txt")
    rows = _bolagsverket(files.bolagsverket)

    assert raw.startswith(b"organisationsidentitet;namnskyddslopnummer;")
    assert {len(row) for row in rows} == {11}
    assert len(rows) == files.bolagsverket_rows + 1


def test_scb_layout(files: bulk.BulkFiles) -> None:
    rows = _scb(files.scb)

    assert rows[0][0] == "ForAndrTyp"
    assert {len(row) for row in rows} == {35}
    assert {row[34] for row in rows} == {""}
    assert {row[3] for row in rows[1:]} == {"0", "1", "9"}
    assert len(rows) == files.scb_rows + 1


def test_the_exotic_rows_are_there(files: bulk.BulkFiles) -> None:
    raw = zipfile.ZipFile(files.bolagsverket).read("bolagsverket_bulkfil.txt")
    rows = _bolagsverket(files.bolagsverket)[1:]

    assert b"\x00" in raw
    assert any(row[5] == "null" for row in rows)
    assert any(";" in row[9] and '"' in row[9] and "\n" in row[9] for row in rows)
    assert any("AVSLAVOMFO" in row[7] for row in rows)
    assert any("-AVOMFO" in row[7] for row in rows)
    assert any(row[0].endswith("$PERSON-IDORG") and row[1] == "2" for row in rows)
    assert any("|" in row[3] and "SARS_FORNAMN-ORGNAM" in row[3] for row in rows)
    assert any(row[2] == "DE-LAND" and row[4] == "FL-ORGFO" for row in rows)
    assert any(row[10].startswith("Box ") for row in rows)


def test_the_files_agree_with_vdm(files: bulk.BulkFiles) -> None:
    register = generate(7, 3_000, AS_OF).at(AS_OF)
    for row in _bolagsverket(files.bolagsverket)[1:]:
        found = {each.sequence: each for each in register.find(row[0].split("$")[0])}
        answer = vdm.organisation(found[int(row[1])])
        entry = answer["organisationsnamn"]["organisationsnamnLista"][0]
        street, care_of, city, postal_code, _ = row[10].split("$")
        address = answer["postadressOrganisation"]["postadress"]
        assert row[3].split("|")[0].split("$")[:3] == [
            entry["namn"],
            f"{entry['organisationsnamntyp']['kod']}-ORGNAM",
            entry["registreringsdatum"],
        ]
        assert [street, care_of or None, city, postal_code] == [
            address[part] for part in ("utdelningsadress", "coAdress", "postort", "postnummer")
        ]
        assert row[4] == f"{answer['organisationsform']['kod']}-ORGFO"
        ended = answer["avregistreradOrganisation"]["avregistreringsdatum"]
        assert row[5] in ((ended,) if ended else ("", "null"))
        ongoing = answer["pagaendeAvvecklingsEllerOmstruktureringsforfarande"]
        listed = ongoing["pagaendeAvvecklingsEllerOmstruktureringsforfarandeLista"]
        assert [part for part in row[7].split("|") if "-AVOMFO" in part] == [
            f"{each['kod']}-AVOMFO${each['fromDatum']}" for each in listed
        ]
        assert row[8] == answer["organisationsdatum"]["registreringsdatum"]
        assert row[9] == answer["verksamhetsbeskrivning"]["beskrivning"]


def test_scb_agrees_with_vdm(files: bulk.BulkFiles) -> None:
    register = generate(7, 3_000, AS_OF).at(AS_OF)
    for row in _scb(files.scb)[1:]:
        number = row[13].removeprefix("16") if row[13].startswith("16") else row[13]
        answer = vdm.organisation(register.find(number)[0])
        assert row[8] == answer["naringsgrenOrganisation"]["sni"][0]["kod"]
        assert row[6] == answer["juridiskForm"]["kod"]
        assert (row[3] == "1") == (answer["verksamOrganisation"]["kod"] == "JA")
        assert row[14] == answer["postadressOrganisation"]["postadress"]["postnummer"]


def test_public_bodies_are_known_to_scb_only(files: bulk.BulkFiles) -> None:
    municipal = {row[13][2:] for row in _scb(files.scb)[1:] if row[6] in ("82", "83")}
    registered = {row[0].split("$")[0] for row in _bolagsverket(files.bolagsverket)[1:]}

    assert municipal
    assert not municipal & registered


def test_the_same_arguments_give_the_same_bytes(files: bulk.BulkFiles, tmp_path: Path) -> None:
    again = bulk.write(tmp_path, 7, 3_000, AS_OF)

    assert again.bolagsverket.read_bytes() == files.bolagsverket.read_bytes()
    assert again.scb.read_bytes() == files.scb.read_bytes()


def test_the_baseline_differs_as_planted(files: bulk.BulkFiles, tmp_path: Path) -> None:
    municipality = generate(7, 3_000, AS_OF)
    before = bulk.write(tmp_path, 7, 3_000, AS_OF, day=municipality.baseline)
    earlier = {tuple(row) for row in _bolagsverket(before.bolagsverket)}
    changed = [row for row in _bolagsverket(files.bolagsverket) if tuple(row) not in earlier]

    assert 0.01 < len(changed) / files.bolagsverket_rows < 0.05
    (bankruptcy,) = [
        each["organisation"]
        for each in municipality.planted.truth
        if each["indicators"] == ["LEG-04"] and each["case"] == "avtalsuppfoljning"
    ]
    assert any(row[0].startswith(bankruptcy) and row[7].startswith("KK-AVOMFO$") for row in changed)
