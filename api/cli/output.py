"""What every command shares: exit codes, JSON output, messages on the error stream."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from api.opening import CannotOpenError
from connectors.base import MalformedContent, SourceFailure
from screening.store.errors import StoreError

console = Console()
errors = Console(stderr=True)


ACTOR = "command line"
"""Who the database and the audit trail say that it was."""


class Exit(IntEnum):
    """Exit codes, documented in ``genomlys --help`` and ``docs/kommandon.md``."""

    DONE = 0
    FAILED = 1
    BAD_INPUT = 2
    INCOMPLETE = 3


def emit(value: Any) -> None:
    """Print ``value`` as JSON (dates in ISO 8601), for programs."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=_encode) + "\n")


def _encode(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value)


def refuse(message: str, code: Exit = Exit.BAD_INPUT) -> NoReturn:
    """End the command with a message."""
    errors.print(f"[red]error:[/red] {escape(message)}", highlight=False, soft_wrap=True)
    raise typer.Exit(int(code))


def read_whole(path: Path, limit: int) -> bytes:
    """The first ``limit`` bytes of a file: enough for the reader to see that it is too large."""
    with path.open("rb") as file:
        return file.read(limit)


@contextmanager
def clear_messages() -> Iterator[None]:
    """Turn the failures a user can do something about into a message and an exit code."""
    try:
        yield
    except MalformedContent as problem:
        refuse(problem.text.both)
    except (CannotOpenError, StoreError) as problem:
        refuse(str(problem))
    except SourceFailure as failure:
        refuse(failure.text.both, Exit.FAILED)
    except FileNotFoundError as missing:
        refuse(f"{missing.filename}: there is no such file")
    except IsADirectoryError as directory:
        refuse(f"{directory.filename}: is a directory; give a file")
    except PermissionError as forbidden:
        refuse(f"{forbidden.filename}: may not be read")
    except TimeoutError as late:
        refuse(str(late), Exit.FAILED)


def progress(label: str, *, quiet: bool = False) -> Callable[[int, int | None], None]:
    """A progress line on the error stream: call with (done, total or ``None``)."""
    if quiet or not errors.is_terminal:
        return lambda done, total: None
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=errors, transient=True,
    )  # fmt: skip
    bar.start()
    task = bar.add_task(label, total=None)

    def update(done: int, total: int | None) -> None:
        bar.update(task, completed=done, total=total)
        if total is not None and done >= total:
            bar.stop()

    return update
