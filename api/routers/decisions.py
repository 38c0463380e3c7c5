"""An officer's decision on a list hit: same, not the same, or taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from api.auth import Officer, Parts, Who
from api.errors import ApiProblem
from api.schemas import CaseId, ShortText
from graph.matching.decisions import Decision, changed, lapse_reason
from screening.store import audit, match_decisions
from screening.store.errors import Conflict
from screening.store.match_decisions import EVIDENCE, MatchDecision

router = APIRouter(tags=["decisions"])

FactId = Annotated[
    str, Path(pattern="^[0-9a-f]{32}$", description="Id of the hit's fact, as findings' evidence has it.")
]


class DecisionInput(BaseModel):
    """A decision with its reason. Who and when are the token's and the clock's."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {
        "decision": "not_same", "reason": "Annat födelseår enligt uppvisad legitimation."
    }})  # fmt: skip

    decision: Decision
    reason: ShortText = Field(min_length=3)


class DecisionOut(BaseModel):
    """A decision as it was made, and whether it still stands."""

    decision: Decision
    reason: str
    decided_by: str
    decided_at: datetime
    stands: bool = Field(description="False when what the hit rests on has changed, or the decision was replaced.")
    lapsed_sv: str | None = None
    lapsed_en: str | None = None


class HitDecisions(BaseModel):
    """The decision in force on a hit, and all that were made, newest first."""

    subject: str
    list: str
    entry: str
    in_force: DecisionOut | None
    history: tuple[DecisionOut, ...]


@router.post("/cases/{case_id}/hits/{fact}/decision", status_code=201, summary="Decide whether a list hit is the same")
def decide(case_id: CaseId, fact: FactId, body: DecisionInput, parts: Parts, who: Officer) -> HitDecisions:
    """Kept with reason and name, for this case only, and taken in by the next screening: a hit that was found to be
    somebody else is shown as explained and raises no more than a note, until what it rests on changes. `open` takes an
    earlier decision back. 409 when the hit was recorded before such decisions existed: screen the case again first.
    """
    with parts.database.transaction(who.tenant.id, who.name) as session:
        try:
            made = match_decisions.decide(session, case_id, fact, body.decision, body.reason)
        except Conflict as error:
            raise ApiProblem(409, "hit_without_evidence") from error
        audit.append(
            session,
            who.name,
            "hit.decide",
            case_id,
            {"fact": fact, "list": made.key.list, "entry": made.key.entry, "decision": made.decision.value},
        )
        return _decisions(made.key, made.evidence, match_decisions.history(session, case_id, made.key))


@router.get("/cases/{case_id}/hits/{fact}/decision", summary="Decisions on a list hit")
def show(case_id: CaseId, fact: FactId, parts: Parts, who: Who) -> HitDecisions:
    """The decision in force on a current hit of the case – also one made on an earlier hit on the same entry – and
    whether it still stands on the evidence that there is now.
    """
    with parts.database.transaction(who.tenant.id, who.name) as session:
        found = match_decisions.hit(session, case_id, fact)
        key = match_decisions.key_of(found)
        return _decisions(key, found.value.get(EVIDENCE) or {}, match_decisions.history(session, case_id, key))


def _decisions(
    key: match_decisions.HitKey, evidence: Mapping[str, str], history: tuple[MatchDecision, ...]
) -> HitDecisions:
    newest = history[-1] if history else None
    shown = [_out(decision, evidence, replaced=decision is not newest) for decision in reversed(history)]
    force = shown[0] if shown and shown[0].decision is not Decision.OPEN else None
    return HitDecisions(subject=key.subject, list=key.list, entry=key.entry, in_force=force, history=tuple(shown))


def _out(decision: MatchDecision, evidence: Mapping[str, str], *, replaced: bool) -> DecisionOut:
    parts = () if replaced else changed(decision.evidence, evidence)
    why = lapse_reason(parts) if parts else None
    return DecisionOut(
        decision=decision.decision,
        reason=decision.reason,
        decided_by=decision.decided_by,
        decided_at=decision.decided_at,
        stands=not replaced and not parts,
        lapsed_sv=why.sv if why else None,
        lapsed_en=why.en if why else None,
    )
