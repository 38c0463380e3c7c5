"""``screen(dossier, policy) -> Screening``: the verdict, as a pure function.

The same dossier, policy and rule catalogue give the same bytes: no clock but ``dossier.as_of``, no I/O, every order
defined. The steps:

1. coverage: what each source contributed about each party (``screening.coverage``);
2. every indicator of the policy that is in force runs on every party; one that fails is *not assessed* and makes the
   check incomplete, so that a fault in a rule never reads as a clean result;
3. signal to finding: statutory grounds by procedure and date, time bars, evidence, innocent explanations;
4. caps: reply not heard, source not verified, source without legal effect, time bar, no mandatory ground, procedure;
5. combination: one high risk signal, or two medium ones of different families, are needed for L2;
6. verdict per party and for the case. A level says how far what was *found* reaches; ``complete`` says whether enough
   was *asked*. Neither hides the other.

Nothing here decides: a screening holds no field for a decision.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from graph.matching.same_holder import joins, same_holders
from graph.model import AnswerStatus, EntityKey, Fact, Predicate, canonical_json, sha256_hex
from graph.network import JoinedFact, Network
from screening import catalogue as catalogue_module
from screening import indicators as indicator_package
from screening.case import Case, CaseKind, Party, PartyRole, Procedure
from screening.catalogue import Catalogue, IndicatorRule
from screening.coverage import CoverageBook, PartyCoverage, officers_of, owners_of
from screening.dossier import Dossier
from screening.evidence import absence, evidence, identity
from screening.indicators.base import REGISTRY, Context, Indicator, Signal, Unassessed
from screening.law import TIME_LIMITS, Ground, ProcedureRule
from screening.policy import Policy
from screening.texts import has, joined, text
from screening.verdict import (
    Coverage,
    CoverageStatus,
    Evidence,
    EvidenceClass,
    Explanation,
    Finding,
    Force,
    Identity,
    LegalReference,
    Level,
    PartyVerdict,
    Screening,
    Severity,
    Text,
    TimeBar,
)

ENGINE_VERSION = "1.1.0"
"""Raised whenever code of engine or indicators changes what a dossier gives; part of every result."""

_ROLE_ORDER = {role: position for position, role in enumerate(PartyRole)}
_OUTCOMES = ("supported", "contradicted", "not_examined")


class ScreeningError(ValueError):
    """A dossier and policy that do not belong together, or a date that the law files do not reach."""


class IndicatorError(Exception):
    """An indicator that gave something that is not allowed; treated like any other fault in a rule."""


@lru_cache(maxsize=1)
def load_indicators() -> Mapping[str, Indicator]:
    """Every indicator function by id. Imports the family modules of ``screening.indicators``."""
    for module in sorted(info.name for info in pkgutil.iter_modules(indicator_package.__path__)):
        importlib.import_module(f"{indicator_package.__name__}.{module}")
    return dict(REGISTRY)


def screen(
    dossier: Dossier,
    policy: Policy,
    *,
    rules: Catalogue | None = None,
    indicators: Mapping[str, Indicator] | None = None,
) -> Screening:
    """The screening of ``dossier`` under ``policy``.

    ``rules`` and ``indicators`` default to what ships with this version. Raises ``ScreeningError`` when case type,
    policy and procedure do not fit each other, or when no law is on file for the case's date.
    """
    return _Run(
        dossier, policy, rules or catalogue_module.load(), load_indicators() if indicators is None else indicators
    ).screening()


@dataclass(frozen=True, slots=True)
class _Hit:
    """A finding with what the combination rules need to know about it."""

    finding: Finding
    rule: IndicatorRule
    adds_up: bool
    """Whether it counts towards *two medium signals from different families*."""


@dataclass(frozen=True, slots=True)
class _PartyRun:
    """Everything one party gave."""

    party: Party
    coverage: PartyCoverage
    hits: tuple[_Hit, ...]
    not_checked: tuple[Text, ...]
    faults: tuple[Text, ...]
    """Why the check is incomplete for reasons other than the sources."""


class _Run:
    """One screening under way: dossier, rules and the network, built once."""

    def __init__(self, dossier: Dossier, policy: Policy, rules: Catalogue, indicators: Mapping[str, Indicator]) -> None:
        self.dossier = dossier
        self.case: Case = dossier.case
        self.on: date = dossier.case.opened_on
        self.policy = policy
        self.rules = rules
        self.indicators = indicators
        self.procedure = self._procedure()
        # A source's clock may run ahead of ours: what it stated was known at ``as_of`` all the same.
        latest = max((fact.observed_at for fact in dossier.facts), default=dossier.as_of)
        stated = Network.of(dossier.facts, max(latest, dossier.as_of))
        self.same = same_holders(stated)
        self.network = stated.joined(joins(self.same))
        self.identities = {(pair.key, pair.other): identity(pair, stated, rules) for pair in self.same}
        self.facts = {fact.id for fact in dossier.facts}
        self.documents = {d.sha256 for d in dossier.documents} | {version.version for version in dossier.lists}
        self.book = CoverageBook(dossier, policy, rules, self.network)

    def _procedure(self) -> ProcedureRule:
        if self.policy.kind is not self.case.kind:
            raise ScreeningError(f"policy {self.policy.id} is not for {self.case.kind.value}")
        if unknown := {rule.source for rule in self.policy.sources} - set(self.rules.sources):
            raise ScreeningError(f"policy {self.policy.id} names unknown sources: {', '.join(sorted(unknown))}")
        if unknown := set(self.policy.indicators) - set(self.rules.ids):
            raise ScreeningError(f"policy {self.policy.id} names unknown indicators: {', '.join(sorted(unknown))}")
        try:
            procedure = self.rules.law.procedure(self.case.procedure, self.on)
        except LookupError as error:
            raise ScreeningError(str(error)) from error
        if self.case.kind not in procedure.case_kinds:
            raise ScreeningError(f"procedure {self.case.procedure.value} does not fit {self.case.kind.value}")
        return procedure

    # --- the whole

    def screening(self) -> Screening:
        """Run every party and put the result together in a fixed order."""
        parties = sorted(
            self.case.parties, key=lambda p: (_ROLE_ORDER[p.role], p.key, p.lot or "", p.relied_on_by or "")
        )
        runs = [self._run_party(party) for party in parties]
        verdicts = tuple(self._verdict(run) for run in runs)
        findings = {hit.finding.id: hit.finding for run in runs for hit in run.hits}
        coverage = {(row.party, row.source): row for run in runs for row in run.coverage.rows}
        return Screening(
            case=self.case.id,
            as_of=self.dossier.as_of,
            level=max((verdict.level for verdict in verdicts), default=Level.L0),
            complete=bool(verdicts) and all(verdict.complete for verdict in verdicts),
            parties=verdicts,
            findings=tuple(findings.values()),
            coverage=tuple(coverage.values()),
            identities=tuple(self.identities.values()),
            notices=self._notices(verdicts, tuple(coverage.values()), tuple(findings.values())),
            dossier_sha256=self.dossier.sha256,
            policy_sha256=self.policy.sha256,
            catalogue_sha256=self.rules.sha256,
            engine_version=ENGINE_VERSION,
        )

    # --- one party

    def _run_party(self, party: Party) -> _PartyRun:
        hits: dict[str, _Hit] = {}
        not_checked: list[Text] = []
        faults: list[Text] = []
        unassessed: dict[Text, list[IndicatorRule]] = {}
        for identifier in self.policy.indicators:
            try:
                rule = self.rules.indicator(identifier, self.on)
            except KeyError:
                not_checked.append(text("unchecked.indicator_not_in_force", indicator=identifier))
                continue
            function = self.indicators.get(identifier)
            if function is None:
                faults.append(text("unchecked.indicator_missing", indicator=identifier))
                continue
            parameters = {**rule.parameters, **self.policy.parameters.get(identifier, {})}
            context = Context(dossier=self.dossier, party=party, network=self.network, parameters=parameters)
            try:
                outcomes = list(function(context))
                found = [self._hit(party, rule, parameters, s) for s in outcomes if isinstance(s, Signal)]
            except Exception as error:  # noqa: BLE001 - any fault in a rule must end as "not assessed", never as silence
                # Only the kind of error: its message could hold personal data.
                faults.append(
                    text(
                        "unchecked.indicator_error",
                        indicator=identifier,
                        name=rule.name,
                        error=type(error).__name__,
                    )
                )
                continue
            for hit in sorted(found, key=lambda h: (h.finding.subject, h.finding.statement.sv, h.finding.id)):
                hits.setdefault(hit.finding.id, hit)
            for outcome in outcomes:
                if isinstance(outcome, Unassessed) and rule not in unassessed.setdefault(outcome.missing, []):
                    unassessed[outcome.missing].append(rule)
        not_checked.extend(_unassessed(missing, rules) for missing, rules in unassessed.items())
        return _PartyRun(
            party=party,
            coverage=self.book.party(party.key),
            hits=tuple(hits.values()),
            not_checked=(*not_checked, *self._unknown_people(party.key), *self._limits()),
            faults=tuple(faults),
        )

    def _unknown_people(self, party: EntityKey) -> list[Text]:
        """Owners and officers nobody has told about, where the policy asks about them."""
        asked = {subject for rule in self.policy.sources for subject in rule.subjects}
        unknown: list[Text] = []
        if "officer" in asked and not officers_of(self.network, party):
            unknown.append(text("unchecked.no_officers"))
        if "owner" in asked and not owners_of(self.network, party):
            unknown.append(text("unchecked.no_owners"))
        return unknown

    def _limits(self) -> list[Text]:
        shown = []
        for limit in self.dossier.limits:
            words = text(limit) if has(limit) else text("limits.unknown", key=limit)
            shown.append(text("unchecked.limit", limit=words))
        return shown

    # --- signal to finding

    def _hit(self, party: Party, rule: IndicatorRule, parameters: Mapping[str, Any], signal: Signal) -> _Hit:
        absent = () if signal.facts else self._absence(signal)
        if any(fact.id not in self.facts for fact in signal.facts):
            raise IndicatorError("a fact that is not in the dossier")
        facts = tuple({fact.id: fact for fact in signal.facts}.values())
        grounds = self._grounds(rule, signal)
        own = _own_level(rule, signal)
        bar, bar_unknowns, barred = self._time_bar(rule, grounds, signal, facts)
        level, caps = self._capped(rule, own, grounds, facts, barred)
        joined_by = self._joined_by(facts)
        contents = sorted([fact.content for fact in facts] + [f"{item.source} not_found" for item in absent])
        finding = Finding(
            id=sha256_hex(canonical_json([rule.id, party.key, signal.subject, contents]).encode())[:32],
            indicator=rule.id,
            name=rule.name,
            party=party.key,
            subject=signal.subject,
            statement=signal.statement,
            evidence_class=rule.evidence_class,
            severity=rule.severity,
            level=level,
            own_level=own,
            evidence=(
                *absent,
                *(evidence(fact, self.network, self.rules) for fact in facts),
                *(item for same in joined_by for item in same.evidence),
            ),
            parameters=dict(parameters),
            parameter_basis=rule.parameter_basis,
            legal=tuple(_reference(ground, self.case.procedure) for ground in grounds),
            explanations=_explanations(rule, signal),
            unknowns=(
                *signal.unknowns,
                *(text("unknown.same_holder", statement=same.statement) for same in joined_by),
                *bar_unknowns,
                *self._legal_unknowns(rule, grounds),
            ),
            time_bar=bar,
            caps=caps,
            needs_confirmation=level >= Level.L3 or bool(joined_by),
        )
        adds_up = (
            rule.evidence_class is EvidenceClass.RISK_SIGNAL
            and rule.severity is Severity.MEDIUM
            and rule.max_level >= Level.L2
            and (signal.ceiling is None or signal.ceiling >= Level.L2)
            and level >= Level.L1
        )
        return _Hit(finding=finding, rule=rule, adds_up=adds_up)

    def _joined_by(self, facts: tuple[Fact, ...]) -> list[Identity]:
        """The judgements that two entries are one, without which these facts would not hang together."""
        stated_as: dict[str, set[str]] = {}
        for fact in facts:
            joined_keys = fact.stated_keys if isinstance(fact, JoinedFact) else ()
            ends = {fact.subject, fact.object} - {None}
            for key in ends:
                stated_as.setdefault(str(key), set()).update(
                    {other for kept, other in self.identities if kept == key and other in joined_keys} or {str(key)}
                )
        return [
            same
            for (key, other), same in self.identities.items()
            if same.certain and len(stated_as.get(key, ())) > 1 and other in stated_as[key]
        ]

    def _absence(self, signal: Signal) -> tuple[Evidence, ...]:
        """Evidence of a signal that rests on what registers did *not* have: their *not found* answers."""
        found = tuple(
            absence(answer, self.rules)
            for answer in self.book.answers_about(signal.subject)
            if answer.status is AnswerStatus.NOT_FOUND
            and answer.document in self.documents
            and answer.source in self.rules.sources
            and Predicate.NAME in self.rules.sources[answer.source].tells
        )
        if not found:
            raise IndicatorError("a signal without facts")
        return found

    def _grounds(self, rule: IndicatorRule, signal: Signal) -> tuple[Ground, ...]:
        """The rules of law in force on the case's date that concern its procedure and this hit."""
        found = []
        for identifier in rule.legal:
            if identifier in signal.other_grounds:
                continue
            ground = self.rules.law.ground(identifier, self.on)
            if ground is None or self.case.procedure not in ground.force:
                continue
            if ground.exception == "art_5k" and self.case.directive_scope is False:
                continue  # article 5k binds inside the directives' scope only
            found.append(ground)
        return tuple(found)

    def _legal_unknowns(self, rule: IndicatorRule, grounds: tuple[Ground, ...]) -> list[Text]:
        unknowns = [
            text("unknown.open_law", rule=f"{ground.statute} {ground.section}".strip())
            for ground in grounds
            if ground.status != "verified"
        ]
        binding = any(ground.force[self.case.procedure] is Force.MUST for ground in grounds)
        legal_fact = rule.evidence_class is EvidenceClass.LEGAL_FACT
        if self.case.procedure is Procedure.RUNNING_CONTRACT and legal_fact and not binding:
            unknowns.append(text("unknown.contract_terms"))
        return unknowns

    def _time_bar(
        self, rule: IndicatorRule, grounds: tuple[Ground, ...], signal: Signal, facts: tuple[Fact, ...]
    ) -> tuple[TimeBar | None, list[Text], bool]:
        """The clock of the limited grounds, what to say about it, and whether nothing usable is left.

        A circumstance that the register states as ongoing has not begun to age (our reading of «händelse»).
        """
        usable = [ground for ground in grounds if ground.force[self.case.procedure] is not Force.NONE]
        limited = [ground for ground in usable if ground.time_limit is not None]
        if not limited or self.procedure.time_limits == "none":
            return None, [], False
        if rule.evidence_class is not EvidenceClass.LEGAL_FACT and signal.event_date is None:
            return None, [], False
        name, years = TIME_LIMITS[str(limited[0].time_limit)]
        if any(fact.predicate is Predicate.PROCEEDING and fact.value.get("state") == "ongoing" for fact in facts):
            return TimeBar(name, None, None, False), [text("unknown.ongoing")], False
        if signal.event_date is None:
            return TimeBar(name, None, None, None), [text("unknown.event_date", rule=name)], False
        ends = _years_later(signal.event_date, years)
        passed = self.on > ends
        if self.procedure.time_limits == "guide":
            said = [text("unknown.time_guide", rule=name, date=ends.isoformat())] if passed else []
            return TimeBar(name, signal.event_date, ends, False), said, False
        return TimeBar(name, signal.event_date, ends, passed), [], passed and len(limited) == len(usable)

    # --- caps

    def _capped(
        self,
        rule: IndicatorRule,
        own: Level,
        grounds: tuple[Ground, ...],
        facts: tuple[Fact, ...],
        barred: bool,
    ) -> tuple[Level, tuple[str, ...]]:
        """The level after every cap, and the message keys of those that lowered it, in order."""
        level = own
        lowered: list[str] = []

        def cap(limit: Level, key: str) -> None:
            nonlocal level
            if level > limit:
                level = limit
                lowered.append(key)

        if rule.level_before_reply is not None:
            cap(rule.level_before_reply, "cap.before_reply")
        if any(fact.document not in self.documents for fact in facts):
            cap(Level.L2, "cap.not_verified")
        # Of a list hit only the list itself carries weight; the finding's other facts say who is who.
        carrying = [fact for fact in facts if fact.predicate is Predicate.LIST_HIT] or list(facts)
        if facts and not any(self._binding(fact) for fact in carrying):
            cap(Level.L2, "cap.no_legal_effect")
        if barred and rule.evidence_class is EvidenceClass.LEGAL_FACT:
            cap(Level.L1, "cap.time_bar")
        if own >= Level.L3 and not grounds and any(self._scoped(identifier) for identifier in rule.legal):
            cap(Level.L2, "cap.out_of_scope")
        forces = [ground.force[self.case.procedure] for ground in grounds]
        if Force.MUST not in forces:
            cap(Level.L3, "cap.no_mandatory_ground")
        limit = self._procedure_limit(rule, grounds)
        if level > limit:
            cap(limit, self._procedure_cap_key(grounds))
        return level, tuple(lowered)

    def _binding(self, fact: Fact) -> bool:
        meaning = self.rules.sources.get(fact.source)
        return meaning is not None and meaning.binding

    def _scoped(self, identifier: str) -> bool:
        ground = self.rules.law.ground(identifier, self.on)
        return ground is not None and ground.exception == "art_5k"

    def _procedure_limit(self, rule: IndicatorRule | None, grounds: tuple[Ground, ...]) -> Level:
        """The procedure's cap for one finding, or (``rule`` is None) for signals in combination."""
        if rule is None:
            return self.procedure.cap
        limit = self.procedure.families.get(rule.family, self.procedure.cap)
        for ground in grounds:
            if ground.exception == "art_5k" and not self._in_scope():
                continue
            if ground.exception is not None:
                limit = max(limit, self.procedure.exceptions.get(ground.exception, Level.L0))
        return limit

    def _procedure_cap_key(self, grounds: tuple[Ground, ...]) -> str:
        if self.case.kind is CaseKind.BUILDING_PERMIT:
            return "cap.building_permit"
        if any(ground.exception == "art_5k" for ground in grounds) and not self._in_scope():
            return "cap.scope_not_stated"
        return "cap.procedure"

    def _in_scope(self) -> bool:
        """Whether the contract is inside the directives' scope: as stated, else only where the procedure implies it."""
        if self.case.directive_scope is not None:
            return self.case.directive_scope
        return self.case.procedure is Procedure.LOU_OVER_THRESHOLD

    # --- verdicts

    def _verdict(self, run: _PartyRun) -> PartyVerdict:
        level = max((hit.finding.level for hit in run.hits), default=Level.L0)
        reasons = [reason for hit in run.hits for reason in self._reasons(hit)]
        mediums = [hit for hit in run.hits if hit.adds_up]
        families = {hit.rule.family for hit in mediums}
        if len(families) >= 2:
            combined = min(Level.L2, self._procedure_limit(None, ()))
            identifiers = ", ".join(dict.fromkeys(hit.rule.id for hit in mediums))
            reasons.append(text("reason.two_medium", indicators=identifiers, level=Level.L2.name))
            if combined < Level.L2:
                why = text(self._procedure_cap_key(()))
                reasons.append(text("reason.combination_capped", own=Level.L2.name, why=why))
            level = max(level, combined)
        elif len({hit.rule.id for hit in mediums}) >= 2:
            reasons.append(text("reason.same_group", group=next(iter(families))))
        if not run.hits:
            reasons.append(text("reason.none"))
        incomplete = (*run.coverage.incomplete, *run.faults)
        reasons.extend(text("reason.incomplete", what=what) for what in incomplete)
        if run.party.role is PartyRole.SUBCONTRACTOR:
            reasons.append(text("reason.subcontractor"))
        not_checked = (*run.coverage.not_checked, *run.faults, *run.not_checked)
        return PartyVerdict(
            party=run.party.key,
            name=self._name(run.party),
            role=run.party.role.value,
            level=level,
            complete=not incomplete,
            findings=tuple(hit.finding.id for hit in run.hits),
            reasons=tuple(dict.fromkeys(reasons)),
            not_checked=tuple(dict.fromkeys(not_checked)),
        )

    def _reasons(self, hit: _Hit) -> list[Text]:
        finding, rule = hit.finding, hit.rule
        values = {"indicator": rule.id, "name": rule.name, "level": finding.level.name}
        if finding.own_level >= Level.L3 or rule.evidence_class is EvidenceClass.LEGAL_FACT:
            key = "reason.legal_fact" if rule.evidence_class is EvidenceClass.LEGAL_FACT else "reason.noted"
        elif rule.severity is Severity.HIGH and finding.level >= Level.L2:
            key = "reason.high"
        elif rule.severity in (Severity.MEDIUM, Severity.LOW, Severity.INFO):
            key = "reason.single"
            values["severity"] = text(f"severity.{rule.severity.value}")
        else:
            key = "reason.noted"
        reasons = [text(key, **values)]
        if finding.caps:
            why = joined([text(cap) for cap in finding.caps], " ")
            reasons.append(
                text(
                    "reason.lowered",
                    indicator=rule.id,
                    own=finding.own_level.name,
                    level=finding.level.name,
                    why=why,
                )
            )
        return reasons

    def _name(self, party: Party) -> str:
        if not self.network.facts(party.key, Predicate.NAME, history=True) and party.declared_name:
            return party.declared_name
        return self.network.name(party.key)

    # --- notices

    def _notices(
        self, verdicts: tuple[PartyVerdict, ...], coverage: tuple[Coverage, ...], findings: tuple[Finding, ...]
    ) -> tuple[Text, ...]:
        notices = [text(f"notice.{self.case.kind.value}")]
        if self.case.kind in (CaseKind.PROCUREMENT, CaseKind.DIRECT_PROCUREMENT) and _unequal(verdicts, coverage):
            notices.append(text("notice.unequal_depth"))
        if any(finding.level >= Level.L3 for finding in findings):
            notices.extend(self._party_rights())
        if not self.case.tenant.is_authority:
            notices.append(text("notice.not_an_authority"))
        notices.extend(
            text(key) for key in ("notice.signals", "notice.person_decides", "notice.scope", "notice.not_a_certificate")
        )
        return tuple(notices)

    def _party_rights(self) -> list[Text]:
        """Hearing and self-cleaning, as the procedure gives them."""
        rights = []
        hearing = self.rules.law.ground(self.procedure.hearing, self.on) if self.procedure.hearing else None
        if self.procedure.hearing_required and hearing is not None:
            rights.append(text("notice.hearing", rule=f"{hearing.statute} {hearing.section}"))
        else:
            rights.append(text("notice.hearing_recommended"))
        cleaning = self.procedure.self_cleaning
        ground = self.rules.law.ground(cleaning, self.on) if cleaning else None
        if self.procedure.self_cleaning_right and ground is not None:
            rights.append(text("notice.self_cleaning", rule=f"{ground.statute} {ground.section}"))
        return rights


def _unassessed(missing: Text, rules: list[IndicatorRule]) -> Text:
    """What could not be assessed for one and the same reason, in one sentence."""
    if len(rules) == 1:
        return text("unchecked.indicator", indicator=rules[0].id, name=rules[0].name, missing=missing)
    return text("unchecked.indicators", indicators=", ".join(rule.id for rule in rules), missing=missing)


def _own_level(rule: IndicatorRule, signal: Signal) -> Level:
    """What the indicator alone allows: combination rules 1–3 for a single finding."""
    if rule.evidence_class is EvidenceClass.LEGAL_FACT or rule.max_level >= Level.L3:
        own = rule.max_level
    elif rule.evidence_class is EvidenceClass.RISK_SIGNAL and rule.severity is Severity.HIGH:
        own = Level.L2
    else:
        own = Level.L1
    own = min(own, rule.max_level)
    return own if signal.ceiling is None else min(own, signal.ceiling)


def _reference(ground: Ground, procedure: Procedure) -> LegalReference:
    return LegalReference(
        statute=ground.statute,
        section=ground.section,
        force=ground.force[procedure],
        text=ground.text,
        valid_from=ground.valid_from,
        valid_to=ground.valid_to,
        source=ground.source,
    )


def _explanations(rule: IndicatorRule, signal: Signal) -> tuple[Explanation, ...]:
    """Every innocent explanation of the catalogue, with what the dossier says of it."""
    for position, (outcome, _) in signal.explanation_outcomes.items():
        if not 0 <= position < len(rule.explanations) or outcome not in _OUTCOMES:
            raise IndicatorError("an outcome for an explanation that the catalogue does not have")
    found = []
    for position, words in enumerate(rule.explanations):
        outcome, note = signal.explanation_outcomes.get(position, ("not_examined", None))
        found.append(Explanation(text=words, outcome=outcome, note=note))
    return tuple(found)


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def _unequal(verdicts: tuple[PartyVerdict, ...], coverage: tuple[Coverage, ...]) -> bool:
    """Whether the bidders' required sources answered differently (same depth for all)."""
    bidders = {v.party for v in verdicts if v.role in (PartyRole.BIDDER.value, PartyRole.RELIED_UPON.value)}
    open_sources: dict[str, set[str]] = {bidder: set() for bidder in bidders}
    for row in coverage:
        if row.party in bidders and row.required and row.status is not CoverageStatus.ANSWERED:
            open_sources[row.party].add(row.source)
    return len({frozenset(sources) for sources in open_sources.values()}) > 1
