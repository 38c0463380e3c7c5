"""Replay: stored bytes prove themselves, and every kind of tampering is told apart."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from graph.model import MissingPart, Predicate
from screening import certificate, policies
from screening.case import CaseKind, PartyRole
from screening.dossier_codec import CodecError, dossier_from_canonical, policy_from_canonical


@pytest.fixture
def stored(bench: Any) -> tuple[str, str, str]:
    case = bench(CaseKind.PROCUREMENT, limits=["limits.hops"], case={"cpv": ("90910000",), "value_sek": 2_000_000})
    key = case.party(lot="1", contact_email="anbud@exempel.example")
    case.party("5580000027", PartyRole.SUBCONTRACTOR, "Annat Exempel AB", relied_on_by=key)
    case.bankrupt(key)
    case.fact("PERSON:owner", Predicate.OWNERSHIP, key, source="bods", exact=50.0, minimum=None)
    case.answer("ssbtgu", key, missing=(MissingPart("UD0029", "Skatteverket", "Timeout", (Predicate.F_TAX,)),))
    case.facts[0] = replace(
        case.facts[0], superseded_at=case.dossier().as_of + timedelta(days=1), valid_from=case.opened_on
    )
    return case.dossier().canonical(), case.policy.canonical(), case.screen().canonical()


def test_a_stored_screening_proves_itself(stored: tuple[str, str, str]) -> None:
    dossier, policy, result = stored
    for given in (result, result.encode()):
        verification = certificate.verify(dossier, policy, given)
        assert verification.ok, verification.problems
        assert verification.recomputed_sha256 == verification.stored_sha256
        assert "byte för byte" in verification.problems[0].sv


def test_the_codec_loses_nothing(stored: tuple[str, str, str]) -> None:
    dossier, policy, _ = stored
    assert dossier_from_canonical(dossier).canonical() == dossier
    assert policy_from_canonical(policy).canonical() == policy


@pytest.mark.parametrize("kind", CaseKind)
def test_every_policy_comes_back_from_its_canonical_form(kind: CaseKind) -> None:
    policy = policies.load(kind)
    assert policy_from_canonical(policy.canonical()).sha256 == policy.sha256


def test_a_changed_dossier_is_noticed(stored: tuple[str, str, str]) -> None:
    dossier, policy, result = stored
    changed = json.loads(dossier)
    changed["facts"] = [fact for fact in changed["facts"] if fact["predicate"] != "proceeding"]
    text = json.dumps(changed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    verification = certificate.verify(text, policy, result)
    assert (verification.ok, verification.dossier_unchanged, verification.result_follows) == (False, False, False)


def test_a_changed_policy_is_noticed(stored: tuple[str, str, str]) -> None:
    dossier, policy, result = stored
    verification = certificate.verify(dossier, policy.replace('"required":true', '"required":false'), result)
    assert (verification.dossier_unchanged, verification.policy_unchanged) == (True, False)
    assert not verification.ok


def test_a_changed_result_is_noticed_with_its_place(stored: tuple[str, str, str]) -> None:
    dossier, policy, result = stored
    changed = result.replace('"level":3', '"level":0', 1)
    assert changed != result
    verification = certificate.verify(dossier, policy, changed)
    assert (verification.ok, verification.dossier_unchanged, verification.result_follows) == (False, True, False)
    assert str(result.index('"level":3') + len('"level":')) in verification.problems[0].en


def test_other_rules_are_told_apart_from_tampering(stored: tuple[str, str, str]) -> None:
    dossier, policy, result = stored
    body = json.loads(result)
    other = result.replace(body["catalogue_sha256"], "0" * 64).replace(
        f'"engine_version":"{body["engine_version"]}"', '"engine_version":"0.0.1"'
    )
    verification = certificate.verify(dossier, policy, other)
    assert (verification.same_catalogue, verification.same_engine) == (False, False)
    assert verification.dossier_unchanged
    assert len(verification.problems) >= 2


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"null", b"\xff\xfe"])
def test_an_unreadable_result_is_a_problem_and_no_crash(stored: tuple[str, str, str], damage: bytes) -> None:
    verification = certificate.verify(stored[0], stored[1], damage)
    assert not verification.ok
    assert verification.problems


@pytest.mark.parametrize("damage", ["", "{}", "[]", "null", '{"case": {}}'])
def test_an_unreadable_dossier_or_policy_is_a_problem_and_no_crash(stored: tuple[str, str, str], damage: str) -> None:
    dossier, policy, result = stored
    assert not certificate.verify(damage, policy, result).ok
    assert not certificate.verify(dossier, damage, result).ok
    with pytest.raises(CodecError):
        dossier_from_canonical(damage)


def test_codec_errors_repeat_nothing_of_the_content() -> None:
    with pytest.raises(CodecError) as caught:
        dossier_from_canonical('{"case": "19900101-9999"}')
    assert "1990" not in str(caught.value)


def test_the_certificate_changes_with_the_result(bench: Any) -> None:
    case = bench(CaseKind.LEASE)
    key = case.party(role=PartyRole.LESSEE)
    before = certificate.certify(case.screen())
    case.bankrupt(key)
    after = certificate.certify(case.screen())
    assert before.sha256 != after.sha256
    assert (before.catalogue_sha256, before.policy_sha256) == (after.catalogue_sha256, after.policy_sha256)
