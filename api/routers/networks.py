"""The network of a case: as of any day in any format, and how two of its entities hang together."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from api.auth import Parts, Who
from api.errors import ApiProblem
from api.numbers import organisation_number
from api.schemas import CaseId
from graph.export import FORMATS
from graph.export.paths import paths as as_json
from graph.matching.same_holder import with_same_joined
from graph.model import organisation_key
from graph.network import Network
from graph.paths import LIMIT, LONGEST, explained_paths
from screening.dossier import Dossier
from screening.store import dossiers
from screening.store.tokens import Principal
from workers.runtime import Runtime

router = APIRouter(tags=["network"])

FormatName = Literal["cytoscape", "ftm", "bods", "graphml", "gexf", "csv"]
CONTENT: dict[str, Any] = {"schema": {"description": "What `format` asks for."}}
AsOf = Annotated[
    date | None, Query(description="A day: what held then by what is known now. Default: what is stated now.")
]


@router.get(
    "/cases/{case_id}/graph",
    summary="The network of a case, of any day, in any format",
    response_class=Response,
    responses={200: {"content": {shape.media_type: CONTENT for shape in FORMATS.values()}}},
)
def graph(
    case_id: CaseId,
    parts: Parts,
    who: Who,
    as_of: AsOf = None,
    format: Annotated[FormatName, Query(description="How to write it.")] = "cytoscape",
) -> Response:
    """Nodes are organisations and persons (by keyed hash, never by number), edges are facts with their documents.

    `cytoscape` for pages, `ftm` FollowTheMoney entities, `bods` ownership by the Beneficial Ownership Data Standard
    0.4, `graphml` and `gexf` for Gephi and the like, `csv` for spreadsheets.
    """
    dossier, network = _network(parts, who, case_id, as_of)
    shape = FORMATS[format]
    content = shape.write(network, {party.key for party in dossier.case.parties}, as_of or dossier.as_of.date())
    name = f"{case_id}.{shape.suffix}"
    headers = {} if format == "cytoscape" else {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=shape.media_type, headers=headers)


@router.get("/cases/{case_id}/paths", summary="How two entities of a case hang together")
def paths(
    case_id: CaseId,
    parts: Parts,
    who: Who,
    start: Annotated[str, Query(alias="from", max_length=300, description="Organisation number, or a node's id.")],
    end: Annotated[str, Query(alias="to", max_length=300, description="Organisation number, or a node's id.")],
    as_of: AsOf = None,
    longest: Annotated[int, Query(ge=1, le=8, description="Links at most.")] = LONGEST,
    limit: Annotated[int, Query(ge=1, le=50, description="Paths at most.")] = LIMIT,
) -> dict[str, Any]:
    """Shortest first, each as a sentence and link by link with period and documents. Never two uncertain links in a
    row; hubs are set aside and named; `truncated` and `notes` tell what was left out.
    """
    _, network = _network(parts, who, case_id, as_of)
    ends = [_entity(parts, network, given) for given in (start, end)]
    return as_json(network, explained_paths(network, *ends, longest=longest, limit=limit))


def _network(parts: Runtime, who: Principal, case_id: str, as_of: date | None) -> tuple[Dossier, Network]:
    with parts.database.transaction(who.tenant.id, who.name) as session:
        dossier = dossiers.build(session, case_id)
    network = Network.of(dossier.facts, dossier.as_of) if as_of is None else Network.at(dossier.facts, as_of)
    return dossier, with_same_joined(network)


def _entity(parts: Runtime, network: Network, given: str) -> str:
    if network.read_as(given) in network.graph:
        return network.read_as(given)
    key = organisation_key(organisation_number(parts, given))
    if key not in network.graph:
        raise ApiProblem(404, "not_found")
    return key
