"""What the indicators share: is something known or merely absent, which answer counts, how dates and shares are shown.

The one rule that everything here serves: a fact that is absent means *no* only when a source that would have stated it
answered. Else the indicator says what was missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from graph.model import AnswerStatus, EntityKey, Fact, Predicate, SourceAnswer, organisation_number_of
from graph.network import Network
from graph.text import listing as listing  # noqa: PLC0414 - re-exported with the other ways to show things
from graph.text import percent as percent  # noqa: PLC0414
from screening.indicators.base import Context, Unassessed
from screening.verdict import Text

COMPANY_REGISTERS = ("bolagsverket_vdm", "bolagsverket_bulk")
TAX_SOURCES = ("ssbtgu", "scb_bulk")
"""In order of preference: Skatteverket's own answer before Statistics Sweden's copy of it."""
OFFICER_SOURCES = ("ssbtgu",)
INDUSTRY_SOURCES = ("bolagsverket_vdm", "scb_bulk")
ADDRESS_SOURCES = ("bolagsverket_vdm", "bolagsverket_bulk", "scb_bulk")
OWNERSHIP_SOURCES = ("bods",)

_OWNERLESS_SCB = frozenset({"61", "62", "63", "71", "72"})
"""SCB's juridisk form: non-profit and joint-property associations, religious communities, foundations."""
_OWNERLESS_BOLAGSVERKET = frozenset({"I", "S", "TSF"})

SOURCE_NAMES = {
    "bolagsverket_vdm": Text("Bolagsverkets API för värdefulla datamängder", "Bolagsverket's high-value data API"),
    "bolagsverket_bulk": Text("Bolagsverkets bulkfil", "Bolagsverket's bulk file"),
    "scb_bulk": Text("SCB:s bulkfil", "Statistics Sweden's bulk file"),
    "ssbtgu": Text("grundläggande uppgifter om företag (SSBTGU)", "basic company information (SSBTGU)"),
    "ssbten": Text("uppgifter om engagemang (SSBTEN)", "engagements (SSBTEN)"),
    "register_history": Text("registerspegelns historik", "the register mirror's history"),
    "register_statistics": Text("registerspegelns adressräkning", "the register mirror's address counts"),
    "register_neighbours": Text("registerspegelns grannföretag", "the register mirror's neighbouring companies"),
    "bods": Text("ägaruppgifter (BODS)", "ownership statements (BODS)"),
    "municipal_terminations": Text("förteckningen över avslutade avtal", "the list of terminated contracts"),
    "municipal_subcontracts": Text("förteckningen över underleverantörsled", "the list of subcontractors' tiers"),
    "municipal_handlers": Text("förteckningen över handläggare", "the list of handlers"),
    "municipal_lease_terms": Text("hyresvillkoren", "the terms of the lease"),
    "municipal_payments": Text("hyresbetalningarna", "the rent payments"),
    "eu_fsf": Text("EU:s sanktionslista", "the EU sanctions list"),
    "un_sc": Text("FN:s sanktionslista", "the UN sanctions list"),
    "ofac_sdn": Text("OFAC:s sanktionslista (USA)", "the OFAC sanctions list (USA)"),
}

_REASONS = {
    "not_configured": Text("inte inkopplad", "not configured"),
    "unreachable": Text("gick inte att nå", "could not be reached"),
    "timeout": Text("svarade inte i tid", "did not answer in time"),
    "rate_limited": Text("tog inte emot fler frågor", "accepted no more questions"),
    "not_loaded": Text("inte inläst", "not loaded"),
    "stale": Text("för gammal", "too old"),
    "not_applicable": Text("gäller inte här", "does not apply here"),
}


def both(sv: str, en: str) -> Text:
    """A sentence in both languages."""
    return Text(sv=sv, en=en)


def joined(texts: Iterable[Text], separator: str = "; ") -> Text:
    """Several phrases as one."""
    found = list(texts)
    return Text(separator.join(text.sv for text in found), separator.join(text.en for text in found))


def source_name(source: str) -> Text:
    """A source's name in both languages; its id when it is not known here."""
    return SOURCE_NAMES.get(source, Text(source, source))


def latest_answer(context: Context, source: str, subject: str | None = None) -> SourceAnswer | None:
    """The newest answer of ``source`` about ``subject`` (default: the party)."""
    wanted = subject or context.party.key
    answers = [a for a in context.dossier.answers_about.get(wanted, ()) if a.source == source]
    return max(answers, key=lambda answer: (answer.asked_at, answer.document or ""), default=None)


def gap(
    context: Context,
    predicates: Predicate | Sequence[Predicate],
    sources: Sequence[str],
    subject: EntityKey | None = None,
) -> Text | None:
    """Why the absence of such facts says nothing; ``None`` when a source that would have stated them answered.

    One source with a whole answer is enough. *Not found* is an answer too: the source has nothing to state.
    """
    wanted = (predicates,) if isinstance(predicates, Predicate) else tuple(predicates)
    reasons: list[Text] = []
    for source in sources:
        name = source_name(source)
        answer = latest_answer(context, source, subject)
        if answer is None:
            reasons.append(both(f"{name.sv}: inte tillfrågad", f"{name.en}: not asked"))
        elif answer.status is AnswerStatus.NO_ANSWER:
            reason = _REASONS.get(answer.reason or "", Text("svarade inte", "did not answer"))
            reasons.append(both(f"{name.sv}: {reason.sv}", f"{name.en}: {reason.en}"))
        else:
            absent = [part for part in answer.missing if set(part.predicates) & set(wanted)]
            if not absent:
                return None
            reasons.extend(
                both(
                    f"{name.sv}: {part.part} saknas i svaret ({part.producer}, {part.reason})",
                    f"{name.en}: {part.part} is missing from the answer ({part.producer}, {part.reason})",
                )
                for part in absent
            )
    return joined(reasons)


def missing(sv: str, en: str, reason: Text | None = None) -> Unassessed:
    """What could not be assessed, and why the source gave nothing."""
    if reason is None:
        return Unassessed(both(f"{sv}.", f"{en}."))
    return Unassessed(both(f"{sv} ({reason.sv}).", f"{en} ({reason.en})."))


def newest(facts: Iterable[Fact], sources: Sequence[str] = ()) -> Fact | None:
    """The fact to go by: from the most preferred source, else the newest, else by what it says."""
    ranked = list(facts)
    if not ranked:
        return None

    def rank(fact: Fact) -> tuple[int, datetime, tuple[str, str]]:
        preference = -sources.index(fact.source) if fact.source in sources else -len(sources)
        return (preference, fact.observed_at, fact.order)

    return max(ranked, key=rank)


def legal_form_code(context: Context, scheme: str) -> str | None:
    """The party's legal-form code in one scheme (``scb`` or ``bolagsverket``)."""
    fact = newest(f for f in context.facts(Predicate.LEGAL_FORM) if f.value.get("scheme") == scheme)
    code = fact.value.get("code") if fact else None
    return str(code) if code is not None else None


def is_public_body(context: Context) -> bool:
    """Whether the party is the state, a region, a kommun or another public body (SCB juridisk form 81–89).

    Without a form the first digit of the organisation number decides: series 2 is kept for public bodies.
    """
    code = legal_form_code(context, "scb")
    if code is not None:
        return code.isdigit() and 81 <= int(code) <= 89
    number = organisation_number_of(context.party.key)
    return number is not None and number.startswith("2")


def has_no_owners(context: Context) -> bool:
    """Whether nobody can own the party: public body, association or foundation.

    By the legal form that SCB or Bolagsverket states; else, and for every other form, by the number series (7 and 8).
    """
    form = legal_form_code(context, "scb") in _OWNERLESS_SCB
    form = form or legal_form_code(context, "bolagsverket") in _OWNERLESS_BOLAGSVERKET
    number = organisation_number_of(context.party.key)
    return form or is_public_body(context) or (number is not None and number[0] in "78")


def is_sole_trader(context: Context) -> bool:
    """Whether the party is a natural person's own business (Bolagsverket E, SCB 10)."""
    return legal_form_code(context, "bolagsverket") == "E" or legal_form_code(context, "scb") == "10"


def is_foreign(context: Context) -> bool:
    """Whether the party is no Swedish registered organisation."""
    return organisation_number_of(context.party.key) is None


def party_name(context: Context, key: str | None = None) -> str:
    """The name to show: from the registers, else as declared."""
    wanted = key or context.party.key
    if not context.facts(Predicate.NAME, EntityKey(wanted), history=True):
        for party in context.case.parties:
            if party.key == wanted and party.declared_name:
                return party.declared_name
    return context.network.name(wanted)


def listed_name(network: Network, key: str, fact: Fact) -> str:
    """The register's name of ``key``; the one that the municipality's own list gives when no register was asked."""
    if not network.facts(key, Predicate.NAME, history=True) and fact.value.get("name"):
        return str(fact.value["name"])
    return network.name(key)


def confirmations(context: Context, key: str | None = None) -> dict[str, list[datetime]]:
    """Per source the moments at which it stated something about ``key``, for narrower spans of a change.

    Only answers whose document is in the dossier count, by the document's own time: that is the time facts carry.
    """
    found: dict[str, list[datetime]] = {}
    for answer in context.dossier.answers_about.get(key or context.party.key, ()):
        document = context.dossier.documents_by_hash.get(answer.document or "")
        whole = answer.status is AnswerStatus.FOUND and not answer.missing
        if whole and document and document.observed_at <= context.as_of:
            found.setdefault(answer.source, []).append(document.observed_at)
    return found


def span(not_before: date | None, not_after: date) -> Text:
    """When something happened, as far as it is known."""
    if not_before == not_after:
        return Text(f"den {not_after}", f"on {not_after}")
    if not_before is None:
        return Text(f"senast den {not_after}", f"no later than {not_after}")
    return Text(f"mellan den {not_before} och den {not_after}", f"between {not_before} and {not_after}")


def unique(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Facts once each, by id, so that evidence never depends on the way it was found."""
    found = {fact.id: fact for fact in facts}
    return tuple(found[key] for key in sorted(found))
