"""NET-01, NET-03, NET-05, BID-01, BID-02, ACT-01."""

from dataclasses import replace
from itertools import pairwise

import pytest

from graph.model import Predicate
from graph.patterns.short_lived_cluster import MOST_COMPANIES
from screening.case import PartyRole
from screening.indicators.act import industry_map
from screening.verdict import Level

OLD = "SE:ORG:5580000023"
OTHER = "SE:ORG:5580000031"


def industry(world, key, code, version="SNI2025", source="scb_bulk") -> None:
    world.fact(key, Predicate.INDUSTRY, source=source, code=code, version=version, rank=1)


def address(world, key, street="Hamnkajen 14", **more) -> None:
    world.fact(key, Predicate.ADDRESS, kind="postal", street=street, postal_code="99010", city="GRANBY", **more)


def phone(world, key, number, **more) -> None:
    world.fact(key, Predicate.PHONE, source="scb_bulk", number=number, **more)


class TestPhoenix:
    def pair(self, world, key, registered="2026-06-25", bankrupt="2026-05-01", code="81220", version="SNI2025") -> None:
        world.named(key, "Klarstäd Granby Service AB")
        world.named(OLD, "Klarstäd i Granby AB")
        world.fact(key, Predicate.REGISTRATION, date=registered, register="bolagsverket")
        world.fact(
            OLD, Predicate.PROCEEDING, source="register_neighbours", kind="bankruptcy", state="ongoing", date=bankrupt
        )
        industry(world, key, "81210")
        industry(world, OLD, code, version)

    def test_same_director_address_and_phone(self, world, key) -> None:
        self.pair(world, key)
        address(world, key)
        address(world, OLD, "HAMNKAJEN 14")
        phone(world, key, "08-465 004 01")
        phone(world, OLD, "+46 8 46500401")
        world.officer(key, "PERSON:a")
        world.named("PERSON:a", "Göran Exempel", source="ssbtgu")
        world.fact("PERSON:a", Predicate.ENGAGEMENT, OLD, "ssbten", name="Klarstäd i Granby AB")
        signal = world.run("NET-01").signal
        assert "55 dagar efter att Klarstäd i Granby AB gick i konkurs" in signal.statement.sv
        assert "Göran Exempel" in signal.statement.sv and "SNI 812" in signal.statement.sv
        assert "köpeavtalet" in signal.explanation_outcomes[0][1].sv
        assert any("Vilken roll" in text.sv for text in signal.unknowns)

    def test_registered_before_the_bankruptcy(self, world, key) -> None:
        self.pair(world, key, registered="2025-08-01", bankrupt="2026-01-08")
        phone(world, key, "08-46500401")
        phone(world, OLD, "08-46500401")
        address(world, key)
        address(world, OLD)
        assert "före att" in world.run("NET-01").signal.statement.sv

    @pytest.mark.parametrize("registered", ["2025-04-30", "2026-11-02"])
    def test_outside_the_window(self, world, key, registered) -> None:
        self.pair(world, key, registered=registered)
        world.answer("register_neighbours")
        world.answer("ssbtgu")
        address(world, key)
        address(world, OLD)
        phone(world, key, "08-46500401")
        phone(world, OLD, "08-46500401")
        assert world.run("NET-01").silent

    def test_one_link_is_too_few(self, world, key) -> None:
        self.pair(world, key)
        world.facts[0] = world.named(key, "Helt Annat AB")
        world.facts.pop()
        address(world, key)
        address(world, OLD)
        world.answer("register_neighbours")
        world.answer("ssbtgu")
        assert world.run("NET-01").silent

    def test_other_industry(self, world, key) -> None:
        self.pair(world, key, code="56110")
        address(world, key)
        address(world, OLD)
        phone(world, key, "08-46500401")
        phone(world, OLD, "08-46500401")
        world.answer("register_neighbours")
        world.answer("ssbtgu")
        assert world.run("NET-01").silent

    def test_different_sni_versions_are_not_compared(self, world, key) -> None:
        self.pair(world, key, version="SNI2007")
        address(world, key)
        address(world, OLD)
        phone(world, key, "08-46500401")
        phone(world, OLD, "08-46500401")
        assert "olika versioner av SNI" in world.run("NET-01").missing

    @pytest.mark.parametrize("position", ["deputy", "auditor", "liquidator"])
    def test_deputy_auditor_and_liquidator_are_no_link(self, world, key, position) -> None:
        self.pair(world, key)
        world.facts[0] = world.named(key, "Helt Annat AB")
        world.facts.pop()
        address(world, key)
        address(world, OLD)
        world.officer(key, "PERSON:a", position)
        world.officer(OLD, "PERSON:a", "board_member")
        world.answer("register_neighbours")
        assert world.run("NET-01").silent

    def test_hubs_are_set_aside_and_named(self, world, key) -> None:
        self.pair(world, key)
        address(world, key)
        address(world, OLD)
        world.fact(
            key, Predicate.ADDRESS_STATISTICS, source="register_statistics", address="", active=200,
            bankrupt_3_years=1, registered_12_months=1,
        )  # fmt: skip
        phone(world, key, "08-46500401")
        phone(world, OLD, "08-46500401")
        signal = world.run("NET-01").signal
        assert "adress" not in signal.statement.sv.partition("Gemensamt")[2]
        assert any("delas av 200 aktiva bolag" in text.sv for text in signal.unknowns)

    def test_annulled_bankruptcy_is_none(self, world, key) -> None:
        self.pair(world, key)
        world.facts[3] = world.fact(
            OLD,
            Predicate.PROCEEDING,
            source="register_neighbours",
            kind="bankruptcy",
            state="annulled",
            date="2026-05-01",
        )
        world.facts.pop()
        address(world, key)
        address(world, OLD)
        world.answer("register_neighbours")
        world.answer("ssbtgu")
        assert world.run("NET-01").silent

    def test_not_known(self, world, key) -> None:
        assert "Registreringsdatum" in world.run("NET-01").missing
        world.fact(key, Predicate.REGISTRATION, date="2026-06-25", register="bolagsverket")
        assert "har inte kunnat sökas" in world.run("NET-01").missing


class TestInvoiceMill:
    """A company that can invoice without staff, in four trades, at a box address; everything else is in order."""

    def company(
        self, world, key, *, employer: bool | None = False, vat: bool | None = True,
        codes: tuple[str, ...] = ("41000", "62100", "81210", "49410"), street: str = "Box 417",
    ) -> None:  # fmt: skip
        world.named(key, "Exempelbygg AB")
        if employer is not None:
            world.fact(key, Predicate.EMPLOYER, source="ssbtgu", registered=employer)
        if vat is not None:
            world.fact(key, Predicate.VAT, source="ssbtgu", registered=vat)
        for code in codes:
            industry(world, key, code)
        address(world, key, street)
        world.answer("register_history")
        world.officer(key, "PERSON:a")
        world.officer(key, "PERSON:b")
        world.owns("PERSON:a", key, 100)
        for person in ("PERSON:a", "PERSON:b"):
            world.fact(person, Predicate.ENGAGEMENT, OTHER, "ssbten")
            world.answer("ssbten", person)

    def test_three_signs(self, world, key) -> None:
        self.company(world, key)
        signal = world.run("NET-05").signal
        assert signal.statement.sv == (
            "Tre av fem tecken stämmer på Exempelbygg AB: momsregistrerat men inte arbetsgivare, bara box- eller "
            "c/o-adress och verksamhet i många skilda branscher."
        )
        assert any("har inte räknats" in text.sv for text in signal.unknowns)

    @pytest.mark.parametrize(
        "ordinary",
        [
            {"employer": True},
            {"vat": False},
            {"street": "Storgatan 1"},
            {"codes": ("41000", "41200", "43110", "43120")},
        ],
    )
    def test_two_signs_are_too_few(self, world, key, ordinary) -> None:
        self.company(world, key, **ordinary)
        outcome = world.run("NET-05")
        assert not outcome.signals

    def test_a_consultant_who_works_alone(self, world, key) -> None:
        self.company(world, key, codes=("70200",), street="Storgatan 1")
        assert world.run("NET-05").silent

    def test_codes_of_two_versions_are_not_added_up(self, world, key) -> None:
        self.company(world, key, codes=("41000", "62100"))
        for code in ("81210", "49410"):
            industry(world, key, code, "SNI2007")
        assert not world.run("NET-05").signals

    def test_named_subcontractors_support_the_consultancy(self, world, key) -> None:
        self.company(world, key)
        party = world.party()
        world.party(OTHER, PartyRole.SUBCONTRACTOR, relied_on_by=key)
        assert world.run("NET-05", party).signal.explanation_outcomes[0][0] == "supported"

    def test_registrations_not_known(self, world, key) -> None:
        self.company(world, key, employer=None, vat=None)
        assert "momsregistrerat men inte arbetsgivare" in world.run("NET-05").missing


class TestShortLivedCluster:
    def company(self, world, key, born: str, bankrupt: str | None = None, person: str | None = "PERSON:a") -> None:
        world.fact(key, Predicate.REGISTRATION, date=born, register="bolagsverket", source="bolagsverket_bulk")
        if bankrupt:
            world.fact(
                key, Predicate.PROCEEDING, source="bolagsverket_bulk", kind="bankruptcy", state="ended", date=bankrupt
            )
        if person:
            world.fact(person, Predicate.ENGAGEMENT, key, "ssbten")

    def group(self, world, key, *, size: int = 5, failed: int = 3, person: str | None = "PERSON:a") -> None:
        """The party and others, each registered in January 2025; the first ``failed`` bankrupt within a year."""
        world.named("PERSON:a", "Kim Exempel", source="ssbtgu")
        world.officer(key, "PERSON:a")
        self.company(world, key, "2025-01-10", None, person)
        for place in range(size - 1):
            other = f"SE:ORG:55800020{place:02}"
            world.named(other, f"Bolag {place} Exempel AB")
            self.company(world, other, "2025-01-10", "2026-01-10" if place < failed else None, person)
        world.answer("register_neighbours")

    def test_five_companies_of_one_person(self, world, key) -> None:
        self.group(world, key)
        signal = world.run("NET-03").signal
        assert "genom Kim Exempel" in signal.statement.sv
        assert "högst 12 månader och 3 av 5 har gått i konkurs" in signal.statement.sv

    @pytest.mark.parametrize(("size", "failed"), [(4, 3), (6, 2)])
    def test_too_few_or_too_few_bankrupt(self, world, key, size, failed) -> None:
        self.group(world, key, size=size, failed=failed)
        assert world.run("NET-03").silent

    def test_companies_that_lived_long(self, world, key) -> None:
        self.group(world, key)
        world.facts = [
            replace(fact, value={**fact.value, "date": "2020-01-10"})
            if fact.predicate is Predicate.REGISTRATION
            else fact
            for fact in world.facts
        ]
        assert world.run("NET-03").silent

    def test_an_auditor_holds_nothing_together(self, world, key) -> None:
        self.group(world, key)
        world.facts = [fact for fact in world.facts if fact.predicate is not Predicate.OFFICER]
        world.officer(key, "PERSON:a", "auditor")
        world.facts = [f for f in world.facts if f.predicate is not Predicate.ENGAGEMENT or f.object != key]
        world.answer("ssbtgu")
        assert world.run("NET-03").silent

    def test_a_hub_is_set_aside_and_named(self, world, key) -> None:
        """An accountant with ten clients, six of them tied by another person too."""
        self.group(world, key)
        world.named("PERSON:r", "Rut Revisor", source="ssbtgu")
        world.officer(key, "PERSON:r")
        bureau = "SE:ORG:5580003000"
        world.officer(bureau, "PERSON:r")
        industry(world, bureau, "69201")
        for place in range(9):
            self.company(world, f"SE:ORG:55800031{place:02}", "2010-01-01", None, "PERSON:r")
        signal = world.run("NET-03").signal
        assert "3 av 5" in signal.statement.sv and "Rut Revisor" not in signal.statement.sv
        assert any("Rut Revisor (redovisning eller revision)" in text.sv for text in signal.unknowns)

    def test_companies_without_known_age(self, world, key) -> None:
        self.group(world, key)
        world.facts = [
            f
            for f in world.facts
            if f.predicate not in (Predicate.REGISTRATION, Predicate.PROCEEDING) or f.subject == key
        ]
        assert "ålder och öde" in world.run("NET-03").missing

    def at_one_address(self, world, key, active: int) -> None:
        self.group(world, key, size=6, failed=5, person=None)
        for fact in list(world.facts):
            if fact.predicate is Predicate.REGISTRATION:
                address(world, fact.subject)
        world.fact(
            key, Predicate.ADDRESS_STATISTICS, source="register_statistics", address="", active=active,
            bankrupt_3_years=5, registered_12_months=0,
        )  # fmt: skip

    def test_one_address(self, world, key) -> None:
        self.at_one_address(world, key, active=2)
        assert "genom en gemensam adress" in world.run("NET-03").signal.statement.sv
        assert "5 av 7" in world.run("NET-03").signal.statement.sv

    def test_a_street_of_shops_is_no_cluster(self, world, key) -> None:
        """The same five bankruptcies in a house with twenty companies that go on."""
        self.at_one_address(world, key, active=21)
        world.answer("ssbtgu")
        assert world.run("NET-03").silent

    def test_neighbours_not_searched(self, world, key) -> None:
        world.officer(key, "PERSON:a")
        assert "har inte kunnat sökas" in world.run("NET-03").missing

    def test_only_the_party_s_address_is_counted(self, world, key) -> None:
        """The others were found at the address because they went bankrupt; the register counted there for the party."""
        others = [f"SE:ORG:55800000{place:02}" for place in range(4)]
        for company in (key, *others):
            address(world, company)
            self.company(world, company, "2025-01-10", None if company == key else "2026-01-10", None)
        world.fact(
            key, Predicate.ADDRESS_STATISTICS, source="register_statistics", active=1, bankrupt_3_years=4,
            registered_12_months=0, address="",
        )  # fmt: skip
        world.answer("register_neighbours")
        assert min(others) < key
        assert "4 av 5 har gått i konkurs" in world.run("NET-03").signal.statement.sv

    def test_a_chain_without_end_is_not_searched_to_its_end_and_that_is_said(self, world, key) -> None:
        """Each company shares a director with the next: seen from either end it is the same answer."""
        chain = [key, *(f"SE:ORG:558{number:07}" for number in range(1_000, 1_000 + MOST_COMPANIES + 1))]
        for number, (company, following) in enumerate(pairwise(chain)):
            world.officer(company, f"PERSON:{number}")
            world.officer(following, f"PERSON:{number}")
            world.fact(company, Predicate.PROCEEDING, kind="bankruptcy", state="ongoing", date="2026-06-01")
        for end in (key, chain[-1]):
            world.parties.clear()
            assert f"fler än {MOST_COMPANIES} bolag" in world.run("NET-03", world.party(end)).missing


class TestBiddersShareControl:
    def bidders(self, world, key, role=PartyRole.BIDDER, lot="1", other_lot="1"):
        first = world.party(key, lot=lot, declared_name="Första AB")
        world.party(OTHER, role, lot=other_lot, declared_name="Andra AB")
        return first

    def known(self, world, key) -> None:
        for number, bidder in enumerate((key, OTHER)):
            world.officer(bidder, f"PERSON:own{number}")
            world.owns(f"PERSON:own{number}", bidder, 100)

    def test_common_director(self, world, key) -> None:
        party = self.bidders(world, key)
        for bidder in (key, OTHER):
            world.officer(bidder, "PERSON:a")
        world.named("PERSON:a", "Kim Exempel", source="ssbtgu")
        signal = world.run("BID-01", party).signal
        assert "Första AB och Andra AB lämnar anbud i samma del" in signal.statement.sv
        assert "Kim Exempel" in signal.statement.sv
        assert signal.ceiling is None

    def test_no_lot_is_every_lot(self, world, key) -> None:
        party = self.bidders(world, key, lot=None)
        for bidder in (key, OTHER):
            world.officer(bidder, "PERSON:a")
        assert world.run("BID-01", party).signals

    def test_common_owner_through_companies(self, world, key) -> None:
        party = self.bidders(world, key)
        world.owns("SE:ORG:5580000049", key, 60)
        world.owns("SE:ORG:5580000049", OTHER, 100)
        world.owns("PERSON:a", "SE:ORG:5580000049", 50)
        world.named("SE:ORG:5580000049", "Moderbolaget AB")
        signal = world.run("BID-01", party).signal
        assert "Moderbolaget AB (äger 60 %; 100 %)" in signal.statement.sv

    def test_one_bidder_owns_the_other(self, world, key) -> None:
        party = self.bidders(world, key)
        world.owns(key, OTHER, 51)
        assert "äger 51 % av Andra AB" in world.run("BID-01", party).signal.statement.sv

    def test_the_owner_of_one_runs_the_other(self, world, key) -> None:
        party = self.bidders(world, key)
        world.owns("PERSON:a", key, 80)
        world.officer(OTHER, "PERSON:a")
        world.named("PERSON:a", "Kim Exempel")
        said = world.run("BID-01", party).signal.statement
        assert "Kim Exempel (äger 80 % av" in said.sv and "i Andra AB)" in said.sv

    def test_a_small_owner_who_runs_the_other(self, world, key) -> None:
        party = self.bidders(world, key)
        self.known(world, key)
        world.owns("PERSON:b", key, 10)
        world.officer(OTHER, "PERSON:b")
        assert world.run("BID-01", party).silent

    def test_minority_investor(self, world, key) -> None:
        party = self.bidders(world, key)
        self.known(world, key)
        world.facts = [fact for fact in world.facts if fact.predicate is not Predicate.OWNERSHIP]
        for bidder in (key, OTHER):
            world.owns("PERSON:investor", bidder, 24)
        assert world.run("BID-01", party).silent

    @pytest.mark.parametrize("position", ["deputy", "auditor"])
    def test_deputy_or_auditor_in_common(self, world, key, position) -> None:
        party = self.bidders(world, key)
        self.known(world, key)
        world.officer(key, "PERSON:a", position)
        world.officer(OTHER, "PERSON:a")
        assert world.run("BID-01", party).silent

    @pytest.mark.parametrize(
        ("role", "lot"), [(PartyRole.BIDDER, "2"), (PartyRole.SUBCONTRACTOR, "1"), (PartyRole.RELIED_UPON, "1")]
    )
    def test_other_lot_or_subcontractor(self, world, key, role, lot) -> None:
        party = self.bidders(world, key, role, other_lot=lot)
        for bidder in (key, OTHER):
            world.officer(bidder, "PERSON:a")
        assert world.run("BID-01", party).silent

    def test_professional_director_is_a_note(self, world, key) -> None:
        party = self.bidders(world, key)
        for bidder in (key, OTHER):
            world.officer(bidder, "PERSON:a")
        for number in range(40):
            world.fact("PERSON:a", Predicate.ENGAGEMENT, f"SE:ORG:5581{number:06}", "ssbten")
        assert world.run("BID-01", party).signal.ceiling is Level.L1

    def test_not_known(self, world, key) -> None:
        party = self.bidders(world, key)
        world.officer(key, "PERSON:a")
        world.owns("PERSON:a", key, 100)
        missing = world.run("BID-01", party).missing
        assert "Företrädarna är inte kända för Andra AB" in missing and "Ägarna är inte kända för Andra AB" in missing


class TestBiddersShareContact:
    def bidders(self, world, key, mail="offert@norrgarden.example", telephone="08-465 00 401", lot="1"):
        first = world.party(key, lot="1", contact_email="anbud@norrgarden.example", contact_phone="+46846500401")
        world.party(OTHER, lot=lot, contact_email=mail, contact_phone=telephone)
        world.named(key, "Första AB")
        world.named(OTHER, "Andra AB")
        return first

    def test_phone_and_mail(self, world, key) -> None:
        party = self.bidders(world, key)
        assert "samma telefonnummer och e-postdomän" in world.run("BID-02", party).signal.statement.sv

    def test_address_and_phone_from_registers(self, world, key) -> None:
        party = self.bidders(world, key, mail="x@annan.example")
        address(world, key)
        address(world, OTHER)
        assert "telefonnummer och adress" in world.run("BID-02", party).signal.statement.sv

    def test_public_mail_domain(self, world, key) -> None:
        first = world.party(key, contact_email="a@gmail.com", contact_phone="0701740601")
        world.party(OTHER, contact_email="b@gmail.com", contact_phone="0701740601")
        address(world, key)
        address(world, OTHER, "Annangatan 2")
        assert world.run("BID-02", first).silent

    def test_business_centre_is_set_aside(self, world, key) -> None:
        party = self.bidders(world, key, mail="x@annan.example")
        address(world, key)
        address(world, OTHER)
        world.fact(
            key, Predicate.ADDRESS_STATISTICS, source="register_statistics", address="", active=45,
            bankrupt_3_years=0, registered_12_months=3,
        )  # fmt: skip
        assert world.run("BID-02", party).silent

    def test_declared_alone_is_no_evidence(self, world, key) -> None:
        party = self.bidders(world, key)
        world.facts.clear()
        assert "inget register har svarat" in world.run("BID-02", party).missing

    def test_other_lot(self, world, key) -> None:
        assert world.run("BID-02", self.bidders(world, key, lot="2")).silent

    def test_not_known(self, world, key) -> None:
        party = world.party(key)
        world.party(OTHER, declared_name="Andra AB")
        assert "Andra AB" in world.run("BID-02", party).missing


class TestTrade:
    def test_shoe_shop_in_a_cleaning_procurement(self, world, key) -> None:
        world.case = {"cpv": ("90910000-9",)}
        industry(world, key, "47721")
        assert "47721" in world.run("ACT-01").signal.statement.sv

    @pytest.mark.parametrize(
        ("cpv", "code"),
        [
            ("90910000", "81210"),
            ("45000000-7", "43341"),
            ("45000000", "41000"),
            ("85300000", "88101"),
            ("72000000", "62201"),
        ],
    )
    def test_the_trade_itself(self, world, key, cpv, code) -> None:
        world.case = {"cpv": (cpv,)}
        industry(world, key, code)
        assert world.run("ACT-01").silent

    def test_secondary_industry_is_enough(self, world, key) -> None:
        world.case = {"cpv": ("90910000",)}
        industry(world, key, "47721")
        world.fact(key, Predicate.INDUSTRY, source="scb_bulk", code="81210", version="SNI2025", rank=2)
        assert world.run("ACT-01").silent

    def test_motor_trade_by_version(self, world, key) -> None:
        world.case = {"cpv": ("34100000",)}
        industry(world, key, "45110", "SNI2007")
        assert world.run("ACT-01").silent

    def test_holding_company_supports_group_capacity(self, world, key) -> None:
        world.case = {"cpv": ("90910000",)}
        industry(world, key, "64212")
        assert world.run("ACT-01").signal.explanation_outcomes[2][0] == "supported"

    def test_not_known(self, world, key) -> None:
        assert "ingen CPV-kod" in world.run("ACT-01").missing
        world.case = {"cpv": ("90910000",)}
        assert "Branschen" in world.run("ACT-01").missing
        industry(world, key, "00000")
        assert "Branschen" in world.run("ACT-01").missing
        world.case = {"cpv": ("99999999",)}
        industry(world, key, "81210")
        assert "jämförelsetabellen" in world.run("ACT-01").missing

    def test_table_holds_every_division_of_the_vocabulary(self) -> None:
        divisions = [
            "03",
            "09",
            "14",
            "15",
            "16",
            "18",
            "19",
            "22",
            "24",
            "30",
            "31",
            "32",
            "33",
            "34",
            "35",
            "37",
            "38",
            "39",
            "41",
            "42",
            "43",
            "44",
            "45",
            "48",
            "50",
            "51",
            "55",
            "60",
            "63",
            "64",
            "65",
            "66",
            "70",
            "71",
            "72",
            "73",
            "75",
            "76",
            "77",
            "79",
            "80",
            "85",
            "90",
            "92",
            "98",
        ]
        assert set(divisions) <= set(industry_map())
