"""The documentation mentions everything that there is: every path, command, option and setting."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import typer
from pydantic_settings import BaseSettings

from api.app import create_app
from api.cli import app
from api.settings import ApiSettings
from connectors.municipal_records.columns import COLUMNS
from connectors.settings import ConnectorSettings
from screening.store.database import Database
from workers.runtime import Runtime
from workers.settings import WorkerSettings

DOCS = Path(__file__).parents[1] / "docs"


def read(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def test_every_path_of_the_api_is_in_its_documentation() -> None:
    nowhere = Database("postgresql://nobody@127.0.0.1:1/none")
    runtime = Runtime(nowhere, None, ConnectorSettings(), WorkerSettings(), "redis://127.0.0.1:1")  # type: ignore[arg-type]
    text = read("api.md")
    missing = [
        f"{method.upper()} {path}"
        for path, methods in create_app(runtime, ApiSettings()).openapi()["paths"].items()
        for method in methods
        if f"`{method.upper()} {path.removeprefix('/api/v1')}`" not in text
    ]
    assert missing == []


def commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    if isinstance(command, click.Group) or hasattr(command, "commands"):
        for child in command.commands.values():
            yield from commands(child, f"{name} {child.name}")
    else:
        yield name, command


def test_every_command_and_option_is_in_its_documentation() -> None:
    text = read("kommandon.md")
    sections = {part.split("`", 1)[0].strip(): part for part in text.split("## `")[1:]}
    found = list(commands(typer.main.get_command(app), "genomlys"))
    assert len(found) > 15
    for name, command in found:
        section = sections.get(name)
        assert section is not None, f"docs/kommandon.md has no section ## `{name}`"
        for parameter in command.params:
            for option in (*parameter.opts, *parameter.secondary_opts):
                if option.startswith("--") and option != "--help":
                    assert f"`{option}`" in section, f"{name}: {option}"


@pytest.mark.parametrize("settings", [ApiSettings, WorkerSettings, ConnectorSettings])
def test_every_setting_is_in_the_operations_documentation(settings: type[BaseSettings]) -> None:
    text = read("drift.md")
    missing = [name for name in settings.model_fields if f"`GENOMLYS_{name.upper()}`" not in text]
    assert missing == []


def test_every_heading_of_a_record_that_can_be_handed_in_is_in_its_documentation() -> None:
    """All but those that differ from another in an underscore or a full stop only."""
    text = read("underlag.md").casefold()
    missing = [
        heading
        for columns in COLUMNS.values()
        for headings in columns.headings.values()
        for heading in headings
        if heading.isalpha() and heading not in text
    ]
    assert missing == []
