"""Turn BODS statements into facts about owners, owned and officers.

* The latest statement of each ``recordId`` is current; ``closed`` ends it, and its facts then carry ``valid_to``.
* An entity's key is its Swedish organisation number, else ``<country>:<scheme>:<id>`` from its identifiers, else
  ``BODS:<subject>:<recordId>``: record ids are unique in their file only, so that two files never merge by them.
* A person's key is keyed from a Swedish personal number when the file gives one (the number goes nowhere else), else
  from name, birth date and record. An unknown or anonymous person stays a person of its own; an interested party that
  is only a reason becomes ``BODS:UNKNOWN:…``. Nobody is dropped for being unknown.
* Each interest is an ``OWNERSHIP`` fact owner -> owned. Offices (board member, board chair, senior managing official)
  are ``OFFICER`` facts, and ``OWNERSHIP`` too when the file says that the office gives control.
* What lib-cove-bods would complain about is reported in ``Mapped.rejected``, with what was done about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from connectors.base import Mapped, RejectedRow
from connectors.bods.reader import Statement, partial_date, whole_date
from connectors.list_values import collapse
from connectors.messages import message
from connectors.statements import without_person_numbers
from graph.identity import organisationsnummer, personnummer, samordningsnummer
from graph.identity.errors import InvalidIdentifier
from graph.matching.same_holder import IDENTIFIED_BY_NUMBER
from graph.model import (
    AnswerStatus,
    DocumentReference,
    EntityKey,
    Fact,
    PersonIdentity,
    PersonKeyer,
    Position,
    Predicate,
    organisation_key,
)
from graph.text import Text

INTERESTS = frozenset(
    {
        "shareholding", "votingRights", "appointmentOfBoard", "otherInfluenceOrControl", "seniorManagingOfficial",
        "settlor", "trustee", "protector", "beneficiaryOfLegalArrangement", "rightsToSurplusAssetsOnDissolution",
        "rightsToProfitOrIncome", "rightsGrantedByContract", "conditionalRightsGrantedByContract",
        "controlViaCompanyRulesOrArticles", "controlByLegalFramework", "boardMember", "boardChair", "unknownInterest",
        "unpublishedInterest", "enjoymentAndUseOfAssets", "rightToProfitOrIncomeFromAssets", "nominee", "nominator",
    }
)  # fmt: skip
"""BODS 0.4's code list of interest types."""

_POSITIONS = {
    "boardMember": Position.BOARD_MEMBER,
    "boardChair": Position.BOARD_CHAIR,
    # The nearest office that counts as management (LOU 13:1); the role keeps the published word.
    "seniorManagingOfficial": Position.CHIEF_EXECUTIVE,
}
_UNKNOWN_PERSONS = ("unknownPerson", "anonymousPerson")


def map_facts(
    statements: Iterable[Statement | RejectedRow],
    document: DocumentReference,
    keyer: PersonKeyer,
    subject: EntityKey,
) -> Mapped:
    """The facts of a file handed in about ``subject``; circular ownership is as good as any.

    ``Mapped.rejected`` holds unusable statements and the checks that failed; the status is ``found`` when the file
    states anything current, else ``not_found``.
    """
    return _Declaration(document, keyer, subject).mapped(statements)


class _Declaration:
    """One file's records and the facts made from them."""

    def __init__(self, document: DocumentReference, keyer: PersonKeyer, subject: EntityKey) -> None:
        self._document = document
        self._keyer = keyer
        self._subject = subject
        self._today = document.retrieved_at.date()
        self._records: dict[str, list[Statement]] = {}
        self._keys: dict[str, EntityKey] = {}
        self._entities: set[EntityKey] = set()
        self._facts: dict[str, Fact] = {}
        self._identities: dict[EntityKey, PersonIdentity] = {}
        self._rejected: list[RejectedRow] = []

    def mapped(self, statements: Iterable[Statement | RejectedRow]) -> Mapped:
        for statement in statements:
            if isinstance(statement, RejectedRow):
                self._rejected.append(statement)
                continue
            series = self._records.setdefault(statement.record_id, [])
            if series and series[0].record_type != statement.record_type:
                self._warn(statement.place, message("bods.record_kinds"))
                continue
            series.append(statement)
        current: list[tuple[Statement, Statement]] = []
        for series in self._records.values():
            # Stable: of two statements of one day the later in the file counts.
            series.sort(key=lambda statement: statement.statement_date)
            self._check_series(series)
            latest = series[-1]
            told = next((item for item in reversed(series) if item.details), latest)
            current.append((latest, told))
        for latest, told in current:
            if latest.record_type == "entity":
                self._entity(latest, told)
            elif latest.record_type == "person":
                self._person(latest, told)
        for latest, told in current:
            if latest.record_type == "relationship":
                self._relationship(latest, told)
        self._check_components(told for _latest, told in current)
        facts = tuple(self._facts.values())
        return Mapped(
            status=AnswerStatus.FOUND if facts else AnswerStatus.NOT_FOUND,
            facts=facts,
            identities=tuple(self._identities.values()),
            rejected=tuple(self._rejected),
            reason=None if facts else "no_usable_statements",
        )

    # --- entities

    def _entity(self, latest: Statement, told: Statement) -> None:
        details, ended = told.details, _ended(latest)
        key = self._entity_key(told)
        self._keys[latest.record_id] = key
        self._entities.add(key)
        place = f"{told.place}/recordDetails"

        def fact(predicate: Predicate, path: str, **value: Any) -> None:
            self._add(key, predicate, value, f"{place}{path}", valid_to=ended)

        kind = _mapping(details.get("entityType"))
        fact(Predicate.MISCELLANEOUS, "/entityType", name="entity_type", value=_text(kind.get("type")) or "unknown")
        if not kind.get("type"):
            self._warn(f"{place}/entityType", message("bods.entity_type"))
        if name := _text(details.get("name")):
            fact(Predicate.NAME, "/name", name=name, kind="registered", registered_on=None)
        for index, alternate in enumerate(_list(details.get("alternateNames"))):
            if name := _text(alternate):
                fact(Predicate.NAME, f"/alternateNames/{index}", name=name, kind="secondary", registered_on=None)
        if country := _country(_mapping(details.get("jurisdiction")).get("code")):
            fact(Predicate.JURISDICTION, "/jurisdiction", country=country)
        for index, identifier in enumerate(_mappings(details.get("identifiers"))):
            number, scheme = _raw(identifier.get("id")), _scheme(identifier)
            if number and without_person_numbers(number) == number:
                swedish = _swedish_organisation(identifier)
                fact(
                    Predicate.IDENTIFIER,
                    f"/identifiers/{index}",
                    scheme="SE-ORG" if swedish else scheme.removeprefix("XI-"),
                    number=swedish or number,
                )
        for name, what in (("foundingDate", Predicate.REGISTRATION), ("dissolutionDate", Predicate.DEREGISTRATION)):
            if (published := details.get(name)) is None:
                continue
            if (on := partial_date(published)) is None:
                self._warn(f"{place}/{name}", message("bods.not_a_date", field=name))
            elif what is Predicate.REGISTRATION:
                fact(what, f"/{name}", date=on, register="bods")
            else:
                fact(what, f"/{name}", date=on, code=None, text=None, cause="other")
        for index, address in enumerate(_mappings(details.get("addresses"))):
            self._address(key, address, f"{place}/addresses/{index}", ended)
        listing = _mapping(details.get("publicListing"))
        if listing.get("hasPublicListing") is True:
            exchanges = [
                _text(item.get("stockExchangeName")) or _text(item.get("marketIdentifierCode"))
                for item in _mappings(listing.get("securitiesListings"))
            ]
            fact(Predicate.LISTED_COMPANY, "/publicListing", exchange=next(filter(None, exchanges), None))
        unspecified = _mapping(details.get("unspecifiedEntityDetails"))
        if unspecified:
            fact(
                Predicate.MISCELLANEOUS,
                "/unspecifiedEntityDetails",
                name="unspecified_reason",
                value=_text(unspecified.get("reason")) or "unknown",
            )

    def _entity_key(self, statement: Statement) -> EntityKey:
        identifiers = _mappings(statement.details.get("identifiers"))
        for identifier in identifiers:
            if number := _swedish_organisation(identifier):
                return organisation_key(number)
        for identifier in identifiers:
            # A sole trader's number is a personnummer: the entity is then that person.
            if _is_swedish(identifier) and (personal := _personal_number(_raw(identifier.get("id")), self._today)):
                return self._person_by_number(personal)
        for identifier in identifiers:
            number, scheme = _raw(identifier.get("id")), _scheme(identifier)
            country, _, register = scheme.partition("-")
            if number and register and len(country) == 2 and without_person_numbers(number) == number:
                return EntityKey(f"{country.upper()}:{register.upper()}:{number.replace(' ', '')}")
        return self._own_key(statement.record_id)

    def _own_key(self, record_id: str, prefix: str = "BODS") -> EntityKey:
        """A key for a record without an identity in the world, unique to the subject and the record."""
        if without_person_numbers(record_id) != record_id or len(record_id) > 200:
            opaque = self._keyer.by_description("", None, f"{self._subject}|{record_id}")
            record_id = opaque.rpartition(":")[2]
        return EntityKey(f"{prefix}:{self._subject.rpartition(':')[2]}:{record_id}")

    # --- persons

    def _person(self, latest: Statement, told: Statement) -> None:
        details, ended = told.details, _ended(latest)
        place = f"{told.place}/recordDetails"
        names = [(index, name) for index, name in enumerate(_mappings(details.get("names"))) if _full_name(name)]
        born = partial_date(details.get("birthDate"))
        if details.get("birthDate") is not None and born is None:
            self._warn(f"{place}/birthDate", message("bods.not_a_date", field="birthDate"))
        number = next(
            (
                found
                for identifier in _mappings(details.get("identifiers"))
                if _is_swedish(identifier) and (found := _personal_number(_raw(identifier.get("id")), self._today))
            ),
            None,
        )
        kind = _text(details.get("personType")) or "unknownPerson"
        if number is not None:
            key = self._person_by_number(number)
        else:
            legal = next((name for _index, name in names if name.get("type") == "legal"), None)
            chosen = legal or (names[0][1] if names else {})
            known = kind not in _UNKNOWN_PERSONS and bool(chosen)
            # An unknown person has no description: the record alone tells one from another.
            key = self._keyer.by_description(
                _full_name(chosen) if known else "", born if known else None, f"{self._subject}|{latest.record_id}"
            )
        self._keys[latest.record_id] = key

        def fact(predicate: Predicate, path: str, **value: Any) -> None:
            self._add(key, predicate, value, f"{place}{path}", valid_to=ended)

        fact(Predicate.MISCELLANEOUS, "/personType", name="person_type", value=kind)
        if number is not None:
            fact(Predicate.MISCELLANEOUS, "/identifiers", name=IDENTIFIED_BY_NUMBER, value="yes")
        for index, name in names:
            given, family = _text(name.get("givenName")) or None, _text(name.get("familyName")) or None
            fact(Predicate.PERSON_NAME, f"/names/{index}", name=_full_name(name), given=given, family=family)
        if born:
            fact(Predicate.BIRTH_DATE, "/birthDate", date=born)
        for index, nationality in enumerate(_mappings(details.get("nationalities"))):
            if country := _country(nationality.get("code")):
                fact(Predicate.NATIONALITY, f"/nationalities/{index}", country=country)
            else:
                self._warn(f"{place}/nationalities/{index}", message("bods.nationality"))
        for index, address in enumerate(_mappings(details.get("addresses"))):
            country = _country(_mapping(address.get("country")).get("code") or address.get("country"))
            text = _text(address.get("address"))
            if text or country:
                fact(Predicate.RESIDENCE, f"/addresses/{index}", place=text or None, country=country)
        unspecified = _mapping(details.get("unspecifiedPersonDetails"))
        if unspecified:
            reason = _text(unspecified.get("reason")) or "unknown"
            fact(Predicate.MISCELLANEOUS, "/unspecifiedPersonDetails", name="unspecified_reason", value=reason)
        exposure = _text(_mapping(details.get("politicalExposure")).get("status"))
        if exposure:
            fact(Predicate.MISCELLANEOUS, "/politicalExposure", name="political_exposure", value=exposure)

    def _person_by_number(self, number: str) -> EntityKey:
        key = self._keyer.by_number(number)
        self._identities[key] = PersonIdentity(key, number)
        return key

    # --- relationships

    def _relationship(self, latest: Statement, told: Statement) -> None:
        details, ended = told.details, _ended(latest)
        place = f"{told.place}/recordDetails"
        owned = self._end(told, "subject")
        owner = self._end(told, "interestedParty")
        if owned is None or owner is None:
            self._warn(place, message("bods.ends_missing"))
            return
        interests = details.get("interests")
        listed = [(index, item) for index, item in enumerate(_list(interests)) if isinstance(item, dict)]
        if not listed:
            self._warn(f"{place}/interests", message("bods.no_interest"))
            listed = [(-1, {"type": "unknownInterest"})]
        component = details.get("isComponent") is True
        for index, interest in listed:
            where = f"{place}/interests/{index}" if index >= 0 else place
            self._interest(owner, owned, interest, where, component, ended)

    def _interest(
        self,
        owner: EntityKey,
        owned: EntityKey,
        interest: Mapping[str, Any],
        place: str,
        component: bool,
        ended: date | None,
    ) -> None:
        kind = _text(interest.get("type"))
        if kind not in INTERESTS:
            self._warn(f"{place}/type", message("bods.interest_type"))
            kind = "unknownInterest"
        start = self._checked_date(interest, "startDate", place)
        stop = self._checked_date(interest, "endDate", place, end=True)
        if start and stop and start > stop:
            self._warn(place, message("bods.dates_reversed"))
            start = stop = None
        if ended and (stop is None or ended < stop):
            stop = ended
        published = interest.get("beneficialOwnershipOrControl")
        beneficial = published if isinstance(published, bool) else None
        if beneficial and owner in self._entities:
            self._warn(
                f"{place}/beneficialOwnershipOrControl",
                message("bods.beneficial_entity"),
            )
        office = _POSITIONS.get(kind)
        if office is not None:
            value = {"role": kind, "position": office.value}
            self._add(owned, Predicate.OFFICER, value, place, object_=owner, valid_from=start, valid_to=stop)
            if not beneficial:
                return
        directness = interest.get("directOrIndirect")
        ownership: dict[str, Any] = {
            "interest": kind,
            "direct": {"direct": True, "indirect": False}.get(directness) if isinstance(directness, str) else None,
            "beneficial": beneficial,
            **self._share(interest.get("share"), f"{place}/share"),
        }
        if component:
            ownership["component"] = True
        if details := _text(interest.get("details")):
            ownership["details"] = details[:2000]
        self._add(owner, Predicate.OWNERSHIP, ownership, place, object_=owned, valid_from=start, valid_to=stop)

    def _share(self, published: Any, place: str) -> dict[str, Any]:
        """Exact, minimum and maximum in per cent; bounds that exclude their value say so.

        BODS 0.4 has ``exclusiveMinimum`` as a number; earlier versions had a truth value beside ``minimum``.
        """
        share: dict[str, Any] = {"exact": None, "minimum": None, "maximum": None}
        if published is None:
            return share
        if not isinstance(published, dict):
            self._warn(place, message("bods.share_form"))
            return share
        numbers: dict[str, float] = {}
        for name in ("exact", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
            value = published.get(name)
            if value is None or isinstance(value, bool):
                continue
            if not isinstance(value, (int, float)) or not 0 <= value <= 100:
                self._warn(f"{place}/{name}", message("bods.share_number"))
                return share
            numbers[name] = value
        low = numbers.get("minimum", numbers.get("exclusiveMinimum"))
        high = numbers.get("maximum", numbers.get("exclusiveMaximum"))
        exact = numbers.get("exact")
        contradictory = (
            ("minimum" in numbers and "exclusiveMinimum" in numbers)
            or ("maximum" in numbers and "exclusiveMaximum" in numbers)
            or (low is not None and high is not None and low > high)
            or (exact is not None and (low is not None or high is not None) and not (low == exact == high))
        )
        if contradictory:
            self._warn(place, message("bods.share_contradictory"))
            return share
        share.update(exact=exact, minimum=low, maximum=high)
        if "exclusiveMinimum" in numbers or (published.get("exclusiveMinimum") is True and low is not None):
            share["exclusive_minimum"] = True
        if "exclusiveMaximum" in numbers or (published.get("exclusiveMaximum") is True and high is not None):
            share["exclusive_maximum"] = True
        return share

    def _end(self, statement: Statement, name: str) -> EntityKey | None:
        """The key at one end of a relationship; a reason instead of a record becomes an unknown party of its own."""
        value = statement.details.get(name)
        place = f"{statement.place}/recordDetails/{name}"
        if isinstance(value, str) and value.strip():
            known = self._keys.get(value)
            if known is not None:
                return known
            self._warn(place, message("bods.record_missing"))
            self._keys[value] = key = self._own_key(value)
            self._add(key, Predicate.MISCELLANEOUS, {"name": "unspecified_reason", "value": "recordMissing"}, place)
            return key
        if isinstance(value, dict):
            reason = _text(value.get("reason")) or "unknown"
            key = self._own_key(statement.record_id, "BODS:UNKNOWN")
            fact = {"name": "unspecified_reason", "value": reason}
            self._add(key, Predicate.MISCELLANEOUS, fact, place, valid_to=_ended(statement))
            if description := _text(value.get("description")):
                described = {"name": "unspecified_description", "value": description[:2000]}
                self._add(key, Predicate.MISCELLANEOUS, described, place, valid_to=_ended(statement))
            return key
        return None

    # --- checks

    def _checked_date(self, interest: Mapping[str, Any], name: str, place: str, *, end: bool = False) -> date | None:
        published = interest.get(name)
        if published is None:
            return None
        found = whole_date(published, end=end)
        if found is None:
            self._warn(f"{place}/{name}", message("bods.not_a_date", field=name))
        return found

    def _check_series(self, series: list[Statement]) -> None:
        for earlier, later in pairwise(series):
            if earlier.record_status == "closed":
                self._warn(later.place, message("bods.after_closed"))
            if later.record_status == "new":
                self._warn(later.place, message("bods.new_again"))

    def _check_components(self, statements: Iterable[Statement]) -> None:
        everything = list(statements)
        named: set[str] = set()
        for statement in everything:
            components = statement.details.get("componentRecords")
            if components is None:
                continue
            place = f"{statement.place}/recordDetails/componentRecords"
            if statement.details.get("isComponent") is True:
                self._warn(place, message("bods.nested_component"))
            for index, component in enumerate(_list(components)):
                named.add(str(component))
                if not isinstance(component, str) or component not in self._records:
                    self._warn(f"{place}/{index}", message("bods.component_missing"))
        for statement in everything:
            if statement.details.get("isComponent") is True and statement.record_id not in named:
                place = f"{statement.place}/recordDetails/isComponent"
                self._warn(place, message("bods.component_unnamed"))

    def _warn(self, place: str, reason: Text) -> None:
        self._rejected.append(RejectedRow(place, reason))

    # --- facts

    def _address(self, key: EntityKey, address: Mapping[str, Any], place: str, ended: date | None) -> None:
        country = _country(_mapping(address.get("country")).get("code") or address.get("country"))
        street, postal_code = _text(address.get("address")) or None, _text(address.get("postCode")) or None
        if not (street or postal_code or country):
            return
        value = {
            "kind": "visiting" if address.get("type") in ("business", "physical") else "postal",
            "street": street,
            "care_of": None,
            "postal_code": postal_code,
            "city": None,
            "country": country,
        }
        self._add(key, Predicate.ADDRESS, value, place, valid_to=ended)

    def _add(
        self,
        subject: EntityKey,
        predicate: Predicate,
        value: Mapping[str, Any],
        place: str,
        *,
        object_: EntityKey | None = None,
        valid_from: date | None = None,
        valid_to: date | None = None,
    ) -> None:
        fact = Fact(
            subject=subject,
            predicate=predicate,
            value=dict(value),
            source=self._document.source,
            document=self._document.sha256,
            place=place,
            observed_at=self._document.observed_at,
            object=object_,
            valid_from=valid_from,
            valid_to=valid_to,
        )
        self._facts.setdefault(fact.id, fact)


def _ended(latest: Statement) -> date | None:
    return whole_date(latest.statement_date) if latest.record_status == "closed" else None


# --- reading loosely typed JSON


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in _list(value) if isinstance(item, dict)]


def _text(value: Any) -> str:
    """Published text in one line, personal numbers masked; anything but text is no text."""
    return without_person_numbers(collapse(value)) if isinstance(value, str) else ""


def _raw(value: Any) -> str:
    """An identifier as published; may be a personal number, so it never goes into a fact unchecked."""
    return collapse(value) if isinstance(value, str) else ""


def _country(value: Any) -> str | None:
    code = _text(value).upper()
    return code[:2] if len(code) >= 2 and code[:2].isalpha() and (len(code) == 2 or code[2] == "-") else None


def _full_name(name: Mapping[str, Any]) -> str:
    full = _text(name.get("fullName"))
    parts = (name.get("givenName"), name.get("patronymicName"), name.get("familyName"))
    return full or collapse(" ".join(_text(part) for part in parts))


def _scheme(identifier: Mapping[str, Any]) -> str:
    return _text(identifier.get("scheme")) or _text(identifier.get("schemeName")) or "unknown"


def _is_swedish(identifier: Mapping[str, Any]) -> bool:
    """Whether an identifier's scheme is Swedish (``SE-…``, ``SWE-…``) or names a Swedish number or register."""
    words = f"{_text(identifier.get('scheme'))} {_text(identifier.get('schemeName'))}".lower()
    named = ("organisationsnummer", "personnummer", "samordningsnummer", "bolagsverket", "skatteverket")
    return words.startswith(("se-", "swe-", "se ", "se:")) or words.strip() == "se" or any(n in words for n in named)


def _swedish_organisation(identifier: Mapping[str, Any]) -> str | None:
    if not _is_swedish(identifier):
        return None
    try:
        return organisationsnummer.validate(_raw(identifier.get("id")))
    except InvalidIdentifier:
        return None


def _personal_number(text: str, today: date) -> str | None:
    """Twelve digits when ``text`` is a valid personnummer or samordningsnummer, else ``None``."""
    for validate in (personnummer.validate, samordningsnummer.validate):
        try:
            return validate(text, today=today)
        except InvalidIdentifier:
            continue
    return None
