"""Every pattern for every party and pair of a 40-bidder case whose dossier has 5 000 nodes and 20 000 links.

    python -m benchmarks.patterns [--bidders 40] [--organisations 3000] [--persons 2000] [--links 20000] [--profile ID]

The network has the shape that makes patterns slow: groups with one board, a large web of cross-holdings, small circles,
a custodian bank, address hubs, directors with a hundred posts, bankrupt neighbours, and boards and names that changed.
Each pattern runs as it does in a screening: its indicator, for every party, on one network. Prints JSON: milliseconds
of process time a rule, their sum against the limit, what reading the facts into a network costs, and peak memory.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import importlib
import json
import pstats
import random
import resource
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

from graph.addresses import address_key
from graph.model import (
    AnswerStatus,
    DocumentReference,
    EntityKey,
    Fact,
    ListedSchema,
    Predicate,
    SourceAnswer,
    is_person,
    organisation_key,
    sha256_hex,
)
from graph.names import similarity
from graph.network import LINKS, Network
from screening import catalogue
from screening.case import Case, CaseKind, Party, PartyRole, Procedure, Tenant
from screening.dossier import Dossier
from screening.engine import load_indicators
from screening.indicators.base import Context, Signal

LIMIT_MS = 1000.0
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
BEFORE = NOW - timedelta(days=28)
TRADES = ("81210", "41000", "49410", "56110", "43341", "62201")
WORDS = ("Älv", "Björk", "Sten", "Hav", "Lind", "Fors", "Berg", "Sund", "Ek", "Strand", "Mo", "Gran", "Holm", "Vik")
PLACES = ("gårdens", "backens", "kajens", "torpets", "vikens", "dalens", "näsets", "ängens", "lundens", "hamnens")
WORK = ("Bygg", "Städ", "Frakt", "Måleri", "Service", "Drift", "Teknik", "Fastigheter", "Holding", "Invest")
GROUP, WEB, CUSTODIAN_HOLDINGS, BUSY_POSTS, HUB_GUESTS = 25, 240, 400, 100, 220


class Builder:
    """Facts of one dossier, deterministic by seed."""

    def __init__(self, organisations: int, persons: int, links: int, seed: int) -> None:
        self.random = random.Random(seed)
        self.facts: list[Fact] = []
        self.answers: list[SourceAnswer] = []
        self.organisations = [organisation_key(_number(index)) for index in range(organisations)]
        self.persons = [EntityKey(f"PERSON:{sha256_hex(f'{seed}/{n}'.encode())[:32]}") for n in range(persons)]
        self._links = 0
        self._held: dict[str, float] = {}
        self._build(links)

    def fact(
        self,
        subject: EntityKey,
        predicate: Predicate,
        source: str,
        target: EntityKey | None = None,
        at: datetime = NOW,
        until: datetime | None = None,
        **value: Any,
    ) -> None:
        """One fact more."""
        place, document = f"/{len(self.facts)}", sha256_hex(f"{source}/{at}".encode())
        self._links += predicate in LINKS and until is None
        self.facts.append(Fact(subject, predicate, value, source, document, place, at, target, superseded_at=until))

    def owns(self, owner: EntityKey, owned: EntityKey, low: float, high: float | None = None) -> None:
        """A stake, exact or as a register's range, in per cent; none that would take the owned past 100 %."""
        if owner == owned or self._held.get(owned, 0) + low > 100:
            return
        self._held[owned] = self._held.get(owned, 0) + low
        share: dict[str, Any] = {"exact": low} if high is None else {"minimum": low, "maximum": high}
        self.fact(owner, Predicate.OWNERSHIP, "bods", owned, interest="shareholding", direct=True, **share)

    def office(self, company: EntityKey, person: EntityKey, position: str = "board_member", **times: Any) -> None:
        """An office on the board, or another."""
        self.fact(company, Predicate.OFFICER, "ssbtgu", person, role=position, position=position, **times)

    def _build(self, links: int) -> None:
        dice, organisations, persons = self.random, self.organisations, self.persons
        for index, person in enumerate(persons):
            family = f"{WORDS[index % 14]}{('lund', 'berg', 'ström', 'kvist', 'dahl')[index % 5]}"
            given = f"Prov{index}"
            self.fact(person, Predicate.PERSON_NAME, "ssbtgu", name=f"{given} {family}", given=given, family=family)
            self.answers.append(_answer("ssbten", person))
        for index, key in enumerate(organisations):
            self._organisation(index, key)
        self._groups()
        self._webs()
        self._hubs()
        while self._links < links:  # the rest as registers have it: an officer's other posts, small stakes
            person, company = dice.choice(persons), dice.choice(organisations)
            kind = dice.random()
            if kind < 0.45:
                self.fact(person, Predicate.ENGAGEMENT, "ssbten", company, name=f"Bolag {company[-10:]}")
            elif kind < 0.8:
                self.office(company, person, dice.choice(("board_member", "board_member", "deputy", "auditor")))
            else:
                self.owns(dice.choice((person, dice.choice(organisations))), company, dice.randint(1, 9))

    def _organisation(self, index: int, key: EntityKey) -> None:
        dice = self.random
        name = f"{dice.choice(WORDS)}{dice.choice(PLACES)} {dice.choice(WORK)} {index} AB"
        registered = date(2026, 11, 1) - timedelta(days=dice.randint(20, 9_000))
        self.fact(key, Predicate.REGISTRATION, "bolagsverket_vdm", date=registered.isoformat(), register="bolagsverket")
        renamed = index % 40 == 0
        if renamed:
            former = f"{dice.choice(WORDS)}{dice.choice(PLACES)} Förvaltning {index} AB"
            self.fact(key, Predicate.NAME, "bolagsverket_vdm", at=BEFORE, until=NOW, name=former, kind="registered")
        self.fact(
            key, Predicate.NAME, "bolagsverket_vdm", at=NOW if renamed else BEFORE, name=name, kind="registered",
            registered_on=(date(2026, 11, 10) if renamed else registered).isoformat(),
        )  # fmt: skip
        self.fact(key, Predicate.INDUSTRY, "bolagsverket_vdm", code=TRADES[index % 6], version="SNI2025", rank=1)
        hub = index % (len(self.organisations) // HUB_GUESTS + 1) == 0
        street = f"Navgatan {index % 3}" if hub else f"{WORDS[index % 14]}gatan {index}"
        self.fact(
            key, Predicate.ADDRESS, "bolagsverket_vdm", kind="postal", street=street, postal_code="99010", city="GRANBY"
        )
        for predicate in (Predicate.F_TAX, Predicate.VAT, Predicate.EMPLOYER):
            self.fact(key, predicate, "ssbtgu", registered=True)
        if index % 20 == 7:
            day = date(2026, 11, 1) - timedelta(days=dice.randint(0, 900))
            self.fact(
                key, Predicate.PROCEEDING, "bolagsverket_vdm", kind="bankruptcy", state="ongoing", date=day.isoformat()
            )
        seats = dice.sample(self.persons, dice.randint(1, 3))
        replaced = index % 25 == 3
        for person in dice.sample(self.persons, 2) if replaced else ():
            self.office(key, person, at=BEFORE, until=NOW)
        for person in seats:
            self.office(key, person, at=NOW if replaced else BEFORE)
        for source in ("bolagsverket_vdm", "ssbtgu", "bods", "register_history", "register_neighbours"):
            self.answers.append(_answer(source, key))

    def _groups(self) -> None:
        """Groups of ``GROUP`` companies, five layers deep, under a family, with one board."""
        dice = self.random
        for start in range(WEB, len(self.organisations) - GROUP, GROUP):
            members = self.organisations[start : start + GROUP]
            board = dice.sample(self.persons, 3)
            for person, share in zip(board, (50, 30, 20), strict=True):
                self.owns(person, members[0], share)
            for place, member in enumerate(members[1:], start=1):
                parent = members[(place - 1) // 2]
                if dice.random() < 0.4:
                    self.owns(parent, member, *dice.choice(((25, 50), (50, 75), (75, 100))))
                else:
                    self.owns(parent, member, dice.choice((100, 100, 91, 60, 51)))
                for person in board[: 1 + place % 3]:
                    self.office(member, person)

    def _webs(self) -> None:
        """One web of cross-holdings (everybody owns some of six others), small circles, and owners above it."""
        dice = self.random
        web = self.organisations[:WEB]
        for place, owner in enumerate(web):
            self.owns(owner, web[(place + 1) % WEB], 12)
            for owned in dice.sample(web, 5):
                self.owns(owner, owned, *dice.choice(((3,), (5,), (8,), (5, 10))))
            self.owns(dice.choice(self.persons), owner, dice.randint(10, 40))
        for start in range(WEB, len(self.organisations) - 8, 90):
            circle = self.organisations[start : start + 3 + start % 5]
            for owner, owned in zip(circle, (*circle[1:], circle[0]), strict=True):
                self.owns(owner, owned, dice.choice((15, 30, 52)))
        for owned in dice.sample(self.organisations[WEB:], len(self.organisations) // 8):
            self.owns(dice.choice(web), owned, dice.choice((10, 26, 51)))

    def _hubs(self) -> None:
        dice, organisations = self.random, self.organisations
        for owned in dice.sample(organisations, min(CUSTODIAN_HOLDINGS, len(organisations))):
            self.owns(organisations[-1], owned, 2)
        for person in self.persons[:5]:
            for company in dice.sample(organisations, min(BUSY_POSTS, len(organisations))):
                self.office(company, person)
                self.fact(person, Predicate.ENGAGEMENT, "ssbten", company, name=f"Bolag {company[-10:]}")
        for key in organisations:
            self.fact(
                key, Predicate.ADDRESS_STATISTICS, "register_statistics", address="", active=dice.choice((1, 2, 3, 74)),
                bankrupt_3_years=1, registered_12_months=2,
            )  # fmt: skip


def _number(index: int) -> str:
    digits = f"558{index:06d}"
    total = sum(sum(divmod(int(sign) * (2 - place % 2), 10)) for place, sign in enumerate(digits))
    return f"{digits}{-total % 10}"


def _answer(source: str, key: EntityKey) -> SourceAnswer:
    return SourceAnswer(source, key, AnswerStatus.FOUND, NOW, sha256_hex(f"{source}/{NOW}".encode()))


def dossier(organisations: int, persons: int, links: int, bidders: int, seed: int = 1) -> Dossier:
    """The dossier of the case. Bidders are taken from the web, from groups and from between."""
    built = Builder(organisations, persons, links, seed)
    chosen = built.random.sample(built.organisations[:WEB], bidders // 4)
    chosen += built.random.sample(built.organisations[WEB:], bidders - len(chosen))
    parties = tuple(Party(key, PartyRole.BIDDER, key[-10:], None) for key in chosen)
    case = Case(
        id="measured",
        tenant=Tenant("matkommun", "Mätkommunen", True),
        kind=CaseKind.PROCUREMENT,
        procedure=Procedure.LOU_OVER_THRESHOLD,
        reference="MÄT 1",
        opened_on=NOW.date(),
        purpose="mätning",
        legal_basis="LOU",
        parties=parties,
        cpv=("90910000",),
    )
    documents = [
        DocumentReference(sha256_hex(f"{source}/{at}".encode()), source, "application/json", "", at)
        for source in {fact.source for fact in built.facts}
        for at in (BEFORE, NOW)
    ]
    return Dossier.of(case, NOW, built.facts, built.answers, documents, [])


def measure(content: Dossier, profiled: str | None = None) -> dict[str, Any]:
    """Milliseconds a rule over all parties, in the catalogue's order, and the counts that show that work was done."""
    _warm()
    started = time.process_time()
    network = Network.of(content.facts, NOW)
    built = time.process_time() - started
    gc.collect()
    gc.freeze()  # the dossier itself lives on: walking through it again and again would be measured, at random
    functions, rules = load_indicators(), catalogue.load()
    spent: dict[str, float] = {}
    signals: dict[str, int] = {}
    for identifier in sorted(functions):
        parameters = rules.indicator(identifier, NOW.date()).parameters
        profile = cProfile.Profile() if identifier == profiled else None
        started = time.process_time()
        if profile:
            profile.enable()
        count = 0
        for party in content.case.parties:
            context = Context(dossier=content, party=party, network=network, parameters=parameters)
            count += sum(isinstance(outcome, Signal) for outcome in functions[identifier](context))
        if profile:
            profile.disable()
            pstats.Stats(profile).sort_stats("cumulative").print_stats(25)
        spent[identifier] = round((time.process_time() - started) * 1000, 1)
        signals[identifier] = count
    total = sum(spent.values())
    nodes = network.graph.number_of_nodes()
    return {
        "nodes": nodes,
        "persons": sum(is_person(key) for key in network.keys),
        "links": network.graph.number_of_edges(),
        "facts": len(content.facts),
        "bidders": len(content.case.parties),
        "network_ms": round(built * 1000, 1),
        "rules_ms": dict(sorted(spent.items(), key=lambda item: -item[1])),
        "signals": {identifier: count for identifier, count in signals.items() if count},
        "total_ms": round(total, 1),
        "limit_ms": LIMIT_MS,
        "met": total <= LIMIT_MS,
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def _warm() -> None:
    """What a worker loads once in its life: name and address facts, scipy."""
    similarity("Exempelbygg AB", "Annat Bygg AB", ListedSchema.ORGANISATION)
    address_key("Provgatan 1", "99010", "Granby", None)
    importlib.import_module("scipy.sparse.linalg")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bidders", type=int, default=40)
    parser.add_argument("--organisations", type=int, default=3000)
    parser.add_argument("--persons", type=int, default=2000)
    parser.add_argument("--links", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--profile", metavar="ID", help="print where this indicator spends its time")
    options = parser.parse_args()
    content = dossier(options.organisations, options.persons, options.links, options.bidders, options.seed)
    print(json.dumps(measure(content, options.profile), indent=2))


if __name__ == "__main__":
    main()
