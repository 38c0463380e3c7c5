"""``genomlys match``: two names side by side, with the reasons in words."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.markup import escape

from api.cli.output import console, emit, refuse
from graph.matching.pairs import SCHEMAS, compare_pair
from graph.names import DEFAULT_THRESHOLD

MAXIMUM_NAME = 100_000
"""Characters of a name that are taken; what is longer is no name."""


def match(
    left: Annotated[str, typer.Argument(help="One name.")],
    right: Annotated[str, typer.Argument(help="The other name.")],
    schema: Annotated[str, typer.Option(help="What is named: " + ", ".join(SCHEMAS) + ".")] = "Company",
    threshold: Annotated[float, typer.Option(min=0.0, max=1.0, help="Score from which two names match.")] = (
        DEFAULT_THRESHOLD
    ),
    left_number: Annotated[str | None, typer.Option(help="Organisation number of the one.")] = None,
    right_number: Annotated[str | None, typer.Option(help="Organisation number of the other.")] = None,
    english: Annotated[bool, typer.Option("--english", help="Explanation in English.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Compare two names: score, verdict and why. A name alone never proves that two are one."""
    if schema not in SCHEMAS:
        refuse(f"there is no schema {schema!r}; the schemas are {', '.join(SCHEMAS)}")
    one: dict[str, str] = {"name": left[:MAXIMUM_NAME]}
    other: dict[str, str] = {"name": right[:MAXIMUM_NAME]}
    if left_number and right_number:
        one["registrationNumber"], other["registrationNumber"] = left_number, right_number
    found = compare_pair(one, other, schema, threshold=threshold)
    if as_json:
        emit(
            {
                "left": left[:200],
                "right": right[:200],
                "schema": schema,
                "score": found.score,
                "match": found.match,
                "threshold": threshold,
                "explanation_sv": found.explanation.sv,
                "explanation_en": found.explanation.en,
                "parts": [asdict(part) for part in found.parts],
                "left_only": list(found.names.left_only),
                "right_only": list(found.names.right_only),
                "notes": list(found.names.notes),
            }
        )
        return
    verdict = ("samma" if found.match else "inte samma", "the same" if found.match else "not the same")
    console.print(f"{found.score:.2f}  {verdict[1] if english else verdict[0]}", highlight=False)
    console.print(escape(found.explanation.en if english else found.explanation.sv), highlight=False, soft_wrap=True)
