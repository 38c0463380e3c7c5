"""Who controls an entity, who its beneficial owners are, and what listed or Russian owners reach.

Rules, each on direct stakes whose bounds are respected (nothing is reached by a range that merely might be enough):

* **majority control**: an owner and what it controls hold more than half of the votes, step by step (Ceri, Gottlob &
  Tanca 1990; the same majority as årsredovisningslagen 1:4);
* **beneficial owner** (lag (2017:631) 1:4): a natural person who controls more than 25 % of the votes (p. 1), may
  appoint or remove more than half of the board (p. 2), or has the like by agreement, articles or law (p. 3), also
  through entities that the person controls (second paragraph). Close relatives are counted together (1:5) only where a
  register says who they are;
* **article 5k** of Regulation (EU) 833/2014: entities established in Russia own more than 50 %, directly or indirectly;
* **asset freeze**: listed owners jointly hold 50 % or more, and what is reached counts in full for the next step (OFAC
  FAQ 401; the EU's best practices use the same chain).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from graph.model import EntityKey, Fact, Predicate, is_person
from graph.network import Network
from graph.ownership.solving import ONE, ZERO, components
from graph.ownership.stakes import Share, Stake, Stakes, stake_of, supporting_facts

MAJORITY = Fraction(1, 2)
BENEFICIAL = Fraction(1, 4)
"""A beneficial owner has *more than* this part of the votes (lag (2017:631) 1:4 p. 1)."""
RUSSIA = "RU"

MAY_CONTROL = frozenset(
    {
        "appointmentOfBoard",
        "otherInfluenceOrControl",
        "controlViaCompanyRulesOrArticles",
        "controlByLegalFramework",
        "rightsGrantedByContract",
        "trustee",
        "settlor",
        "protector",
    }
)
"""BODS interests that can give control without a stake. A manager is not an owner (AG in C-313/24)."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """An entity reached by the joint direct stake of the seeds (controllers, listed ones) and of what they reach."""

    key: EntityKey
    share: Fraction
    """The joint direct stake by lower bounds; 0 when control was granted by a right instead."""
    owners: tuple[EntityKey, ...]
    """The seeds or already reached owners that make up the joint stake."""
    facts: tuple[Fact, ...]
    step: int
    """1 = owned by the seeds directly, 2 = through one that was reached in step 1, …"""


@dataclass(frozen=True, slots=True)
class OwnerShare:
    """An ultimate owner's integrated part of the capital and of the votes, and the stakes on the way."""

    key: EntityKey
    capital: Share
    votes: Share
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Controller:
    """One that holds the majority in each step down to the entity, with the steps."""

    key: EntityKey
    steps: tuple[Blocked, ...]


class GroundKind(StrEnum):
    """Why somebody is, or may be, a beneficial owner."""

    VOTES = "votes"
    """More than a quarter of the votes, multiplied through the chains."""
    VOTES_OF_CONTROLLED = "votes_of_controlled"
    """The person and entities under the person's control together hold more than a quarter."""
    APPOINTMENT = "appointment"
    """The right to appoint or remove more than half of the board."""
    AGREEMENT = "agreement"
    """The like by agreement, articles of association, law or a trust."""
    DECLARED = "declared"
    """The statement handed in names the person as beneficial owner."""


@dataclass(frozen=True, slots=True)
class Ground:
    """One ground, whether it holds whatever the open figures are, and the facts."""

    kind: GroundKind
    certain: bool
    share: Share | None
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class BeneficialOwner:
    """A natural person, or close relatives counted together, with every ground."""

    persons: tuple[EntityKey, ...]
    grounds: tuple[Ground, ...]

    @property
    def certain(self) -> bool:
        """Whether at least one ground holds whatever the open figures are."""
        return any(ground.certain for ground in self.grounds)


@dataclass(frozen=True, slots=True)
class DeclaredUnknown:
    """An owner that a statement says cannot be named: a declaration, not missing data."""

    key: EntityKey
    reason: str
    """BODS 0.4 ``unspecifiedReason``, or the statement's own word."""
    fact: Fact


@dataclass(frozen=True, slots=True)
class RussianOwnership:
    """Article 5k: what entities established in Russia own together. The party itself may be one."""

    entities: tuple[EntityKey, ...]
    established: bool
    """Whether the party itself is established in Russia."""
    share: Share
    exceeds: bool
    """More than 50 % whatever the open figures are."""
    may_exceed: bool
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class ControlReport:
    """Everything about who owns and controls one entity. Shares are fractions of one."""

    key: EntityKey
    owners: tuple[OwnerShare, ...]
    """Named ends of the chains, largest first; together with ``unknown`` they make up the whole (mid figures)."""
    unknown: Fraction
    """The part of the capital that leads to nobody named."""
    controllers: tuple[Controller, ...]
    influence: tuple[Fact, ...]
    """Stated ways to control the entity other than by a stake."""
    beneficial_owners: tuple[BeneficialOwner, ...]
    declared_unknown: tuple[DeclaredUnknown, ...]
    circles: tuple[tuple[EntityKey, ...], ...]
    """Entities that own each other round about, at or above the entity."""
    contradictory: tuple[EntityKey, ...]
    """Entities whose stated stakes exceed 100 %: the statements cannot all be right."""
    russian: RussianOwnership
    blocked: tuple[Blocked, ...]
    """The steps by which the given listed owners reach the entity; empty when they do not."""


def controlled(stakes: Stakes, controllers: str | Iterable[str]) -> dict[str, Fraction]:
    """What ``controllers`` control: they and what they control jointly hold **more than** half, step by step.

    Returns company -> the joint direct stake that decided it (lower bounds only).
    """
    seeds = {controllers} if isinstance(controllers, str) else set(controllers)
    return {item.key: item.share for item in _fixpoint(stakes, seeds, _more_than_half)}


def listed_owned(stakes: Stakes, listed: Iterable[str], threshold: Fraction = MAJORITY) -> tuple[Blocked, ...]:
    """Companies that the listed own to ``threshold`` or more, jointly and step by step (OFAC FAQ 401, EU practice).

    A company that is reached counts in full for the next step. Lower bounds only, so that nothing is reached by a
    range that merely might be large enough. In order of step and key.
    """
    return _fixpoint(stakes, set(listed), lambda joint, _: joint >= threshold)


def controlling_interests(network: Network, key: str) -> tuple[Fact, ...]:
    """Stated ways to control ``key`` other than by a stake (right to appoint the board, agreement, trust …)."""
    return tuple(fact for fact in network.owners(key) if fact.value.get("interest") in MAY_CONTROL)


def established_in(network: Network, key: str, country: str) -> tuple[Fact, ...] | None:
    """The facts by which the entity is established in ``country``; ``None`` when it is not known to be.

    A key from that country's own register says it too, with no fact beside it.
    """
    facts = tuple(
        fact
        for fact in network.facts(key, Predicate.JURISDICTION)
        if str(fact.value.get("country") or "").upper() == country
    )
    return facts if facts or key.startswith(f"{country}:") else None


def control_report(
    network: Network,
    key: str,
    *,
    listed: Collection[str] = (),
    relatives: Iterable[Collection[str]] = (),
    persons: Collection[str] | None = None,
) -> ControlReport:
    """Who owns and controls ``key``.

    Args:
        network: the dossier's network; stakes are read from its OWNERSHIP facts.
        key: the entity.
        listed: keys to treat as listed (asset freeze).
        relatives: groups of persons that a register states to be close relatives (lag (2017:631) 1:5).
        persons: keys that denote natural persons (default: those that say so themselves).
    """
    capital, votes = Stakes.of(network), Stakes.of(network, votes=True)
    above = votes.ancestors(key)
    natural = frozenset(other for other in above if is_person(other)) if persons is None else frozenset(persons)
    whole = {key} | above | capital.ancestors(key)
    return ControlReport(
        key=EntityKey(key),
        owners=_owners(capital, votes, key),
        unknown=capital.unknown(key),
        controllers=_controllers(votes, key),
        influence=controlling_interests(network, key),
        beneficial_owners=_Beneficial(network, votes, key, natural, [frozenset(group) for group in relatives]).owners(),
        declared_unknown=_declared_unknown(network, whole - {key}),
        circles=_circles(capital, whole),
        contradictory=tuple(EntityKey(other) for other in sorted(whole) if capital.overstated(other)),
        russian=_russian(network, capital, key),
        blocked=_towards(_fixpoint(capital, set(listed), lambda joint, _: joint >= MAJORITY, whole), key),
    )


# --- reaching step by step

_Reached = Callable[[Fraction, bool], bool]
"""From the joint stake by lower bounds, and whether it is more than that: whether the company is reached."""
_Rights = Mapping[str, Mapping[str, tuple[Fact, ...]]]
"""Holder -> company -> facts: rights that give control without a stake."""


def _more_than_half(joint: Fraction, excluded: bool) -> bool:
    return joint > MAJORITY or (joint == MAJORITY and excluded)


def _fixpoint(
    stakes: Stakes,
    seeds: set[str],
    reached: _Reached,
    scope: Collection[str] | None = None,
    rights: _Rights | None = None,
) -> tuple[Blocked, ...]:
    """Everything in ``scope`` (default: everywhere) that the seeds reach, in order of step and key."""
    inside = set(seeds)
    found: list[Blocked] = []
    step = 0
    frontier = set(seeds)
    granted = rights or {}
    while frontier:
        step += 1
        by_right = {company: facts for key in sorted(frontier) for company, facts in granted.get(key, {}).items()}
        candidates = {company for key in frontier for company in stakes.owned.get(key, ())} | by_right.keys()
        new: list[Blocked] = []
        for company in sorted(candidates - inside):
            if scope is not None and company not in scope:
                continue
            owners = tuple(EntityKey(owner) for owner in stakes.owners.get(company, ()) if owner in inside)
            parts: list[Stake] = [stakes.direct[(owner, company)] for owner in owners]
            joint = sum((part.low for part in parts), ZERO)
            if reached(joint, any(part.excludes_low for part in parts)):
                facts = tuple(fact for part in parts for fact in part.facts)
                new.append(Blocked(EntityKey(company), min(joint, ONE), owners, facts, step))
            elif company in by_right:
                facts = by_right[company]
                holders = tuple(sorted({fact.subject for fact in facts}))
                new.append(Blocked(EntityKey(company), ZERO, holders, facts, step))
        frontier = {item.key for item in new}
        inside |= frontier
        found.extend(new)
    return tuple(found)


def _towards(steps: tuple[Blocked, ...], key: str) -> tuple[Blocked, ...]:
    """The steps that lead to ``key``, without those to the side; empty when it is not reached."""
    by_key = {item.key: item for item in steps}
    needed: set[str] = set()
    queue = [key]
    while queue:
        item = by_key.get(EntityKey(queue.pop()))
        if item is not None and item.key not in needed:
            needed.add(item.key)
            queue.extend(item.owners)
    return tuple(item for item in steps if item.key in needed)


# --- parts of the report


def _owners(capital: Stakes, votes: Stakes, key: str) -> tuple[OwnerShare, ...]:
    by_capital = {end.key: end.share for end in capital.ultimate_owners(key)}
    by_votes = {end.key: end.share for end in votes.ultimate_owners(key)} if votes is not capital else by_capital
    none = Share(ZERO, ZERO, ZERO)
    order = sorted(by_capital, key=lambda end: (-by_capital[end].mid, -by_capital[end].high, end))
    return tuple(
        OwnerShare(end, by_capital[end], by_votes.get(end, none), supporting_facts(capital, [end], key))
        for end in order
    )


def _controllers(votes: Stakes, key: str) -> tuple[Controller, ...]:
    scope = votes.ancestors(key) | {key}
    found = []
    for owner in sorted(scope - {key}):
        steps = _towards(_fixpoint(votes, {owner}, _more_than_half, scope), key)
        if steps:
            found.append(Controller(EntityKey(owner), steps))
    return tuple(found)


def _declared_unknown(network: Network, above: Collection[str]) -> tuple[DeclaredUnknown, ...]:
    return tuple(
        DeclaredUnknown(EntityKey(owner), str(fact.value.get("value")), fact)
        for owner in sorted(above)
        for fact in network.facts(owner, Predicate.MISCELLANEOUS)
        if fact.value.get("name") == "unspecified_reason"
    )


def _circles(stakes: Stakes, scope: Collection[str]) -> tuple[tuple[EntityKey, ...], ...]:
    rows = {company: stakes.owners.get(company, ()) for company in scope}
    return tuple(
        sorted(
            tuple(EntityKey(member) for member in members)
            for members in components(rows)
            if len(members) > 1 or members[0] in rows[members[0]]
        )
    )


def _russian(network: Network, stakes: Stakes, key: str) -> RussianOwnership:
    facts: list[Fact] = []
    entities: list[str] = []
    for owner in sorted(stakes.ancestors(key) - {key}):
        stated = None if is_person(owner) else established_in(network, owner, RUSSIA)
        if stated is not None:
            entities.append(owner)
            facts += stated
    own = established_in(network, key, RUSSIA)
    share = stakes.share(entities, key) if entities else Share(ZERO, ZERO, ZERO, stakes.unknown(key))
    return RussianOwnership(
        entities=tuple(EntityKey(owner) for owner in entities),
        established=own is not None,
        share=share,
        exceeds=share.exceeds(MAJORITY),
        may_exceed=share.may_exceed(MAJORITY),
        facts=(*(own or ()), *facts, *(supporting_facts(stakes, entities, key) if entities else ())),
    )


class _Beneficial:
    """The beneficial owners of one entity (lag (2017:631) 1:4–5)."""

    def __init__(
        self, network: Network, votes: Stakes, key: str, natural: frozenset[str], relatives: list[frozenset[str]]
    ) -> None:
        self._network = network
        self._votes = votes
        self._key = key
        self._natural = natural
        self._relatives = relatives
        self._rights: dict[str, dict[str, tuple[Fact, ...]]] = {}
        self._influence: list[Fact] = []
        scope = {key}
        queue = [key]
        while queue:  # everything above by stakes or by rights
            company = queue.pop()
            holders = set(votes.owners.get(company, ()))
            for fact in controlling_interests(network, company):
                holders.add(fact.subject)
                if company == key:
                    self._influence.append(fact)
                if _grants_control(fact):
                    held = self._rights.setdefault(fact.subject, {})
                    held[company] = (*held.get(company, ()), fact)
            queue.extend(holders - scope)
            scope |= holders
        self._scope = scope
        self._shares = {end.key: end.share for end in votes.ultimate_owners(key)}
        self._declared = [fact for fact in network.owners(key) if fact.value.get("beneficial") is True]

    def owners(self) -> tuple[BeneficialOwner, ...]:
        candidates = sorted(self._scope & self._natural | {key for key in self._scope if is_person(key)})
        single = {person: self._grounds(person) for person in candidates}
        found = [BeneficialOwner((EntityKey(person),), grounds) for person, grounds in single.items() if grounds]
        for group in self._relatives:
            known = sorted(group & set(candidates))
            share = self._votes.share(known, self._key) if len(known) > 1 else None
            alone = all(any(ground.certain for ground in single[person]) for person in known)
            if share is not None and share.may_exceed(BENEFICIAL) and not alone:
                facts = supporting_facts(self._votes, known, self._key)
                ground = Ground(GroundKind.VOTES, share.exceeds(BENEFICIAL), share, facts)
                found.append(BeneficialOwner(tuple(EntityKey(person) for person in known), (ground,)))
        return tuple(sorted(found, key=lambda owner: (not owner.certain, owner.persons)))

    def _grounds(self, person: str) -> tuple[Ground, ...]:
        key, votes = self._key, self._votes
        grounds: list[Ground] = []
        share = self._shares.get(EntityKey(person)) or votes.share(person, key)
        if share.may_exceed(BENEFICIAL):
            facts = supporting_facts(votes, [person], key)
            grounds.append(Ground(GroundKind.VOTES, share.exceeds(BENEFICIAL), share, facts))
        steps = _fixpoint(votes, {person}, _more_than_half, self._scope, self._rights)
        hands = {person, *(item.key for item in steps)} - {key}
        joint = self._joint(hands)
        if joint is not None and joint.may_exceed(BENEFICIAL) and not any(ground.certain for ground in grounds):
            held = [owner for owner in votes.owners.get(key, ()) if owner in hands]
            facts = tuple(
                fact
                for fact_set in (
                    *(item.facts for owner in held for item in _towards(steps, owner)),
                    *(votes.direct[(owner, key)].facts for owner in held),
                )
                for fact in fact_set
            )
            ground = Ground(GroundKind.VOTES_OF_CONTROLLED, joint.exceeds(BENEFICIAL), joint, facts)
            if held != [person] or not grounds:
                grounds.append(ground)
        for fact in self._influence:
            if fact.subject in hands:
                appoints = fact.value.get("interest") == "appointmentOfBoard"
                if appoints and stake_of(fact).known and not stake_of(fact).high > MAJORITY:
                    continue
                kind = GroundKind.APPOINTMENT if appoints else GroundKind.AGREEMENT
                way = tuple(f for item in _towards(steps, fact.subject) for f in item.facts)
                grounds.append(Ground(kind, _grants_control(fact), None, (*way, fact)))
        named = tuple(fact for fact in self._declared if fact.subject == person)
        if named and not any(ground.certain for ground in grounds):
            grounds.append(Ground(GroundKind.DECLARED, True, None, named))
        return tuple(grounds)

    def _joint(self, hands: Collection[str]) -> Share | None:
        """The joint direct stake of ``hands`` in the entity."""
        held = [
            self._votes.direct[(owner, self._key)] for owner in self._votes.owners.get(self._key, ()) if owner in hands
        ]
        if not held:
            return None
        low, mid, high = (
            min(sum((getattr(stake, bound) for stake in held), ZERO), ONE) for bound in ("low", "mid", "high")
        )
        others = sum(
            (
                self._votes.direct[(owner, self._key)].low
                for owner in self._votes.owners.get(self._key, ())
                if owner not in hands
            ),
            ZERO,
        )
        high = max(min(high, ONE - others), low)
        return Share(low, min(mid, high), high, ZERO, any(stake.excludes_low for stake in held))


def _grants_control(fact: Fact) -> bool:
    """Whether a stated right certainly gives control: more than half of the board, or declared as beneficial control.

    A right whose extent nobody has stated, and that nobody has called control, is possible control only.
    """
    if fact.value.get("interest") == "appointmentOfBoard":
        extent = stake_of(fact)
        if extent.known:
            return extent.low > MAJORITY or (extent.low == MAJORITY and extent.excludes_low)
    return fact.value.get("beneficial") is True
