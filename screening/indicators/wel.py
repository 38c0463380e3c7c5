"""WEL: private providers of welfare services."""

from __future__ import annotations

from collections.abc import Iterator

from screening.indicators.base import Context, Signal, Unassessed, indicator
from screening.indicators.terminated import returns

HOPS = 2
"""Links to the terminated provider, as for NET-02."""
_VOLUME = 0
"""Place of *ended for reasons of volume* in the catalogue's innocent explanations."""


@indicator("WEL-08")
def provider_returns(context: Context) -> Iterator[Signal | Unassessed]:
    """Tidigare uppsagd utförare återkommer.

    **Method.** The municipality ended a contract under the Act on System of Choice with the party itself, or with a
    provider that shares a controller, an owner or a telephone number with it, at most ``years`` before the case.

    **Example.** «Exempelomsorg AB har samband med Gamla Omsorgen AB (Kim Exempel företräder eller företrädde båda),
    vars avtal enligt LOV avslutades av kommunen den 2025-03-01: felaktig fakturering (beslut VN 2025/12).»

    **Why it matters.** No register lists providers that have been terminated; they return under another name.

    **Innocent explanations considered.** A contract ended for reasons of volume, by agreement or at its term is a note.

    **Exclusions.** Hubs are set aside and named. Former officers count only when dates show that they held office on
    the day of the decision; deputies, auditors and liquidators never. LOU 13:3 point 5 does not list these contracts.

    **Assumptions.** Only the list handed in to this case is used. Former boards are not published, which is said.
    """
    yield from returns(
        context,
        hops=HOPS,
        years=int(context.parameters["years"]),
        concerns=lambda ended: ended.contract_kind == "LOV",
        innocent=_VOLUME,
    )
