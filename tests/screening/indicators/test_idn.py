"""IDN-01, 02, 03, 04, 05, 06, 08: dates from successive answers, spelling, version traps."""

import pytest

from graph.model import AnswerStatus, Predicate


def registered(world, key, date: str) -> None:
    world.fact(key, Predicate.REGISTRATION, date=date, register="bolagsverket")


def board(world, key, before, after, then, now) -> None:
    """Two answers about the board: people in both are stated without a break."""
    for person in sorted({*before, *after}):
        world.officer(
            key,
            f"PERSON:{person}",
            at=then if person in before else now,
            until=None if person in after else now,
        )


def changed(world, key, what: str, **more) -> None:
    content = {
        "what": what,
        "before": "Gammalt",
        "after": "Nytt",
        "not_before": "2026-10-25",
        "not_after": "2026-11-22",
    }
    world.fact(key, Predicate.CHANGE, source="register_history", **{**content, **more})


class TestNewlyRegistered:
    @pytest.mark.parametrize(
        ("date", "hits"), [("2026-08-14", 1), ("2025-11-23", 1), ("2025-11-22", 0), ("1999-01-01", 0)]
    )
    def test_twelve_months(self, world, key, date, hits) -> None:
        registered(world, key, date)
        assert len(world.run("IDN-01").signals) == hits

    def test_first_registration_before_the_statistical_one(self, world, key) -> None:
        registered(world, key, "2001-01-01")
        world.fact(key, Predicate.REGISTRATION, source="scb_bulk", date="2026-08-01", register="scb")
        assert world.run("IDN-01").silent

    def test_not_known(self, world) -> None:
        assert "Registreringsdatum" in world.run("IDN-01").missing


class TestShelf:
    def activated(self, world, key, now, baseline, active=False) -> None:
        registered(world, key, "2025-09-18")
        board(world, key, "ab", "cd", baseline, now)
        world.named(key, "Exempelkrog AB", registered_on="2026-11-10")
        if active is not None:
            world.fact(key, Predicate.ACTIVE, source="scb_bulk", at=baseline, until=now, active=active)

    def test_dormant_company_with_new_board_and_name(self, world, key, now, baseline) -> None:
        self.activated(world, key, now, baseline)
        signal = world.run("IDN-02").signal
        assert "2025-09-18" in signal.statement.sv and "den 2026-11-10" in signal.statement.sv

    def test_company_in_operation_is_silent(self, world, key, now, baseline) -> None:
        self.activated(world, key, now, baseline, active=True)
        assert world.run("IDN-02").silent

    def test_young_company_is_silent(self, world, key, now, baseline) -> None:
        self.activated(world, key, now, baseline)
        world.facts[0] = world.fact(key, Predicate.REGISTRATION, date="2026-08-01", register="bolagsverket")
        world.facts.pop()
        assert world.run("IDN-02").silent

    def test_dormancy_not_known(self, world, key, now, baseline) -> None:
        self.activated(world, key, now, baseline, active=None)
        assert "vilande" in world.run("IDN-02").missing

    def test_board_history_not_known(self, world, key) -> None:
        registered(world, key, "2025-09-18")
        world.named(key, "Exempelkrog AB", registered_on="2026-11-10")
        world.officer(key, "PERSON:a")
        assert "styrelsens historik" in world.run("IDN-02").missing

    def test_partly_new_board_is_silent(self, world, key, now, baseline) -> None:
        registered(world, key, "2025-09-18")
        board(world, key, "ab", "bc", baseline, now)
        world.named(key, "Exempelkrog AB", registered_on="2026-11-10")
        assert world.run("IDN-02").silent


class TestCompanyWithHistory:
    """Three years old at least, no longer active, then a new board and a new face."""

    def taken_over(
        self, world, key, now, baseline, *, code="9", registered_on="2014-03-01", after="cd", what="address"
    ) -> None:
        registered(world, key, registered_on)
        board(world, key, "ab", after, baseline, now)
        if what:
            changed(world, key, what)
        if code is not None:
            world.fact(key, Predicate.ACTIVE, source="scb_bulk", at=baseline, until=now, active=code == "1", code=code)
            world.fact(key, Predicate.ACTIVE, source="scb_bulk", at=now, active=True, code="1")

    def test_new_board_and_address_after_a_standstill(self, world, key, now, baseline) -> None:
        self.taken_over(world, key, now, baseline)
        signal = world.run("IDN-03").signal
        assert "2014-03-01" in signal.statement.sv and "ändrade samtidigt adress" in signal.statement.sv
        assert [text.sv for text in signal.unknowns] == ["Sedan när verksamheten hade upphört."]
        assert {fact.predicate for fact in signal.facts} == {
            Predicate.REGISTRATION, Predicate.OFFICER, Predicate.CHANGE, Predicate.ACTIVE
        }  # fmt: skip

    def test_a_standstill_known_to_be_long_leaves_nothing_open(self, world, key, now, baseline) -> None:
        self.taken_over(world, key, now, baseline)
        stopped = {"before": "verksam", "after": "inte längre verksam"}
        changed(world, key, "status", **stopped, not_before="2026-01-01", not_after="2026-01-08")
        assert world.run("IDN-03").signal.unknowns == ()

    def test_a_standstill_known_to_be_short_is_silent(self, world, key, now, baseline) -> None:
        self.taken_over(world, key, now, baseline)
        stopped = {"before": "verksam", "after": "inte längre verksam"}
        changed(world, key, "status", **stopped, not_before="2026-08-01", not_after="2026-08-08")
        assert world.run("IDN-03").silent

    @pytest.mark.parametrize(
        "innocent",
        [
            {"code": "1"},  # a company in operation that was bought or moved
            {"code": "0"},  # never active: a shelf company, told by IDN-02
            {"registered_on": "2024-01-15"},  # too young to have a history
            {"what": None},  # a new board and nothing else
            {"after": "bc"},  # part of the board stayed
            {"after": "ab"},  # newly moved, same board
        ],
    )
    def test_near_misses_are_silent(self, world, key, now, baseline, innocent) -> None:
        self.taken_over(world, key, now, baseline, **innocent)
        world.answer("ssbtgu", at=now)
        world.answer("register_history")
        assert world.run("IDN-03").silent

    def test_a_deputy_who_takes_over_is_a_generation_change(self, world, key, now, baseline) -> None:
        self.taken_over(world, key, now, baseline)
        world.officer(key, "PERSON:c", "deputy", at=baseline, until=now)
        assert world.run("IDN-03").silent

    def test_a_shared_surname_supports_generation_change_and_family_restart(self, world, key, now, baseline) -> None:
        self.taken_over(world, key, now, baseline)
        world.named("PERSON:a", "Bo Sävlund")
        world.named("PERSON:c", "Ida Sävlund")
        outcomes = world.run("IDN-03").signal.explanation_outcomes
        assert {index: outcome for index, (outcome, _) in outcomes.items()} == {0: "supported", 2: "supported"}

    def test_activity_not_known(self, world, key, now, baseline) -> None:
        self.taken_over(world, key, now, baseline, code=None)
        assert "verksamheten dessförinnan" in world.run("IDN-03").missing

    def test_changes_that_cannot_be_dated_closely(self, world, key, now, baseline) -> None:
        self.taken_over(world, key, now, baseline, what=None)
        changed(world, key, "address", not_before="2026-06-01")
        assert "dateras" in world.run("IDN-03").missing

    def test_changes_far_apart_are_silent(self, world, key, now, baseline) -> None:
        self.taken_over(world, key, now, baseline, what=None)
        changed(world, key, "address", not_before="2026-06-01", not_after="2026-06-08")
        assert world.run("IDN-03").silent

    def test_board_history_not_known(self, world, key) -> None:
        registered(world, key, "2014-03-01")
        changed(world, key, "address")
        assert "styrelsens historik" in world.run("IDN-03").missing


class TestChangedTogether:
    def test_three_kinds_within_the_window(self, world, key, now, baseline) -> None:
        board(world, key, "ab", "ac", baseline, now)
        changed(world, key, "address")
        changed(world, key, "industry", before="70200", after="43120")
        signal = world.run("IDN-04").signal
        assert "styrelse, bransch (SNI) och adress" in signal.statement.sv
        assert "mellan den 2026-10-25 och den 2026-11-22" in signal.statement.sv

    def test_only_moved_is_silent(self, world, key, now, baseline) -> None:
        board(world, key, "ab", "ab", baseline, now)
        world.answer("ssbtgu", at=now)
        world.answer("register_history")
        changed(world, key, "address")
        assert world.run("IDN-04").silent

    def test_recoding_to_a_new_sni_version_is_no_change(self, world, key, now, baseline) -> None:
        board(world, key, "ab", "ac", baseline, now)
        world.answer("register_history")
        changed(world, key, "address")
        for version, code, at, until in (("SNI2007", "62010", baseline, now), ("SNI2025", "62100", now, None)):
            world.fact(
                key, Predicate.INDUSTRY, source="scb_bulk", at=at, until=until, code=code, version=version, rank=1
            )
        assert world.run("IDN-04").silent

    def test_respelled_address_is_no_change(self, world, key, now, baseline) -> None:
        board(world, key, "ab", "ac", baseline, now)
        world.answer("register_history")
        changed(world, key, "industry", before="70200", after="43120")
        for street, at, until in (("Storgatan 1", baseline, now), ("STORGATAN  1", now, None)):
            world.fact(
                key,
                Predicate.ADDRESS,
                at=at,
                until=until,
                kind="postal",
                street=street,
                postal_code="99010",
                city="Granby",
            )
        assert world.run("IDN-04").silent

    def test_too_wide_a_span_is_not_assessed(self, world, key, now, baseline) -> None:
        board(world, key, "ab", "ac", baseline, now)
        changed(world, key, "address", not_before="2026-01-01")
        changed(world, key, "industry", before="70200", after="43120")
        assert "kan inte dateras" in world.run("IDN-04").missing

    def test_far_apart_is_silent(self, world, key, now, baseline) -> None:
        board(world, key, "ab", "ac", baseline, now)
        changed(world, key, "address", not_before="2026-01-01", not_after="2026-01-08")
        changed(world, key, "industry", before="70200", after="43120")
        assert world.run("IDN-04").silent

    def test_board_without_history_matters_only_when_the_others_changed(self, world, key) -> None:
        world.officer(key, "PERSON:a")
        world.answer("register_history")
        assert world.run("IDN-04").silent
        changed(world, key, "address")
        changed(world, key, "industry", before="70200", after="43120")
        assert "styrelse" in world.run("IDN-04").missing


class TestRenamed:
    def test_registration_date_of_the_name(self, world, key) -> None:
        registered(world, key, "2010-01-01")
        world.named(key, "Ny Exempel AB", registered_on="2026-11-07")
        world.named(key, "Äldre Prov AB", kind="former", registered_on="2010-01-01")
        signal = world.run("IDN-05").signal
        assert "den 2026-11-07, 15 dagar före ärendet" in signal.statement.sv
        assert "Äldre Prov AB" in signal.statement.sv

    def test_two_answers_and_a_registration_date_are_one_change_on_that_day(self, world, key, now, baseline) -> None:
        registered(world, key, "2025-09-18")
        world.named(key, "Goldkorn Startbolag AB", at=baseline, until=now, registered_on="2025-09-18")
        world.named(key, "Exempelkrog AB", registered_on="2026-11-10")
        statement = world.run("IDN-05").signal.statement.sv
        assert "den 2026-11-10, 12 dagar före" in statement
        assert "tidigare namn: Goldkorn Startbolag AB" in statement

    def test_change_seen_by_the_mirror(self, world, key) -> None:
        changed(world, key, "name", before="Blåsippans Bygg AB", after="Granby Betongteam AB")
        signal = world.run("IDN-05").signal
        assert "Blåsippans Bygg AB" in signal.statement.sv
        assert not signal.unknowns

    @pytest.mark.parametrize("day", ["2026-05-25", "2010-01-01"])
    def test_old_change_and_first_name_are_silent(self, world, key, day) -> None:
        registered(world, key, "2010-01-01")
        world.named(key, "Exempel AB", registered_on=day)
        assert world.run("IDN-05").silent

    def test_respelled_name_is_silent(self, world, key) -> None:
        registered(world, key, "2010-01-01")
        world.named(key, "Exempelbygg i Granby AB", registered_on="2010-01-01")
        changed(world, key, "name", before="EXEMPELBYGG I GRANBY AB", after="Exempelbygg i Granby Aktiebolag")
        assert world.run("IDN-05").silent

    def test_new_trading_name_is_silent(self, world, key) -> None:
        registered(world, key, "2010-01-01")
        world.named(key, "Exempel AB", registered_on="2010-01-01")
        world.named(key, "Blomsterboden", kind="secondary", registered_on="2026-11-07")
        assert world.run("IDN-05").silent

    def test_not_known(self, world, key) -> None:
        world.named(key, "Exempel AB")
        assert "när namnet registrerades" in world.run("IDN-05").missing


class TestNameSwap:
    OLD = "SE:ORG:5580000023"

    def pair(self, world, key, *, taken="2026-03-01", bankrupt="2026-05-01", old="Exempelstäd Granby AB") -> None:
        """Exempelstäd i Granby AB, for ten years called something else, and a bankrupt company of nearly that name."""
        registered(world, key, "2015-01-01")
        world.named(key, "Exempelstäd i Granby AB", registered_on=taken)
        world.named(self.OLD, old, source="register_neighbours")
        world.fact(
            self.OLD, Predicate.PROCEEDING, source="register_neighbours", kind="bankruptcy", state="ongoing",
            date=bankrupt,
        )  # fmt: skip
        world.answer("register_neighbours")

    def person(self, world, key, position="board_member") -> None:
        world.named("PERSON:a", "Kim Exempel", source="ssbtgu")
        world.officer(key, "PERSON:a", position)
        world.fact("PERSON:a", Predicate.ENGAGEMENT, self.OLD, "ssbten")

    def place(self, world, key) -> None:
        for each in (key, self.OLD):
            world.fact(
                each, Predicate.ADDRESS, kind="postal", street="Hamnkajen 14", postal_code="99010", city="GRANBY"
            )

    def test_the_same_person(self, world, key) -> None:
        self.pair(world, key)
        self.person(world, key)
        signal = world.run("IDN-06").signal
        assert "tog sitt namn den 2026-03-01" in signal.statement.sv
        assert "gick i konkurs den 2026-05-01" in signal.statement.sv and "Kim Exempel" in signal.statement.sv
        assert signal.explanation_outcomes[1][0] == "contradicted"

    def test_the_same_address_after_the_bankruptcy_may_be_a_purchase(self, world, key) -> None:
        self.pair(world, key, taken="2026-06-01")
        self.place(world, key)
        outcome, note = world.run("IDN-06").signal.explanation_outcomes[1]
        assert outcome == "not_examined" and "köp från boet" in note.sv

    def test_a_name_that_the_bankrupt_gave_up(self, world, key) -> None:
        self.pair(world, key, old="Vilande 417 AB")
        world.named(self.OLD, "Exempelstäd Granby AB", kind="former")
        self.person(world, key)
        assert "Exempelstäd Granby AB (nu Vilande 417 AB)" in world.run("IDN-06").signal.statement.sv

    def test_a_like_name_without_a_tie(self, world, key) -> None:
        self.pair(world, key)
        assert world.run("IDN-06").silent

    def test_an_auditor_is_no_tie(self, world, key) -> None:
        self.pair(world, key)
        self.person(world, key, "auditor")
        assert world.run("IDN-06").silent

    @pytest.mark.parametrize("change", [{"taken": "2025-04-30"}, {"old": "Norrmåleri Granby AB"}])
    def test_long_before_or_another_name(self, world, key, change) -> None:
        self.pair(world, key, **change)
        self.person(world, key)
        self.place(world, key)
        assert world.run("IDN-06").silent

    def test_an_address_of_very_many_is_set_aside(self, world, key) -> None:
        self.pair(world, key)
        self.place(world, key)
        world.fact(
            key, Predicate.ADDRESS_STATISTICS, source="register_statistics", address="", active=200,
            bankrupt_3_years=1, registered_12_months=1,
        )  # fmt: skip
        assert world.run("IDN-06").silent
        self.person(world, key)
        assert any("200 aktiva bolag" in text.sv for text in world.run("IDN-06").signal.unknowns)

    def test_neighbours_not_searched(self, world, key) -> None:
        registered(world, key, "2015-01-01")
        world.named(key, "Exempelstäd i Granby AB", registered_on="2026-03-01")
        assert "har inte kunnat sökas" in world.run("IDN-06").missing

    def test_a_name_without_a_day(self, world, key) -> None:
        world.named(key, "Exempelstäd i Granby AB")
        world.answer("register_neighbours")
        assert "inte känt när namnet" in world.run("IDN-06").missing


class TestWrongNumber:
    def test_another_name(self, world, key) -> None:
        party = world.party(declared_name="Tranbärets Transport AB")
        world.named(key, "Ljungmarks Redovisning AB")
        assert "tillhör Ljungmarks Redovisning AB" in world.run("IDN-08", party).signal.statement.sv

    def test_trading_name_is_the_party(self, world, key) -> None:
        party = world.party(declared_name="Granby Blomsterbod")
        world.named(key, "Tistelvalls Handelsträdgård AB")
        world.named(key, "Granby Blomsterbod", kind="secondary")
        assert world.run("IDN-08", party).silent

    def test_small_slip_is_silent(self, world, key) -> None:
        party = world.party(declared_name="Ljungmarks redovisning")
        world.named(key, "Ljungmarks Redovisning AB")
        assert world.run("IDN-08", party).silent

    def test_deregistered(self, world, key) -> None:
        party = world.party(declared_name="Exempel AB")
        world.named(key, "Exempel AB")
        world.fact(key, Predicate.DEREGISTRATION, date="2026-08-19", text="Fusion", cause="merger", code="FU")
        signal = world.run("IDN-08", party).signal
        assert "2026-08-19" in signal.statement.sv
        assert signal.explanation_outcomes[2][0] == "supported"

    def test_in_no_register(self, world) -> None:
        world.answer("bolagsverket_vdm", status=AnswerStatus.NOT_FOUND)
        signal = world.run("IDN-08").signal
        assert "finns inte i" in signal.statement.sv
        assert signal.facts == ()

    def test_not_at_bolagsverket_but_at_statistics_sweden(self, world, key) -> None:
        party = world.party(declared_name="Exempelförbundet")
        world.answer("bolagsverket_vdm", status=AnswerStatus.NOT_FOUND)
        world.named(key, "Exempelförbundet", source="scb_bulk")
        assert world.run("IDN-08", party).silent

    def test_no_answer_is_not_not_found(self, world) -> None:
        world.answer("bolagsverket_vdm", status=AnswerStatus.NO_ANSWER, reason="timeout")
        assert "vem numret tillhör" in world.run("IDN-08").missing

    def test_nothing_declared(self, world, key) -> None:
        world.named(key, "Exempel AB")
        assert "Inget namn" in world.run("IDN-08").missing

    def test_what_the_party_hands_in_does_not_say_who_it_is(self, world, key) -> None:
        party = world.party(declared_name="Påhittat AB")
        world.named(key, "Påhittat AB", source="bods")
        world.answer("bolagsverket_vdm", status=AnswerStatus.NOT_FOUND)
        assert "finns inte i" in world.run("IDN-08", party).signal.statement.sv
