"""Planted patterns among 20 000 organisations: how many a screening finds, and what it says of the innocent.

    python -m benchmarks.planted_patterns [--each 24] [--organisations 20000] [--seed 7] [--list]

Every instance of ``connectors.sandbox.dossier_patterns`` and ``innocent_families`` is screened by the real engine as a
case of its own, and ordinary organisations of the sandbox are too until the number is reached. A *true positive* is the
planted indicator on the planted party. A *false positive* is the indicator on a near miss of its own, on any ordinary
organisation, or at L2 or more on a member of an ordinary family. (Patterns overlap: a taken-over company has also
replaced its whole board; what else is raised on a planted party is therefore not counted.) Prints JSON: recall and
precision per indicator, the highest level a family. Facts are the real readers' and mappers', but for what the register
mirror computes (see ``benchmarks.gathered``): which bankrupt companies are near is given, not searched for.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from benchmarks.gathered import Gathered, Registers
from connectors.sandbox.builder import Builder
from connectors.sandbox.dossier_patterns import plant_patterns
from connectors.sandbox.generator import DAYS_BETWEEN
from connectors.sandbox.innocent_families import plant_families
from connectors.sandbox.instances import Expected, Instance, Planting
from connectors.sandbox.model import Organisation
from connectors.sandbox.ordinary import Ordinary
from graph.model import AnswerStatus, DocumentReference, SourceAnswer, is_person, organisation_key, sha256_hex
from screening import catalogue, policies
from screening.case import Case, CaseKind, Party, PartyRole, Tenant
from screening.dossier import Dossier, ListVersion
from screening.engine import screen
from screening.verdict import Level, Screening

CARRIED_BY = {
    "ADR-02": "register_statistics",
    "BID-01": "ssbtgu",
    "GOV-01": "ssbtgu",
    "GOV-03": "ssbten",
    "GOV-05": "ssbtgu",
    "IDN-02": "ssbtgu",
    "IDN-03": "scb_bulk",
    "IDN-04": "ssbtgu",
    "OWN-05": "bods",
    "OWN-06": "bods",
}
"""The source without which a pattern cannot be seen; NET-01 and BID-02 rest on several."""
RECALL, PRECISION = 0.95, 0.90
AS_OF = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
ORDINARY_A_CASE = 40


@dataclass
class Count:
    """What one indicator did."""

    planted: int = 0
    found: int = 0
    false: int = 0
    blind: int = 0
    """Planted instances screened once more without the source that carries them …"""
    unsaid: int = 0
    """… and those of them that then read as clean: neither raised nor said to be unexamined."""
    missed: list[str] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)

    @property
    def recall(self) -> float:
        """The part of the planted that was found."""
        return self.found / self.planted if self.planted else 1.0

    @property
    def precision(self) -> float:
        """The part of what was raised that was planted."""
        return self.found / (self.found + self.false) if self.found + self.false else 1.0


@dataclass
class Report:
    """Counts per indicator, and per family the level and the indicators of every member."""

    indicators: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    families: dict[str, list[tuple[Level, tuple[str, ...]]]] = field(default_factory=lambda: defaultdict(list))
    parties: int = 0

    def shown(self) -> dict[str, Any]:
        """As JSON: the figures, whether the limits are met, and what went wrong where they are not."""
        return {
            "parties": self.parties,
            "indicators": {
                identifier: {
                    "planted": count.planted,
                    "recall": round(count.recall, 3),
                    "precision": round(count.precision, 3),
                    "without_source": f"{count.unsaid} of {count.blind} unsaid",
                    "met": count.unsaid == 0 and count.recall >= RECALL and count.precision >= PRECISION,
                    **({"missed": dict(Counter(count.missed))} if count.missed else {}),
                    **({"wrong": dict(count.wrong)} if count.wrong else {}),
                }
                for identifier, count in sorted(self.indicators.items())
                if count.planted
            },
            "families": {
                name: {
                    "members": len(levels),
                    "highest": max(level for level, _ in levels).name,
                    "said": dict(Counter(identifier for _, said in levels for identifier in said)),
                }
                for name, levels in sorted(self.families.items())
            },
            "met": all(
                count.unsaid == 0 and count.recall >= RECALL and count.precision >= PRECISION
                for count in self.indicators.values()
                if count.planted
            )
            and all(level <= Level.L1 for levels in self.families.values() for level, _ in levels),
        }


def planted(seed: int, each: int) -> tuple[Builder, list[Instance]]:
    """Registers with every pattern and family, and the instances."""
    planting = Planting(Builder(seed, AS_OF))
    plant_patterns(planting, each)
    plant_families(planting, max(3, each // 4))
    return planting.builder, planting.instances


def dossier_of(registers: Registers, instance: Instance) -> Dossier:
    """The dossier of one instance's case: its parties, what else is near, and lists on which nobody is."""
    policy = policies.load(CaseKind.PROCUREMENT)
    gathered = Gathered()
    for number in (*instance.parties, *instance.others):
        gathered.extend(registers.about(number))
    lots = instance.lots or (None,) * len(instance.parties)
    case = Case(
        id="planted",
        tenant=Tenant("granby", "Granby kommun", True),
        kind=CaseKind.PROCUREMENT,
        procedure=policy.default_procedure,
        reference="KS 2026/1",
        opened_on=AS_OF,
        purpose=policy.purpose,
        legal_basis=policy.legal_basis,
        cpv=instance.cpv,
        parties=tuple(
            Party(organisation_key(number), PartyRole.BIDDER, number, None, lot=lot)
            for number, lot in zip(instance.parties, lots, strict=True)
        ),
    )
    versions = []
    subjects = sorted({fact.subject for fact in gathered.facts})
    rules = catalogue.load()
    for source in (rule.source for rule in policy.sources if rules.sources[rule.source].kind == "list"):
        reference = DocumentReference(sha256_hex(source.encode()), source, "text/plain", source, NOW, NOW)
        gathered.documents.append(reference)
        versions.append(ListVersion(source, reference.sha256, NOW, NOW, 1000))
        gathered.answers += [
            SourceAnswer(source, subject, AnswerStatus.NOT_FOUND, NOW, reference.sha256)
            for subject in subjects
            if is_person(subject) or subject in {party.key for party in case.parties}
        ]
    answers = [answer for answer in gathered.answers if answer.source not in instance.silent]
    facts = [fact for fact in gathered.facts if fact.source not in instance.silent]
    return Dossier.of(case, NOW, facts, answers, gathered.documents, versions)


def judge(report: Report, instance: Instance, screening: Screening) -> None:
    """Count what one screening said against what was planted."""
    raised = defaultdict(set)
    for finding in screening.findings:
        raised[finding.party].add(finding.indicator)
    report.parties += len(instance.parties)
    watched = report.indicators
    if instance.expected is Expected.FOUND:
        count = watched[instance.indicator]
        count.planted += 1
        if instance.indicator in raised[organisation_key(instance.parties[0])]:
            count.found += 1
        else:
            count.missed.append(instance.note or instance.name)
    elif instance.expected is Expected.NOT_FOUND:
        if any(instance.indicator in each for each in raised.values()):
            watched[instance.indicator].false += 1
            watched[instance.indicator].wrong[f"{instance.name}: {instance.note}"] += 1
    else:
        for verdict in screening.parties:
            said = tuple(sorted(raised[verdict.party]))
            report.families[instance.name].append((verdict.level, said))
        for finding in screening.findings:
            if finding.level > Level.L1:
                watched[finding.indicator].false += 1
                watched[finding.indicator].wrong[instance.name] += 1


def judge_blind(report: Report, instance: Instance, screening: Screening) -> None:
    """Count whether a pattern that could not be seen was said not to have been examined."""
    count = report.indicators[instance.indicator]
    count.blind += 1
    said = any(instance.indicator in item.sv for verdict in screening.parties for item in verdict.not_checked) or any(
        finding.indicator == instance.indicator for finding in screening.findings
    )
    count.unsaid += not said


def measure(builder: Builder, instances: Iterable[Instance], ordinary: Iterable[tuple[Organisation, ...]]) -> Report:
    """Screen every instance, and ordinary organisations at their two moments, and count."""
    report = Report()
    before, now = dict(builder.baseline), dict(builder.current)
    numbers = []
    for states in ordinary:
        now[states[-1].number] = states[-1]
        numbers.append(states[-1].number)
        if len(states) > 1:
            before[states[0].number] = states[0]
    registers = Registers(before, now, builder.ownership, (AS_OF - timedelta(days=DAYS_BETWEEN), AS_OF))
    policy = policies.load(CaseKind.PROCUREMENT)
    for instance in instances:
        judge(report, instance, screen(dossier_of(registers, instance), policy))
        if instance.expected is Expected.FOUND and instance.indicator in CARRIED_BY:
            blind = replace(instance, silent=(CARRIED_BY[instance.indicator],))
            judge_blind(report, blind, screen(dossier_of(registers, blind), policy))
    patterns = {identifier for identifier, count in report.indicators.items() if count.planted}
    for start in range(0, len(numbers), ORDINARY_A_CASE):
        batch = numbers[start : start + ORDINARY_A_CASE]
        # Each in a lot of its own: forty neighbours are not forty rivals.
        lots = tuple(str(place) for place in range(len(batch)))
        case = Instance(f"vanliga {start}", Expected.NOT_FOUND, "", tuple(batch), lots=lots)
        screening = screen(dossier_of(registers, case), policy)
        registers.forget()
        report.parties += len(batch)
        for finding in screening.findings:
            if finding.indicator in patterns:
                report.indicators[finding.indicator].false += 1
                report.indicators[finding.indicator].wrong["vanlig organisation"] += 1
    return report


def ordinary_organisations(seed: int, count: int) -> Iterable[tuple[Organisation, ...]]:
    """Ordinary organisations with a number of their own, at the baseline (where they existed) and now."""
    then, now = (Ordinary(seed, count * 2, AS_OF, AS_OF - timedelta(days=days)) for days in (DAYS_BETWEEN, 0))
    given = 0
    for index in range(count * 2):
        if given == count:
            return
        current = now.organisation(index)
        if current is None or current.is_person or current.deregistered or not current.in_scb:
            continue
        earlier = then.organisation(index)
        given += 1
        yield (earlier, current) if earlier else (current,)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=24)
    parser.add_argument("--organisations", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    started = time.process_time()
    builder, instances = planted(options.seed, options.each)
    rest = max(0, options.organisations - len(builder.current))
    report = measure(builder, instances, ordinary_organisations(options.seed, rest))
    shown = report.shown()
    shown["seconds"] = round(time.process_time() - started, 1)
    json.dump(shown, sys.stdout, indent=2, ensure_ascii=False)
    print()


if __name__ == "__main__":
    main()
