"""The API's description of itself: complete, with examples, for every route that there is."""

from typing import Any

import pytest

from api.app import create_app
from api.settings import ApiSettings
from connectors.settings import ConnectorSettings
from screening.store.database import Database
from workers.runtime import Runtime
from workers.settings import WorkerSettings


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    nowhere = Database("postgresql://nobody@127.0.0.1:1/none")
    runtime = Runtime(nowhere, None, ConnectorSettings(), WorkerSettings(), "redis://127.0.0.1:1")  # type: ignore[arg-type]
    return create_app(runtime, ApiSettings()).openapi()


def operations(description: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method, path, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]


def test_every_route_says_what_it_does_and_what_it_gives(description: dict[str, Any]) -> None:
    found = operations(description)
    assert len(found) >= 20
    for method, path, operation in found:
        where = f"{method} {path}"
        assert operation.get("summary"), where
        assert len(operation.get("description", "")) > 20, where
        success = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
        assert success.get("content"), where
        for media_type, content in success["content"].items():
            assert media_type != "application/json" or content, where


def test_every_route_under_api_wants_a_token_and_describes_its_problems(description: dict[str, Any]) -> None:
    for method, path, operation in operations(description):
        if path.startswith(("/api/", "/yente/")):
            assert operation["security"] == [{"token": []}], (method, path)
            assert {"401", "403", "404", "422", "503"} <= set(operation["responses"]), (method, path)
        else:
            assert "security" not in operation


def test_requests_and_main_answers_have_examples(description: dict[str, Any]) -> None:
    schemas = description["components"]["schemas"]
    for name in ("CaseInput", "CaseOut", "RunOut", "ProblemDetails"):
        assert schemas[name]["example"], name
    verdict = description["paths"]["/api/v1/cases/{case_id}/verdict"]["get"]["responses"]["200"]
    assert verdict["content"]["application/json"]["example"]["code"] == "L2_BOR_UTREDAS"


def test_the_examples_are_what_the_schemas_take() -> None:
    from api.schemas import CaseInput, CaseOut, ProblemDetails, RunOut

    for model in (CaseInput, CaseOut, RunOut, ProblemDetails):
        model.model_validate(model.model_config["json_schema_extra"]["example"])  # type: ignore[index,call-overload]
