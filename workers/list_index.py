"""The lists in memory: one index a list issue, built by the first process that needs it and shared with the others.

The built index lies in Valkey under the issue's hash and that of the code that reads names, sealed with a key of its
own: a process unpacks nothing that this installation has not sealed. Valkey may lose it at any time; then the next
process builds it again.
"""

from __future__ import annotations

import hashlib
import pickle
from functools import cache
from importlib import resources
from pathlib import Path

import redis
import zstandard

from graph.collection import keep_for_good, paused_collection
from graph.matching import ListIndex
from screening.dossier import ListVersion
from screening.store import lists
from screening.store.database import Session
from screening.store.keys import KeyProblem, Sealer
from workers.runtime import Runtime

BUILDING_SECONDS = 60
"""So long a process that builds is left to it; one that was killed is forgotten by then."""
WAITING_SECONDS = 20.0
"""A process that waits longer than this for another's index builds its own."""
READ = frozenset({".py", ".yaml", ".npz", ".txt"})
"""Endings of the files that reading and indexing names can depend on."""
KEPT_SECONDS = 14 * 24 * 3600
"""An index that no process has asked for so long is let go."""

_cache: dict[str, tuple[str, ListIndex]] = {}


def indexes(runtime: Runtime) -> dict[str, tuple[ListVersion, ListIndex]]:
    """Every loaded list with its index, for the issues that are in force now."""
    found: dict[str, tuple[ListVersion, ListIndex]] = {}
    changed = False
    with runtime.database.system("worker:lists") as session:
        for version in lists.versions(session):
            cached = _cache.get(version.list)
            if cached is None or cached[0] != version.version:
                cached = (version.version, _shared(runtime, session, version))
                _cache[version.list] = cached
                changed = True
            found[version.list] = (version, cached[1])
    if changed:
        keep_for_good()
    return found


def _shared(runtime: Runtime, session: Session, version: ListVersion) -> ListIndex:
    """The index of one issue: from Valkey, else built here and put there; built alone where Valkey is away."""
    name = f"genomlys:list-index:{version.list}:{version.version}:{code_digest()}"
    sealer, valkey = Sealer(runtime.keyring.derive("list-index")), runtime.redis_once
    try:
        lock = valkey.lock(f"{name}:building", timeout=BUILDING_SECONDS, blocking_timeout=WAITING_SECONDS)
        with lock:
            index = _unpacked(valkey.get(name), sealer, name)
            if index is None:
                index = ListIndex.build(lists.entries(session, version.list))
                valkey.set(name, _packed(index, sealer, name))
            valkey.expire(name, KEPT_SECONDS)
            return index
    except redis.RedisError:
        return ListIndex.build(lists.entries(session, version.list))


def _packed(index: ListIndex, sealer: Sealer, name: str) -> bytes:
    return sealer.seal(zstandard.compress(pickle.dumps(index, protocol=pickle.HIGHEST_PROTOCOL)), name)


def _unpacked(stored: object, sealer: Sealer, name: str) -> ListIndex | None:
    """The index in ``stored``; none where there is none, or where it is not what this installation sealed."""
    if not isinstance(stored, bytes):
        return None
    try:
        content = sealer.open(stored, name)
    except KeyProblem:
        return None
    with paused_collection():
        index = pickle.loads(zstandard.decompress(content))  # noqa: S301 - authenticated: sealed by us under this name
    return index if isinstance(index, ListIndex) else None


@cache
def code_digest() -> str:
    """Digest of everything that an index depends on besides the list: the code and data of ``graph``.

    Two versions of Genomlys that run side by side during an upgrade do not read each other's indexes.
    """
    digest = hashlib.sha256()
    package = Path(str(resources.files("graph")))
    for part in sorted(package.rglob("*")):
        if part.suffix in READ:
            digest.update(str(part.relative_to(package)).encode() + b"\0" + part.read_bytes())
    return digest.hexdigest()[:16]
