"""The register's ordinary organisations: any number of them, each a pure function of (seed, index, moment).

Nothing is stored: a column of values for the indices ``start … stop`` is computed with numpy, so that the bulk files of
three million rows and the answer about one organisation come from the same arithmetic and always agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from connectors.sandbox import numbers, vocabulary
from connectors.sandbox.model import Address, Name, Officer, Organisation, Person, Proceeding

Ints = NDArray[np.int64]
_FIRST_DAY = date(1975, 1, 1)

FORMS: tuple[tuple[str, str, str, str, str, int], ...] = (
    # form, juridical form, before the word, after the word ({trade}), land, share of thousand
    ("AB", "49", "", " {trade} AB", "SE", 700),
    ("HB", "31", "Handelsbolaget ", " {trade}", "SE", 50),
    ("KB", "31", "Kommanditbolaget ", " {trade}", "SE", 20),
    ("EK", "51", "", " {trade} ekonomisk förening", "SE", 40),
    ("BRF", "53", "Bostadsrättsföreningen ", "", "SE", 70),
    ("I", "61", "Föreningen ", "", "SE", 60),
    ("S", "72", "Stiftelsen ", "", "SE", 40),
    ("FL", "96", "", " {trade} GmbH Filial", "DE", 15),
    ("", "83", "", "bygdens kommunalförbund", "SE", 5),
    ("E", "10", "", " {trade}", "SE", 0),
)
SOLE_TRADER = len(FORMS) - 1
EVERY_SOLE_TRADER = 12
"""Every twelfth organisation is a sole trader …"""
EVERY_SECOND_FIRM = 9
"""… and every ninth sole trader's firm is a second firm of the person before."""
CHANGED_EVERY, CHANGED_AT = 100, 37
"""One organisation in a hundred moves between the two moments."""
NULL_DATE_EVERY, NULL_DATE_AT = 701, 23
NASTY_TEXT_EVERY, NASTY_TEXT_AT = 401, 11
NUL_BYTE_EVERY, NUL_BYTE_AT = 503, 7
NASTY_TEXT = 'Handel med "begagnat"; uthyrning,\nrådgivning & därmed förenlig verksamhet'
CHUNK = 50_000


def _objects(values: list[str]) -> NDArray[Any]:
    """An object array of strings (fancy indexing of it is the fast way to a column)."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


_FORM_OF_DRAW = np.repeat(np.arange(len(FORMS), dtype=np.int64), [form[5] for form in FORMS])
_BEFORE = _objects([form[2] for form in FORMS])
_AFTER = np.empty((len(FORMS), len(vocabulary.TRADES)), dtype=object)
for _row, _form in enumerate(FORMS):
    for _column, _trade in enumerate(vocabulary.TRADES):
        _AFTER[_row, _column] = _form[3].format(trade=_trade[2])
_FORM_CODES = _objects([form[0] for form in FORMS])
_JURIDICAL = _objects([form[1] for form in FORMS])
_LANDS = _objects([form[4] for form in FORMS])
_WORDS = _objects(list(vocabulary.FIRM_WORDS))
_SNI = _objects([code for code, _, _ in vocabulary.TRADES])
_DESCRIPTIONS = _objects(
    [
        f"Bolaget ska bedriva {text[0].lower()}{text[1:]} samt därmed förenlig verksamhet"
        for _, text, _ in vocabulary.TRADES
    ]
)
_STREETS = _objects(list(vocabulary.STREETS))
_CITIES = _objects([town for town, _ in vocabulary.TOWNS])
_POSTAL_CODES = _objects([code for _, code in vocabulary.TOWNS])
_FAMILIES = _objects(list(vocabulary.FAMILY_NAMES))
_REASONS = _objects(["LIAV", "OVERK", "FUAV", "ARSEED", "VERKUPP"])
_PROCEEDING_CODES = ("KK", "LI", "FR", "FRUHOR", "KKUHAVD", "LIUHOR", "KKAVOV")


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """SplitMix64: a fixed, well spread function of each integer (no state, so order never matters)."""
    mixed = values + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


@dataclass(frozen=True, slots=True)
class Columns:
    """One list a field, for the organisations of a range that exist at the moment."""

    index: list[int]
    number: list[str]
    sequence: list[int]
    name: list[str]
    form: list[str]
    juridical_form: list[str]
    land: list[str]
    registered: list[str]
    deregistered: list[str]
    reason: list[str]
    proceeding: list[str]
    """Empty, or ``CODE`` of an ongoing or ended proceeding."""
    proceeding_date: list[str]
    description: list[str]
    street: list[str]
    care_of: list[str]
    postal_code: list[str]
    city: list[str]
    sni: list[str]
    activity: list[str]
    advertising: list[bool]


@dataclass(frozen=True)
class Ordinary:
    """``count`` ordinary organisations as they stand on ``moment`` (``as_of`` or 28 days earlier)."""

    seed: int
    count: int
    as_of: date
    moment: date

    @cached_property
    def _days(self) -> NDArray[Any]:
        span = (self.as_of - _FIRST_DAY).days + 2
        return _objects([""] + [(_FIRST_DAY + timedelta(days=day)).isoformat() for day in range(span)])

    def _draw(self, index: Ints, salt: int, modulus: int) -> Ints:
        salted = (
            index.astype(np.uint64) * np.uint64(64) + np.uint64(salt) + np.uint64(self.seed % 2**31) * np.uint64(2**33)
        )
        return (_mix(salted) % np.uint64(modulus)).astype(np.int64)

    def _numbers(self, index: Ints, sole: NDArray[np.bool_]) -> list[str]:
        position = index
        base = np.where(
            position < numbers.ORDINARY_COUNT,
            numbers.ORDINARY_BASE + (position * 433_494_437 + self.seed * 7_919) % numbers.ORDINARY_COUNT,
            0,
        )
        for block, series in enumerate(numbers.OVERFLOW_SERIES):
            first = numbers.ORDINARY_COUNT + block * numbers.OVERFLOW_COUNT
            inside = (position >= first) & (position < first + numbers.OVERFLOW_COUNT)
            place = (position - first) * 433_494_437 + self.seed * 7_919
            base = np.where(inside, series + place % numbers.OVERFLOW_COUNT, base)
        total = np.zeros_like(base)
        for power in range(9):
            product = base // 10 ** (8 - power) % 10 * (2 if power % 2 == 0 else 1)
            total += np.where(product > 9, product - 9, product)
        texts: list[str] = [str(number) for number in (base * 10 + (-total % 10)).tolist()]
        for row in np.flatnonzero(sole).tolist():
            texts[row] = self.sole_trader_number(int(index[row]))
        return texts

    @staticmethod
    def sole_trader_number(index: int) -> str:
        """Personnummer of the sole trader at ``index``: eight persons to nine firms."""
        group, place = divmod(index // EVERY_SOLE_TRADER, EVERY_SECOND_FIRM)
        person = group * (EVERY_SECOND_FIRM - 1) + min(place, EVERY_SECOND_FIRM - 2)
        return numbers.pool_personnummer(person, numbers.SOLE_TRADERS_FROM, numbers.SOLE_TRADER_BLOCKS)

    def columns(self, start: int, stop: int) -> Columns:
        """The organisations ``start <= index < stop`` that are registered at the moment."""
        index = np.arange(start, stop, dtype=np.int64)
        today = (self.as_of - _FIRST_DAY).days
        moment = (self.moment - _FIRST_DAY).days
        draw = self._draw(index, 1, 10_000)
        registered = today - (draw * draw // 10_000 * (today - 400) // 10_000 + self._draw(index, 2, 365))
        index = index[registered <= moment]
        registered = registered[registered <= moment]

        sole = index % EVERY_SOLE_TRADER == 5
        form = _FORM_OF_DRAW[self._draw(index, 3, len(_FORM_OF_DRAW))]
        form = np.where(sole, SOLE_TRADER, form)
        trade = self._draw(index, 4, len(vocabulary.TRADES))
        town = self._draw(index, 5, len(vocabulary.TOWNS))
        house = 1 + self._draw(index, 6, 97)
        moved = (index % CHANGED_EVERY == CHANGED_AT) & (moment < today)
        house = np.where(moved, house + 100, house)
        address_kind = self._draw(index, 7, 100)

        fate = self._draw(index, 8, 1000)
        event = registered + 200 + self._draw(index, 9, 8_000)
        possible = (form != 8) & (event <= moment)
        gone_bankrupt = possible & (fate < 30)
        gone = possible & (fate < 200)
        proceeding = np.where(possible & (fate >= 200) & (fate < 214), (fate - 200) // 2, -1)
        # An ongoing proceeding that began decades ago would be odd: date it within the last two years.
        recent = np.maximum(registered + 1, moment - self._draw(index, 10, 700) - 1)
        proceeding_day = np.where(proceeding >= 0, recent, -1)

        reason = _REASONS[self._draw(index, 11, len(_REASONS))]
        activity_draw = self._draw(index, 12, 100)
        activity = np.where(gone, 9, np.where(activity_draw < 82, 1, np.where(activity_draw < 93, 0, 9)))

        streets = _STREETS[self._draw(index, 13, len(vocabulary.STREETS))]
        street = [
            f"Box {number}" if kind < 6 else f"{name} {number}"
            for name, number, kind in zip(streets.tolist(), house.tolist(), address_kind.tolist(), strict=True)
        ]
        families = _FAMILIES[self._draw(index, 14, len(vocabulary.FAMILY_NAMES))].tolist()
        care_of = [
            family if 6 <= kind < 10 else "" for family, kind in zip(families, address_kind.tolist(), strict=True)
        ]
        words = _WORDS[self._draw(index, 15, len(vocabulary.FIRM_WORDS))]
        names = (_BEFORE[form] + words + _AFTER[form, trade]).tolist()
        descriptions = _DESCRIPTIONS[trade].tolist()
        for place in np.flatnonzero(index % NASTY_TEXT_EVERY == NASTY_TEXT_AT).tolist():
            descriptions[place] = NASTY_TEXT
        rank = index // EVERY_SOLE_TRADER
        second = sole & (rank % EVERY_SECOND_FIRM == EVERY_SECOND_FIRM - 1)
        days = self._days
        return Columns(
            index=index.tolist(),
            number=self._numbers(index, sole),
            sequence=np.where(second, 2, 1).tolist(),
            name=names,
            form=_FORM_CODES[form].tolist(),
            juridical_form=_JURIDICAL[form].tolist(),
            land=_LANDS[form].tolist(),
            registered=days[registered + 1].tolist(),
            deregistered=days[np.where(gone, event + 1, 0)].tolist(),
            reason=np.where(gone_bankrupt, "KKAV", np.where(gone, reason, "")).tolist(),
            proceeding=[_PROCEEDING_CODES[code] if code >= 0 else "" for code in proceeding.tolist()],
            proceeding_date=days[proceeding_day + 1].tolist(),
            description=descriptions,
            street=street,
            care_of=care_of,
            postal_code=_POSTAL_CODES[town].tolist(),
            city=_CITIES[town].tolist(),
            sni=_SNI[trade].tolist(),
            activity=activity.astype(str).tolist(),
            advertising=(self._draw(index, 16, 10) < 7).tolist(),
        )

    def find(self, number: str) -> list[Organisation]:
        """The organisation (or a sole trader's one or two firms) with this number."""
        if len(number) == 12:
            person = numbers.pool_index(number, numbers.SOLE_TRADERS_FROM, numbers.SOLE_TRADER_BLOCKS)
            if person is None:
                return []
            group, place = divmod(person, EVERY_SECOND_FIRM - 1)
            ranks = [group * EVERY_SECOND_FIRM + place]
            if place == EVERY_SECOND_FIRM - 2:
                ranks.append(ranks[0] + 1)
            found = [self.organisation(rank * EVERY_SOLE_TRADER + 5) for rank in ranks]
            return [organisation for organisation in found if organisation]
        index = numbers.ordinary_index(number, self.seed)
        if index is None or index >= self.count or index % EVERY_SOLE_TRADER == 5:
            return []
        organisation = self.organisation(index)
        return [organisation] if organisation and organisation.number == number else []

    def organisation(self, index: int) -> Organisation | None:
        """The organisation at ``index``, or ``None`` if it is not registered at the moment."""
        if not 0 <= index < self.count:
            return None
        columns = self.columns(index, index + 1)
        if not columns.index:
            return None
        registered = date.fromisoformat(columns.registered[0])
        form = columns.form[0]
        active = columns.activity[0] == "1"
        code = columns.proceeding[0]
        proceedings = (
            (Proceeding(code, date.fromisoformat(columns.proceeding_date[0]), ended=len(code) > 2),) if code else ()
        )
        address = Address(columns.street[0], columns.postal_code[0], columns.city[0], columns.care_of[0])
        visiting = address if not (address.care_of or address.street.startswith("Box ")) else None
        return Organisation(
            number=columns.number[0],
            names=(Name(columns.name[0], registered, name_kind(form)),),
            form=form,
            juridical_form=columns.juridical_form[0],
            registered=registered,
            postal=address,
            visiting=visiting,
            sni=(columns.sni[0],),
            description=columns.description[0],
            activity=columns.activity[0],
            f_tax=active,
            vat=active and index % 7 != 0,
            employer=active and form in ("AB", "EK", "HB", "KB") and index % 3 != 0,
            officers=self._officers(index) if form not in ("E", "", "FL") else (),
            proceedings=proceedings,
            deregistered=date.fromisoformat(columns.deregistered[0]) if columns.deregistered[0] else None,
            deregistration_reason=columns.reason[0],
            sequence=columns.sequence[0],
            shares=500 if form == "AB" else 0,
            capital=50_000 if form == "AB" else 0,
            signatory="Firman tecknas av styrelsen" if form not in ("E", "", "FL") else "",
            advertising=columns.advertising[0],
            in_scb=in_scb(columns, 0),
            land=columns.land[0],
        )

    def _officers(self, index: int) -> tuple[Officer, ...]:
        officers = [Officer(("styrelseledamot", "ordförande"), self.person(index % numbers.OFFICER_POOL))]
        if index % 7 == 0:
            officers.append(Officer(("styrelseledamot",), self.person((index + 1) % numbers.OFFICER_POOL)))
        officers.append(Officer(("styrelsesuppleant",), self.person((index + 97_003) % numbers.OFFICER_POOL)))
        return tuple(officers)

    def person(self, position: int) -> Person:
        """The officer number ``position`` of the pool."""
        number = numbers.pool_personnummer(position, numbers.OFFICERS_FROM, numbers.OFFICER_BLOCKS)
        given = vocabulary.GIVEN_FEMALE if int(number[10]) % 2 == 0 else vocabulary.GIVEN_MALE
        drawn = int(self._draw(np.array([position], dtype=np.int64), 20, 1_000_003)[0])
        family = vocabulary.FAMILY_NAMES[drawn % len(vocabulary.FAMILY_NAMES)]
        return Person(number, given[drawn // 1_000 % len(given)], family, vocabulary.TOWNS[drawn % 16][0])

    def engagements(self, number: str) -> list[Organisation]:
        """The organisations where the person with this number is an officer or a sole trader."""
        position = numbers.pool_index(number, numbers.OFFICERS_FROM, numbers.OFFICER_BLOCKS)
        if position is None:
            return self.find(number)
        pool = numbers.OFFICER_POOL
        indices = {
            start + pool * turn
            for start in (position, (position - 1) % pool, (position - 97_003) % pool)
            for turn in range(self.count // pool + 1)
        }
        found = []
        for index in sorted(indices):
            organisation = self.organisation(index)
            if organisation and any(o.person and o.person.number == number for o in organisation.officers):
                found.append(organisation)
        return found


def name_kind(form: str) -> str:
    """Companies have a firm name, associations and foundations a name."""
    return "NAMN" if form in ("BRF", "I", "S", "") else "FORETAGSNAMN"


def in_scb(columns: Columns, place: int) -> bool:
    """Whether SCB's register holds the row: what is deregistered leaves it; a second firm has no row of its own."""
    return not columns.deregistered[place] and columns.sequence[place] == 1
