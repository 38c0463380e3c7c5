"""Law as data: grounds, procedures, thresholds and lists of countries, each in the version that applied on a date.

Invariants, checked when the files are read: versions of one id neither overlap nor leave a gap; every reference
resolves; a ground says for each procedure whether it binds (``must``), may be used (``may``) or is only cited.
The amounts and texts are our own words and may not be quoted as the statute.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from graph.model import canonical_json, sha256_hex
from graph.package_data import RuleDataError, read_yaml
from screening.case import CaseKind, Procedure
from screening.verdict import Force, Level, Text

GROUNDS_FILE = "grounds.yaml"
PROCEDURES_FILE = "procedures.yaml"
THRESHOLDS_FILE = "thresholds.yaml"
JURISDICTIONS_FILE = "jurisdictions.yaml"
STATUSES = ("verified", "memory", "open")
EXCEPTIONS = ("art_5k", "asset_freeze", "missing_permit")
TIME_LIMITS: Mapping[str, tuple[str, int]] = MappingProxyType(
    {"judgment": ("LOU 13 kap. 1 a §", 5), "event": ("LOU 13 kap. 3 a §", 3)}
)
"""Kind of limit -> (rule, years): five from judgment, three from event. LUF 4 a § and LUK 11:4 a say the same."""


@dataclass(frozen=True, slots=True)
class Ground:
    """One rule of law in one version."""

    id: str
    statute: str
    section: str
    text: Text
    force: Mapping[Procedure, Force]
    time_limit: str | None
    """Key of ``TIME_LIMITS``, or ``None``."""
    exception: str | None
    """Which exception to the procedure's cap the ground is, if any (``EXCEPTIONS``)."""
    source: str
    status: str
    valid_from: date | None
    valid_to: date | None
    note: str | None

    def in_force(self, on: date) -> bool:
        """Whether this version applied on that date."""
        return _in_force(self.valid_from, self.valid_to, on)


@dataclass(frozen=True, slots=True)
class ProcedureRule:
    """What a procedure does with a finding."""

    procedure: Procedure
    name: Text
    cap: Level
    exceptions: Mapping[str, Level]
    families: Mapping[str, Level]
    """Indicator families with a level of their own instead of ``cap``."""
    hearing_required: bool
    hearing: str | None
    self_cleaning_right: bool
    self_cleaning: str | None
    time_limits: str
    """``applied``, ``guide`` or ``none``."""
    case_kinds: tuple[CaseKind, ...]
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Threshold:
    """An amount by date; ``None`` where it is not settled."""

    id: str
    procedure: Procedure
    eur: int | None
    sek: int | None
    status: str
    source: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class JurisdictionList:
    """A published list of countries in one version."""

    id: str
    name: Text
    countries: frozenset[str]
    """ISO 3166 alpha-2."""
    source: str
    status: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True)
class Law:
    """All rules of one edition."""

    version: str
    grounds: tuple[Ground, ...]
    procedures: tuple[ProcedureRule, ...]
    thresholds: tuple[Threshold, ...]
    jurisdictions: tuple[JurisdictionList, ...]
    sha256: str

    def knows(self, identifier: str) -> bool:
        """Whether any version of the ground exists."""
        return any(ground.id == identifier for ground in self.grounds)

    def ground(self, identifier: str, on: date) -> Ground | None:
        """The version of a ground in force on that date, or ``None`` when there was none."""
        return next((g for g in self.grounds if g.id == identifier and g.in_force(on)), None)

    def procedure(self, procedure: Procedure, on: date) -> ProcedureRule:
        """The procedure's rule on that date; raises ``LookupError`` when the law of that date is not in the files."""
        for rule in self.procedures:
            if rule.procedure is procedure and _in_force(rule.valid_from, rule.valid_to, on):
                return rule
        raise LookupError(f"no rule for {procedure.value} on {on.isoformat()}")

    def procedures_for(self, kind: CaseKind, on: date) -> tuple[Procedure, ...]:
        """The procedures that fit a case type on that date."""
        return tuple(
            rule.procedure
            for rule in self.procedures
            if kind in rule.case_kinds and _in_force(rule.valid_from, rule.valid_to, on)
        )

    def jurisdiction_lists(self, on: date) -> tuple[JurisdictionList, ...]:
        """The lists of countries in force on that date; none for a date before the files begin."""
        return tuple(each for each in self.jurisdictions if _in_force(each.valid_from, each.valid_to, on))

    def threshold(self, identifier: str, on: date) -> Threshold | None:
        """The threshold in force on that date, or ``None`` when the files have none."""
        return next(
            (t for t in self.thresholds if t.id == identifier and _in_force(t.valid_from, t.valid_to, on)), None
        )


def _in_force(valid_from: date | None, valid_to: date | None, on: date) -> bool:
    return (valid_from is None or valid_from <= on) and (valid_to is None or on <= valid_to)


def check_periods(file: str, entries: Iterable[tuple[str, date | None, date | None]]) -> None:
    """Raise ``RuleDataError`` if versions of one id overlap, leave a gap or end before they begin."""
    versions: dict[str, list[tuple[date, date]]] = {}
    for identifier, valid_from, valid_to in entries:
        period = (valid_from or date.min, valid_to or date.max)
        if period[1] < period[0]:
            raise RuleDataError(file, f"{identifier}: ends before it begins")
        versions.setdefault(identifier, []).append(period)
    for identifier, periods in versions.items():
        ordered = sorted(periods)
        for (_, ends), (begins, _) in pairwise(ordered):
            if begins <= ends:
                raise RuleDataError(file, f"{identifier}: two versions apply on {begins.isoformat()}")
            if begins != ends + timedelta(days=1):
                raise RuleDataError(file, f"{identifier}: no version applies the day after {ends.isoformat()}")


def _text(entry: Any, file: str, where: str) -> Text:
    if not isinstance(entry, dict) or set(entry) != {"sv", "en"} or not entry["sv"] or not entry["en"]:
        raise RuleDataError(file, f"{where} must have sv and en")
    return Text(sv=entry["sv"], en=entry["en"])


def _ground(entry: dict[str, Any], sources: Mapping[str, str]) -> Ground:
    where = str(entry.get("id", "a ground without id"))
    try:
        ground = Ground(
            id=entry["id"],
            statute=entry["statute"],
            section=entry["section"],
            text=_text(entry["text"], GROUNDS_FILE, where),
            force={Procedure(key): Force(value) for key, value in entry["force"].items()},
            time_limit=entry.get("time_limit"),
            exception=entry.get("exception"),
            source=sources[entry["source"]],
            status=entry["status"],
            valid_from=entry["valid_from"],
            valid_to=entry["valid_to"],
            note=entry.get("note"),
        )
    except (KeyError, ValueError) as error:
        raise RuleDataError(GROUNDS_FILE, f"{where}: {error!r}") from error
    if ground.status not in STATUSES:
        raise RuleDataError(GROUNDS_FILE, f"{where}: unknown status {ground.status}")
    if ground.time_limit is not None and ground.time_limit not in TIME_LIMITS:
        raise RuleDataError(GROUNDS_FILE, f"{where}: unknown time_limit {ground.time_limit}")
    if ground.exception is not None and ground.exception not in EXCEPTIONS:
        raise RuleDataError(GROUNDS_FILE, f"{where}: unknown exception {ground.exception}")
    return ground


def _procedure(entry: dict[str, Any]) -> ProcedureRule:
    where = str(entry.get("id", "a procedure without id"))
    try:
        rule = ProcedureRule(
            procedure=Procedure(entry["id"]),
            name=_text(entry["name"], PROCEDURES_FILE, where),
            cap=Level(entry["cap"]),
            exceptions={key: Level(value) for key, value in entry.get("exceptions", {}).items()},
            families={key: Level(value) for key, value in entry.get("families", {}).items()},
            hearing_required=entry["hearing"]["required"],
            hearing=entry["hearing"].get("ground"),
            self_cleaning_right=entry["self_cleaning"]["right"],
            self_cleaning=entry["self_cleaning"].get("ground"),
            time_limits=entry["time_limits"],
            case_kinds=tuple(CaseKind(kind) for kind in entry["case_kinds"]),
            valid_from=entry.get("valid_from"),
            valid_to=entry.get("valid_to"),
        )
    except (KeyError, ValueError) as error:
        raise RuleDataError(PROCEDURES_FILE, f"{where}: {error!r}") from error
    if unknown := set(rule.exceptions) - set(EXCEPTIONS):
        raise RuleDataError(PROCEDURES_FILE, f"{where}: unknown exception {', '.join(sorted(unknown))}")
    if rule.time_limits not in ("applied", "guide", "none"):
        raise RuleDataError(PROCEDURES_FILE, f"{where}: unknown time_limits {rule.time_limits}")
    return rule


def _threshold(entry: dict[str, Any]) -> Threshold:
    try:
        return Threshold(
            id=entry["id"],
            procedure=Procedure(entry["procedure"]),
            eur=entry["eur"],
            sek=entry["sek"],
            status=entry["status"],
            source=entry["source"],
            valid_from=entry["valid_from"],
            valid_to=entry["valid_to"],
        )
    except (KeyError, ValueError) as error:
        raise RuleDataError(THRESHOLDS_FILE, f"{entry.get('id')}: {error!r}") from error


def _jurisdictions(entry: dict[str, Any]) -> JurisdictionList:
    where = str(entry.get("id", "a list without id"))
    try:
        found = JurisdictionList(
            id=entry["id"],
            name=_text(entry["name"], JURISDICTIONS_FILE, where),
            countries=frozenset(entry["countries"]),
            source=entry["source"],
            status=entry["status"],
            valid_from=entry["valid_from"],
            valid_to=entry["valid_to"],
        )
    except KeyError as error:
        raise RuleDataError(JURISDICTIONS_FILE, f"{where}: {error!r}") from error
    # YAML reads an unquoted NO as *false*: every country must be two capitals.
    if not all(isinstance(code, str) and len(code) == 2 and code.isupper() for code in found.countries):
        raise RuleDataError(JURISDICTIONS_FILE, f"{where}: a country that is not two capital letters")
    if found.status not in STATUSES:
        raise RuleDataError(JURISDICTIONS_FILE, f"{where}: unknown status {found.status}")
    return found


def build(
    grounds: dict[str, Any], procedures: dict[str, Any], thresholds: dict[str, Any], jurisdictions: dict[str, Any]
) -> Law:
    """The law from the contents of its files. Raises ``RuleDataError`` for anything that does not hold together."""
    law = Law(
        version=grounds["version"],
        grounds=tuple(_ground(entry, grounds["sources"]) for entry in grounds["grounds"]),
        procedures=tuple(_procedure(entry) for entry in procedures["procedures"]),
        thresholds=tuple(_threshold(entry) for entry in thresholds["thresholds"]),
        jurisdictions=tuple(_jurisdictions(entry) for entry in jurisdictions["lists"]),
        sha256=sha256_hex(canonical_json([grounds, procedures, thresholds, jurisdictions]).encode()),
    )
    check_periods(GROUNDS_FILE, [(g.id, g.valid_from, g.valid_to) for g in law.grounds])
    check_periods(PROCEDURES_FILE, [(p.procedure.value, p.valid_from, p.valid_to) for p in law.procedures])
    check_periods(THRESHOLDS_FILE, [(t.id, t.valid_from, t.valid_to) for t in law.thresholds])
    check_periods(JURISDICTIONS_FILE, [(j.id, j.valid_from, j.valid_to) for j in law.jurisdictions])
    for rule in law.procedures:
        for reference in (rule.hearing, rule.self_cleaning):
            if reference is not None and not law.knows(reference):
                raise RuleDataError(PROCEDURES_FILE, f"{rule.procedure.value}: unknown ground {reference}")
    if missing := set(Procedure) - {rule.procedure for rule in law.procedures}:
        raise RuleDataError(PROCEDURES_FILE, f"no rule for {', '.join(sorted(p.value for p in missing))}")
    return law


@lru_cache(maxsize=1)
def load() -> Law:
    """The law that ships with this version. Read once; frozen."""
    package = "screening.law"
    files = (GROUNDS_FILE, PROCEDURES_FILE, THRESHOLDS_FILE, JURISDICTIONS_FILE)
    return build(*(read_yaml(package, name) for name in files))
