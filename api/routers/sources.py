"""Sources: what each tells, and how fresh what we hold from it is."""

from __future__ import annotations

from fastapi import APIRouter

from api.auth import Parts, Who
from api.schemas import SourceOut
from workers import freshness

router = APIRouter(tags=["sources"])


@router.get("/sources", summary="All sources with freshness")
def list_sources(parts: Parts, who: Who) -> list[SourceOut]:
    """`stated_at` is the source's own date of what we hold; `stale` says that it is older than it may be, or that its
    newest file was refused by a guard.
    """
    return [
        SourceOut(
            id=state.description.id,
            kind=state.description.kind.value,
            name_sv=state.description.name_sv,
            name_en=state.description.name_en,
            producer=state.description.producer,
            answers_sv=state.description.answers_sv,
            licence=state.description.licence,
            personal_data=state.description.personal_data,
            requests_per_minute=state.description.requests_per_minute,
            fresh_days=state.description.fresh_days,
            stated_at=state.stated_at,
            loaded_at=state.loaded_at,
            rows=state.rows,
            stale=state.stale,
        )
        for state in freshness.states(parts)
    ]
