"""What each source contributed about each party, and whether that is enough: missing is never clean.

Rules, in the order they are applied to a party:

* a source answers *found*, *not found* or *did not answer*; the newest answer before ``as_of`` counts;
* a **required** source must have answered, and every predicate that the policy's indicators need and that the source
  tells must be known from it or from another source that answered;
* an **alternative** replaces a required source that did not answer, or that answered *not found* on older content;
* *not found* in a source that identifies organisations leaves the identity open: incomplete;
* a **list** must have been compared with the party and with every known owner and officer that the policy names, in an
  issue that is not stale;
* a source asked about officers must have answered about each of them, unless the question cannot be asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from graph.model import (
    AnswerStatus,
    DocumentReference,
    EntityKey,
    Predicate,
    SourceAnswer,
    is_person,
    organisation_number_of,
)
from graph.network import Network, position_of
from screening.catalogue import Catalogue, SourceMeaning
from screening.dossier import Dossier
from screening.policy import Policy, SourceRule
from screening.texts import has, joined, text
from screening.verdict import Coverage, CoverageStatus, Text

NOT_APPLICABLE = "not_applicable"
"""``connectors.base.FailureReason.NOT_APPLICABLE``: the question cannot be asked, which is no failure of the source."""

_WORST = {AnswerStatus.FOUND: 0, AnswerStatus.NOT_FOUND: 1, AnswerStatus.NO_ANSWER: 2}


SCB = "scb_bulk"
NOT_AT_BOLAGSVERKET = frozenset(
    {"61", "62", "71", "72", "81", "82", "83", "84", "85", "86", "87", "88", "89", "94", "95", "98"}
)
"""SCB's codes of legal form (juridisk form) that Bolagsverket keeps no register of, or only for some: associations,
foundations, public bodies and those formed by a law of their own."""


@dataclass(frozen=True, slots=True)
class PartyCoverage:
    """Coverage of one party: a row for every source of the policy, and what follows from them."""

    rows: tuple[Coverage, ...]
    incomplete: tuple[Text, ...]
    """Why the party's check is incomplete; empty when it is complete."""
    not_checked: tuple[Text, ...]
    """What the sources leave unknown, required or not."""


def failure_text(reason: str | None) -> Text:
    """A failure reason in words."""
    key = f"failure.{reason}"
    return text(key if has(key) else "failure.unknown")


def owners_of(network: Network, party: EntityKey) -> tuple[EntityKey, ...]:
    """Everyone who owns the party, directly or through others, sorted."""
    found: set[EntityKey] = set()
    queue = [party]
    while queue:
        for fact in network.owners(queue.pop()):
            if fact.subject not in found and fact.subject != party:
                found.add(fact.subject)
                queue.append(fact.subject)
    return tuple(sorted(found))


def officers_of(network: Network, party: EntityKey) -> tuple[EntityKey, ...]:
    """Everyone with an office of administration, management or supervision in the party, sorted."""
    return tuple(
        sorted({fact.object for fact in network.officers(party) if fact.object and position_of(fact).controls})
    )


class CoverageBook:
    """The answers of one dossier, ready to be read party by party."""

    def __init__(self, dossier: Dossier, policy: Policy, rules: Catalogue, network: Network) -> None:
        self._dossier = dossier
        self._policy = policy
        self._rules = rules
        self._network = network
        self._documents: dict[str, DocumentReference] = {d.sha256: d for d in dossier.documents}
        self._lists = {version.list: version for version in dossier.lists}
        self._answers: dict[tuple[str, str], SourceAnswer] = {}
        for answer in sorted(dossier.answers, key=lambda a: (a.asked_at, _WORST[a.status], a.document or "")):
            if answer.asked_at <= dossier.as_of:
                self._answers[(answer.source, answer.subject)] = answer
        self._needed = self._needed_predicates()

    def _needed_predicates(self) -> frozenset[Predicate]:
        on = self._dossier.case.opened_on
        in_force = [rule for rule in self._rules.indicators if rule.in_force(on) and rule.id in self._policy.indicators]
        return frozenset(predicate for rule in in_force for predicate in rule.predicates)

    def answers_about(self, subject: EntityKey) -> tuple[SourceAnswer, ...]:
        """The newest answer of each source about one entity, by source."""
        return tuple(answer for (_, key), answer in sorted(self._answers.items()) if key == subject)

    def party(self, party: EntityKey) -> PartyCoverage:
        """Coverage of one party by every source of the policy."""
        rows: list[Coverage] = []
        incomplete: list[Text] = []
        not_checked: list[Text] = []
        for rule in self._policy.sources:
            meaning = self._rules.sources[rule.source]
            if meaning.kind == "list":
                row, problems = self._list_row(rule, meaning, party)
            elif "party" in rule.subjects:
                row, problems = self._party_row(rule, meaning, party)
            else:
                row, problems = self._others_row(rule, party)
            rows.append(row)
            if rule.required:
                incomplete.extend(problems)
            not_checked.extend(self._not_checked(rule, meaning, row))
        return PartyCoverage(rows=tuple(rows), incomplete=_unique(incomplete), not_checked=_unique(not_checked))

    # --- one source, asked about the party itself

    def _party_row(self, rule: SourceRule, meaning: SourceMeaning, party: EntityKey) -> tuple[Coverage, list[Text]]:
        answer = self._answers.get((rule.source, party))
        problems: list[Text] = []
        missing: list[Text] = []
        replaced = self._alternative(rule, party, answer)
        if answer is None:
            status = CoverageStatus.NOT_ASKED
        elif answer.status is AnswerStatus.NO_ANSWER:
            status = CoverageStatus.NO_ANSWER
        elif answer.status is AnswerStatus.NOT_FOUND:
            status = CoverageStatus.NOT_FOUND
        else:
            status = CoverageStatus.PARTIAL if answer.missing else CoverageStatus.ANSWERED
            missing = [
                text("coverage.part_missing", part=part.part, producer=part.producer, reason=part.reason)
                for part in answer.missing
            ]
        if replaced is not None and status in (
            CoverageStatus.NOT_ASKED,
            CoverageStatus.NO_ANSWER,
            CoverageStatus.NOT_FOUND,
        ):
            missing.append(text("coverage.answered_by", source=self._rules.sources[replaced.source].name))
        answered = status in (CoverageStatus.ANSWERED, CoverageStatus.PARTIAL) or (
            status is CoverageStatus.NOT_FOUND and not meaning.identifies
        )
        if status is CoverageStatus.NOT_FOUND and replaced is None and self._registered_elsewhere(party):
            missing.append(text("coverage.registered_elsewhere"))
        elif not answered and replaced is None:
            problems.append(self._problem(meaning, status, answer))
        elif status is not CoverageStatus.NOT_FOUND or meaning.identifies:
            # Answered by itself or by another: every predicate it should have told must then be known from somewhere.
            lost = [p for p in meaning.tells if p in self._needed and not self._known(p, party)]
            if lost:
                what = joined([text(f"predicate.{predicate.value}") for predicate in lost])
                problems.append(text("unchecked.source_partial", source=meaning.name, what=what))
        if "owner" in rule.subjects:
            owners = [key for key in owners_of(self._network, party) if organisation_number_of(key) is not None]
            missing.extend(self._uncovered(rule.source, owners, "owner"))
        return self._row(rule, party, status, answer, missing), problems

    def _alternative(self, rule: SourceRule, party: EntityKey, answer: SourceAnswer | None) -> SourceAnswer | None:
        """The newest alternative that found the party, unless the source itself said *not found* on newer content."""
        found = [
            other
            for source in rule.alternatives
            if (other := self._answers.get((source, party))) is not None and other.status is AnswerStatus.FOUND
        ]
        if answer is not None and answer.status is AnswerStatus.NOT_FOUND:
            found = [other for other in found if self._observed(other) >= self._observed(answer)]
        return max(found, key=lambda other: (self._observed(other), other.source), default=None)

    def _registered_elsewhere(self, party: EntityKey) -> bool:
        """Whether SCB knows the party as of a legal form that Bolagsverket does not register, or not always.

        Then *not found* at Bolagsverket is what was to be expected, and SCB's answer establishes the identity.
        """
        answer = self._answers.get((SCB, party))
        if answer is None or answer.status is not AnswerStatus.FOUND:
            return False
        return any(
            fact.value.get("scheme") == "scb" and fact.value.get("code") in NOT_AT_BOLAGSVERKET
            for fact in self._network.facts(party, Predicate.LEGAL_FORM)
        )

    def _observed(self, answer: SourceAnswer) -> datetime:
        document = self._documents.get(answer.document or "")
        return document.observed_at if document is not None else answer.asked_at

    def _known(self, predicate: Predicate, party: EntityKey) -> bool:
        """Whether any source of the policy that tells ``predicate`` answered about the party without leaving it out."""
        for rule in self._policy.sources:
            if predicate not in self._rules.sources[rule.source].tells:
                continue
            answer = self._answers.get((rule.source, party))
            if answer is None or answer.status is not AnswerStatus.FOUND:
                continue
            if not any(predicate in part.predicates for part in answer.missing):
                return True
        return False

    # --- a list, compared with the party, its owners and its officers

    def _list_row(self, rule: SourceRule, meaning: SourceMeaning, party: EntityKey) -> tuple[Coverage, list[Text]]:
        answer = self._answers.get((rule.source, party))
        problems: list[Text] = []
        missing: list[Text] = []
        if answer is None:
            status = CoverageStatus.NOT_ASKED
        elif answer.status is AnswerStatus.NO_ANSWER:
            status = CoverageStatus.NO_ANSWER
        else:
            status = CoverageStatus.ANSWERED
        if status is not CoverageStatus.ANSWERED:
            problems.append(self._problem(meaning, status, answer))
        else:
            version = self._lists.get(rule.source)
            if version is None:
                missing.append(text("coverage.list_unknown"))
            elif version.stale:
                missing.append(text("coverage.list_stale"))
            if "owner" in rule.subjects:
                missing.extend(self._uncovered(rule.source, owners_of(self._network, party), "owner"))
            if "officer" in rule.subjects:
                missing.extend(self._uncovered(rule.source, officers_of(self._network, party), "officer"))
            if missing:
                status = CoverageStatus.PARTIAL
                problems.append(text("unchecked.source_partial", source=meaning.name, what=joined(missing, ". ")))
        return self._row(rule, party, status, answer, missing), problems

    # --- a source asked about others than the party (officers' engagements)

    def _others_row(self, rule: SourceRule, party: EntityKey) -> tuple[Coverage, list[Text]]:
        keys: list[EntityKey] = []
        if "officer" in rule.subjects:
            keys.extend(key for key in officers_of(self._network, party) if is_person(key))
        if "owner" in rule.subjects:
            keys.extend(owners_of(self._network, party))
        answers = [self._answers.get((rule.source, key)) for key in keys]
        done = [a for a in answers if a is not None and a.status is not AnswerStatus.NO_ANSWER]
        failed = [a for a in answers if a is not None and a.status is AnswerStatus.NO_ANSWER]
        kind = "officer" if "officer" in rule.subjects else "owner"
        missing = self._uncovered(rule.source, keys, kind)
        if keys and len(done) == len(keys):
            status = CoverageStatus.ANSWERED
        elif done:
            status = CoverageStatus.PARTIAL
        else:
            status = CoverageStatus.NO_ANSWER if failed else CoverageStatus.NOT_ASKED
        shown = max([*done, *failed], key=lambda a: (_WORST[a.status], a.asked_at), default=None)
        # A question that cannot be asked (no number known) is told, but is no failure of the source.
        open_questions = [a for a in answers if a is None or (a in failed and a.reason != NOT_APPLICABLE)]
        meaning = self._rules.sources[rule.source]
        problems = (
            [text("unchecked.source_partial", source=meaning.name, what=joined(missing, ". "))]
            if open_questions
            else []
        )
        return self._row(rule, party, status, shown, missing), problems

    def _uncovered(self, source: str, keys: Iterable[EntityKey], kind: str) -> list[Text]:
        known = list(dict.fromkeys(keys))
        open_keys = [
            key
            for key in known
            if (answer := self._answers.get((source, key))) is None or answer.status is AnswerStatus.NO_ANSWER
        ]
        if not open_keys:
            return []
        return [
            text(
                "coverage.subject_missing",
                count=len(open_keys),
                total=len(known),
                subjects=text(f"coverage.subjects.{kind}"),
            )
        ]

    # --- in words

    def _row(
        self,
        rule: SourceRule,
        party: EntityKey,
        status: CoverageStatus,
        answer: SourceAnswer | None,
        missing: list[Text],
    ) -> Coverage:
        document = self._documents.get(answer.document or "") if answer is not None else None
        stated_at = document.stated_at if document is not None else None
        if rule.source in self._lists:
            stated_at = self._lists[rule.source].stated_at
        return Coverage(
            source=rule.source,
            party=party,
            required=rule.required,
            status=status,
            asked_at=answer.asked_at if answer is not None else None,
            stated_at=stated_at,
            missing=_unique(missing),
            reason=answer.reason if answer is not None else None,
        )

    def _problem(self, meaning: SourceMeaning, status: CoverageStatus, answer: SourceAnswer | None) -> Text:
        if status is CoverageStatus.NOT_FOUND:
            key = "unchecked.identity" if meaning.identifies else "unchecked.source_not_found"
            return text(key, source=meaning.name)
        if status is CoverageStatus.NO_ANSWER and answer is not None:
            return text("unchecked.source_no_answer", source=meaning.name, reason=failure_text(answer.reason))
        return text("unchecked.source_not_asked", source=meaning.name)

    def _not_checked(self, rule: SourceRule, meaning: SourceMeaning, row: Coverage) -> list[Text]:
        if row.status is CoverageStatus.ANSWERED and not row.missing:
            return []
        if row.status in (CoverageStatus.ANSWERED, CoverageStatus.PARTIAL):
            return [text("unchecked.source_partial", source=meaning.name, what=joined(row.missing, ". "))]
        if meaning.kind != "list" and "party" not in rule.subjects:
            # Nobody known to ask about is told once, as unknown officers or owners, and not for every source.
            failed = [failure_text(row.reason)] if row.status is CoverageStatus.NO_ANSWER else []
            what = joined([*failed, *row.missing], "; ")
            return [text("unchecked.source_no_answer", source=meaning.name, reason=what)] if row.missing else []
        party = EntityKey(row.party)
        answer = self._answers.get((rule.source, party))
        if row.status is CoverageStatus.NOT_FOUND and self._registered_elsewhere(party):
            return []
        stands_in = [other for other in self._policy.sources if rule.source in other.alternatives]
        if self._alternative(rule, party, answer) is not None or any(
            (main := self._answers.get((other.source, party))) is not None and main.status is AnswerStatus.FOUND
            for other in stands_in
        ):
            return []
        return [self._problem(meaning, row.status, answer)]


def _unique(texts: Iterable[Text]) -> tuple[Text, ...]:
    return tuple(dict.fromkeys(texts))
