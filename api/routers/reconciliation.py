"""The reconciliation service that OpenRefine speaks (Reconciliation Service API 0.2), over register and lists.

OpenRefine asks from its own server and from the user's browser and can send no header, so the address bears a token of
the role ``reconciler``. ``screening.reconciliation`` reads the questions and scores the answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse

from api.auth import Parts, Reconciler
from api.errors import ApiProblem
from graph.matching import Hit
from screening.reconciliation import answers, queries, vocabulary
from screening.reconciliation.answers import Entity
from screening.reconciliation.queries import UnusableRequestError
from screening.reconciliation.vocabulary import LISTED, PROPERTIES, TYPES, Property, Type
from screening.store import audit, lists, register, register_search
from screening.store.errors import NotFound
from screening.store.tokens import Principal
from screening.texts import text
from screening.verdict import Text
from workers import register_names
from workers.list_index import indexes
from workers.runtime import Runtime

router = APIRouter(prefix="/reconcile/{key}", tags=["reconciliation"])

SUGGESTIONS = 10
PREVIEW_WIDTH, PREVIEW_HEIGHT = 430, 260
HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}
"""The key stands in the address: it must not be passed on to others, nor answers kept by anybody between."""
_CALLBACK = re.compile(r"[A-Za-z_$][\w$.]{0,99}", re.ASCII)

Callback = Annotated[str | None, Query(description="JSONP: the function that the answer is handed to.")]
Prefix = Annotated[str, Query(max_length=queries.MAXIMUM_NAME)]
Cursor = Annotated[int, Query(ge=0, le=1_000)]


def _json(body: Any, callback: str | None = None) -> Response:
    content = orjson.dumps(body)
    if callback is None:
        return Response(content, media_type="application/json", headers=HEADERS)
    if not _CALLBACK.fullmatch(callback):
        raise ApiProblem(422, "reconciliation_callback")
    script = b"/**/" + callback.encode() + b"(" + content + b");"
    return Response(script, media_type="application/javascript", headers=HEADERS)


@router.get("", summary="The service manifest, or an answer to `queries` or `extend`")
def ask(
    key: str,
    request: Request,
    parts: Parts,
    who: Reconciler,
    batch: Annotated[str | None, Query(alias="queries")] = None,
    extend: Annotated[str | None, Query()] = None,
    callback: Callback = None,
) -> Response:
    """Without parameters: what the service can do. Questions are better sent by POST: proxies log addresses."""
    if batch is None and extend is None:
        return _json(_manifest(str(request.base_url).rstrip("/") + f"/reconcile/{key}"), callback)
    return _json(_answered(parts, who, batch, extend), callback)


@router.post("", summary="Reconcile a batch of queries, or fetch properties of entities")
def ask_by_form(
    parts: Parts,
    who: Reconciler,
    batch: Annotated[str | None, Form(alias="queries")] = None,
    extend: Annotated[str | None, Form()] = None,
) -> Response:
    """Form-encoded, as the specification says: `queries` or `extend`, each JSON. A query that cannot be used has an
    empty `result` and an `error`; the others are answered. `match` is true only for what cannot be a coincidence.
    """
    return _json(_answered(parts, who, batch, extend))


def _manifest(address: str) -> dict[str, Any]:
    return {
        "versions": ["0.2"],
        "name": "Genomlys",
        "identifierSpace": vocabulary.IDENTIFIER_SPACE,
        "schemaSpace": vocabulary.SCHEMA_SPACE,
        "defaultTypes": [_named(kind, TYPES[kind]) for kind in Type],
        "batchSize": queries.MAXIMUM_QUERIES,
        "suggest": {
            what: {"service_url": address, "service_path": f"/suggest/{what}"}
            for what in ("entity", "property", "type")
        },
        "preview": {"url": f"{address}/preview?id={{{{id}}}}", "width": PREVIEW_WIDTH, "height": PREVIEW_HEIGHT},
        "extend": {
            "propose_properties": {"service_url": address, "service_path": "/properties"},
            "property_settings": [],
        },
    }


def _named(identifier: str, name: Text) -> dict[str, str]:
    return {"id": str(identifier), "name": name.both}


def _answered(parts: Runtime, who: Principal, batch: str | None, extension: str | None) -> dict[str, Any]:
    try:
        if batch is not None:
            return _reconciled(parts, who, batch)
        if extension is not None:
            return _extended(parts, who, extension)
    except UnusableRequestError as problem:
        detail = text("problem.reconciliation_request", what=problem.text)
        raise ApiProblem(413 if problem.too_large else 422, "reconciliation_request", detail) from problem
    raise ApiProblem(422, "reconciliation_request", text("problem.reconciliation_request", what="queries | extend"))


def _reconciled(parts: Runtime, who: Principal, content: str) -> dict[str, Any]:
    batch = queries.read_batch(content)
    asked = {key: query for key, query in batch.items() if isinstance(query, queries.Query)}
    _record(parts, who, "reconciliation.match", len(batch))
    registered = {key: query for key, query in asked.items() if Type.ORGANISATION in query.types}
    listed = {key: query for key, query in asked.items() if set(query.types) & set(LISTED)}
    found: dict[str, list[register_search.Candidate]] = {}
    if registered and _mirrored(parts, needed=any(query.types == (Type.ORGANISATION,) for query in asked.values())):
        with parts.database.system(who.name) as session:
            candidates = register_search.candidates(session, [query.search for query in registered.values()])
        found = dict(zip(registered, candidates, strict=True))
    indices = [index for _, index in indexes(parts).values()] if listed else []
    if not indices and any(key not in found for key in asked):
        raise ApiProblem(503, "reconciliation_nothing_loaded")

    def hits(query: queries.Query) -> Iterable[Hit]:
        return (hit for one in answers.listed_queries(query) for index in indices for hit in index.screen(one))

    return {
        key: {"result": answers.answer(query, found.get(key, ()), hits(query))}
        if isinstance(query, queries.Query)
        else {"result": [], "error": {"detail": query.en, "detail_sv": query.sv}}
        for key, query in batch.items()
    }


def _mirrored(parts: Runtime, *, needed: bool) -> bool:
    """Whether the register can be searched; raises 503 while its names are indexed, and if it is needed and absent."""
    with parts.database.system("reconciliation") as session:
        loaded = any(mirror.file is not None for mirror in register.freshness(session))
    if not loaded:
        if needed:
            raise ApiProblem(503, "reconciliation_nothing_loaded")
        return False
    if not register_names.current(parts):
        raise ApiProblem(503, "reconciliation_indexing")
    return True


def _extended(parts: Runtime, who: Principal, content: str) -> dict[str, Any]:
    asked = queries.read_extension(content)
    _record(parts, who, "reconciliation.extend", len(asked.entities))
    return answers.extended(_entities(parts, who, asked.entities), asked.entities, asked.properties)


def _record(parts: Runtime, who: Principal, action: str, count: int) -> None:
    with parts.database.transaction(who.tenant.id, who.name) as session:
        audit.append(session, who.name, action, "register", {"count": count})


def _entities(parts: Runtime, who: Principal, identifiers: Iterable[str]) -> dict[str, Entity]:
    """Organisations by number and entries by list and id; what is not there is left out."""
    wanted = list(identifiers)
    with parts.database.system(who.name) as session:
        found = {
            number: answers.organisation_entity(candidate)
            for number, candidate in register_search.described(session, wanted).items()
        }
        for identifier in wanted:
            name, _, entry_id = identifier.partition("-")
            entry = lists.entry(session, name, entry_id) if entry_id and "\0" not in identifier else None
            if entry is not None:
                found[identifier] = answers.listed_entity(entry)
    return found


# ---------------------------------------------------------------------- suggest


@router.get("/suggest/entity", summary="Entities whose name begins as what is written")
def suggest_entity(
    parts: Parts, who: Reconciler, prefix: Prefix = "", cursor: Cursor = 0, callback: Callback = None
) -> Response:
    """Organisations by name or number, or an entity by its id. Persons on lists are found by reconciling, not here."""
    written = prefix.strip()
    entities = list(_entities(parts, who, [written.replace("-", "") if written[:1].isdigit() else written]).values())
    if not entities and written and _mirrored(parts, needed=False):
        with parts.database.system(who.name) as session:
            found = register_search.beginning(session, written, limit=SUGGESTIONS, skip=cursor)
        entities = [answers.organisation_entity(candidate) for candidate in found]
    return _json(
        {
            "result": [
                {**answers.suggestion(each), "notable": [_named(each.type, TYPES[each.type])]} for each in entities
            ]
        },
        callback,
    )


@router.get("/suggest/type", summary="Types whose name holds what is written")
def suggest_type(who: Reconciler, prefix: Prefix = "", callback: Callback = None) -> Response:
    """Organisations of the register, and what stands on the lists."""
    return _json(
        {"result": [_named(kind, TYPES[kind]) for kind in Type if _holds(kind, TYPES[kind], prefix)]}, callback
    )


@router.get("/suggest/property", summary="Properties whose name holds what is written")
def suggest_property(who: Reconciler, prefix: Prefix = "", callback: Callback = None) -> Response:
    """Those that a query can be narrowed by."""
    return _json(
        {
            "result": [
                _named(name, PROPERTIES[name]) for name in vocabulary.ASKED_BY if _holds(name, PROPERTIES[name], prefix)
            ]
        },
        callback,
    )


def _holds(identifier: str, name: Text, written: str) -> bool:
    return written.strip().casefold() in f"{identifier} {name.both}".casefold()


# ---------------------------------------------------------------------- data extension and preview


@router.get("/properties", summary="Properties that can be fetched for entities of a type")
def propose_properties(
    who: Reconciler,
    type: Annotated[str, Query(max_length=100)] = Type.ORGANISATION.value,
    limit: Annotated[int, Query(ge=1, le=100)] = 100,
    callback: Callback = None,
) -> Response:
    """Nothing for an unknown type."""
    known = vocabulary.properties_of(Type(type)) if type in set(Type) else ()
    proposed = [_named(name, PROPERTIES[name]) for name in known[:limit]]
    return _json({"type": type, "limit": limit, "properties": proposed}, callback)


@router.get("/preview", summary="A small page about one entity", response_class=HTMLResponse)
def preview(parts: Parts, who: Reconciler, id: Annotated[str, Query(max_length=200)]) -> Response:
    """HTML for the frame that OpenRefine shows beside a candidate. It loads nothing and links nowhere."""
    entity = _entities(parts, who, [id]).get(id)
    if entity is None:
        raise NotFound("entity")
    rows = "".join(
        f"<dt>{escape(PROPERTIES[name].sv)}</dt>{''.join(f'<dd>{escape(value)}</dd>' for value in values)}"
        for name, values in entity.values.items()
        if values and name is not Property.NAME
    )
    others = "".join(f"<li>{escape(name)}</li>" for name in entity.values[Property.NAME][1:6])
    page = (
        '<!doctype html><html lang="sv"><head><meta charset="utf-8">'
        f"<title>{escape(entity.name)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(entity.name)}</h1><p>{escape(TYPES[entity.type].sv)}</p><dl>{rows}</dl><ul>{others}</ul>"
        "</body></html>"
    )
    policy = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
    return HTMLResponse(page, headers={**HEADERS, **policy})


_STYLE = (
    "body{font:14px sans-serif;margin:8px}h1{font-size:16px;margin:0}p{margin:0 0 6px}"
    "dl{display:grid;grid-template-columns:auto 1fr;gap:2px 10px;margin:0}dt{grid-column:1}dd{grid-column:2;margin:0}"
)
