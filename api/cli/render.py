"""How a screening looks in a terminal: outcome first, then why, then what could not be checked."""

from __future__ import annotations

from typing import Any

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text as RichText

from screening.texts import text

BRIEF_NOT_CHECKED = 3
"""Lines of what could not be checked, per party, when a long case is shown in brief."""
STYLES = {"L0": "green", "L1": "cyan", "L2": "yellow", "L3": "dark_orange", "L4": "red", "LX": "magenta"}


def level_label(level: int, complete: bool, language: str) -> RichText:
    """A level as people read it: an incomplete screening is never shown as clean."""
    shown = "LX" if not complete else f"L{level}"
    words = getattr(text(f"level.{shown}"), language)
    if not complete and level > 0:
        words += f" ({getattr(text('level.so_far'), language)} L{level})"
    return RichText(f"{shown} {words}", style=f"bold {STYLES[shown]}")


def case_panel(
    case: dict[str, Any], screening: dict[str, Any], language: str, *, brief: bool = False
) -> RenderableType:
    """One case: a heading, and each party with its outcome. ``brief`` leaves out parties without findings."""
    blocks: list[RenderableType] = []
    shown = 0
    for verdict in screening["parties"]:
        if brief and verdict["level"] == 0 and verdict["complete"]:
            continue
        shown += 1
        blocks.append(_party(verdict, screening, language, brief=brief))
    hidden = len(screening["parties"]) - shown
    if hidden:
        blocks.append(RichText(getattr(text("report.parties_without_remarks", count=str(hidden)), language), "dim"))
    blocks.append(_coverage(screening, language))
    if judged := screening.get("identities"):
        blocks.append(RichText(getattr(text("report.identities"), language) + ":", style="magenta"))
        blocks += [_bullet("–", entry["statement"][language]) for entry in judged]
    for notice in screening["notices"]:
        blocks.append(_bullet("•", notice[language]))
    kind = getattr(text("case_kind." + case["kind"]), language)
    title = f"{case['reference']} · {kind}"
    if case["title"]:
        blocks.insert(0, RichText(case["title"], style="bold"))
    return Panel(
        Group(level_label(screening["level"], screening["complete"], language), *blocks),
        title=escape(title),
        title_align="left",
        subtitle=f"sha256 {screening.get('sha256', '')[:16]}" if screening.get("sha256") else None,
        subtitle_align="right",
    )


def _bullet(mark: str, words: str) -> RenderableType:
    row = Table.grid(padding=(0, 1, 0, 0))
    row.add_row(mark, RichText(words))
    return row


def _party(verdict: dict[str, Any], screening: dict[str, Any], language: str, *, brief: bool) -> RenderableType:
    findings = {finding["id"]: finding for finding in screening["findings"]}
    heading = RichText()
    heading.append(verdict["name"], style="bold")
    heading.append(f"  {display_key(verdict['party'])}  {getattr(text('role.' + verdict['role']), language)}  ", "dim")
    heading.append_text(level_label(verdict["level"], verdict["complete"], language))
    lines: list[RenderableType] = [heading]
    for identifier in verdict["findings"]:
        finding = findings[identifier]
        line = RichText(f"{finding['indicator']} ", style=f"bold {STYLES['L' + str(finding['level'])]}")
        line.append(finding["statement"][language], style="default")
        places = sorted({evidence["source"] for evidence in finding["evidence"]})
        line.append(f"  [{', '.join(places)}]", style="dim")
        lines.append(Padding(line, (0, 0, 0, 2)))
        for reference in finding["legal"]:
            force = getattr(text("force." + reference["force"]), language)
            lines.append(
                Padding(RichText(f"{reference['statute']} {reference['section']} ({force})", "dim"), (0, 0, 0, 9))
            )
    if verdict["not_checked"]:
        label = getattr(text("report.not_checked"), language)
        lines.append(Padding(RichText(f"{label}:", style="magenta"), (0, 0, 0, 2)))
        shown = verdict["not_checked"][:BRIEF_NOT_CHECKED] if brief else verdict["not_checked"]
        lines += [Padding(_bullet("–", entry[language]), (0, 0, 0, 2)) for entry in shown]
        if hidden := len(verdict["not_checked"]) - len(shown):
            more = getattr(text("report.more", count=str(hidden)), language)
            lines.append(Padding(RichText(more, style="dim"), (0, 0, 0, 4)))
    return Padding(Group(*lines), (1, 0, 0, 0))


def _coverage(screening: dict[str, Any], language: str) -> RenderableType:
    table = Table(box=None, padding=(0, 1, 0, 0), title_justify="left")
    columns = ("answered", "partial", "not_found", "no_answer", "not_asked")
    table.add_column(getattr(text("report.source"), language), style="dim", no_wrap=True)
    for column in columns:
        table.add_column(getattr(text("coverage." + column), language), justify="right")
    counts: dict[str, dict[str, int]] = {}
    for row in screening["coverage"]:
        by_status = counts.setdefault(row["source"], {})
        by_status[row["status"]] = by_status.get(row["status"], 0) + 1
    for source in sorted(counts):
        table.add_row(source, *(str(counts[source].get(column, "")) for column in columns))
    return Padding(table, (1, 0, 0, 0))


def display_key(key: str) -> str:
    """An entity key as people read it: an organisation number with its hyphen; a person is never shown by key."""
    if key.startswith("SE:ORG:"):
        number = key.removeprefix("SE:ORG:")
        return f"{number[:6]}-{number[6:]}"
    return "person" if key.startswith("PERSON:") else key


def print_case(
    console: Console, case: dict[str, Any], screening: dict[str, Any], language: str, *, brief: bool
) -> None:
    """Print one case's outcome."""
    console.print(case_panel(case, screening, language, brief=brief))
