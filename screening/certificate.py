"""Certificate and replay: a stored screening can be proved to follow from its dossier, policy and rules.

``verify`` parses the stored dossier and policy, screens them again and compares bytes. It tells apart the four things
that can be wrong: the dossier was changed, the policy was changed, other rules are installed, or the result does not
follow.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from graph.model import canonical_json, sha256_hex
from screening import catalogue, engine
from screening.dossier_codec import CodecError, dossier_from_canonical, policy_from_canonical
from screening.texts import text
from screening.verdict import Screening, Text


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a screening rests on, by hash. ``sha256`` of it is the one number to print on a report."""

    case: str
    as_of: str
    dossier_sha256: str
    policy_sha256: str
    catalogue_sha256: str
    engine_version: str
    result_sha256: str

    @property
    def sha256(self) -> str:
        """SHA-256 over the certificate's canonical JSON."""
        return sha256_hex(canonical_json(asdict(self)).encode())


@dataclass(frozen=True, slots=True)
class Verification:
    """What a replay showed. ``None`` = could not be examined, because something before it failed."""

    ok: bool
    dossier_unchanged: bool | None
    policy_unchanged: bool | None
    same_catalogue: bool | None
    same_engine: bool | None
    result_follows: bool | None
    stored_sha256: str
    recomputed_sha256: str | None
    problems: tuple[Text, ...]
    """What is wrong, in words; one reassuring sentence when nothing is."""


def certify(screening: Screening) -> Certificate:
    """The certificate of a screening."""
    return Certificate(
        case=screening.case,
        as_of=screening.as_of.isoformat(),
        dossier_sha256=screening.dossier_sha256,
        policy_sha256=screening.policy_sha256,
        catalogue_sha256=screening.catalogue_sha256,
        engine_version=screening.engine_version,
        result_sha256=screening.sha256,
    )


def verify(dossier: str, policy: str, result: str | bytes) -> Verification:
    """Recompute a stored screening from the canonical JSON of its dossier and policy and compare it with ``result``.

    Never raises for what is stored: content that cannot be read is a problem like any other.
    """
    stored = result.decode("utf-8", errors="replace") if isinstance(result, bytes) else result
    stored_sha256 = sha256_hex(result if isinstance(result, bytes) else stored.encode())
    problems: list[Text] = []

    try:
        named = json.loads(stored)
        hashes = {key: named[key] for key in ("dossier_sha256", "policy_sha256", "catalogue_sha256", "engine_version")}
    except (ValueError, KeyError, TypeError) as error:
        unreadable = text("verify.unreadable", what=text("verify.what.result"), why=type(error).__name__)
        return Verification(False, None, None, None, None, None, stored_sha256, None, (unreadable,))

    dossier_unchanged = sha256_hex(dossier.encode()) == hashes["dossier_sha256"]
    policy_unchanged = sha256_hex(policy.encode()) == hashes["policy_sha256"]
    installed = catalogue.load().sha256
    same_catalogue = hashes["catalogue_sha256"] == installed
    same_engine = hashes["engine_version"] == engine.ENGINE_VERSION
    if not dossier_unchanged:
        problems.append(text("verify.dossier"))
    if not policy_unchanged:
        problems.append(text("verify.policy"))
    if not same_catalogue:
        problems.append(text("verify.catalogue", stored=str(hashes["catalogue_sha256"])[:12], installed=installed[:12]))
    if not same_engine:
        problems.append(text("verify.engine", stored=hashes["engine_version"], installed=engine.ENGINE_VERSION))

    recomputed: str | None = None
    try:
        recomputed = engine.screen(dossier_from_canonical(dossier), policy_from_canonical(policy)).canonical()
    except (CodecError, engine.ScreeningError) as error:
        what = text("verify.what.policy" if "policy" in str(error) else "verify.what.dossier")
        problems.append(text("verify.unreadable", what=what, why=str(error)))
    follows = None if recomputed is None else recomputed == stored
    if recomputed is not None and not follows:
        problems.append(text("verify.result", position=_first_difference(stored, recomputed)))
    ok = not problems
    return Verification(
        ok=ok,
        dossier_unchanged=dossier_unchanged,
        policy_unchanged=policy_unchanged,
        same_catalogue=same_catalogue,
        same_engine=same_engine,
        result_follows=follows,
        stored_sha256=stored_sha256,
        recomputed_sha256=None if recomputed is None else sha256_hex(recomputed.encode()),
        problems=(text("verify.same"),) if ok else tuple(problems),
    )


def _first_difference(left: str, right: str) -> int:
    """Length of the common beginning, by halving: results can be tens of megabytes."""
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        if left[:middle] == right[:middle]:
            low = middle
        else:
            high = middle - 1
    return low
