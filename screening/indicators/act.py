"""ACT: what the party does, against what is to be bought."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from graph.model import Fact, Predicate
from graph.package_data import RuleDataError, read_yaml
from screening.indicators.base import Context, Signal, Unassessed, indicator
from screening.indicators.reading import (
    INDUSTRY_SOURCES,
    both,
    gap,
    is_public_body,
    listing,
    missing,
    party_name,
)
from screening.indicators.tax import industries, sni_matches
from screening.verdict import Text

_MAP = "sni_cpv.yaml"
_HOLDING = ("642", "701")
"""Holding companies and head offices: they bid with the capacity of their group."""


@cache
def industry_map() -> Mapping[str, Mapping[str, Mapping[str, float]]]:
    """CPV prefix -> SNI version (or ``both``) -> SNI prefix -> how well it fits, from ``sni_cpv.yaml``.

    Raises ``RuleDataError`` when the file does not hold together.
    """
    content = read_yaml("screening.indicators", _MAP)
    for prefix, versions in content.items():
        known = isinstance(versions, dict) and set(versions) <= {"both", "SNI2007", "SNI2025"} and "both" in versions
        if not str(prefix).isdigit() or not known:
            raise RuleDataError(_MAP, f"entry {prefix!r} must be a CPV prefix with `both` and SNI versions")
        for fits in versions.values():
            if not all(str(code).isdigit() and 0 < float(value) <= 1 for code, value in fits.items()):
                raise RuleDataError(_MAP, f"entry {prefix!r} holds an SNI prefix or a figure that is none")
    return content


def fit(cpv: str, industry: Fact) -> float | None:
    """How well a stated industry fits a CPV code (0–1); ``None`` when the map does not know the CPV division."""
    rules = industry_map()
    code = "".join(sign for sign in cpv.partition("-")[0] if sign.isdigit())
    entry = next((rules[code[:size]] for size in range(len(code), 1, -1) if code[:size] in rules), None)
    if entry is None:
        return None
    version = str(industry.value.get("version"))
    fits = {**entry["both"], **entry.get(version, {})}
    sni = "".join(sign for sign in str(industry.value.get("code") or "") if sign.isdigit())
    return max((float(value) for prefix, value in fits.items() if sni.startswith(prefix)), default=0.0)


@indicator("ACT-01")
def other_trade(context: Context) -> Iterator[Signal | Unassessed]:
    """Bransch (SNI) passar inte upphandlingen (CPV).

    **Method.** None of the party's stated industries, main or secondary, fits any of the contract's CPV codes at
    ``similarity`` or better, by the table in ``sni_cpv.yaml`` (longest CPV prefix first, SNI version by version).

    **Example.** «Exempelskor AB har branschen 47721 (Butikshandel med skor); upphandlingen gäller CPV 90910000.»

    **Why it matters.** The company is not known for this work. With other signs it may be a name that is lent out.

    **Innocent explanations considered.** SNI is self-reported and often stale; a company in several trades is compared
    by all its codes; a holding company or head office (supported when SNI says so) bids with its group's capacity.

    **Exclusions.** Public bodies.

    **Assumptions.** The table is Genomlys' own and proposed. Without a CPV code on the case, or with codes the table
    does not know, the indicator is not assessed.
    """
    if is_public_body(context):
        return
    if not context.case.cpv:
        yield missing(
            "Ärendet har ingen CPV-kod att jämföra branschen med",
            "The case has no CPV code to compare the industry with",
        )
        return
    stated = industries(context)
    if not stated:
        yield missing(
            "Branschen är inte känd", "The industry is not known", gap(context, Predicate.INDUSTRY, INDUSTRY_SOURCES)
        )
        return
    scores = [score for cpv in context.case.cpv for fact in stated if (score := fit(cpv, fact)) is not None]
    codes = listing(context.case.cpv)
    if not scores:
        yield missing(
            f"CPV {codes.sv} finns inte i jämförelsetabellen", f"CPV {codes.en} is not in the comparison table"
        )
        return
    if max(scores) >= float(context.parameters["similarity"]):
        return
    shown = listing(_described(stated))
    holding = any(sni_matches(fact.value.get("code"), _HOLDING) for fact in stated)
    note = both("Bolaget är ett holdingbolag eller huvudkontor.", "The company is a holding company or head office.")
    outcomes: dict[int, tuple[str, Text | None]] = {2: ("supported", note)} if holding else {}
    name = party_name(context)
    yield Signal(
        context.party.key,
        both(
            f"{name} har branschen {shown.sv}; upphandlingen gäller CPV {codes.sv}.",
            f"{name} has the industry {shown.en}; the procurement is about CPV {codes.en}.",
        ),
        stated,
        unknowns=(both("Om branschkoderna är aktuella.", "Whether the industry codes are up to date."),),
        explanation_outcomes=outcomes,
    )


def _described(stated: Iterable[Fact]) -> list[str]:
    """Each code once, with its text when any source gives one."""
    texts: dict[str, str] = {}
    for fact in stated:
        code = str(fact.value.get("code"))
        texts[code] = texts.get(code) or str(fact.value.get("text") or "")
    return [f"{code} ({text})" if text else code for code, text in texts.items()]
