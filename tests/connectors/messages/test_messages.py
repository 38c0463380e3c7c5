"""The catalogue of connectors' messages: complete, used, in both languages, without personal numbers."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import messages
from connectors.base import FailureReason, MalformedContent, SourceFailure
from connectors.messages import message
from graph.identity import personnummer
from graph.text import Text, placeholders

ROOT = Path(messages.__file__).parents[2]
PACKAGES = ("api", "workers", "screening", "connectors")
NEVER = re.compile(r"skyldig|kriminell|godkän|riskpoäng|guilty|criminal", re.IGNORECASE)


def calls(*names: str) -> Iterator[tuple[str, ast.Call]]:
    """(file and line, call) of every call of a function or class with one of ``names``."""
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            if "sandbox" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    name = getattr(node.func, "id", getattr(node.func, "attr", None))
                    if name in names:
                        yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def test_every_message_that_is_asked_for_exists_with_the_values_it_needs() -> None:
    wrong = []
    for where, call in calls("message"):
        key = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
        found = messages.load().get(str(key))
        given_values = {keyword.arg for keyword in call.keywords}
        if found is None or len(call.args) != 1 or placeholders(found.sv) != given_values:
            wrong.append((where, key))
    assert wrong == []


def test_every_message_is_used() -> None:
    used = {call.args[0].value for _where, call in calls("message") if isinstance(call.args[0], ast.Constant)}
    assert sorted(set(messages.load()) - used) == []


def test_places_read_the_same_in_both_languages() -> None:
    swedish = []
    for where, call in calls("MalformedContent", "WrongEncoding", "TruncatedContent", "RejectedRow", "reject"):
        for argument in call.args:
            if isinstance(argument, ast.Constant | ast.JoinedStr):
                parts = [part.value for part in ast.walk(argument) if isinstance(part, ast.Constant)]
                words = " ".join(part for part in parts if isinstance(part, str))
                if re.search(r"[åäö]|\b(rad|kolumn|tecken|arkivet)\b", words, re.IGNORECASE):
                    swedish.append((where, words))
    assert swedish == []


def test_no_message_uses_a_forbidden_word_or_ends_with_a_full_stop() -> None:
    said = [(key, text) for key, each in messages.load().items() for text in (each.sv, each.en)]
    assert [key for key, text in said if NEVER.search(text) or text.endswith(".") or text != text.strip()] == []


PERSON_NUMBERS = (
    st.dates()
    .filter(lambda day: 1900 < day.year < 2026)
    .flatmap(
        lambda day: st.builds(
            lambda serial, joint: f"{day:%Y%m%d}{joint}{serial}{_check_digit(f'{day:%y%m%d}{serial}')}",
            st.integers(980, 999),
            st.sampled_from(["", "-"]),
        )
    )
)


def _check_digit(nine: str) -> int:
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(nine))
    return -sum(value // 10 + value % 10 for value in doubled) % 10


@given(PERSON_NUMBERS, st.sampled_from(["", "<", "Testa "]))
def test_no_personal_number_comes_through_a_value(number: str, before: str) -> None:
    assert personnummer.is_valid(number)
    said = message("ssbt.other_answer", element=f"{before}{number}", expected=Text(number, number))
    assert number[-4:] not in said.sv.replace(number[:8], "")
    assert number[-4:] not in said.en.replace(number[:8], "")


def test_an_unknown_key_or_a_missing_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        message("no.such")
    with pytest.raises(KeyError):
        message("row.columns", found=1)


def test_malformed_content_says_what_where_and_what_to_do_in_both_languages() -> None:
    error = MalformedContent("prov", message("xml.entity"), "row 3, column 4", message("remedy.fetch_unsaved"))
    assert str(error) == (
        "prov: the XML document uses an entity that is not allowed (row 3, column 4). "
        "Fetch the file again without opening and saving it"
    )
    assert error.text.en == str(error)
    assert error.text.sv == (
        "prov: XML-dokumentet använder en otillåten entitet (row 3, column 4). "
        "Hämta filen på nytt utan att öppna och spara om den"
    )
    assert MalformedContent("prov", message("content.empty")).text == Text(
        "prov: innehållet är tomt", "prov: the content is empty"
    )


def test_a_silent_source_says_why_in_both_languages() -> None:
    failure = SourceFailure("prov", FailureReason.TIMEOUT, message("ask.timeout"))
    assert str(failure) == "prov: timeout: no answer within the time allowed"
    assert failure.text.sv == "prov: timeout: inget svar inom tillåten tid"
    assert str(SourceFailure("prov", FailureReason.STALE)) == "prov: stale"
