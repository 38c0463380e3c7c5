"""Another team's flattened form of real answers, unfolded to the published shape.

Stored answers of this kind exist as test data (one object with ``company_name``, ``org_number``, ``sni_codes`` …). They
are read so that such a file can be checked with ``genomlys read``; the API itself never gives them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def is_flattened(value: Mapping[str, Any]) -> bool:
    """Whether ``value`` is the flattened form."""
    return {"company_name", "org_number", "sni_codes"} <= value.keys()


def unfold(value: Mapping[str, Any]) -> dict[str, Any]:
    """The published shape of one organisation. Wrong types are left for the reader's check to find."""
    number = value["org_number"]
    names: list[Any] = [
        {"namn": value["company_name"], "organisationsnamntyp": {"kod": "FORETAGSNAMN"}, "registreringsdatum": None}
    ]
    for name in _objects(value.get("alternative_names")):
        kind = str(name.get("type", "")).casefold()
        code = "FORNAMN_FRSPRAK" if "främmande" in kind else "SARSKILT_FORETAGSNAMN"
        names.append(
            {
                "namn": name.get("name"),
                "organisationsnamntyp": {"kod": code},
                "registreringsdatum": name.get("registered_date"),
            }
        )
    address = value.get("registered_address")
    active = value.get("is_active")
    return {
        "organisationsidentitet": {
            "identitetsbeteckning": number.replace("-", "") if isinstance(number, str) else number
        },
        "organisationsnamn": {"organisationsnamnLista": names},
        "organisationsform": {"kod": value.get("company_type_code"), "klartext": value.get("company_type")},
        "juridiskForm": {"kod": value.get("legal_form_code"), "klartext": value.get("legal_form")},
        "verksamOrganisation": {"kod": "JA" if active else "NEJ"} if isinstance(active, bool) else None,
        "organisationsdatum": {"registreringsdatum": value.get("registered_date")},
        "avregistreradOrganisation": {"avregistreringsdatum": value.get("deregistered_date")},
        "avregistreringsorsak": {"klartext": value.get("deregistration_reason")},
        "pagaendeAvvecklingsEllerOmstruktureringsforfarande": {
            "pagaendeAvvecklingsEllerOmstruktureringsforfarandeLista": [
                {
                    "kod": proceeding.get("code"),
                    "klartext": proceeding.get("description"),
                    "fromDatum": proceeding.get("from_date"),
                }
                for proceeding in _objects(value.get("ongoing_procedures"))
            ]
        },
        "verksamhetsbeskrivning": {"beskrivning": value.get("business_description")},
        "naringsgrenOrganisation": {
            "sni": [
                {"kod": code.get("code"), "klartext": code.get("description")}
                for code in _objects(value.get("sni_codes"))
            ]
        },
        "postadressOrganisation": {
            "postadress": {
                "utdelningsadress": address.get("street"),
                "postnummer": address.get("postal_code"),
                "postort": address.get("city"),
                "coAdress": address.get("co_address"),
                "land": address.get("country"),
            }
            if isinstance(address, Mapping)
            else address
        },
    }


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
