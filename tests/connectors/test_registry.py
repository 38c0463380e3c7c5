"""Every source is described, and every lookup has one shape."""

from __future__ import annotations

import os

import pytest

from connectors.base import FailureReason, SourceFailure, SourceKind
from connectors.registry import SOURCES, lookup
from connectors.settings import ConnectorSettings

EXPECTED = {
    *("bolagsverket_vdm", "ssbtgu", "ssbten", "bolagsverket_bulk", "scb_bulk", "eu_fsf", "un_sc", "ofac_sdn", "bods"),
    *("register_history", "register_statistics", "register_neighbours"),
    "municipal_terminations",
    "municipal_subcontracts",
    "municipal_handlers",
    "municipal_lease_terms",
    "municipal_payments",
}


def test_every_source_is_described_in_both_languages():
    assert set(SOURCES) == EXPECTED
    for key, source in SOURCES.items():
        assert source.id == key
        assert source.name_sv
        assert source.name_en
        assert source.name_sv != source.name_en
        assert source.answers_sv.endswith(".")
        assert source.fresh_days > 0
        assert (source.requests_per_minute is not None) == (source.kind is SourceKind.LOOKUP)


def test_every_lookup_and_nothing_else_can_be_asked():
    for key, source in SOURCES.items():
        if source.kind is SourceKind.LOOKUP:
            connector = lookup(key)
            assert callable(connector.fetch)
            assert callable(connector.map)
        else:
            with pytest.raises(KeyError):
                lookup(key)


def test_every_limited_source_has_its_limit_in_the_settings(monkeypatch):
    for variable in [name for name in os.environ if name.startswith("GENOMLYS_")]:
        monkeypatch.delenv(variable)  # what is published, not what this machine is set to
    limits = ConnectorSettings().requests_per_minute
    assert limits == {key: source.requests_per_minute for key, source in SOURCES.items() if source.requests_per_minute}


def test_settings_come_from_the_environment_and_hide_the_secret(monkeypatch):
    monkeypatch.setenv("GENOMLYS_VDM_CLIENT_SECRET", "mycket-hemligt")
    monkeypatch.setenv("GENOMLYS_VDM_REQUESTS_PER_MINUTE", "30")
    monkeypatch.setenv("GENOMLYS_SSBTGU_URL", "")
    settings = ConnectorSettings()
    assert "hemligt" not in repr(settings) + str(settings.model_dump())
    assert settings.requests_per_minute["bolagsverket_vdm"] == 30
    with pytest.raises(SourceFailure) as raised:
        settings.require("ssbtgu", "ssbtgu_url")
    assert raised.value.reason is FailureReason.NOT_CONFIGURED
