from __future__ import annotations

import pytest

from screening.intake import ledger
from screening.intake.ledger import LedgerColumns, Outcome
from screening.store.register_search import Candidate

RIGHT, OTHER, THIRD = "5580000015", "5580000023", "5580000031"
HEADINGS = ["Lev.nr", "Leverantör", "Orgnr", "Adress", "Postnr", "Ort"]
USED = LedgerColumns(name=1, number=2, street=3, postal_code=4, city=5)
ADDRESS = ("Provgatan 4", "111 22", "Granby")


def candidate(number: str, *names: str, address: tuple[str, str, str] = ADDRESS, gone: str = "") -> Candidate:
    return Candidate(number, list(names), [address], "AB", gone)


BUILDER = candidate(RIGHT, "Exempelbygg i Granby AB")
CLEANER = candidate(OTHER, "Mallgrens Städservice AB", address=("Testvägen 9", "222 33", "Mallby"))


def row(name: str = "", number: str = "", street: str = "", code: str = "", city: str = "") -> list[str]:
    return ["17", name, number, street, code, city]


def test_columns_are_found_by_their_headings() -> None:
    assert ledger.columns(HEADINGS) == USED
    assert ledger.columns(["belopp", "datum"]) is None


@pytest.mark.parametrize(
    ("cells", "candidates", "outcome", "number"),
    [
        (row("Exempelbygg i Granby AB", f"{RIGHT[:6]}-{RIGHT[6:]}"), [BUILDER, CLEANER], Outcome.SURE, RIGHT),
        (row("EXEMPELBYGG I GRANBY", f"16{RIGHT}"), [BUILDER], Outcome.SURE, RIGHT),
        (row("", RIGHT), [BUILDER], Outcome.SURE, RIGHT),
        (row("Exempelbygg i Granby AB", "5580000016"), [BUILDER, CLEANER], Outcome.SURE, RIGHT),
        (row("Exempelbygg i Granby AB", "", *ADDRESS), [BUILDER, CLEANER], Outcome.SURE, RIGHT),
        (row("Exempelbygg i Granby AB"), [BUILDER, CLEANER], Outcome.LIKELY, RIGHT),
        (row("Exempelbyg i Granby"), [BUILDER, CLEANER], Outcome.LIKELY, RIGHT),
        (row("Exempelbygg i Granby AB", OTHER), [BUILDER, CLEANER], Outcome.SEVERAL, None),
        (row("Låtsasson Plåt AB", RIGHT), [BUILDER], Outcome.NONE, None),
        (row("Låtsasson Plåt AB"), [BUILDER, CLEANER], Outcome.NONE, None),
        (row("Låtsasson Plåt AB"), [], Outcome.NONE, None),
        (row(), [], Outcome.NONE, None),
        (row("AB", "AB"), [BUILDER], Outcome.NONE, None),
    ],
)
def test_outcomes(cells: list[str], candidates: list[Candidate], outcome: Outcome, number: str | None) -> None:
    found = ledger.decide(cells, USED, candidates)
    assert found.outcome is outcome
    assert (found.candidate.number if found.candidate else None) == number
    assert found.reason.sv and found.reason.en


def test_two_of_one_name_are_several_and_both_are_told() -> None:
    twins = [candidate(RIGHT, "Provbolaget AB"), candidate(OTHER, "Provbolaget HB"), candidate(THIRD, "Provbolaget")]
    found = ledger.decide(row("Provbolaget"), USED, twins)
    assert found.outcome is Outcome.SEVERAL
    assert {other.number for other in found.alternatives} == {RIGHT, OTHER, THIRD}


def test_serial_companies_are_not_mixed_up() -> None:
    serial = [candidate(RIGHT, "Grundstenen 124578 AB"), candidate(OTHER, "Grundstenen 124579 AB")]
    found = ledger.decide(row("Grundstenen 124579 AB"), USED, serial)
    assert found.candidate is serial[1]


def test_a_number_with_another_name_names_both() -> None:
    found = ledger.decide(row("Mallgrens Städservice AB", RIGHT), USED, [BUILDER, CLEANER])
    assert "Exempelbygg i Granby AB" in found.reason.sv
    assert "Mallgrens Städservice AB" in found.reason.sv


def test_deregistration_is_told() -> None:
    gone = candidate(RIGHT, "Provbolaget AB", gone="2024-05-06")
    assert "2024-05-06" in ledger.decide(row("Provbolaget AB", RIGHT), USED, [gone]).reason.sv


def test_a_personal_number_is_not_searched_for_nor_repeated() -> None:
    cells = row("Nils Testssons Måleri", "198112289874")
    assert ledger.query(cells, USED).number == ""
    found = ledger.decide(cells, USED, [])
    assert found.outcome is Outcome.NONE
    assert "9874" not in found.reason.sv + found.reason.en


RENAMED = Candidate(RIGHT, ["Nyprov Holding AB"], [ADDRESS], "AB", former_names=["Exempelbygg i Granby AB"])


def test_a_former_name_with_the_number_is_sure_and_alone_is_nothing() -> None:
    found = ledger.decide(row("Exempelbygg i Granby AB", RIGHT), USED, [RENAMED])
    assert (found.outcome, found.candidate) == (Outcome.SURE, RENAMED)
    assert "before" in found.reason.en
    assert ledger.decide(row("Exempelbygg i Granby AB"), USED, [RENAMED]).outcome is Outcome.NONE


def test_a_former_name_that_another_company_bears_now_is_not_decided() -> None:
    heir = candidate(OTHER, "Exempelbygg i Granby AB")
    found = ledger.decide(row("Exempelbygg i Granby AB", RIGHT), USED, [RENAMED, heir])
    assert found.outcome is Outcome.SEVERAL
    assert {other.number for other in found.alternatives} == {RIGHT, OTHER}


def test_number_and_address_under_another_name_are_likely_but_never_sure() -> None:
    at_the_address = ledger.decide(row("Mallbutiken Syd AB", RIGHT, *ADDRESS), USED, [BUILDER])
    assert (at_the_address.outcome, at_the_address.candidate) == (Outcome.LIKELY, BUILDER)
    elsewhere = ledger.decide(row("Mallbutiken Syd AB", RIGHT, "Annangatan 1", "999 88", "Ort"), USED, [BUILDER])
    assert (elsewhere.outcome, elsewhere.alternatives) == (Outcome.NONE, (BUILDER,))


def test_numbers_that_one_slip_may_have_made() -> None:
    assert int(RIGHT) in ledger.near_numbers("558000-0016")
    assert int(RIGHT) in ledger.near_numbers("16 5580000051")
    assert int(RIGHT) not in ledger.near_numbers("5580000126")
    for written in (RIGHT, "", "558000", "19900101-9802", "abc"):
        assert ledger.near_numbers(written) == ()


def test_a_valid_number_that_is_not_in_the_register_speaks_against_a_name_that_is_only_like() -> None:
    alike = ledger.decide(row("Exempelbygge i Granbo AB", THIRD), USED, [BUILDER])
    assert (alike.outcome, alike.alternatives) == (Outcome.NONE, (BUILDER,))
    same = ledger.decide(row("Exempelbygg i Granby AB", THIRD), USED, [BUILDER])
    assert (same.outcome, same.candidate) == (Outcome.LIKELY, BUILDER)
    mistyped = ledger.decide(row("Exempelbygge i Granby AB", "5580000039"), USED, [BUILDER])
    assert (mistyped.outcome, mistyped.candidate) == (Outcome.LIKELY, BUILDER)
