"""TAX: registrations with Skatteverket."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from graph.model import Fact, Predicate
from graph.patterns.phoenix import add_months
from graph.timeline import registration_date
from screening.indicators.base import Context, Signal, Unassessed, indicator
from screening.indicators.reading import (
    INDUSTRY_SOURCES,
    TAX_SOURCES,
    both,
    gap,
    has_no_owners,
    is_foreign,
    is_public_body,
    missing,
    newest,
    party_name,
)
from screening.verdict import Level, Text

EXEMPT_SNI = ("64", "65", "85", "86", "87", "88")
"""Finance, insurance, education, health and care: exempt from VAT (mervärdesskattelagen (2023:200) ch. 10)."""
LABOUR_INTENSIVE_CPV = ("45", "55", "601", "641", "796", "797", "853", "909")
"""CPV divisions and groups in which people do the work: construction, catering, road transport, post and courier,
staffing, security, social care, cleaning (proposed)."""
_NEW_MONTHS = 3


def _registered(context: Context, predicate: Predicate) -> Fact | None:
    return newest(context.facts(predicate), TAX_SOURCES)


def industries(context: Context) -> tuple[Fact, ...]:
    """The party's stated industries, main one first; codes for *unknown* (only zeros) are left out."""
    facts = [
        fact
        for fact in context.facts(Predicate.INDUSTRY)
        if str(fact.value.get("code") or "").replace(".", "").strip("0")
    ]
    return tuple(
        sorted(facts, key=lambda fact: (fact.value.get("rank") or 99, str(fact.value.get("code")), fact.order))
    )


def main_industries(context: Context) -> tuple[Fact, ...]:
    """The industries of rank 1 (one for each SNI version); all of them when no rank is stated."""
    facts = industries(context)
    first = tuple(fact for fact in facts if fact.value.get("rank") == 1)
    return first or facts


def sni_matches(code: Any, patterns: Sequence[Any]) -> bool:
    """Whether an SNI code lies in one of the patterns: ``"41-43"``, ``"49.4"``, ``"81"``."""
    digits = "".join(sign for sign in str(code) if sign.isdigit())
    for pattern in patterns:
        first, _, last = str(pattern).replace(".", "").partition("-")
        if last:
            if len(digits) >= len(first) and first <= digits[: len(first)] <= last:
                return True
        elif digits.startswith(first):
            return True
    return False


def _cpv_matches(cpv: Sequence[str], prefixes: Sequence[str]) -> bool:
    return any(code.startswith(prefix) for code in cpv for prefix in prefixes)


@indicator("TAX-01")
def f_tax(context: Context) -> Iterator[Signal | Unassessed]:
    """Inte registrerad för F-skatt, eller registreringen har upphört.

    **Method.** The party is not registered for F-tax now; or was, was not, and is
    again within the look-back. A first approval is no revocation.

    **Example.** «Exempelbygg AB är inte registrerat för F-skatt (uppgift av den 2026-10-30).»

    **Why it matters.** Whoever pays must withhold tax and pay contributions if the payee has no F-tax; Skatteverket can
    revoke it for neglect.

    **Innocent explanations considered.** A newly started company whose application is pending (supported when it was
    registered within three months). An association without business: the signal is then no more than a note. A foreign
    supplier without a permanent establishment: not assessed from Swedish registers.

    **Exclusions.** Public bodies.

    **Assumptions.** The day of a revocation is only known between two answers.
    """
    if is_public_body(context):
        return
    if is_foreign(context):
        yield missing(
            "F-skatt har inte prövats: parten är inte registrerad i Sverige",
            "F-tax was not assessed: the party is not registered in Sweden",
        )
        return
    fact = _registered(context, Predicate.F_TAX)
    if fact is None:
        yield missing(
            "Det är inte känt om parten är registrerad för F-skatt",
            "It is not known whether the party is registered for F-tax",
            gap(context, Predicate.F_TAX, TAX_SOURCES),
        )
        return
    name = party_name(context)
    stated = fact.observed_at.date()
    if fact.value.get("registered") is False:
        earlier = [
            old
            for old in context.facts(Predicate.F_TAX, history=True)
            if old.value.get("registered") is True and old.source == fact.source and old.observed_at < fact.observed_at
        ]
        if earlier:
            last = max(earlier, key=lambda old: (old.observed_at, old.order))
            sv = f"{name} var registrerat för F-skatt den {last.observed_at.date()} men inte längre den {stated}."
            en = f"{name} was registered for F-tax on {last.observed_at.date()} but no longer on {stated}."
            facts: tuple[Fact, ...] = (fact, last)
        else:
            sv = f"{name} är inte registrerat för F-skatt (uppgift av den {stated})."
            en = f"{name} is not registered for F-tax (stated on {stated})."
            facts = (fact,)
        start = registration_date(context.network, context.party.key)
        outcomes: dict[int, tuple[str, Text | None]] = {}
        if start is not None and start[0] > add_months(context.case_date, -_NEW_MONTHS):
            outcomes[2] = ("supported", both(f"Registrerat den {start[0]}.", f"Registered on {start[0]}."))
        association = has_no_owners(context)
        if association:
            note = both("Parten är en förening eller stiftelse.", "The party is an association or a foundation.")
            outcomes[1] = ("supported", note)
        yield Signal(
            context.party.key,
            both(sv, en),
            facts,
            stated if earlier else None,
            (both("Om en ansökan om F-skatt ligger inne.", "Whether an application is pending."),),
            outcomes,
            Level.L1 if association else None,
        )
        return
    begin = add_months(context.case_date, -int(context.parameters["lookback_months"]))
    history = [old for old in context.facts(Predicate.F_TAX, history=True) if old.source == fact.source]
    approved = [old.observed_at for old in history if old.value.get("registered") is True]
    lapses = [
        old
        for old in history
        if old.value.get("registered") is False
        and any(earlier < old.observed_at for earlier in approved)  # a first approval is no revocation
        and old.superseded_at is not None
        and old.superseded_at.date() >= begin
    ]
    if lapses:
        last = max(lapses, key=lambda old: (old.observed_at, old.order))
        yield Signal(
            context.party.key,
            both(
                f"{name} är registrerat för F-skatt men var det inte den {last.observed_at.date()}.",
                f"{name} is registered for F-tax but was not on {last.observed_at.date()}.",
            ),
            (fact, last),
            unknowns=(both("Varför registreringen saknades.", "Why the registration was lacking."),),
        )


@indicator("TAX-02")
def vat(context: Context) -> Iterator[Signal | Unassessed]:
    """Inte momsregistrerad trots momspliktig verksamhet.

    **Method.** The party is not registered for VAT, its main industry is not exempt, and the contract's value is above
    the exemption limit. Turnover is not known from the registers read here: the contract's value stands for it. Without
    a value the supply is treated as possibly taxable, and that is said.

    **Example.** «Exempelbygg AB är inte momsregistrerat; verksamheten (SNI 41200) är normalt momspliktig och avtalets
    värde är 900 000 kr.»

    **Why it matters.** A business of this kind and size is normally registered: it may not be in operation.

    **Innocent explanations considered.** Exempt care, education, health, finance and insurance (silence). A contract at
    or under the limit (silence). A VAT group, in which only the group is registered: cannot be seen here.

    **Exclusions.** Public bodies; foreign parties.

    **Assumptions.** The main industry tells what is supplied; it is self-reported.
    """
    if is_public_body(context):
        return
    if is_foreign(context):
        yield missing(
            "Momsregistrering har inte prövats: parten är inte registrerad i Sverige",
            "VAT registration was not assessed: the party is not registered in Sweden",
        )
        return
    fact = _registered(context, Predicate.VAT)
    if fact is None:
        yield missing(
            "Det är inte känt om parten är momsregistrerad",
            "It is not known whether the party is registered for VAT",
            gap(context, Predicate.VAT, TAX_SOURCES),
        )
        return
    if fact.value.get("registered") is not False:
        return
    industry = main_industries(context)
    if not industry:
        yield missing(
            "Parten är inte momsregistrerad, men branschen är inte känd och momsplikten kan inte bedömas",
            "The party is not registered for VAT, but its industry is not known and liability cannot be judged",
            gap(context, Predicate.INDUSTRY, INDUSTRY_SOURCES),
        )
        return
    if any(sni_matches(f.value.get("code"), EXEMPT_SNI) for f in industry):
        return
    limit = int(context.parameters["exemption_limit_sek"])
    value = context.case.value_sek
    if value is not None and value <= limit:
        return
    unknowns = [both("Partens omsättning.", "The party's turnover.")]
    if value is None:
        unknowns.append(
            both(
                "Avtalets värde; om det överstiger gränsen för skattebefrielse är inte känt.",
                "The contract's value; whether it exceeds the exemption limit is not known.",
            )
        )
    unknowns.append(both("Om parten ingår i en momsgrupp.", "Whether the party belongs to a VAT group."))
    name, code = party_name(context), industry[0].value.get("code")
    money = f"{value:,}".replace(",", " ") if value is not None else None
    yield Signal(
        context.party.key,
        both(
            f"{name} är inte momsregistrerat; verksamheten (SNI {code}) är normalt momspliktig"
            + (f" och avtalets värde är {money} kr." if money else "."),
            f"{name} is not registered for VAT; the activity (SNI {code}) is normally taxable"
            + (f" and the contract's value is SEK {money}." if money else "."),
        ),
        (fact, *industry),
        unknowns=tuple(unknowns),
    )


@indicator("TAX-03")
def employer(context: Context) -> Iterator[Signal | Unassessed]:
    """Inte arbetsgivarregistrerad i personalintensiv verksamhet.

    **Method.** The party is not registered as an employer, and its main industry or the contract's CPV code is one in
    which people do the work (parameter ``labour_intensive_sni``; CPV groups in ``LABOUR_INTENSIVE_CPV``).

    **Example.** «Exempelstäd AB är inte registrerat som arbetsgivare; verksamheten (SNI 81210) är personalintensiv.»

    **Why it matters.** Somebody does the work: own staff, subcontractors, or people nobody has declared.

    **Innocent explanations considered.** Staff in a sister company, a self-employed owner who works alone, declared
    subcontractors (supported when the case names subcontractors). Consultants and holding companies are only reached
    when the contract itself is labour-intensive.

    **Exclusions.** Public bodies; foreign parties.

    **Assumptions.** Registration as an employer is Skatteverket's; the number of employees is not known here.
    """
    if is_public_body(context):
        return
    if is_foreign(context):
        yield missing(
            "Arbetsgivarregistrering har inte prövats: parten är inte registrerad i Sverige",
            "Employer registration was not assessed: the party is not registered in Sweden",
        )
        return
    fact = _registered(context, Predicate.EMPLOYER)
    if fact is None:
        yield missing(
            "Det är inte känt om parten är registrerad som arbetsgivare",
            "It is not known whether the party is registered as an employer",
            gap(context, Predicate.EMPLOYER, TAX_SOURCES),
        )
        return
    if fact.value.get("registered") is not False:
        return
    industry = main_industries(context)
    patterns = context.parameters["labour_intensive_sni"]
    matching = [f for f in industry if sni_matches(f.value.get("code"), patterns)]
    by_cpv = _cpv_matches(context.case.cpv, LABOUR_INTENSIVE_CPV)
    name = party_name(context)
    if not matching and not by_cpv:
        if not industry:
            yield missing(
                "Parten är inte registrerad som arbetsgivare, men branschen är inte känd",
                "The party is not registered as an employer, but its industry is not known",
                gap(context, Predicate.INDUSTRY, INDUSTRY_SOURCES),
            )
        return
    sv = f"verksamheten (SNI {matching[0].value.get('code')})" if matching else "upphandlingens föremål (CPV)"
    en = f"the activity (SNI {matching[0].value.get('code')})" if matching else "the contract's subject (CPV)"
    helpers = [p for p in context.case.parties if p.relied_on_by == context.party.key]
    note = both("Ärendet anger underleverantörer eller åberopade företag.", "The case names subcontractors.")
    yield Signal(
        context.party.key,
        both(
            f"{name} är inte registrerat som arbetsgivare; {sv} är personalintensiv{'' if matching else 't'}.",
            f"{name} is not registered as an employer; {en} is labour-intensive.",
        ),
        (fact, *matching),
        unknowns=(both("Vem som utför arbetet.", "Who does the work."),),
        explanation_outcomes={2: ("supported", note)} if helpers else {},
    )
