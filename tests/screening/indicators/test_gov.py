"""GOV-01 and GOV-03."""

from datetime import UTC, datetime

import pytest

from graph.model import AnswerStatus, Predicate
from screening.verdict import Level

LONG_AGO = datetime(2025, 6, 1, tzinfo=UTC)


def seat(world, key, person: str, name: str, at, until=None, position="board_member") -> None:
    world.officer(key, person, position, at=at, until=until)
    world.named(person, name, source="ssbtgu", at=at)


class TestWholeBoard:
    def test_everybody_new(self, world, key, now, baseline) -> None:
        seat(world, key, "PERSON:a", "Anna Exempel", baseline, now)
        seat(world, key, "PERSON:b", "Bo Prov", now)
        world.officer(key, "PERSON:r", "auditor", at=baseline)
        signal = world.run("GOV-01").signal
        assert "Anna Exempel lämnade, Bo Prov tillträdde" in signal.statement.sv
        assert signal.event_date == now.date()

    def test_generational_shift_is_silent(self, world, key, now) -> None:
        seat(world, key, "PERSON:a", "Arne Exempel", LONG_AGO, now)
        seat(world, key, "PERSON:b", "Klara Exempel", now)
        world.officer(key, "PERSON:a", "deputy", at=now)
        assert world.run("GOV-01").silent

    def test_deputy_who_becomes_member_is_silent(self, world, key, now) -> None:
        seat(world, key, "PERSON:a", "Arne Exempel", LONG_AGO, now)
        seat(world, key, "PERSON:b", "Klara Exempel", LONG_AGO, now, "deputy")
        world.officer(key, "PERSON:b", at=now)
        assert world.run("GOV-01").silent

    def test_same_surname_supports_inheritance(self, world, key, now, baseline) -> None:
        seat(world, key, "PERSON:a", "Arne Exempel", baseline, now)
        seat(world, key, "PERSON:b", "Klara Exempel", now)
        assert world.run("GOV-01").signal.explanation_outcomes[2][0] == "supported"

    def test_annual_meeting_of_an_association_is_a_note(self, world, now, baseline) -> None:
        party = world.party("SE:ORG:8020000000")
        seat(world, party.key, "PERSON:a", "Anna Exempel", baseline, now)
        seat(world, party.key, "PERSON:b", "Bo Prov", now)
        assert world.run("GOV-01", party).signal.ceiling is Level.L1

    def test_one_stays(self, world, key, now) -> None:
        seat(world, key, "PERSON:a", "Anna Exempel", LONG_AGO, now)
        seat(world, key, "PERSON:c", "Cia Prov", LONG_AGO)
        seat(world, key, "PERSON:b", "Bo Prov", now)
        assert world.run("GOV-01").silent

    def test_before_the_look_back(self, world, key) -> None:
        changed = datetime(2025, 11, 1, tzinfo=UTC)
        seat(world, key, "PERSON:a", "Anna Exempel", LONG_AGO, changed)
        seat(world, key, "PERSON:b", "Bo Prov", changed)
        assert world.run("GOV-01").silent

    def test_history_too_short_or_none(self, world, key, baseline) -> None:
        assert "Styrelsen är inte känd" in world.run("GOV-01").missing
        seat(world, key, "PERSON:a", "Anna Exempel", baseline)
        assert "först från den 2026-10-25" in world.run("GOV-01").missing


class TestManyEngagements:
    def engaged(self, world, key, count: int, at=None, **more) -> None:
        world.officer(key, "PERSON:a", **more)
        world.named("PERSON:a", "Kim Exempel", source="ssbtgu")
        for number in range(count):
            world.fact(
                "PERSON:a",
                Predicate.ENGAGEMENT,
                f"SE:ORG:5581{number:06}",
                "ssbten",
                **({"at": at} if at else {}),
                name="X",
            )

    def test_outlier(self, world, key) -> None:
        self.engaged(world, key, 19)
        assert "20 organisationer" in world.run("GOV-03").signal.statement.sv

    def test_just_below(self, world, key) -> None:
        self.engaged(world, key, 18)
        world.answer("ssbten", "PERSON:a")
        assert world.run("GOV-03").silent

    @pytest.mark.parametrize("position", ["deputy", "auditor"])
    def test_deputy_and_auditor_are_not_counted(self, world, key, position) -> None:
        self.engaged(world, key, 40, position=position)
        world.answer("ssbtgu")
        assert world.run("GOV-03").silent

    def test_known_professional_director(self, world, key) -> None:
        self.engaged(world, key, 40)
        assert world.run("GOV-03", professional_directors=["Kim Exempel"]).silent

    def test_group_counts_as_one(self, world, key) -> None:
        self.engaged(world, key, 25)
        for number in range(1, 25):
            world.owns("SE:ORG:5581000000", f"SE:ORG:5581{number:06}", 100)
        world.answer("ssbten", "PERSON:a")
        assert world.run("GOV-03").silent

    def test_deregistered_are_not_counted(self, world, key) -> None:
        self.engaged(world, key, 22)
        for number in range(5):
            world.fact(f"SE:ORG:5581{number:06}", Predicate.DEREGISTRATION, date="2026-01-01", cause="other")
        world.answer("ssbten", "PERSON:a")
        assert world.run("GOV-03").silent

    def test_many_added_at_once(self, world, key, baseline) -> None:
        self.engaged(world, key, 6)
        world.fact("PERSON:a", Predicate.ENGAGEMENT, "SE:ORG:5582000000", "ssbten", at=baseline)
        assert "6 tillkommit" in world.run("GOV-03").signal.statement.sv

    def test_person_not_asked_about(self, world, key) -> None:
        self.engaged(world, key, 0)
        assert "Kim Exempel" in world.run("GOV-03").missing

    def test_source_did_not_answer(self, world, key) -> None:
        self.engaged(world, key, 0)
        world.answer("ssbten", "PERSON:a", AnswerStatus.NO_ANSWER, reason="timeout")
        assert "svarade inte i tid" in world.run("GOV-03").missing

    def test_officers_not_known(self, world) -> None:
        assert "Företrädarna" in world.run("GOV-03").missing
