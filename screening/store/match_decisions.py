"""Officers' decisions on list hits: kept with reason and name, for one case; in force until the evidence changes.

Invariants: a decision is about one subject and one list entry in one case of one tenant, and is never read for another;
nothing is overwritten: the newest decision is in force, the older ones are its history. A decision never removes a hit:
it is written into the hit's fact, so that the result shows who decided what, when and why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from graph.matching.decisions import Decision, changed, lapse_reason
from graph.model import Fact, Predicate
from screening.store import cases, facts
from screening.store.database import actor_of, tenant_of
from screening.store.errors import Conflict, NotFound, Refused
from screening.store.tables import MatchDecisionRow

EVIDENCE = "evidence"
"""Member of a hit's value: the digests of what it rests on."""
DECIDED = "decision"
"""Member of a hit's value: the decision about it, when there is one."""
MAXIMUM_REASON = 2000


@dataclass(frozen=True, slots=True)
class HitKey:
    """Whom and what a decision is about, within a case."""

    subject: str
    list: str
    entry: str


@dataclass(frozen=True, slots=True)
class MatchDecision:
    """One decision."""

    key: HitKey
    decision: Decision
    reason: str
    evidence: Mapping[str, str]
    fact_id: str
    decided_at: datetime
    decided_by: str

    def value(self, evidence: Mapping[str, str]) -> dict[str, Any]:
        """What a hit's fact says of the decision, given the evidence there is now."""
        parts = changed(self.evidence, evidence)
        said: dict[str, Any] = {
            "decision": self.decision.value,
            "reason": self.reason,
            "decided_by": self.decided_by,
            "decided_at": self.decided_at.isoformat(),
            "stands": not parts,
        }
        if parts:
            why = lapse_reason(parts)
            said |= {"changed": list(parts), "lapsed_sv": why.sv, "lapsed_en": why.en}
        return said


def hit(session: Session, case_id: str, fact_id: str) -> Fact:
    """The current hit with this id.

    Raises:
        NotFound: the tenant has no such case, or the case has no such hit now.
    """
    cases.require(session, case_id)
    for fact in facts.current(session, case_id):
        if fact.id == fact_id and fact.predicate is Predicate.LIST_HIT:
            return fact
    raise NotFound(f"There is no hit {fact_id} in case {case_id}")


def key_of(fact: Fact) -> HitKey:
    """Whom and what the hit ``fact`` is about."""
    return HitKey(str(fact.subject), str(fact.value["list"]), str(fact.value["entry"]))


def decide(session: Session, case_id: str, fact_id: str, decision: Decision, reason: str) -> MatchDecision:
    """Record the decision of the session's actor on the current hit ``fact_id``; the next screening takes it in.

    Raises:
        NotFound: as ``hit``.
        Refused: there is no reason, or it is longer than ``MAXIMUM_REASON``.
        Conflict: the hit was recorded by a release that kept no evidence with it: screen the case again first.
    """
    fact = hit(session, case_id, fact_id)
    stated = reason.replace("\0", "").strip()
    if not stated or len(stated) > MAXIMUM_REASON:
        raise Refused(f"A decision needs a reason of at most {MAXIMUM_REASON} characters")
    found = fact.value.get(EVIDENCE)
    if not isinstance(found, Mapping):
        raise Conflict("The hit keeps no evidence to hold the decision against. Screen the case again first")
    key = key_of(fact)
    row = MatchDecisionRow(
        tenant_id=tenant_of(session),
        case_id=case_id,
        subject=key.subject,
        list=key.list,
        entry=key.entry,
        decision=decision.value,
        reason=stated,
        evidence=dict(found),
        fact_id=fact_id,
        decided_by=actor_of(session),
    )
    session.add(row)
    session.flush()
    session.refresh(row)
    return _decision(row)


def history(session: Session, case_id: str, key: HitKey) -> tuple[MatchDecision, ...]:
    """Every decision about ``key`` in the case, oldest first."""
    return tuple(decision for decision in _all(session, case_id) if decision.key == key)


def in_force(session: Session, case_id: str) -> dict[HitKey, MatchDecision]:
    """The newest decision about each hit of the case, but for those taken back."""
    newest = {decision.key: decision for decision in _all(session, case_id)}
    return {key: decision for key, decision in newest.items() if decision.decision is not Decision.OPEN}


def _all(session: Session, case_id: str) -> list[MatchDecision]:
    rows = session.execute(
        select(MatchDecisionRow)
        .where(
            MatchDecisionRow.tenant_id == tenant_of(session),  # type: ignore[arg-type]
            MatchDecisionRow.case_id == case_id,  # type: ignore[arg-type]
        )
        .order_by(MatchDecisionRow.id)  # type: ignore[arg-type]
    ).scalars()
    return [_decision(row) for row in rows]


def _decision(row: MatchDecisionRow) -> MatchDecision:
    return MatchDecision(
        HitKey(row.subject, row.list, row.entry),
        Decision(row.decision),
        row.reason,
        row.evidence,
        row.fact_id,
        row.decided_at,
        row.decided_by,
    )
