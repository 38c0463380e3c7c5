from __future__ import annotations

import base64
import secrets
from pathlib import Path

import pytest

from screening.store.keys import KeyProblem, Keyring, TenantKeyer

NUMBER = "189001019802"


@pytest.fixture(autouse=True)
def no_key_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GENOMLYS_MASTER_KEY", raising=False)


def test_the_first_start_makes_a_key_that_the_next_finds(tmp_path: Path) -> None:
    first = Keyring.load(tmp_path / "state")
    assert Keyring.load(tmp_path / "state").fingerprint == first.fingerprint
    assert (tmp_path / "state" / "master.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "state").iterdir()] == ["master.key"]
    assert Keyring.load(tmp_path / "other").fingerprint != first.fingerprint


def test_the_environment_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    master = secrets.token_bytes(32)
    monkeypatch.setenv("GENOMLYS_MASTER_KEY", base64.b64encode(master).decode())
    assert Keyring.load(tmp_path).fingerprint == Keyring(master).fingerprint
    assert not (tmp_path / "master.key").exists()


@pytest.mark.parametrize("value", ["not base64!", base64.b64encode(b"too short").decode(), "ÅÄÖ"])
def test_a_malformed_key_is_refused_without_being_shown(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENOMLYS_MASTER_KEY", value)
    with pytest.raises(KeyProblem) as problem:
        Keyring.load()
    assert value not in str(problem.value)


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    Keyring.load(tmp_path)
    (tmp_path / "master.key").chmod(0o640)
    with pytest.raises(KeyProblem, match="chmod 600"):
        Keyring.load(tmp_path)


def test_tenants_know_the_same_person_by_different_keys(keyring: Keyring) -> None:
    one, two = TenantKeyer(keyring, "kommun-a"), TenantKeyer(keyring, "kommun-b")
    assert one.by_number(NUMBER) == TenantKeyer(keyring, "kommun-a").by_number(NUMBER)
    assert one.by_number(NUMBER) != two.by_number(NUMBER)
    assert NUMBER not in one.by_number(NUMBER)
    assert one.by_number(NUMBER).startswith("PERSON:")


def test_descriptions_keep_namesakes_apart_unless_the_birth_date_agrees(keyring: Keyring) -> None:
    keyer = TenantKeyer(keyring, "kommun-a")
    assert keyer.by_description("Åsa  EXEMPEL", "1990-01-01", "a") == keyer.by_description(
        "åsa exempel", "1990-01-01", "b"
    )
    assert keyer.by_description("Åsa Exempel", None, "a") != keyer.by_description("Åsa Exempel", None, "b")
    assert keyer.by_description("Åsa Exempel", None, "a") == keyer.by_description("Åsa Exempel", None, "a")
    assert keyer.by_description("x", "1990", "") != keyer.by_description("x", "1991", "")


def test_a_seal_opens_only_for_its_tenant_in_its_context(keyring: Keyring) -> None:
    keyer = TenantKeyer(keyring, "kommun-a")
    sealed = keyer.seal(NUMBER, "here")
    assert keyer.open(sealed, "here") == NUMBER
    assert sealed != keyer.seal(NUMBER, "here")
    altered = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for opener, value, context in [
        (keyer, sealed, "there"),
        (TenantKeyer(keyring, "kommun-b"), sealed, "here"),
        (TenantKeyer(Keyring.generate(), "kommun-a"), sealed, "here"),
        (keyer, altered, "here"),
        (keyer, b"", "here"),
        (keyer, b"\x02" + sealed[1:], "here"),
    ]:
        with pytest.raises(KeyProblem):
            opener.open(value, context)


def test_nothing_shows_the_key(keyring: Keyring) -> None:
    assert repr(keyring) == "Keyring(…)"
    assert repr(TenantKeyer(keyring, "kommun-a")) == "TenantKeyer(kommun-a)"
