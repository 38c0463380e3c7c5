"""How a hub that was set aside as a link is told: whom or what, how many share it, and what explains that."""

from __future__ import annotations

from graph.model import EntityKey, is_person
from graph.network import Network
from graph.patterns.hub_kinds import Hub, HubKind
from screening.verdict import Text

_KINDS = {
    HubKind.PUBLIC: Text(" (offentligt organ)", " (a public body)"),
    HubKind.ACCOUNTANT: Text(" (redovisning eller revision)", " (accounting or auditing)"),
    HubKind.LAWYER: Text(" (advokat- eller juristbyrå)", " (a law firm)"),
    HubKind.OFFICE_SERVICES: Text(" (företagshotell eller kontorstjänster)", " (business hotel or office services)"),
    HubKind.BANK: Text(" (bank, fond eller försäkring)", " (bank, fund or insurance)"),
    HubKind.OTHER: Text("", ""),
}


def hub_set_aside(network: Network, hub: Hub) -> Text:
    """That the hub was not counted as a link, and why."""
    kind, many = _KINDS[hub.kind], hub.organisations
    if is_person(hub.what) or ":" in hub.what:
        name = network.name(EntityKey(hub.what))
        return Text(
            f"{name}{kind.sv} har uppdrag i {many} organisationer; sambandet har inte räknats.",
            f"{name}{kind.en} is engaged in {many} organisations; the link was not counted.",
        )
    return Text(
        f"Den gemensamma adressen{kind.sv} delas av {many} aktiva bolag; den har inte räknats som samband.",
        f"The common address{kind.en} is shared by {many} active companies; it was not counted as a link.",
    )
