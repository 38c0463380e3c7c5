"""GOV-01, GOV-02, GOV-03, GOV-05 and GOV-07."""

from datetime import UTC, datetime

import pytest

from graph.model import AnswerStatus, Predicate
from screening.case import CaseKind
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

    def test_the_legal_form_says_that_it_is_an_association_whatever_the_number(self, world, key, now, baseline) -> None:
        seat(world, key, "PERSON:a", "Anna Exempel", baseline, now)
        seat(world, key, "PERSON:b", "Bo Prov", now)
        assert world.run("GOV-01").signal.ceiling is None
        world.fact(key, Predicate.LEGAL_FORM, source="scb_bulk", scheme="scb", code="61")
        assert world.run("GOV-01").signal.ceiling is Level.L1

    def test_history_too_short_or_none(self, world, key, baseline) -> None:
        assert "Styrelsen är inte känd" in world.run("GOV-01").missing
        seat(world, key, "PERSON:a", "Anna Exempel", baseline)
        assert "först från den 2026-10-25" in world.run("GOV-01").missing


def boards(world, key, *moments, stay: str | None = None) -> None:
    """A board of one that is another person from each moment on; ``stay`` sits on all of them."""
    for place, (begin, end) in enumerate(zip(moments, (*moments[1:], None), strict=True)):
        seat(world, key, f"PERSON:m{place}", f"Medlem{place} Exempel", begin, end)
        if stay:
            seat(world, key, stay, "Stina Prov", begin, end)


def day(year: int, month: int) -> datetime:
    return datetime(year, month, 1, tzinfo=UTC)


class TestBoardKeepsChanging:
    def test_three_changes_in_two_years(self, world, key) -> None:
        boards(world, key, day(2024, 12), day(2025, 6), day(2025, 12), day(2026, 6), stay="PERSON:s")
        signal = world.run("GOV-02").signal
        assert "har ändrats 3 gånger" in signal.statement.sv
        assert "mellan den 2025-12-01 och den 2026-06-01" in signal.statement.sv
        assert 0 not in signal.explanation_outcomes

    def test_two_changes_are_too_few(self, world, key) -> None:
        boards(world, key, day(2024, 11), day(2025, 12), day(2026, 6))
        assert world.run("GOV-02").silent

    def test_a_change_that_may_lie_before_the_window_is_not_counted(self, world, key) -> None:
        boards(world, key, day(2024, 6), day(2025, 6), day(2025, 12), day(2026, 6))
        assert "om alla ändringar skett inom tidsfönstret" in world.run("GOV-02").missing

    def test_a_board_that_only_grew(self, world, key) -> None:
        for place, begin in enumerate((day(2024, 12), day(2025, 6), day(2025, 12), day(2026, 6))):
            seat(world, key, f"PERSON:m{place}", f"Medlem{place} Exempel", begin)
        assert world.run("GOV-02").signal.explanation_outcomes[0][0] == "supported"

    def test_yearly_elections_of_an_association_are_a_note(self, world) -> None:
        party = world.party("SE:ORG:8020000000")
        boards(world, party.key, day(2024, 12), day(2025, 6), day(2025, 12), day(2026, 6))
        signal = world.run("GOV-02", party).signal
        assert signal.ceiling is Level.L1
        assert signal.explanation_outcomes[1][0] == "supported"

    def test_a_board_known_since_lately_is_not_assessed(self, world, key, baseline) -> None:
        world.fact(key, Predicate.REGISTRATION, date="2015-01-01", register="bolagsverket")
        seat(world, key, "PERSON:a", "Anna Exempel", baseline)
        assert "kan inte ses" in world.run("GOV-02").missing

    def test_an_unknown_board_is_not_assessed(self, world) -> None:
        assert "Styrelsen är inte känd" in world.run("GOV-02").missing


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


class TestStandsForAnother:
    """Three of five marks make the pattern; the ordinary companies that show one or two do not."""

    def company(
        self, world, key, *, registered="2026-08-01", street="Box 12", owner="PERSON:owner", posts=0, members="k"
    ) -> None:
        world.fact(key, Predicate.REGISTRATION, date=registered, register="bolagsverket")
        world.fact(key, Predicate.ADDRESS, kind="postal", street=street, postal_code="99010", city="Granby")
        for member in members:
            person = f"PERSON:{member}"
            seat(world, key, person, f"Kim{member} Exempel", LONG_AGO)
            world.answer("ssbten", person)
            world.fact(person, Predicate.ENGAGEMENT, key, source="ssbten", at=LONG_AGO)
            for place in range(posts):
                world.fact(person, Predicate.ENGAGEMENT, f"SE:ORG:55801000{place:02d}", source="ssbten", at=LONG_AGO)
        world.answer("register_statistics")
        if owner:
            world.owns(owner, key, 100.0)
            if owner.startswith("PERSON:"):
                world.named(owner, "Robin Ägare", source="bods")

    def test_three_marks(self, world, key) -> None:
        self.company(world, key)
        signal = world.run("GOV-05").signal
        assert signal.subject == key
        assert signal.statement.sv.startswith("Tre av fem kännetecken stämmer på ")
        for part in ("sin första post sedan kort tid", "finns inte bland de uppgivna ägarna", "box- eller c/o-adress"):
            assert part in signal.statement.sv
        assert {Predicate.OFFICER, Predicate.OWNERSHIP, Predicate.ADDRESS} <= {f.predicate for f in signal.facts}

    def test_many_posts_and_many_at_once_are_marks_too(self, world, key, now) -> None:
        self.company(world, key, registered="2010-01-01", street="Gatan 1", posts=18)
        for place in range(4):
            world.fact("PERSON:k", Predicate.ENGAGEMENT, f"SE:ORG:55802000{place:02d}", source="ssbten", at=now)
        statement = world.run("GOV-05").signal.statement.sv
        assert "ovanligt många uppdrag" in statement and "tillträtt flera uppdrag samtidigt" in statement

    @pytest.mark.parametrize(
        "ordinary",
        [
            {"owner": "PERSON:k"},  # a young entrepreneur at the accountant's: first company, own company
            {"street": "Gatan 1"},  # an employed director of a new company with premises
            {"registered": "2010-01-01"},  # the same for years, an owner who has retired from the board
            {"members": "kl", "registered": "2010-01-01"},  # a family company's board
            {"posts": 3, "registered": "2010-01-01"},  # member of several clubs in a small town
            {"posts": 3, "street": "Gatan 1"},
        ],
    )
    def test_ordinary_companies_are_silent(self, world, key, ordinary) -> None:
        self.company(world, key, **ordinary)
        assert world.run("GOV-05").silent

    def test_an_owner_with_the_directors_name_is_taken_to_be_the_director(self, world, key) -> None:
        self.company(world, key)
        world.named("PERSON:owner", "Kimk Exempel", source="bods", at=LONG_AGO)
        world.facts = [fact for fact in world.facts if fact.value.get("name") != "Robin Ägare"]
        assert world.run("GOV-05").silent

    def test_a_disclosed_foreign_parent_supports_a_local_director(self, world, key) -> None:
        self.company(world, key, owner="DE:HRB:1")
        world.named("DE:HRB:1", "Nordwerk GmbH", source="bods")
        outcomes = world.run("GOV-05").signal.explanation_outcomes
        assert {index: outcome for index, (outcome, _) in outcomes.items()} == {2: "supported"}

    def test_owners_not_known_is_not_assessed(self, world, key) -> None:
        self.company(world, key, owner=None)
        assert "om styrelsen äger något i bolaget" in world.run("GOV-05").missing

    def test_engagements_not_known_is_not_assessed(self, world, key) -> None:
        self.company(world, key)
        world.answers = [answer for answer in world.answers if answer.source != "ssbten"]
        assert "första post" in world.run("GOV-05").missing

    def test_officers_not_known_is_not_assessed(self, world) -> None:
        assert "Företrädarna" in world.run("GOV-05").missing


class TestLeftBeforeTheFall:
    """A board of Anna until the last answer but one; then Bo. The bankruptcy comes on the day of the last answer."""

    def company(
        self, world, key, now, before, *, bankrupt: str | None = "2026-11-22", other_posts: int = 0, asked: bool = True
    ) -> None:
        world.case["kind"] = CaseKind.CONTRACT_MONITORING
        world.named(key, "Exempelbygg AB")
        world.fact(key, Predicate.REGISTRATION, date="2015-01-01", register="bolagsverket")
        seat(world, key, "PERSON:a", "Anna Exempel", LONG_AGO, now)
        world.answer("ssbtgu", at=LONG_AGO)
        world.answer("ssbtgu", at=before)
        seat(world, key, "PERSON:b", "Bo Prov", now)
        for place in range(other_posts):
            world.fact("PERSON:b", Predicate.ENGAGEMENT, f"SE:ORG:55800040{place:02}", "ssbten", at=now)
        if bankrupt:
            world.fact(key, Predicate.PROCEEDING, kind="bankruptcy", state="ongoing", date=bankrupt)
        if asked:
            world.answer("ssbten", "PERSON:b")

    def test_replaced_by_somebody_with_a_first_post(self, world, key, now, baseline) -> None:
        self.company(world, key, now, baseline)
        signal = world.run("GOV-07").signal
        assert "Anna Exempel lämnade styrelsen i Exempelbygg AB mellan den 2026-10-25" in signal.statement.sv
        assert "konkursen den 2026-11-22. Bo Prov tillträdde och har sin första post" in signal.statement.sv
        assert signal.ceiling is None

    def test_a_handover_within_the_family_is_a_note(self, world, key, now, baseline) -> None:
        self.company(world, key, now, baseline)
        world.named("PERSON:a", "Anna Prov", at=now)  # the name that is known last
        signal = world.run("GOV-07").signal
        assert signal.explanation_outcomes[0][0] == "supported"
        assert signal.ceiling is Level.L1

    def test_replaced_by_somebody_with_very_many_posts(self, world, key, now, baseline) -> None:
        self.company(world, key, now, baseline, other_posts=20)
        assert "ovanligt många" in world.run("GOV-07").signal.statement.sv

    def test_an_experienced_successor_raises_nothing(self, world, key, now, baseline) -> None:
        self.company(world, key, now, baseline, other_posts=3)
        assert world.run("GOV-07").silent

    def test_nobody_came(self, world, key, now, baseline) -> None:
        self.company(world, key, now, baseline)
        world.facts = [fact for fact in world.facts if "PERSON:b" not in (fact.subject, fact.object)]
        seat(world, key, "PERSON:c", "Cia Exempel", LONG_AGO)
        assert world.run("GOV-07").silent

    def test_a_change_long_before(self, world, key, baseline) -> None:
        self.company(world, key, baseline, LONG_AGO, bankrupt="2027-02-01")
        assert world.run("GOV-07").silent

    def test_a_change_that_may_lie_after_the_bankruptcy(self, world, key, now, baseline) -> None:
        self.company(world, key, now, baseline, bankrupt="2026-11-10")
        assert "om det var strax före" in world.run("GOV-07").missing

    def test_posts_of_the_successor_not_known(self, world, key, now, baseline) -> None:
        self.company(world, key, now, baseline, asked=False)
        assert "efterträdarens uppdrag är inte kända" in world.run("GOV-07").missing

    def test_no_bankruptcy_in_a_running_contract(self, world, key, now, baseline) -> None:
        self.company(world, key, now, baseline, bankrupt=None)
        assert world.run("GOV-07").silent

    def test_before_an_award(self, world, key, now, baseline) -> None:
        self.company(world, key, now, baseline, bankrupt=None)
        world.case["kind"] = CaseKind.PROCUREMENT
        assert "före ärendet den 2026-11-22" in world.run("GOV-07").signal.statement.sv

    def test_a_board_known_since_lately(self, world, key, now) -> None:
        world.fact(key, Predicate.REGISTRATION, date="2015-01-01", register="bolagsverket")
        seat(world, key, "PERSON:b", "Bo Prov", now)
        assert "kan inte ses" in world.run("GOV-07").missing
