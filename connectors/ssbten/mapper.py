"""Engagements of a person to facts.

Each producer answers for itself: one that failed is a missing part beside what the other said. A person without any
engagement is *not found* only when Bolagsverket answered and no producer failed.
"""

from __future__ import annotations

from dataclasses import replace

from connectors import ssbt
from connectors.base import FailureReason, MalformedContent, Mapped
from connectors.messages import message
from connectors.ssbten.reader import SOURCE, Answer, Engagement
from connectors.statements import Statements, birth_date_of, iso_date, tidy
from graph.model import AnswerStatus, DocumentReference, EntityKey, PersonKeyer, Predicate, organisation_key

NO_ENGAGEMENT = "INGA_ENGAGEMANG"
"""Reason of *not found*: both producers answered and neither knows an engagement."""

_TOLD = (Predicate.ENGAGEMENT,)
_PRODUCER = "Bolagsverket"


def map_facts(
    rows: Answer, document: DocumentReference, keyer: PersonKeyer, subject: EntityKey | None = None
) -> Mapped:
    """The facts of one answer. Places are XPath expressions.

    ``subject`` is whom the question was about (``None`` takes the document's word). Raises ``MalformedContent`` when
    the document is about someone else.
    """
    if rows.fault is not None:
        if rows.fault.typ == ssbt.UNKNOWN_COMPANY:
            return Mapped(AnswerStatus.NOT_FOUND, reason=rows.fault.label)
        return Mapped(AnswerStatus.NO_ANSWER, reason=rows.fault.reason)
    if rows.identity is None or rows.identity.is_organisation:
        raise MalformedContent(SOURCE, message("answer.about_nobody"), "//PersonId", message("remedy.answer_again"))
    if document.stated_at is None:
        document = replace(document, stated_at=rows.stated_at)
    statements = Statements(document, keyer)
    person = statements.person(rows.identity.number)
    if subject is not None and person != subject:
        raise MalformedContent(SOURCE, message("answer.other_person"), "//PersonId", message("remedy.ask_again"))
    failed: list[FailureReason] = []
    for group in rows.groups:
        if group.fault is not None and group.fault.typ not in (ssbt.ABSENT, ssbt.UNKNOWN_COMPANY):
            statements.lacks(f"ForetagEngagemang {group.producer}", group.producer, group.fault.label, _TOLD)
            failed.append(group.fault.reason)
        for engagement in group.engagements:
            _map_engagement(engagement, person, group.producer, statements)
    if not any(group.producer == _PRODUCER for group in rows.groups):
        statements.lacks(f"ForetagEngagemang {_PRODUCER}", _PRODUCER, "EJ_I_SVARET", _TOLD)
    if statements.any_fact:
        if born := birth_date_of(rows.identity.number):
            statements.add(person, Predicate.BIRTH_DATE, "//PersonId", {"date": born})
        return statements.mapped(AnswerStatus.FOUND)
    if failed and len(failed) == len(rows.groups):
        return statements.mapped(AnswerStatus.NO_ANSWER, failed[0])
    if not rows.groups:
        return statements.mapped(AnswerStatus.NO_ANSWER, FailureReason.SERVICE_FAULT)
    if statements.any_missing:
        # One producer knows nothing and another did not answer: an answer with a part missing.
        return statements.mapped(AnswerStatus.FOUND)
    return statements.mapped(AnswerStatus.NOT_FOUND, NO_ENGAGEMENT)


def _map_engagement(engagement: Engagement, person: EntityKey, producer: str, statements: Statements) -> None:
    place = engagement.place
    form = engagement.form
    value = {"form": form, "name": engagement.name}
    if engagement.firm is not None:
        value = {**value, "firm": str(engagement.firm)}
    if not engagement.identity.is_organisation:
        # A sole trader's firm is the person; the engagement has no other end.
        owner = statements.person(engagement.identity.number)
        statements.add(person, Predicate.ENGAGEMENT, place, value, target=owner if owner != person else None)
        return
    company = organisation_key(engagement.identity.number)
    statements.add(person, Predicate.ENGAGEMENT, place, value, target=company)
    if tidy(engagement.name):
        name = {"name": engagement.name, "kind": "registered", "registered_on": None}
        statements.add(company, Predicate.NAME, f"{place}/ForetagNamn", name)
    if form:
        legal = {"scheme": "bolagsverket", "code": form, "text": engagement.form_text}
        statements.add(company, Predicate.LEGAL_FORM, f"{place}/Foretagsform", legal)
    try:
        struck = iso_date(engagement.deregistered_on)
    except ValueError:
        statements.reject(f"{place}/ForetagAvregistreratDatum", message("value.not_a_date"))
        part = f"{place}/ForetagAvregistreratDatum"
        statements.lacks(part, producer, "OLASLIGT_DATUM", (Predicate.DEREGISTRATION,))
        return
    if struck is not None:
        gone = {"date": struck.isoformat(), "code": None, "text": None, "cause": "other"}
        where = f"{place}/ForetagAvregistreratDatum"
        statements.add(company, Predicate.DEREGISTRATION, where, gone, valid_from=struck)
