"""Building planted organisations: people, places, numbers, sound companies, and what must be found on whom."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from connectors.sandbox import numbers, vocabulary
from connectors.sandbox.model import Address, Name, Officer, Organisation, Person

STREETS = (
    "Klockargatan", "Tunnbindaregatan", "Repslagarvägen", "Sadelmakarvägen", "Magasinsgatan", "Hamnkajen",
    "Fabriksgatan", "Torggatan", "Kanalvägen", "Mjölnarvägen", "Vallmovägen", "Fiskargränd", "Postgatan",
    "Apoteksgatan", "Logistikvägen", "Virkesgatan", "Tegelbruksvägen", "Tullgatan", "Glasbruksgatan", "Färgargatan",
)  # fmt: skip
"""Streets where no ordinary organisation has its address."""

PHONES = (
    [f"08-465004{n:02d}" for n in range(100)]
    + [f"031-39006{n:02d}" for n in range(100)]
    + [f"040-62804{n:02d}" for n in range(100)]
    + [f"0980-3192{n:02d}" for n in range(100)]
)
"""The number ranges that the Swedish Post and Telecom Authority keeps for fiction."""

_FEMALE = frozenset({"Ann", "Tove", "Ida", "Gun", "Klara"})


@dataclass(frozen=True, slots=True)
class ListedParty:
    """A fictional entry of a sanctions list that a planted pattern refers to."""

    list: str
    name: str
    person: bool
    birth_date: str = ""
    registration_number: str = ""
    city: str = ""
    country: str = ""


@dataclass
class Builder:
    """Registers under construction at two moments, from one seed; what comes next depends on all that came before."""

    seed: int
    as_of: date
    baseline: dict[str, Organisation] = field(default_factory=dict)
    current: dict[str, Organisation] = field(default_factory=dict)
    ownership: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    listed: list[ListedParty] = field(default_factory=list)
    truth: list[dict[str, Any]] = field(default_factory=list)
    clean: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self._position = 0
        self._places = 0
        self._phones = 0
        self._people: set[str] = set()
        self.audit_person = self.person("Birgitta", "Revelius", female=True)
        self.audit_firm = self.add(self.company("Granby Revisionsbyrå AB", "69201", years=22, audited=False))

    # --- people and places
    def days_ago(self, days: int) -> date:
        """That many days before ``as_of``."""
        return self.as_of - timedelta(days=days)

    def person(
        self, given: str = "", family: str = "", *, female: bool | None = None, birth: date | None = None
    ) -> Person:
        """A new person with a test personnummer of its own."""
        if female is None:
            female = given in _FEMALE if given else self.random.random() < 0.5
        given = given or self.random.choice(vocabulary.GIVEN_FEMALE if female else vocabulary.GIVEN_MALE)
        family = family or self.random.choice(
            ("Hallon", "Tistel", "Ljung", "Vide", "Säv", "Pors", "Näckros", "Timjan")
        ) + self.random.choice(("backe", "berg", "dahl", "gård", "sten", "ek", "lund", "vall"))
        while True:
            born = birth or date(1950, 1, 1) + timedelta(days=self.random.randrange(17_500))
            # Another birth number only when the day is given and already taken.
            for birth_number in (998, 996, 994) if female else (999, 997, 995):
                number = numbers.personnummer(born, birth_number)
                if number not in self._people:
                    self._people.add(number)
                    return Person(number, given, family)
                if birth is None:
                    break
            else:
                raise ValueError("more than three planted persons of one sex share a date of birth")

    def address(self) -> Address:
        """An address where nobody else is."""
        street = STREETS[self._places % len(STREETS)]
        town, code = vocabulary.TOWNS[self._places % 4]
        number = 10 + 2 * (self._places // len(STREETS))
        self._places += 1
        return Address(f"{street} {number}", code, town)

    def phone(self) -> str:
        """A phone number nobody else has (until the fictional ranges are used up)."""
        self._phones += 1
        return PHONES[(self._phones - 1) % len(PHONES)]

    def number(self) -> str:
        """The next planted organisation number."""
        self._position += 1
        return numbers.planted_number(self._position - 1)

    # --- organisations
    def board(self, *people: Person, deputy: Person | None = None, audited: bool = True) -> tuple[Officer, ...]:
        """A board: the first is chair, then members, a deputy, and the town's usual auditor."""
        officers = [Officer(("styrelseledamot", "ordförande"), people[0])]
        officers += [Officer(("styrelseledamot",), person) for person in people[1:]]
        if deputy:
            officers.append(Officer(("styrelsesuppleant",), deputy))
        if audited:
            officers.append(Officer(("revisor",), firm_number=self.audit_firm.number, firm_name=self.audit_firm.name))
            officers.append(Officer(("huvudansvarig revisor",), self.audit_person))
        return tuple(officers)

    def company(
        self,
        name: str,
        sni: str,
        *,
        years: float = 0,
        days: int = 0,
        officers: tuple[Officer, ...] | None = None,
        address: Address | None = None,
        form: str = "AB",
        audited: bool = False,
        **changes: Any,
    ) -> Organisation:
        """A sound company: active, F-tax, VAT, employer, a board of two and a deputy, an address of its own."""
        age = days or (int(365.25 * (years or self.random.uniform(4, 25))) + self.random.randrange(40))
        registered = self.days_ago(age)
        place = address or self.address()
        if officers is None:
            officers = self.board(self.person(), self.person(), deputy=self.person(), audited=audited)
        text = vocabulary.SNI_TEXTS[sni]
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower().translate(str.maketrans("åäöé", "aaoe"))).strip("-")
        kind = "NAMN" if form in ("BRF", "I", "S", "") else "FORETAGSNAMN"
        organisation = Organisation(
            number=self.number(),
            names=(Name(name, registered, kind),),
            form=form,
            juridical_form=vocabulary.JURIDICAL_OF_FORM.get(form, "49"),
            registered=registered,
            postal=place,
            visiting=replace(place, care_of=""),
            sni=(sni,),
            description=f"Bolaget ska bedriva {text[0].lower()}{text[1:]} och därmed förenlig verksamhet.",
            officers=officers,
            email=f"info@{slug}.example",
            phone=self.phone(),
            shares=1_000 if form == "AB" else 0,
            capital=100_000 if form == "AB" else 0,
            signatory="Firman tecknas av styrelsen. Firman tecknas av två styrelseledamöter i förening.",
        )
        return replace(organisation, **changes)

    def add(self, now: Organisation, before: Organisation | None = None) -> Organisation:
        """Enter the organisation in the registers, with another state at the baseline if given."""
        self.current[now.number] = now
        earlier = before or now
        if earlier.registered <= self.days_ago(28):
            self.baseline[now.number] = earlier
        return now

    def plant(
        self, case: str, pattern: str, indicators: list[str], party: Organisation, *others: Organisation,
        tolerated: tuple[str, ...] = (), note: str = "",
    ) -> Organisation:  # fmt: skip
        """Ground truth: these indicators must be found on ``party``."""
        self.truth.append(
            {
                "pattern": pattern,
                "indicators": indicators,
                "organisation": party.number,
                "organisations": [party.number, *(other.number for other in others)],
                "name": party.name,
                "case": case,
                "tolerated": list(tolerated),
                "note": note,
            }
        )
        return party

    def honest(self, case: str, family: str, party: Organisation, *tolerated: str, note: str = "") -> Organisation:
        """Ground truth: nothing above L1 may be said of ``party``; the tolerated indicators are notes at most."""
        self.clean.append(
            {
                "family": family,
                "organisation": party.number,
                "name": party.name,
                "case": case,
                "tolerated": list(tolerated),
                "highest_level": "L1",
                "note": note,
            }
        )
        return party
