"""The interface that clients of yente (OpenSanctions) speak, over the lists that are loaded here.

Paths and shapes are yente's; what answers is Genomlys: ``graph.matching`` finds and explains, and ``score`` is the
likeness of the two records with everything stated beside the name. Besides ``Bearer`` yente's clients send ``ApiKey``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.auth import Parts, Who
from api.errors import ApiProblem
from connectors.registry import SOURCES
from graph.identity import organisationsnummer
from graph.identity.errors import InvalidIdentifier
from graph.matching import Hit, ListIndex, ScreeningQuery
from graph.matching.listed import entry_name, entry_properties
from graph.matching.pairs import compare_pair, names_of
from graph.model import EntityKey, ListedSchema, ListEntry
from graph.names import DEFAULT_THRESHOLD
from graph.names.facts import plain
from screening.dossier import ListVersion
from screening.store import audit, lists
from screening.store.errors import NotFound
from workers.list_index import indexes
from workers.runtime import Runtime

router = APIRouter(tags=["yente"])

ALGORITHM = "genomlys"
ALL = ("default", "sanctions")
"""Names of the collection of all lists; ``default`` is yente's own."""
MAXIMUM_QUERIES = 500
MAXIMUM_VALUES = 16
"""Values of one property that are read."""
MAXIMUM_TEXT = 500
CUTOFF = 0.5

_SCHEMAS: Mapping[str, tuple[ListedSchema, ...]] = {
    "Person": (ListedSchema.PERSON,),
    "Company": (ListedSchema.ORGANISATION,),
    "Organization": (ListedSchema.ORGANISATION,),
    "PublicBody": (ListedSchema.ORGANISATION,),
    "LegalEntity": (ListedSchema.PERSON, ListedSchema.ORGANISATION),
    "Vessel": (ListedSchema.VESSEL,),
    "Airplane": (ListedSchema.AIRCRAFT,),
    "Vehicle": (ListedSchema.VESSEL, ListedSchema.AIRCRAFT),
    "Thing": (ListedSchema.PERSON, ListedSchema.ORGANISATION, ListedSchema.VESSEL, ListedSchema.AIRCRAFT),
}
_COUNTRIES = ("country", "nationality", "citizenship", "jurisdiction")
_NUMBERS = ("registrationNumber", "idNumber", "taxNumber", "vatCode")


class ExampleEntity(BaseModel):
    """One entity to look for: yente's query by example."""

    schema_: str = Field(alias="schema", examples=["Company"])
    properties: dict[str, list[str] | str] = Field(default_factory=dict)
    id: str | None = None


class MatchRequest(BaseModel):
    """Named queries; each is answered under its name. Weights and settings of other algorithms are not used."""

    queries: dict[str, ExampleEntity] = Field(max_length=MAXIMUM_QUERIES)
    weights: dict[str, float] = Field(default_factory=dict)
    config: dict[str, Any] = Field(default_factory=dict)


Names = Annotated[list[str] | None, Query(max_length=50)]
Limit = Annotated[int, Query(ge=0, le=500)]
Loaded = dict[str, tuple[ListVersion, ListIndex]]


def _chosen(parts: Runtime, dataset: str, include: list[str] | None, exclude: list[str] | None) -> Loaded:
    """The lists that a dataset's name means, loaded.

    Raises:
        NotFound: there is no such dataset, or it is not loaded.
    """
    loaded = indexes(parts)
    wanted = set(loaded) if dataset in ALL else {dataset} | set(include or ())
    if not wanted <= set(loaded):
        raise NotFound(dataset)
    return {name: loaded[name] for name in sorted(wanted - set(exclude or ()))}


@router.post("/match/{dataset}", summary="Look for entities by example (yente)")
def match(
    dataset: str,
    body: MatchRequest,
    parts: Parts,
    who: Who,
    limit: Limit = 5,
    threshold: Annotated[float, Query(ge=0, le=1)] = DEFAULT_THRESHOLD,
    cutoff: Annotated[float, Query(ge=0, le=1)] = CUTOFF,
    include_dataset: Names = None,
    exclude_dataset: Names = None,
    exclude_schema: Names = None,
    exclude_entity_ids: Names = None,
) -> dict[str, Any]:
    """Every hit says in `explanations` what agreed and what speaks against. `match` is `score >= threshold`: a person
    decides whether it is the same.
    """
    chosen = _chosen(parts, dataset, include_dataset, exclude_dataset)
    with parts.database.transaction(who.tenant.id, who.name) as session:
        audit.append(session, who.name, "lists.match", dataset, {"queries": len(body.queries)})
    skipped = frozenset(exclude_entity_ids or ())
    responses = {}
    for key, example in body.queries.items():
        if example.schema_ not in _SCHEMAS:
            raise ApiProblem(422, "invalid_request")
        properties = _properties(example.properties)
        found = [
            _scored(hit, version, properties, example.schema_, threshold)
            for version, index in chosen.values()
            for query in _queries(example.schema_, properties)
            for hit in index.screen(query)
            if _entity_id(hit.entry) not in skipped and hit.entry.schema.value not in (exclude_schema or ())
        ]
        kept = sorted((item for item in found if item["score"] >= cutoff), key=lambda item: -item["score"])
        responses[key] = {
            "status": 200,
            "results": kept[:limit],
            "total": {"value": len(kept), "relation": "eq"},
            "query": {"id": example.id, "schema": example.schema_, "properties": properties},
        }
    return {"responses": responses, "limit": limit}


def _properties(given: Mapping[str, list[str] | str]) -> dict[str, list[str]]:
    return {
        name: [text[:MAXIMUM_TEXT] for text in ([values] if isinstance(values, str) else values)[:MAXIMUM_VALUES]]
        for name, values in list(given.items())[:100]
    }


def _queries(schema: str, properties: Mapping[str, list[str]]) -> Iterator[ScreeningQuery]:
    number = None
    for written in (text for name in _NUMBERS for text in properties.get(name, ())):
        try:
            number = organisationsnummer.validate(written)
        except InvalidIdentifier:
            continue
        break
    countries = {text.strip().lower() for name in _COUNTRIES for text in properties.get(name, ())}
    births = properties.get("birthDate", [])
    for kind in _SCHEMAS[schema]:
        yield ScreeningQuery(
            EntityKey("QUERY:yente"),
            kind,
            names_of(properties),
            birth_date=max(births, key=len) if births else None,
            countries=tuple(sorted(country for country in countries if country)),
            organisation_number=number,
            addresses=tuple(properties.get("address", ())),
        )


def _scored(
    hit: Hit, version: ListVersion, properties: Mapping[str, list[str]], schema: str, threshold: float
) -> dict[str, Any]:
    listed = entity(hit.entry, version)
    score = compare_pair(properties, listed["properties"], schema).score
    explanations: dict[str, dict[str, Any]] = {
        "name": {
            "score": hit.score,
            "detail": hit.explanation.en,
            "query": hit.matched_query_name,
            "candidate": hit.matched_name.name,
        }
    }
    for codes, worth in ((hit.corroboration, 1.0), (hit.contradictions, -1.0)):
        explanations |= {code: {"score": worth, "detail": _AGREES if worth > 0 else _AGAINST} for code in codes}
    return {
        **listed,
        "score": score,
        "match": score >= threshold,
        "explanations": explanations,
        "features": {name: item["score"] for name, item in explanations.items()},
        "strength": hit.strength.value,
        "explanation_sv": hit.explanation.sv,
    }


_AGREES, _AGAINST = "also agrees", "speaks against"


def _entity_id(entry: ListEntry) -> str:
    return f"{entry.list}-{entry.entry}"


def entity(entry: ListEntry, version: ListVersion) -> dict[str, Any]:
    """A list entry as a FollowTheMoney entity."""
    return {
        "id": _entity_id(entry),
        "caption": entry_name(entry),
        "schema": entry.schema.value,
        "properties": entry_properties(entry),
        "datasets": [entry.list],
        "referents": [],
        "target": True,
        "first_seen": None,
        "last_seen": version.loaded_at,
        "last_change": version.stated_at,
    }


@router.get("/search/{dataset}", summary="Look for entities by words (yente)")
def search(
    dataset: str,
    parts: Parts,
    who: Who,
    q: Annotated[str, Query(max_length=MAXIMUM_TEXT)] = "",
    limit: Limit = 10,
    offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
    schema: Annotated[str, Query(max_length=40)] = "Thing",
    countries: Names = None,
    include_dataset: Names = None,
    exclude_dataset: Names = None,
) -> dict[str, Any]:
    """Entities with a name that holds every word of `q`, whatever order, case and accents; then those that `q` is a
    misspelt name of.
    """
    chosen = _chosen(parts, dataset, include_dataset, exclude_dataset)
    if schema not in _SCHEMAS:
        raise ApiProblem(422, "invalid_request")
    with parts.database.transaction(who.tenant.id, who.name) as session:
        audit.append(session, who.name, "lists.search", dataset, {})
    words = plain(q).split()
    wanted = {country.lower() for country in countries or ()}
    found: dict[str, dict[str, Any]] = {}
    for version, index in chosen.values():
        for entry in _holding(index, words):
            found.setdefault(_entity_id(entry), entity(entry, version))
        for query in _queries(schema, {"name": [q]}):
            for hit in index.screen(query):
                found.setdefault(_entity_id(hit.entry), entity(hit.entry, version))
    kinds = {kind.value for kind in _SCHEMAS[schema]}
    kept = [
        item
        for item in found.values()
        if item["schema"] in kinds
        and (
            not wanted or wanted & {*item["properties"].get("country", ()), *item["properties"].get("nationality", ())}
        )
    ]
    return {
        "results": kept[offset : offset + limit],
        "facets": {},
        "total": {"value": len(kept), "relation": "eq"},
        "limit": limit,
        "offset": offset,
    }


def _holding(index: ListIndex, words: list[str]) -> Iterator[ListEntry]:
    if not words:
        return
    for entry in index.entries:
        if any(all(word in name for word in words) for name in (plain(listed.name) for listed in entry.names)):
            yield entry


@router.get("/entities/{entity_id}/adjacent", summary="What an entity is tied to (yente)")
def adjacent(entity_id: str, parts: Parts, who: Who) -> dict[str, Any]:
    """The entity, and no ties: the lists that are loaded state none."""
    return {"entity": show(entity_id, parts, who), "adjacent": {}}


@router.get("/entities/{entity_id}/adjacent/{name}", summary="What an entity is tied to by one property (yente)")
def adjacent_by(
    entity_id: str,
    name: str,
    parts: Parts,
    who: Who,
    limit: Limit = 10,
    offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> dict[str, Any]:
    """Nothing: the lists that are loaded state no ties. 404 for an entity that is not there."""
    show(entity_id, parts, who)
    return {"results": [], "total": {"value": 0, "relation": "eq"}, "limit": limit, "offset": offset}


@router.get("/entities/{entity_id:path}", summary="One entity (yente)")
def show(entity_id: str, parts: Parts, who: Who, nested: bool = True) -> dict[str, Any]:
    """One entry of a list's current issue, by the id that a match or a search gave. There is nothing to nest."""
    name, _, key = entity_id.partition("-")
    with parts.database.system(who.name) as session:
        version = next((version for version in lists.versions(session) if version.list == name), None)
        found = lists.entry(session, name, key) if version is not None else None
    if found is None or version is None:
        raise NotFound(entity_id)
    return entity(found, version)


@router.get("/catalog", summary="The lists that are loaded (yente)")
def catalog(parts: Parts, who: Who) -> dict[str, Any]:
    """One dataset a list, and the collection `default` of them all. A stale list shows as outdated."""
    with parts.database.system(who.name) as session:
        versions = lists.versions(session)
    datasets: list[dict[str, Any]] = [
        {
            "name": version.list,
            "title": SOURCES[version.list].name_en,
            "version": version.version[:16],
            "entity_count": version.entries,
            "thing_count": version.entries,
            "updated_at": version.stated_at or version.loaded_at,
            "last_export": version.loaded_at,
            "publisher": {"name": SOURCES[version.list].producer, "official": True},
            "load": True,
            "index_current": not version.stale,
            "index_version": version.version[:16],
            "children": [],
        }
        for version in versions
    ]
    collection = {
        "name": "default",
        "title": "All lists",
        "version": None,
        "entity_count": sum(version.entries for version in versions),
        "load": True,
        "index_current": not any(version.stale for version in versions),
        "children": [version.list for version in versions],
    }
    return {
        "datasets": [collection, *datasets],
        "current": [version.list for version in versions if not version.stale],
        "outdated": [version.list for version in versions if version.stale],
        "index_stale": any(version.stale for version in versions),
    }


@router.get("/algorithms", summary="How entities are compared (yente)")
def algorithms(who: Who) -> dict[str, Any]:
    """There is one algorithm, and `best` means it."""
    return {
        "algorithms": [
            {
                "name": ALGORITHM,
                "description": "Names by their parts, meaning, sound and spelling; then what is stated beside them.",
                "docs": {
                    "name": {"description": "Likeness of the names, 0 to 1.", "example": None},
                    "birth_date": {"description": "1 the full date agrees, -1 it contradicts.", "example": None},
                    "identifier": {"description": "1 a number agrees, -1 it contradicts.", "example": None},
                },
            }
        ],
        "default": ALGORITHM,
        "best": ALGORITHM,
    }
