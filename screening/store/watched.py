"""What a changed list is compared with: the names of every open case of a tenant, many cases in one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import text
from sqlmodel import Session

from graph.model import EntityKey, Fact, ListEntry, Predicate
from screening.store import lists
from screening.store.database import tenant_of


def changed_entries(session: Session, list_id: str) -> tuple[ListEntry, ...]:
    """The entries of a list that are new or changed in its current issue."""
    rows = session.execute(
        text(
            "SELECT entry FROM list_entry WHERE list = :list AND issue_id = (SELECT max(id) FROM list_issue "
            "WHERE list = :list AND state = 'loaded') ORDER BY entry"
        ),
        {"list": list_id},
    ).scalars()
    found = (lists.entry(session, list_id, entry) for entry in rows.all())
    return tuple(entry for entry in found if entry is not None)


def gone_entries(session: Session, list_id: str, entries: Collection[str]) -> frozenset[str]:
    """Those of ``entries`` that the list's current issue does not have."""
    kept = session.execute(
        text("SELECT entry FROM list_entry WHERE list = :list AND entry = ANY(:entries)"),
        {"list": list_id, "entries": sorted(entries)},
    ).scalars()
    return frozenset(entries) - frozenset(kept)


def open_cases(session: Session) -> tuple[str, ...]:
    """Ids of the tenant's open cases that have been screened, oldest first."""
    return tuple(
        session.execute(
            text(
                "SELECT id FROM case_file WHERE tenant_id = :tenant AND state = 'open' AND EXISTS ("
                "SELECT FROM screening WHERE screening.tenant_id = case_file.tenant_id "
                "AND screening.case_id = case_file.id) "
                "ORDER BY created_at, id"
            ),
            {"tenant": tenant_of(session)},
        ).scalars()
    )


def current_facts(
    session: Session, case_ids: Sequence[str], predicates: Collection[Predicate]
) -> dict[str, list[Fact]]:
    """What is stated now of the given kinds, by case."""
    rows = session.execute(
        text(
            "SELECT case_id, subject, predicate, object, value, source, document, place, valid_from, valid_to, "
            "observed_at FROM fact WHERE tenant_id = :tenant AND case_id = ANY(:cases) "
            "AND predicate = ANY(:predicates) AND superseded_at IS NULL ORDER BY id"
        ),
        {
            "tenant": tenant_of(session),
            "cases": list(case_ids),
            "predicates": sorted(predicate.value for predicate in predicates),
        },
    )
    found: dict[str, list[Fact]] = defaultdict(list)
    for case_id, subject, predicate, target, value, source, document, place, valid_from, valid_to, observed_at in rows:
        found[case_id].append(
            Fact(
                subject=EntityKey(subject),
                predicate=Predicate(predicate),
                value=value,
                source=source,
                document=document,
                place=place,
                observed_at=observed_at,
                object=None if target is None else EntityKey(target),
                valid_from=valid_from,
                valid_to=valid_to,
            )
        )
    return dict(found)
