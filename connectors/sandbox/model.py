"""What the fictional registers hold about one organisation at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Address:
    """A postal or visiting address; ``care_of`` without the ``c/o`` mark."""

    street: str
    postal_code: str
    city: str
    care_of: str = ""
    country: str = "SE"


@dataclass(frozen=True, slots=True)
class Person:
    """A fictional person with a test personnummer (twelve digits)."""

    number: str
    given: str
    family: str
    city: str = "GRANBY"

    @property
    def name(self) -> str:
        """Given name, family name."""
        return f"{self.given} {self.family}"

    @property
    def birth_date(self) -> str:
        """Date of birth, ISO 8601."""
        return f"{self.number[:4]}-{self.number[4:6]}-{self.number[6:8]}"


@dataclass(frozen=True, slots=True)
class Officer:
    """Who holds which roles (texts as in UD0047); an auditing firm has no ``person``."""

    roles: tuple[str, ...]
    person: Person | None = None
    firm_number: str = ""
    firm_name: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """A registered name. ``kind`` is a VDM code: FORETAGSNAMN, SARSKILT_FORETAGSNAMN, FORNAMN_FRSPRAK, NAMN."""

    name: str
    registered: date
    kind: str = "FORETAGSNAMN"
    description: str = ""


@dataclass(frozen=True, slots=True)
class Proceeding:
    """A winding-up or restructuring: an ongoing code (KK, LI, FR …) or an ended one (KKUHAVD, FRUHOR …)."""

    code: str
    date: date
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation as the registers know it at one moment.

    ``number`` has ten digits, or twelve for a sole trader. ``activity`` is SCB's FtgStat (0 never, 1 now, 9 no longer
    active). ``form`` is empty for public bodies, which Bolagsverket does not register.
    """

    number: str
    names: tuple[Name, ...]
    form: str
    juridical_form: str
    registered: date
    postal: Address
    visiting: Address | None
    sni: tuple[str, ...]
    description: str
    activity: str = "1"
    f_tax: bool = True
    vat: bool = True
    employer: bool = True
    officers: tuple[Officer, ...] = ()
    proceedings: tuple[Proceeding, ...] = ()
    deregistered: date | None = None
    deregistration_reason: str = ""
    sequence: int = 1
    email: str = ""
    phone: str = ""
    shares: int = 0
    capital: int = 0
    signatory: str = ""
    advertising: bool = True
    in_scb: bool = True
    land: str = "SE"
    """Country of registration (a foreign company's branch keeps its own)."""

    @property
    def name(self) -> str:
        """The firm name."""
        return self.names[0].name

    @property
    def is_person(self) -> bool:
        """Whether this is a sole trader, known by a personnummer."""
        return len(self.number) == 12

    @property
    def in_bolagsverket(self) -> bool:
        """Whether Bolagsverket registers it."""
        return bool(self.form)

    @property
    def board(self) -> frozenset[str]:
        """Personnummer of the board (members and chair; deputies and auditors left out)."""
        return frozenset(
            officer.person.number
            for officer in self.officers
            if officer.person and any(role in BOARD_ROLES for role in officer.roles)
        )


BOARD_ROLES = frozenset({"ordförande", "styrelseledamot", "bolagsman", "komplementär"})
