"""OWN-05, OWN-06, OWN-07, ADR-01, ADR-02, ADR-03."""

from datetime import UTC, date, datetime

import pytest

from graph.model import Predicate
from screening.verdict import Level


def company(number: int) -> str:
    return f"SE:ORG:5580001{number:03}"


def stacked(world, key, levels: int, top: str) -> None:
    below = key
    for number in range(levels):
        world.owns(company(number), below, 100)
        below = company(number)
    world.owns(top, below, 100)


class TestLongChain:
    def test_five_companies(self, world, key) -> None:
        stacked(world, key, 5, "PERSON:a")
        world.named("PERSON:a", "Kim Exempel", source="bods")
        assert "ligger 5 bolag" in world.run("OWN-05").signal.statement.sv

    def test_four_companies(self, world, key) -> None:
        stacked(world, key, 4, "PERSON:a")
        assert world.run("OWN-05").silent

    def test_through_a_listed_company(self, world, key) -> None:
        stacked(world, key, 5, "PERSON:a")
        world.fact(company(2), Predicate.LISTED_COMPANY, source="bods", exchange="X")
        assert world.run("OWN-05").silent

    def test_small_owner_far_away_does_not_count(self, world, key) -> None:
        world.owns("PERSON:b", key, 90)
        below = key
        for number in range(6):
            world.owns(company(number), below, 10 if below == key else 100)
            below = company(number)
        world.owns("PERSON:a", below, 100)
        assert world.run("OWN-05").silent

    def test_no_person_at_the_end(self, world, key) -> None:
        stacked(world, key, 5, company(9))
        assert "utan att någon människa" in world.run("OWN-05").signal.statement.sv

    def test_not_known(self, world, key) -> None:
        assert "Ägarna" in world.run("OWN-05").missing
        stacked(world, key, 1, company(9))
        assert "slutar utan" in world.run("OWN-05").missing

    def test_association_is_skipped(self, world) -> None:
        assert world.run("OWN-05", world.party("SE:ORG:8020000000")).silent


class TestCircle:
    def test_three_companies(self, world, key) -> None:
        world.owns(company(1), key, 55)
        world.owns(company(2), company(1), 60)
        world.owns(key, company(2), 52)
        world.owns("PERSON:a", key, 45)
        signal = world.run("OWN-06").signal
        assert "minsta andel 52 %" in signal.statement.sv
        assert len(signal.facts) == 3

    def test_owned_through_a_circle(self, world, key) -> None:
        world.owns(company(1), key, 100)
        world.owns(company(2), company(1), 30)
        world.owns(company(1), company(2), 30)
        assert "ägs genom dem" in world.run("OWN-06").signal.statement.sv

    @pytest.mark.parametrize("percent", [4, None])
    def test_small_or_sold_cross_holding(self, world, key, now, baseline, percent) -> None:
        world.owns(company(1), key, 100)
        if percent:
            world.owns(key, company(1), percent)
        else:
            world.owns(key, company(1), 50, at=baseline, until=now)
        assert world.run("OWN-06").silent

    def test_own_shares_are_no_circle(self, world, key) -> None:
        world.owns(key, key, 10)
        world.owns("PERSON:a", key, 90)
        assert world.run("OWN-06").silent

    def test_stake_without_figure(self, world, key) -> None:
        world.owns(company(1), key, 100)
        world.owns(key, company(1))
        assert "andelarnas storlek" in world.run("OWN-06").missing

    def test_not_known(self, world) -> None:
        assert world.run("OWN-06").missing


class TestListedCountry:
    def owned(self, world, key, country: str, share: float | None = 40, **more) -> str:
        owner = f"{country}:REG:1"
        world.named(owner, "Exempel Holdings Ltd", source="bods")
        world.fact(owner, Predicate.JURISDICTION, source="bods", country=country)
        world.owns(owner, key, share, **more)
        return owner

    def test_an_owner_in_panama(self, world, key) -> None:
        self.owned(world, key, "PA")
        signal = world.run("OWN-07").signal
        assert "äger 40 %" in signal.statement.sv and "registrerat i PA" in signal.statement.sv
        assert any("återgiven ur minnet" in text.sv for text in signal.unknowns)

    def test_through_another_company(self, world, key) -> None:
        """A quarter of 40 per cent is the limit: 10 per cent."""
        owner = self.owned(world, company(1), "PA", 25)
        world.owns(company(1), key, 40)
        assert world.run("OWN-07").signal.facts
        assert {fact.subject for fact in world.run("OWN-07").signal.facts} == {owner, company(1)}

    def test_below_the_limit(self, world, key) -> None:
        self.owned(world, key, "PA", 9.9)
        assert world.run("OWN-07").silent

    @pytest.mark.parametrize("country", ["DE", "NO", "US"])
    def test_a_country_on_no_list(self, world, key, country) -> None:
        self.owned(world, key, country)
        assert world.run("OWN-07").silent

    def test_an_owner_in_the_eea_is_a_note(self, world, key) -> None:
        self.owned(world, key, "BG")
        signal = world.run("OWN-07").signal
        assert signal.ceiling is Level.L1
        assert signal.explanation_outcomes[2][0] == "supported"

    def test_where_a_person_comes_from_is_not_looked_at(self, world, key) -> None:
        world.owns("PERSON:a", key, 100)
        world.fact("PERSON:a", Predicate.NATIONALITY, source="bods", country="PA")
        world.fact("PERSON:a", Predicate.JURISDICTION, source="bods", country="PA")
        assert world.run("OWN-07").silent

    def test_the_list_of_the_cases_date(self, world, key) -> None:
        """South Africa left the FATF's list on 24 October 2025."""
        self.owned(world, key, "ZA")
        assert world.run("OWN-07").silent
        world.case["opened_on"] = date(2025, 10, 23)
        assert "FATF" in world.run("OWN-07").signal.statement.sv

    def test_a_stake_of_unknown_size(self, world, key) -> None:
        self.owned(world, key, "PA", None)
        assert "andelens storlek" in world.run("OWN-07").missing

    def test_an_owner_from_nowhere(self, world, key) -> None:
        world.named("XX-REG:7", "Okänd Holding", source="bods")
        world.owns("XX-REG:7", key, 40)
        assert "var ägaren är registrerad: Okänd Holding" in world.run("OWN-07").missing

    def test_not_known(self, world) -> None:
        assert "Ägarna är inte kända" in world.run("OWN-07").missing


def address(world, key, street, kind="postal", care_of=None) -> None:
    world.fact(
        key,
        Predicate.ADDRESS,
        kind=kind,
        street=street,
        care_of=care_of,
        postal_code="99010",
        city="GRANBY",
        country=None,
    )


class TestBox:
    @pytest.mark.parametrize(("street", "care_of"), [("Box 417", None), ("Storgatan 1", "Granby Bokföringstjänst AB")])
    def test_box_or_care_of_only(self, world, key, street, care_of) -> None:
        address(world, key, street, care_of=care_of)
        assert "ingen besöksadress" in world.run("ADR-01").signal.statement.sv

    def test_visiting_address_known(self, world, key) -> None:
        address(world, key, "Box 417")
        address(world, key, "Storgatan 1", "visiting")
        assert world.run("ADR-01").silent

    def test_not_known(self, world) -> None:
        assert "Ingen adress" in world.run("ADR-01").missing


class TestHub:
    def counted(self, world, key, active, bankrupt, new) -> None:
        address(world, key, "Virkesgatan 3")
        world.fact(
            key,
            Predicate.ADDRESS_STATISTICS,
            source="register_statistics",
            address="VIRKESGATAN 3|99010",
            active=active,
            bankrupt_3_years=bankrupt,
            registered_12_months=new,
        )

    @pytest.mark.parametrize("figures", [(36, 9, 0), (30, 0, 15)])
    def test_many_that_come_and_go(self, world, key, figures) -> None:
        self.counted(world, key, *figures)
        assert "Virkesgatan 3" in world.run("ADR-02").signal.statement.sv

    @pytest.mark.parametrize("figures", [(45, 0, 3), (200, 10, 14), (29, 20, 20)])
    def test_business_centre_raises_nothing(self, world, key, figures) -> None:
        self.counted(world, key, *figures)
        assert world.run("ADR-02").silent

    def test_known_place(self, world, key) -> None:
        self.counted(world, key, 36, 9, 18)
        assert world.run("ADR-02", whitelist=["VIRKESGATAN 3|99010"]).silent

    def test_not_known(self, world) -> None:
        assert "hur många bolag" in world.run("ADR-02").missing


def moved(world, key, before: str, after: str, not_before: str, not_after: str) -> None:
    world.fact(
        key, Predicate.CHANGE, source="register_history", what="address", before=f"{before}, 990 10 GRANBY",
        after=f"{after}, 990 10 GRANBY", not_before=not_before, not_after=not_after,
    )  # fmt: skip


class TestMoves:
    def history(self, world, key, *spans: tuple[str, str]) -> None:
        streets = ("Storgatan 1", "Hamnkajen 14", "Tegelvägen 3", "Ängsgatan 9")
        for place, (not_before, not_after) in enumerate(spans):
            moved(world, key, streets[place], streets[place + 1], not_before, not_after)
        address(world, key, streets[len(spans)])
        world.answer("register_history")

    def test_three_moves_in_two_years(self, world, key) -> None:
        self.history(
            world, key, ("2025-01-05", "2025-01-12"), ("2025-09-07", "2025-09-14"), ("2026-05-03", "2026-05-10")
        )
        signal = world.run("ADR-03").signal
        assert "bytt adress eller säte 3 gånger" in signal.statement.sv
        assert "mellan den 2026-05-03 och den 2026-05-10" in signal.statement.sv

    def test_two_moves_are_too_few(self, world, key) -> None:
        self.history(world, key, ("2025-09-07", "2025-09-14"), ("2026-05-03", "2026-05-10"))
        assert world.run("ADR-03").silent

    def test_the_first_move_lies_before_the_window(self, world, key) -> None:
        self.history(
            world, key, ("2024-11-10", "2024-11-17"), ("2025-09-07", "2025-09-14"), ("2026-05-03", "2026-05-10")
        )
        assert world.run("ADR-03").silent

    def test_one_move_of_address_and_seat_is_one(self, world, key) -> None:
        """Two moves to other municipalities: each changes the address and the seat."""
        self.history(world, key, ("2025-09-07", "2025-09-14"), ("2026-05-03", "2026-05-10"))
        at = [datetime(2025, 9, 1, tzinfo=UTC), datetime(2025, 9, 20, tzinfo=UTC), datetime(2026, 5, 9, tzinfo=UTC)]
        for code, begin, end in zip(("1480", "0180", "1280"), at, (*at[1:], None), strict=True):
            world.fact(key, Predicate.SEAT, at=begin, until=end, municipality_code=code)
        assert world.run("ADR-03").silent

    @pytest.mark.parametrize(("bankrupt", "hit"), [("2026-10-01", True), ("2026-11-20", False)])
    def test_a_change_of_seat_close_to_the_bankruptcy(self, world, key, bankrupt, hit) -> None:
        before, after = datetime(2026, 8, 20, tzinfo=UTC), datetime(2026, 9, 10, tzinfo=UTC)
        world.fact(key, Predicate.SEAT, at=before, until=after, municipality_code="1480")
        world.fact(key, Predicate.SEAT, at=after, municipality_code="0180")
        world.fact(key, Predicate.PROCEEDING, kind="bankruptcy", state="ongoing", date=bankrupt)
        address(world, key, "Storgatan 1")
        world.answer("register_history")
        outcome = world.run("ADR-03")
        assert bool(outcome.signals) is hit
        if hit:
            assert "nära konkursen den 2026-10-01" in outcome.signal.statement.sv

    def test_without_the_registers_history(self, world, key) -> None:
        address(world, key, "Storgatan 1")
        world.fact(key, Predicate.REGISTRATION, date="2015-01-01", register="bolagsverket")
        assert "kan inte ses" in world.run("ADR-03").missing

    def test_not_known(self, world) -> None:
        assert "Ingen adress" in world.run("ADR-03").missing
