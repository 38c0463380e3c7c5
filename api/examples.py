"""Examples of what the API gives as stored bytes, for its description. Shortened; everything is fictional."""

from __future__ import annotations

from typing import Any

FINDING: dict[str, Any] = {
    "id": "5f1c0b…",
    "indicator": "TAX-01",
    "version": "1.0",
    "party": "SE:ORG:5580000015",
    "level": 2,
    "statement": {
        "sv": "Granby Städ AB är inte registrerat för F-skatt (uppgift av den 2026-11-22).",
        "en": "Granby Städ AB is not registered for F-tax (as of 2026-11-22).",
    },
    "evidence": [{"document": "9b74c9897bac770f…", "source": "ssbtgu", "place": "/SSBTGUResponse/Skatt[1]"}],
    "legal": [{"statute": "LOU (2016:1145)", "section": "13 kap. 2 §", "force": "may"}],
}
VERDICT: dict[str, Any] = {
    "case": "8c1f6f0e-9f0c-4b7e-8a55-0d9a1f2f7c11",
    "as_of": "2026-11-22T06:00:00+00:00",
    "code": "L2_BOR_UTREDAS",
    "level": 2,
    "complete": True,
    "parties": [
        {
            "party": "SE:ORG:5580000015",
            "name": "Granby Städ AB",
            "role": "bidder",
            "code": "L2_BOR_UTREDAS",
            "level": 2,
            "complete": True,
            "findings": ["5f1c0b…"],
            "not_checked": [],
        }
    ],
    "findings": [FINDING],
    "coverage": [{"party": "SE:ORG:5580000015", "source": "ssbtgu", "status": "answered"}],
    "identities": [],
    "notices": [{"sv": "Genomlys fattar inga beslut. …", "en": "Genomlys makes no decisions. …"}],
    "dossier_sha256": "…",
    "policy_sha256": "…",
    "catalogue_sha256": "…",
    "engine_version": "1",
}
