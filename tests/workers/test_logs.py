"""No personnummer reaches a log, whichever way it came into a message."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from workers.logs import MASK, mask, mask_values


def luhn(nine: str) -> str:
    digits = [int(digit) * (2 - index % 2) for index, digit in enumerate(nine)]
    return str(-sum(digit // 10 + digit % 10 for digit in digits) % 10)


@st.composite
def personal_numbers(draw: st.DrawFn) -> str:
    """Skatteverket's test numbers: birth numbers 980–999."""
    born = draw(st.dates(date(1900, 1, 1), date(2026, 1, 1)))
    day = born.day + (60 if draw(st.booleans()) else 0)
    nine = f"{born:%y%m}{day:02}{draw(st.integers(980, 999))}"
    tail = nine[6:] + luhn(nine)
    return draw(st.sampled_from(["", f"{born.year // 100}"])) + nine[:6] + draw(st.sampled_from(["", "-", "+"])) + tail


@given(personal_numbers(), st.text(alphabet=st.characters(exclude_categories=["Nd"]), max_size=20))
def test_a_number_in_any_text_is_masked(number, text):
    assert mask(f"{text}{number}{text}") == f"{text}{MASK}{text}"


@given(personal_numbers())
def test_a_number_anywhere_in_an_event_is_masked(number):
    event = {"a": number, "b": {"c": [number, {"d": (number,)}]}, "antal": 5}
    written = json.dumps(mask_values(None, "info", event))
    assert number not in written
    assert written.count(MASK) == 3


@given(st.integers(2, 9), st.integers(10, 99), st.integers(10**6, 10**7 - 1))
def test_an_organisation_number_is_not_a_personnummer(third, first, rest):
    number = f"{first}{third}{rest}"
    assert mask(number) == number
    assert mask(f"{number[:6]}-{number[6:]}") == f"{number[:6]}-{number[6:]}"


def test_library_logs_and_tracebacks_are_masked_json_lines():
    program = (
        "import logging, structlog\n"
        "from workers.logs import configure\n"
        "configure()\n"
        "hemlig = '19800101-9809'\n"
        "logging.getLogger('bibliotek').error('nummer %s \"citat\"', hemlig)\n"
        "try:\n"
        "    raise ValueError(hemlig)\n"
        "except ValueError:\n"
        "    logging.getLogger('bibliotek').exception('fel')\n"
        "    structlog.get_logger().exception('fel')\n"
    )
    written = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stderr
    lines = [json.loads(line) for line in written.splitlines()]
    assert len(lines) == 3
    assert "9809" not in written.replace("'19800101-9809'", "") or "19800101" not in written
    assert "ValueError" in written
