"""Candidates and hits, scored and put in order: what a reconciliation query is answered with.

``score`` is ``graph.matching.pairs.compare_pair``'s, as for yente's clients, and is shown as it is. ``match`` lets a
client choose without asking a person, so it needs what cannot be a coincidence: for an organisation of the register
what ``screening.intake.ledger`` calls *sure*, for an entry of a list a number or a full birth date that agrees and
nothing that contradicts. Never more than one candidate matches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.codes import ORGANISATION_FORMS
from graph.addresses import address_key
from graph.identity import organisationsnummer
from graph.matching import Hit, ScreeningQuery, Strength
from graph.matching.listed import entry_name, entry_properties
from graph.matching.pairs import compare_pair
from graph.model import EntityKey, ListedSchema, ListEntry
from graph.names import DEFAULT_THRESHOLD
from screening.intake import ledger
from screening.reconciliation.queries import Query
from screening.reconciliation.vocabulary import LISTED, PROPERTIES, TYPE_OF, TYPES, Property, Type, properties_of
from screening.store.register_search import Candidate

CUTOFF = 0.5
"""Score below which a candidate is not shown, as for yente's clients."""
_FTM = {Type.LISTED_PERSON: "Person", Type.LISTED_VESSEL: "Vessel", Type.LISTED_AIRCRAFT: "Airplane"}
"""FollowTheMoney's name of a type; the others are organisations."""
COUNTRY_OF_REGISTER = "se"

Answer = dict[str, Any]


def listed_queries(query: Query) -> list[ScreeningQuery]:
    """What the lists are asked for ``query``: one question a type."""
    return [
        ScreeningQuery(
            EntityKey("QUERY:reconciliation"),
            LISTED[kind],
            query.names,
            birth_date=query.birth_date or None,
            countries=query.countries,
            organisation_number=query.valid_number,
            addresses=(query.address,) if query.address else (),
        )
        for kind in query.types
        if kind in LISTED
    ]


def answer(query: Query, candidates: Sequence[Candidate], hits: Iterable[Hit]) -> list[Answer]:
    """The best candidates of register and lists for ``query``, the likest first."""
    found = [*_registered(query, candidates), *map(_listed_scored(query), hits)]
    kept = sorted(
        (item for item in found if item["score"] >= CUTOFF),
        key=lambda item: (-item["score"], not item["match"], item["id"]),
    )
    if sum(item["match"] for item in kept) > 1:
        kept = [{**item, "match": False} for item in kept]
    return kept[: query.limit]


def _registered(query: Query, candidates: Sequence[Candidate]) -> list[Answer]:
    if Type.ORGANISATION not in query.types:
        return []
    decided = ledger.identify(query.search, query.number, candidates)
    sure = decided.candidate.number if decided.candidate and decided.outcome is ledger.Outcome.SURE else None
    found = []
    for candidate in candidates:
        compared = compare_pair(query.record, organisation_record(candidate), "Organization")
        same_address = _same_address(query, candidate)
        features: dict[str, float | bool] = {"name": compared.names.score}
        if query.valid_number:
            features["organisation_number"] = candidate.number == query.valid_number
        if same_address is not None:
            features["address"] = same_address
        features["registered"] = not candidate.deregistered_on
        found.append(
            {
                **suggestion(organisation_entity(candidate)),
                "type": [_type(Type.ORGANISATION)],
                "score": compared.score,
                "match": candidate.number == sure and compared.score >= DEFAULT_THRESHOLD,
                "features": _features(features),
            }
        )
    return found


def _listed_scored(query: Query) -> Callable[[Hit], Answer]:
    def scored(hit: Hit) -> Answer:
        kind = TYPE_OF[hit.entry.schema]
        compared = compare_pair(query.record, entry_properties(hit.entry), _FTM.get(kind, "Organization"))
        features: dict[str, float | bool] = {"name": compared.names.score}
        features |= dict.fromkeys(hit.corroboration, True) | dict.fromkeys(hit.contradictions, False)
        return {
            **suggestion(listed_entity(hit.entry)),
            "type": [_type(kind)],
            "score": compared.score,
            "match": hit.strength is Strength.STRONG and compared.score >= DEFAULT_THRESHOLD,
            "features": _features(features),
        }

    return scored


def _features(values: Mapping[str, float | bool]) -> list[dict[str, Any]]:
    return [{"id": name, "value": value} for name, value in values.items()]


def _type(kind: Type) -> dict[str, str]:
    return {"id": kind.value, "name": TYPES[kind].both}


def _same_address(query: Query, candidate: Candidate) -> bool | None:
    """Whether the addresses agree; ``None`` when the query gives none that can be compared."""
    ours = address_key(query.street or None, query.postal_code or None, query.city or None)
    if ours is None:
        return None
    return ours in {
        address_key(street or None, code or None, city or None) for street, code, city in candidate.addresses
    }


def organisation_record(candidate: Candidate) -> dict[str, list[str]]:
    """A mirrored organisation as the record that ``compare_pair`` takes."""
    return {
        "name": candidate.names,
        "registrationNumber": [candidate.number],
        "country": [COUNTRY_OF_REGISTER],
    }


# ---------------------------------------------------------------------- entities


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity as it is shown."""

    id: str
    name: str
    type: Type
    values: Mapping[Property, tuple[str, ...]]
    """What is known of it as text, by property; a property of its type that is not known has no values."""

    @property
    def description(self) -> str:
        """What tells it from its namesakes, in one line."""
        shown = [
            *(self.values.get(Property.ORGANISATION_NUMBER, ())),
            *(self.values.get(Property.LEGAL_FORM, ())),
            *(self.values.get(Property.LIST, ())),
            *(self.values.get(Property.BIRTH_DATE, ())),
            *(self.values.get(Property.ADDRESS, ())[:1]),
            *(f"avregistrerad {day}" for day in self.values.get(Property.DEREGISTERED_ON, ())),
        ]
        return " · ".join(shown)[:300]


def _entity(identifier: str, name: str, kind: Type, values: Mapping[Property, Sequence[str]]) -> Entity:
    known = {each: tuple(dict.fromkeys(filter(None, values.get(each, ())))) for each in properties_of(kind)}
    return Entity(identifier, name, kind, known)


def organisation_entity(candidate: Candidate) -> Entity:
    """A mirrored organisation as an entity, named by its ten digits."""
    form = candidate.legal_form
    return _entity(
        candidate.number,
        candidate.names[0] if candidate.names else organisationsnummer.format(candidate.number),
        Type.ORGANISATION,
        {
            Property.NAME: candidate.names,
            Property.ORGANISATION_NUMBER: [organisationsnummer.format(candidate.number)],
            Property.LEGAL_FORM: [ORGANISATION_FORMS.get(form, form)],
            Property.DEREGISTERED_ON: [candidate.deregistered_on],
            Property.ADDRESS: [
                ", ".join(filter(None, (street, f"{code} {city}".strip())))
                for street, code, city in candidate.addresses
            ],
            Property.POSTAL_CODE: [code for _, code, _ in candidate.addresses],
            Property.CITY: [city for _, _, city in candidate.addresses],
        },
    )


def listed_entity(entry: ListEntry) -> Entity:
    """A list's entry as an entity. Its passport and identity numbers are left out."""
    person = entry.schema is ListedSchema.PERSON
    return _entity(
        f"{entry.list}-{entry.entry}",
        entry_name(entry),
        TYPE_OF[entry.schema],
        {
            Property.NAME: [listed.name for listed in entry.names],
            Property.LIST: [entry.list],
            Property.PROGRAMME: entry.programmes,
            Property.COUNTRY: entry.countries,
            Property.ADDRESS: entry.addresses,
            Property.BIRTH_DATE: entry.birth_dates,
            Property.ORGANISATION_NUMBER: () if person else entry.swedish_numbers,
        },
    )


def suggestion(entity: Entity) -> Answer:
    """An entity as a suggestion shows it."""
    return {"id": entity.id, "name": entity.name, "description": entity.description}


def extended(entities: Mapping[str, Entity], asked: Sequence[str], properties: Sequence[Property]) -> Answer:
    """The data extension response: every entity asked about has a row, with empty lists for what is not known of it."""
    return {
        "meta": [{"id": name.value, "name": PROPERTIES[name].both} for name in properties],
        "rows": {
            key: {
                name.value: [
                    {"str": value} for value in (entities[key].values.get(name, ()) if key in entities else ())
                ]
                for name in properties
            }
            for key in asked
        },
    }
