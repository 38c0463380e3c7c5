"""Each planted pattern satisfies the raw parameters of its rule, and the honest parties satisfy none."""

from collections.abc import Iterator
from datetime import date, timedelta
from difflib import SequenceMatcher
from typing import Any

import pytest

from connectors.sandbox.generator import Municipality, generate
from connectors.sandbox.model import Organisation

AS_OF = date(2026, 11, 22)
SLICE = [
    "LEG-04", "SAN-01", "SAN-03", "SAN-04", "TAX-01", "TAX-02", "TAX-03", "IDN-01", "IDN-02", "IDN-04", "IDN-05",
    "IDN-08", "GOV-01", "GOV-03", "OWN-05", "OWN-06", "ADR-01", "ADR-02", "NET-01", "NET-02", "NET-04",
    "BID-01", "BID-02", "ACT-01", "COI-01", "LEA-01", "LEA-03", "LEA-04", "LEA-08", "WEL-08",
    "NET-03", "NET-05", "GOV-07", "IDN-06", "OWN-07",
]  # fmt: skip
LABOUR_INTENSIVE = ("41", "42", "43", "494", "53", "56", "78", "80", "81", "87", "88")


@pytest.fixture(scope="module", params=[1, 7, 4711])
def municipality(request: pytest.FixtureRequest) -> Municipality:
    return generate(request.param, 2_000, AS_OF)


def _with(municipality: Municipality, indicator: str) -> Iterator[tuple[dict[str, Any], Organisation]]:
    found = [entry for entry in municipality.planted.truth if indicator in entry["indicators"]]
    assert found, indicator
    for entry in found:
        yield entry, municipality.planted.current[entry["organisation"]]


def _before(municipality: Municipality, organisation: Organisation) -> Organisation:
    return municipality.planted.baseline[organisation.number]


def _parties(municipality: Municipality) -> dict[str, dict[str, Any]]:
    return {party["organisation_number"]: party for case in municipality.cases for party in case["parties"]}


def test_the_cases_are_as_ordered(municipality: Municipality) -> None:
    sizes = {case["id"]: len(case["parties"]) for case in municipality.cases}
    roles = [party["role"] for party in municipality.cases[0]["parties"]]

    assert sizes == {
        "upphandling": 7, "lokalavtal": 3, "bygglov": 3, "avtalsuppfoljning": 50,
        "valfardsutforare": 2, "avtalsuppfoljning-led": 6, "lokalavtal-underlag": 3,
    }  # fmt: skip
    assert roles.count("bidder") == 5
    assert roles.count("subcontractor") == 2


def test_every_indicator_of_the_slice_is_planted(municipality: Municipality) -> None:
    planted = {indicator for entry in municipality.planted.truth for indicator in entry["indicators"]}

    assert planted == set(SLICE)


def test_every_party_is_either_planted_or_clean(municipality: Municipality) -> None:
    planted = [entry["organisation"] for entry in municipality.planted.truth]
    clean = [entry["organisation"] for entry in municipality.planted.clean]

    assert sorted(planted + clean) == sorted(_parties(municipality))


def test_leg_04_has_an_ongoing_proceeding(municipality: Municipality) -> None:
    for _, organisation in _with(municipality, "LEG-04"):
        assert any(not each.ended and each.code in ("KK", "LI", "FR") for each in organisation.proceedings)


def test_one_bankruptcy_begins_between_the_moments(municipality: Municipality) -> None:
    begun = [
        organisation
        for entry, organisation in _with(municipality, "LEG-04")
        if not _before(municipality, organisation).proceedings and "GOV-07" not in entry["indicators"]
    ]

    assert len(begun) == 1
    assert municipality.baseline < begun[0].proceedings[0].date < AS_OF


def _shares(municipality: Municipality, organisation: Organisation) -> dict[tuple[str, str], float]:
    statements = municipality.planted.ownership[f"{organisation.number}.json"]
    return {
        (s["recordDetails"]["interestedParty"], s["recordDetails"]["subject"]): s["recordDetails"]["interests"][0][
            "share"
        ]["exact"]
        / 100
        for s in statements
        if s["recordType"] == "relationship"
    }


def test_san_01_is_more_than_half_owned_from_russia(municipality: Municipality) -> None:
    for _, organisation in _with(municipality, "SAN-01"):
        shares = _shares(municipality, organisation)
        (parent,) = [owner for owner, owned in shares if owned == f"ent-{organisation.number}"]
        assert shares["ent-ru-severozvet", parent] * shares[parent, f"ent-{organisation.number}"] > 0.5


def test_san_03_agrees_with_a_list_entry(municipality: Municipality) -> None:
    for _, organisation in _with(municipality, "SAN-03"):
        entries = [
            entry
            for entry in municipality.planted.listed
            if entry.registration_number.replace("-", "") == organisation.number
            or any(
                officer.person and (officer.person.name, officer.person.birth_date) == (entry.name, entry.birth_date)
                for officer in organisation.officers
            )
        ]
        assert len(entries) == 1


def test_san_04_listed_persons_own_more_than_half_together(municipality: Municipality) -> None:
    for _, organisation in _with(municipality, "SAN-04"):
        shares = _shares(municipality, organisation)
        own = f"ent-{organisation.number}"
        (holding,) = [owner for owner, owned in shares if owned == own and owner.startswith("ent-")]
        listed = {(entry.name, entry.birth_date) for entry in municipality.planted.listed}
        people = {
            s["recordId"]: (s["recordDetails"]["names"][0]["fullName"], s["recordDetails"]["birthDate"])
            for s in municipality.planted.ownership[f"{organisation.number}.json"]
            if s["recordType"] == "person"
        }
        each = [
            shares[p, holding] * shares[holding, own] for p in people if (p, holding) in shares and people[p] in listed
        ]
        assert len(each) == 2
        assert max(each) < 0.5 <= sum(each)


def test_tax_flags(municipality: Municipality) -> None:
    for _, organisation in _with(municipality, "TAX-01"):
        assert not organisation.f_tax
        assert _before(municipality, organisation).f_tax
    for _, organisation in _with(municipality, "TAX-02"):
        assert not organisation.vat
    for _, organisation in _with(municipality, "TAX-03"):
        assert not organisation.employer
        assert organisation.sni[0].startswith(LABOUR_INTENSIVE)


def test_idn_01_is_younger_than_twelve_months(municipality: Municipality) -> None:
    for _, organisation in _with(municipality, "IDN-01"):
        assert AS_OF - organisation.registered < timedelta(days=330)


def test_idn_02_was_dormant_and_then_changed_board_and_name(municipality: Municipality) -> None:
    for _, organisation in _with(municipality, "IDN-02"):
        earlier = _before(municipality, organisation)
        assert earlier.activity == "0"
        assert municipality.baseline - earlier.registered > timedelta(days=183)
        assert not earlier.board & organisation.board
        assert earlier.name != organisation.name
        assert municipality.baseline < organisation.names[0].registered < AS_OF


def test_idn_04_changed_board_trade_and_address(municipality: Municipality) -> None:
    for _, organisation in _with(municipality, "IDN-04"):
        earlier = _before(municipality, organisation)
        assert earlier.board != organisation.board
        assert earlier.sni != organisation.sni
        assert earlier.postal != organisation.postal


def test_idn_05_changed_name_recently(municipality: Municipality) -> None:
    for _, organisation in _with(municipality, "IDN-05"):
        assert _before(municipality, organisation).name != organisation.name
        assert timedelta(0) < AS_OF - organisation.names[0].registered < timedelta(days=180)


def test_idn_08_is_another_name_or_deregistered(municipality: Municipality) -> None:
    declared = _parties(municipality)
    for _, organisation in _with(municipality, "IDN-08"):
        similarity = SequenceMatcher(None, declared[organisation.number]["declared_name"], organisation.name).ratio()
        assert organisation.deregistered or similarity < 0.6


def test_gov_01_replaced_the_whole_board(municipality: Municipality) -> None:
    for _, organisation in _with(municipality, "GOV-01"):
        assert _before(municipality, organisation).board
        assert not _before(municipality, organisation).board & organisation.board


def test_gov_03_has_twenty_engagements(municipality: Municipality) -> None:
    register = municipality.at(AS_OF)
    for _, organisation in _with(municipality, "GOV-03"):
        most = max(len(register.engagements(number)) for number in organisation.board)
        assert most == 24


def test_nobody_else_has_many_engagements(municipality: Municipality) -> None:
    register = municipality.at(AS_OF)
    busy = {entry["organisation"] for entry, _ in _with(municipality, "GOV-03")}
    for number in _parties(municipality):
        if number not in busy:
            for person in municipality.planted.current[number].board:
                assert len(register.engagements(person)) < 6


def test_own_05_has_more_than_four_companies_in_the_chain(municipality: Municipality) -> None:
    for entry, organisation in _with(municipality, "OWN-05"):
        shares = _shares(municipality, organisation)
        owners = {owned: owner for owner, owned in shares}
        layers, here = 0, f"ent-{organisation.number}"
        while here in owners:
            here = owners[here]
            layers += here.startswith("ent-")
        assert here == "per-top"
        assert layers == 5 == len(entry["organisations"]) - 1


def test_own_06_is_a_circle(municipality: Municipality) -> None:
    for _, organisation in _with(municipality, "OWN-06"):
        shares = _shares(municipality, organisation)
        here, seen = f"ent-{organisation.number}", []
        while here not in seen:
            seen.append(here)
            here = next(
                owner
                for (owner, owned), share in shares.items()
                if owned == here and share >= 0.05 and owner.startswith("ent-")
            )
        assert len(seen) == 3


def test_adr_01_has_a_box_and_no_visiting_address(municipality: Municipality) -> None:
    for _, organisation in _with(municipality, "ADR-01"):
        assert organisation.postal.street.startswith("Box ")
        assert organisation.visiting is None


def _hub(municipality: Municipality, organisation: Organisation) -> tuple[int, int, float]:
    here = [each for each in municipality.planted.current.values() if each.postal == organisation.postal]
    active = [each for each in here if not each.deregistered and each.activity == "1"]
    new = [each for each in active if AS_OF - each.registered <= timedelta(days=365)]
    bankrupt = [
        each
        for each in here
        if each.deregistration_reason == "KKAV"
        and each.deregistered
        and AS_OF - each.deregistered < timedelta(days=1095)
    ]
    return len(active), len(new), len(bankrupt) / len(here)


def test_adr_02_is_a_hub(municipality: Municipality) -> None:
    for _, organisation in _with(municipality, "ADR-02"):
        active, new, bankrupt = _hub(municipality, organisation)
        assert active >= 30
        assert new >= 15
        assert bankrupt >= 0.15


def test_the_business_hotel_is_no_hub(municipality: Municipality) -> None:
    (entry,) = [each for each in municipality.planted.clean if each["family"] == "företagshotell"]
    active, new, bankrupt = _hub(municipality, municipality.planted.current[entry["organisation"]])

    assert active >= 30
    assert new < 15
    assert bankrupt < 0.15


def test_net_01_follows_a_bankruptcy(municipality: Municipality) -> None:
    for entry, organisation in _with(municipality, "NET-01"):
        old = municipality.planted.current[entry["organisations"][1]]
        distance = (organisation.registered - old.proceedings[0].date).days
        assert old.proceedings[0].code == "KK"
        assert -365 <= distance <= 183
        assert old.sni[0][:3] == organisation.sni[0][:3]
        assert old.postal == organisation.postal
        assert old.phone == organisation.phone
        assert SequenceMatcher(None, old.name, organisation.name).ratio() >= 0.8


def test_bid_01_and_bid_02_share_a_director_and_contacts(municipality: Municipality) -> None:
    parties = _parties(municipality)
    for indicator in ("BID-01", "BID-02"):
        pair = [organisation for _, organisation in _with(municipality, indicator)]
        first, second = (parties[organisation.number] for organisation in pair)
        assert pair[0].board & pair[1].board
        assert pair[0].postal == pair[1].postal
        assert first["contact_phone"] == second["contact_phone"]
        assert first["contact_email"].split("@")[1] == second["contact_email"].split("@")[1]
        assert first["lot"] == second["lot"]


def test_act_01_sells_shoes(municipality: Municipality) -> None:
    assert municipality.cases[0]["cpv"] == ["90910000"]
    for _, organisation in _with(municipality, "ACT-01"):
        assert organisation.sni == ("47721",)


def test_net_03_is_a_cluster_of_companies_that_did_not_last(municipality: Municipality) -> None:
    for entry, organisation in _with(municipality, "NET-03"):
        members = [municipality.planted.current[number] for number in entry["organisations"]]
        assert len(members) >= 5
        assert {each.postal for each in members} == {organisation.postal}
        failed = [each for each in members if each.proceedings]
        assert len(failed) / len(members) >= 0.4
        assert all((each.proceedings[0].date - each.registered).days <= 30 * 30 for each in failed)


def test_net_05_has_no_staff_no_door_and_four_trades(municipality: Municipality) -> None:
    for _, organisation in _with(municipality, "NET-05"):
        assert organisation.vat and not organisation.employer
        assert organisation.postal.street.startswith("Box") and organisation.visiting is None
        assert len({code[:2] for code in organisation.sni}) >= 4


def test_gov_07_lost_one_member_and_got_another_before_the_bankruptcy(municipality: Municipality) -> None:
    for _, organisation in _with(municipality, "GOV-07"):
        before = _before(municipality, organisation).board
        assert len(before - organisation.board) == len(organisation.board - before) == 1
        assert organisation.proceedings[0].date == AS_OF


def test_idn_06_bears_the_name_of_a_bankrupt_company_at_its_address(municipality: Municipality) -> None:
    for entry, organisation in _with(municipality, "IDN-06"):
        old = municipality.planted.current[entry["organisations"][1]]
        assert old.postal == organisation.postal
        assert SequenceMatcher(None, old.name, organisation.name).ratio() > 0.8
        assert abs((organisation.names[0].registered - old.proceedings[0].date).days) <= 365
        assert organisation.names[0].registered > organisation.registered


def test_own_07_is_owned_from_a_listed_country(municipality: Municipality) -> None:
    for _, organisation in _with(municipality, "OWN-07"):
        entities = [
            statement["recordDetails"]
            for statement in municipality.planted.ownership[f"{organisation.number}.json"]
            if statement["recordType"] == "entity"
        ]
        assert {each["jurisdiction"]["code"] for each in entities} == {"SE", "PA"}
        assert max(_shares(municipality, organisation).values()) >= 0.1


def test_clean_parties_are_clean(municipality: Municipality) -> None:
    declared = _parties(municipality)
    for entry in municipality.planted.clean:
        now = municipality.planted.current[entry["organisation"]]
        before = municipality.planted.baseline[entry["organisation"]]
        assert not now.deregistered
        assert now.f_tax
        assert not any(each.code in ("KK", "LI", "FR") for each in now.proceedings)
        assert "IDN-01" in entry["tolerated"] or AS_OF - now.registered > timedelta(days=500)
        assert now.name == before.name
        assert now.vat or "TAX-02" in entry["tolerated"] or now.vat
        assert now.employer or not now.sni[0].startswith(LABOUR_INTENSIVE)
        if before.board:
            assert before.board & now.board
        changes = (before.board != now.board, before.sni != now.sni, before.postal != now.postal)
        assert sum(changes) <= 1
        assert declared[now.number]["declared_name"] in {name.name for name in now.names}
        if not now.visiting:
            assert "ADR-01" in entry["tolerated"]


def test_no_ordinary_organisation_lives_on_a_planted_street(municipality: Municipality) -> None:
    planted = {each.postal.street for each in municipality.planted.current.values()} - {"Box 417"}
    columns = municipality.at(AS_OF).ordinary.columns(0, 1_800)

    assert not planted & set(columns.street)
