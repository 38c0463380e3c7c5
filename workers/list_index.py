"""The lists in memory, one index a list issue, built when an issue is first needed and kept until the next one."""

from __future__ import annotations

from graph.collection import keep_for_good
from graph.matching import ListIndex
from screening.dossier import ListVersion
from screening.store import lists
from workers.runtime import Runtime

_cache: dict[str, tuple[str, ListIndex]] = {}


def indexes(runtime: Runtime) -> dict[str, tuple[ListVersion, ListIndex]]:
    """Every loaded list with its index, for the issues that are in force now."""
    found: dict[str, tuple[ListVersion, ListIndex]] = {}
    built = False
    with runtime.database.system("worker:lists") as session:
        for version in lists.versions(session):
            cached = _cache.get(version.list)
            if cached is None or cached[0] != version.version:
                cached = (version.version, ListIndex.build(lists.entries(session, version.list)))
                _cache[version.list] = cached
                built = True
            found[version.list] = (version, cached[1])
    if built:
        keep_for_good()
    return found
