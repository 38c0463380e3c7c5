"""The municipality: same seed, same everything; the two moments; facts that agree between the registers."""

import json
from datetime import date

import pytest

from connectors.sandbox import lists, vdm
from connectors.sandbox.generator import Municipality, generate
from connectors.sandbox.numbers import check_digit_ok
from connectors.sandbox.ordinary import CHANGED_AT, CHANGED_EVERY

AS_OF = date(2026, 11, 22)


@pytest.fixture(scope="module")
def municipality() -> Municipality:
    return generate(7, 2_000, AS_OF)


def _everything(municipality: Municipality) -> bytes:
    parts = [json.dumps([municipality.ground_truth, municipality.cases, municipality.planted.ownership]).encode()]
    for day in (municipality.baseline, municipality.as_of):
        register = municipality.at(day)
        parts += [vdm.answer([each]) for each in register.planted.values()]
        parts += [lists.eu_fsf(municipality, register), lists.un_sc(municipality, register)]
    return b"\n".join(parts + [lists.ofac(part, municipality) for part in ("SDN", "ADD", "ALT", "SDN_COMMENTS")])


def test_the_same_seed_gives_the_same_bytes(municipality: Municipality) -> None:
    assert _everything(municipality) == _everything(generate(7, 2_000, AS_OF))


def test_another_seed_gives_another_municipality(municipality: Municipality) -> None:
    assert _everything(municipality) != _everything(generate(8, 2_000, AS_OF))


@pytest.mark.parametrize(("seed", "organisations"), [(1, -1), (1, 4_000_000), (-1, 10)])
def test_impossible_municipalities_are_refused(seed: int, organisations: int) -> None:
    with pytest.raises(ValueError, match=r"organisations|seed"):
        generate(seed, organisations, AS_OF)


def test_every_planted_number_is_valid(municipality: Municipality) -> None:
    for organisation in municipality.planted.current.values():
        assert check_digit_ok(organisation.number)
        assert organisation.number.startswith("558")
        for officer in organisation.officers:
            if officer.firm_number:
                assert check_digit_ok(officer.firm_number)
            elif officer.person and len(officer.person.number) == 12:
                assert check_digit_ok(officer.person.number)
                assert officer.person.number[8:11] in ("998", "999")


def test_the_total_is_what_was_asked_for(municipality: Municipality) -> None:
    assert len(municipality.planted.current) + municipality.at(AS_OF).ordinary.count == 2_000


def test_one_ordinary_organisation_in_a_hundred_moves(municipality: Municipality) -> None:
    before = municipality.at(municipality.baseline).ordinary
    now = municipality.at(municipality.as_of).ordinary
    moved = [
        index
        for index in range(now.count)
        if (earlier := before.organisation(index)) and (later := now.organisation(index)) and earlier != later
    ]
    relocated = {index for index in moved if index % CHANGED_EVERY == CHANGED_AT}

    assert len(relocated) == now.count // CHANGED_EVERY or len(relocated) == now.count // CHANGED_EVERY + 1
    assert len(moved) < now.count * 0.05


def test_officers_and_engagements_agree(municipality: Municipality) -> None:
    register = municipality.at(AS_OF)
    for index in range(0, 1_500, 7):
        organisation = register.ordinary.organisation(index)
        if not organisation:
            continue
        for officer in organisation.officers:
            assert officer.person
            engaged = {each.number for each in register.engagements(officer.person.number)}
            assert organisation.number in engaged


def test_a_number_leads_to_its_organisation(municipality: Municipality) -> None:
    register = municipality.at(AS_OF)
    columns = register.ordinary.columns(0, 1_000)
    for number, name in zip(columns.number, columns.name, strict=True):
        assert name in {each.name for each in register.find(number)}


def test_nobody_has_an_unused_number(municipality: Municipality) -> None:
    register = municipality.at(AS_OF)

    assert register.find("5560360793") == []
    assert register.engagements("194001019993") == []


def test_ownership_files_are_well_formed(municipality: Municipality) -> None:
    for statements in municipality.planted.ownership.values():
        identifiers = [statement["statementId"] for statement in statements]
        records = {statement["recordId"] for statement in statements}
        assert len(set(identifiers)) == len(identifiers)
        assert all(32 <= len(identifier) <= 64 for identifier in identifiers)
        for statement in statements:
            assert statement["declarationSubject"] in records
            if statement["recordType"] == "relationship":
                details = statement["recordDetails"]
                assert {details["subject"], details["interestedParty"]} <= records


def test_swedish_owners_are_in_the_register(municipality: Municipality) -> None:
    for statements in municipality.planted.ownership.values():
        for statement in statements:
            for identifier in statement["recordDetails"].get("identifiers", []):
                if identifier["scheme"] == "SE-BLV":
                    assert identifier["id"] in municipality.planted.current
