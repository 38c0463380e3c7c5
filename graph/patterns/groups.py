"""Groups: organisations that one and the same owner controls by majority, and that owner.

Several posts inside one group are one engagement, not many: whoever counts what somebody is engaged in counts groups.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from weakref import WeakKeyDictionary

from graph.model import EntityKey, is_person
from graph.network import Network
from graph.ownership import Stakes, controlled


def group_of(network: Network) -> Mapping[str, EntityKey]:
    """For every organisation that belongs to a group the key that stands for the group; others are not in it.

    A person's companies are no group: what is common to them is the person.
    """
    known = _KNOWN.get(network)
    if known is None:
        known = _KNOWN[network] = _found(Stakes.of(network))
    return known


def one_a_group(network: Network, organisations: Iterable[str]) -> frozenset[str]:
    """These organisations, those of one group as one."""
    groups = group_of(network)
    return frozenset(groups.get(key, key) for key in organisations)


def _found(stakes: Stakes) -> dict[str, EntityKey]:
    groups: dict[str, EntityKey] = {}
    for top in sorted(key for key in stakes.owned if not is_person(key)):
        if top in groups:
            continue  # what it controls, its own controller controls too
        members = [top, *controlled(stakes, top)]
        if len(members) > 1:
            # Control has one source: a member that is in a group already is the head of a part of this one.
            joined = {groups[key] for key in members if key in groups}
            for key in members:
                groups[key] = EntityKey(top)
            if joined:
                groups.update({key: EntityKey(top) for key, head in groups.items() if head in joined})
    return groups


_KNOWN: WeakKeyDictionary[Network, dict[str, EntityKey]] = WeakKeyDictionary()
"""Groups in a network, which never changes: found once, forgotten with it."""
