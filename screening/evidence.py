"""A fact in one sentence, for the evidence list of a finding. Pure; never holds a personnummer, since facts do not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graph.matching.same_holder import SameHolder
from graph.model import EntityKey, Fact, Predicate, SourceAnswer, is_person
from graph.network import Network
from graph.text import joined
from screening.catalogue import Catalogue
from screening.texts import has, text
from screening.verdict import Evidence, Identity, Text


def evidence(fact: Fact, network: Network, rules: Catalogue) -> Evidence:
    """``fact`` as evidence: document, place and what it says in words."""
    source = rules.sources.get(fact.source)
    values: dict[str, Any] = {
        "what": text(f"predicate.{fact.predicate.value}"),
        "source": source.name if source is not None else fact.source,
        "date": fact.observed_at.date().isoformat(),
    }
    said = _value(fact)
    if fact.object is None:
        summary = text("evidence.fact", value=said, **values)
    else:
        detail = Text(f", {said.sv}" if said.sv else "", f", {said.en}" if said.en else "")
        summary = text(
            "evidence.link",
            subject=network.name(fact.subject),
            object=network.name(fact.object),
            value=detail,
            **values,
        )
    return Evidence(
        fact=fact.id,
        document=fact.document,
        place=fact.place,
        source=fact.source,
        observed_at=fact.observed_at,
        summary=summary,
    )


def identity(pair: SameHolder, network: Network, rules: Catalogue) -> Identity:
    """Two entries that are or may be one, in words, with the statements that were compared as evidence."""

    def described(key: EntityKey) -> Text:
        kind = Predicate.PERSON_NAME if is_person(key) else Predicate.NAME
        named = {fact.source for fact in network.facts(key, kind)}
        sources = joined(
            [rules.sources[code].name if code in rules.sources else Text(code, code) for code in sorted(named)]
        )
        return text("same_holder.entry", name=network.name(key), sources=sources)

    kind = "person" if is_person(pair.key) else "organisation"
    statement = text(
        f"same_holder.{kind}.{'certain' if pair.certain else 'possible'}",
        one=described(pair.key),
        other=described(pair.other),
        reasons=pair.reasons,
    )
    compared = tuple(evidence(fact, network, rules) for fact in pair.facts)
    return Identity(pair.key, pair.other, pair.certain, pair.probability, statement, compared)


def absence(answer: SourceAnswer, rules: Catalogue) -> Evidence:
    """A *not found* answer as evidence: the document is the register's own answer, and there is no fact in it."""
    source = rules.sources.get(answer.source)
    return Evidence(
        fact="",
        document=answer.document or "",
        place="",
        source=answer.source,
        observed_at=answer.asked_at,
        summary=text(
            "evidence.not_found",
            source=source.name if source is not None else answer.source,
            date=answer.asked_at.date().isoformat(),
        ),
    )


def _same(*parts: Any, separator: str = " ") -> Text:
    joined = separator.join(str(part) for part in parts if part not in (None, ""))
    return Text(joined, joined)


def _word(value: Any) -> Text:
    if isinstance(value, bool):
        return text("value.yes" if value else "value.no")
    if value in (None, ""):
        return text("value.unknown")
    key = f"value.{value}"
    return text(key) if has(key) else _same(value)


def _sentence(*parts: Text) -> Text:
    return Text(" ".join(p.sv for p in parts if p.sv), " ".join(p.en for p in parts if p.en))


def _proceeding(value: Mapping[str, Any]) -> Text:
    return _sentence(_word(value.get("kind")), _word(value.get("state")), _same(value.get("date")))


def _change(value: Mapping[str, Any]) -> Text:
    what = value.get("what")
    label = text(f"predicate.{what}") if has(f"predicate.{what}") else _same(what)
    steps = _same(value.get("before") or "–", "→", value.get("after") or "–")
    return _sentence(label, steps, _same(value.get("not_before"), value.get("not_after"), separator="–"))


def _ownership(value: Mapping[str, Any]) -> Text:
    if value.get("exact") is not None:
        return _same(f"{value['exact']} %")
    limits = [value.get("minimum"), value.get("maximum")]
    return _same(*limits, separator="–") if limits == [None, None] else _same(*limits, "%")


def _termination(value: Mapping[str, Any]) -> Text:
    return _sentence(
        _same(value.get("decided_on")), _word(f"termination.{value.get('reason')}"), _same(value.get("reference"))
    )


def _subcontract(value: Mapping[str, Any]) -> Text:
    tier = _same("–") if value.get("tier") is None else _same(value["tier"])
    return Text(f"led {tier.sv}", f"tier {tier.en}")


def _handler(value: Mapping[str, Any]) -> Text:
    return _same(value.get("name"))


def _declared(value: Mapping[str, Any]) -> Text:
    return _same(value.get("handler"), value.get("relation"), value.get("name"), separator=", ")


def _lease_terms(value: Mapping[str, Any]) -> Text:
    return _same(value.get("purpose"), value.get("entry_on"), separator=", ")


def _payment(value: Mapping[str, Any]) -> Text:
    payer = Text("", "") if value.get("payer") == "organisation" else _word("payer.person")
    times = Text(f"{value.get('payments')} betalningar", f"{value.get('payments')} payments")
    return _sentence(payer, times)


def _list_hit(value: Mapping[str, Any]) -> Text:
    return _same(value.get("entry_name"), f"({value.get('list')} {value.get('entry')})")


_VALUES: Mapping[Predicate, Callable[[Mapping[str, Any]], Text]] = {
    Predicate.LEGAL_FORM: lambda value: _same(value.get("text") or value.get("code")),
    Predicate.DEREGISTRATION: lambda value: _sentence(_same(value.get("date")), _word(value.get("cause"))),
    Predicate.PROCEEDING: _proceeding,
    Predicate.ADDRESS: lambda value: _same(
        value.get("care_of"), value.get("street"), value.get("postal_code"), value.get("city")
    ),
    Predicate.INDUSTRY: lambda value: _same(value.get("code"), value.get("text")),
    Predicate.CHANGE: _change,
    Predicate.ADDRESS_STATISTICS: lambda value: _same(value.get("active")),
    Predicate.OFFICER: lambda value: _same(value.get("role")),
    Predicate.OWNERSHIP: _ownership,
    Predicate.ENGAGEMENT: lambda value: _same(value.get("form")),
    Predicate.LIST_HIT: _list_hit,
    Predicate.TERMINATION: _termination,
    Predicate.SUBCONTRACT: _subcontract,
    Predicate.HANDLER: _handler,
    Predicate.DECLARED_RELATION: _declared,
    Predicate.LEASE_TERMS: _lease_terms,
    Predicate.RENT_PAYMENT: _payment,
}
"""How the value of a predicate is said; the others have one member that says it all."""

_ONE_MEMBER = ("name", "date", "text", "registered", "active", "country", "address", "number", "value", "accepts")


def _value(fact: Fact) -> Text:
    special = _VALUES.get(fact.predicate)
    if special is not None:
        return special(fact.value)
    for member in _ONE_MEMBER:
        if member in fact.value:
            return _word(fact.value[member])
    return text("value.unknown")
