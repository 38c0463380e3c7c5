"""Canonical JSON back to a dossier or a policy: the other half of ``Dossier.canonical`` and ``Policy.canonical``.

Law of the module: ``dossier_from_canonical(d.canonical()).canonical() == d.canonical()``, and the same for policies, so
that what is stored can be replayed byte for byte.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

from graph.model import (
    AnswerStatus,
    DocumentReference,
    EntityKey,
    Fact,
    MissingPart,
    Predicate,
    SourceAnswer,
)
from screening.case import Case, CaseKind, Party, PartyRole, Procedure, Tenant
from screening.dossier import Dossier, ListVersion
from screening.policy import Frontier, Policy, SourceRule

T = TypeVar("T")


class CodecError(ValueError):
    """Stored JSON that is not a dossier or a policy. Says what is wrong, never repeats the content."""


def dossier_from_canonical(canonical: str) -> Dossier:
    """The dossier that ``canonical`` describes. Raises ``CodecError``."""
    return _decode(canonical, _dossier, "dossier")


def policy_from_canonical(canonical: str) -> Policy:
    """The policy that ``canonical`` describes. Raises ``CodecError``."""
    return _decode(canonical, _policy, "policy")


def _decode(canonical: str, build: Callable[[dict[str, Any]], T], what: str) -> T:
    try:
        return build(json.loads(canonical))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CodecError(f"not a {what}: {type(error).__name__}") from error


def _dossier(body: dict[str, Any]) -> Dossier:
    return Dossier(
        case=_case(body["case"]),
        as_of=datetime.fromisoformat(body["as_of"]),
        facts=tuple(_fact(entry) for entry in body["facts"]),
        answers=tuple(_answer(entry) for entry in body["answers"]),
        documents=tuple(_document(entry) for entry in body["documents"]),
        lists=tuple(_list_version(entry) for entry in body["lists"]),
        limits=tuple(body["limits"]),
    )


def _case(body: dict[str, Any]) -> Case:
    return Case(
        **{
            **body,
            "tenant": Tenant(**body["tenant"]),
            "kind": CaseKind(body["kind"]),
            "procedure": Procedure(body["procedure"]),
            "opened_on": date.fromisoformat(body["opened_on"]),
            "parties": tuple(_party(entry) for entry in body["parties"]),
            "cpv": tuple(body["cpv"]),
        }
    )


def _party(body: dict[str, Any]) -> Party:
    relied_on_by = body["relied_on_by"]
    return Party(
        **{
            **body,
            "key": EntityKey(body["key"]),
            "role": PartyRole(body["role"]),
            "relied_on_by": None if relied_on_by is None else EntityKey(relied_on_by),
        }
    )


def _fact(body: dict[str, Any]) -> Fact:
    return Fact(
        **{
            **body,
            "subject": EntityKey(body["subject"]),
            "predicate": Predicate(body["predicate"]),
            "object": None if body["object"] is None else EntityKey(body["object"]),
            "observed_at": datetime.fromisoformat(body["observed_at"]),
            "valid_from": _date(body["valid_from"]),
            "valid_to": _date(body["valid_to"]),
            "superseded_at": _datetime(body["superseded_at"]),
        }
    )


def _answer(body: dict[str, Any]) -> SourceAnswer:
    return SourceAnswer(
        **{
            **body,
            "subject": EntityKey(body["subject"]),
            "status": AnswerStatus(body["status"]),
            "asked_at": datetime.fromisoformat(body["asked_at"]),
            "missing": tuple(
                MissingPart(**{**part, "predicates": tuple(Predicate(p) for p in part["predicates"])})
                for part in body["missing"]
            ),
        }
    )


def _document(body: dict[str, Any]) -> DocumentReference:
    return DocumentReference(
        **{
            **body,
            "retrieved_at": datetime.fromisoformat(body["retrieved_at"]),
            "stated_at": _datetime(body["stated_at"]),
        }
    )


def _list_version(body: dict[str, Any]) -> ListVersion:
    return ListVersion(
        **{
            **body,
            "stated_at": _datetime(body["stated_at"]),
            "loaded_at": datetime.fromisoformat(body["loaded_at"]),
        }
    )


def _policy(body: dict[str, Any]) -> Policy:
    return Policy(
        **{
            **body,
            "kind": CaseKind(body["kind"]),
            "default_procedure": Procedure(body["default_procedure"]),
            "sources": tuple(
                SourceRule(**{**rule, "subjects": tuple(rule["subjects"]), "alternatives": tuple(rule["alternatives"])})
                for rule in body["sources"]
            ),
            "frontier": Frontier(**body["frontier"]),
            "indicators": tuple(body["indicators"]),
        }
    )


def _date(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _datetime(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)
