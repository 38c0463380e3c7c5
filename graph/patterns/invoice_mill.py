"""Invoice mills (fakturaskrivare): companies that write invoices for work that others do, or that nobody does.

Parameters: industries in which people do the work; how many unrelated divisions of industry are broad.
Evidence: the registrations for VAT and as an employer, and the industries. Other signs (a history company, an address
where nobody is found, somebody who stands for another) are indicators of their own and are added by the composite.
Innocent explanations: a consultancy that works through subcontractors; an owner who works alone.

What no source here states is no sign: turnover, payroll, the number of customers and the movements of the account.
"""

from __future__ import annotations

from graph.model import Fact, Predicate
from graph.network import Network
from graph.patterns.front_person import NOT_KNOWN, NOT_MET, Criterion

DIVISION = 2
"""Digits of an SNI code that name the division: 41 builds, 81 cleans."""


def _newest(network: Network, key: str, predicate: Predicate) -> Fact | None:
    facts = network.facts(key, predicate)
    return max(facts, key=lambda fact: (fact.observed_at, fact.order), default=None)


def invoices_without_staff(network: Network, key: str) -> Criterion:
    """Registered for VAT, so that it can invoice, but not as an employer."""
    employer, vat = _newest(network, key, Predicate.EMPLOYER), _newest(network, key, Predicate.VAT)
    if (employer is not None and employer.value.get("registered") is True) or (
        vat is not None and vat.value.get("registered") is False
    ):
        return NOT_MET
    if employer is None or vat is None:
        return NOT_KNOWN
    return Criterion(True, None, (employer, vat))


def broad_activity(network: Network, key: str, least: int) -> Criterion:
    """Industries of ``least`` or more divisions, within one version of SNI."""
    versions: dict[str, dict[str, Fact]] = {}
    for fact in network.facts(key, Predicate.INDUSTRY):
        digits = "".join(sign for sign in str(fact.value.get("code") or "") if sign.isdigit())
        if digits.strip("0"):
            versions.setdefault(str(fact.value.get("version")), {})[digits[:DIVISION]] = fact
    if not versions:
        return NOT_KNOWN
    divisions = max(versions.values(), key=len)
    return Criterion(True, None, tuple(divisions.values())) if len(divisions) >= least else NOT_MET
