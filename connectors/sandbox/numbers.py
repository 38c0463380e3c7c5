"""Numbers that belong to nobody: organisation numbers and Skatteverket's test personnummer, with valid check digits.

The check digit is computed here on its own (not with ``graph.identity``): the sandbox is the outside world, and a test
compares the two.

Organisation numbers, nine digits before the check digit:

===============  ==================================================================================================
558000000–       planted organisations (10 000)
558010000–       the register's ordinary organisations (990 000): every register of up to 990 000 stays in 558xxx
557000000–,      beyond that, a million each. 557, 555 and 554 are, like 558, believed unused: Bolagsverket went from
555…, 554…       556 straight to 559. They are used for load tests only, never in a demo.
===============  ==================================================================================================

Personnummer use birth numbers 980–999 only: 980–987 officers, 988–997 sole traders, 998–999 planted persons.
"""

from __future__ import annotations

from datetime import date, timedelta

PLANTED_BASE = 558_000_000
PLANTED_COUNT = 10_000
ORDINARY_BASE = 558_010_000
ORDINARY_COUNT = 990_000
OVERFLOW_SERIES = (557_000_000, 555_000_000, 554_000_000)
OVERFLOW_COUNT = 1_000_000
MAXIMUM = 3_200_000
"""More organisations would need more sole traders than there are test personnummer for them."""

FIRST_BIRTH = date(1940, 1, 1)
BIRTH_DAYS = 24_000
"""Dates of birth run from 1940-01-01 to 2005-09-15."""
OFFICERS_FROM, OFFICER_BLOCKS = 980, 8
SOLE_TRADERS_FROM, SOLE_TRADER_BLOCKS = 988, 10
PLANTED_FROM, PLANTED_BLOCKS = 998, 2
OFFICER_POOL = BIRTH_DAYS * OFFICER_BLOCKS
SOLE_TRADER_POOL = BIRTH_DAYS * SOLE_TRADER_BLOCKS

_MULTIPLIER = 433_494_437  # prime, so that i -> i * p + c is a permutation of both pools below
_BIRTH_STEP = 9_973  # prime, spreads neighbours' dates of birth


def luhn(digits: str) -> int:
    """Check digit (mod 10, weights 2, 1, 2 … from the left of nine digits)."""
    total = 0
    for position, character in enumerate(digits):
        product = int(character) * (2 if position % 2 == 0 else 1)
        total += product - 9 if product > 9 else product
    return -total % 10


def complete(base: int) -> str:
    """Nine digits and their check digit."""
    digits = f"{base:09d}"
    return f"{digits}{luhn(digits)}"


def check_digit_ok(number: str) -> bool:
    """Whether the last of ten digits (or of a 12-digit personnummer) is right."""
    ten = number[2:] if len(number) == 12 else number
    return len(ten) == 10 and ten.isdigit() and luhn(ten[:9]) == int(ten[9])


def planted_number(position: int) -> str:
    """Organisation number of the planted organisation number ``position``, spread over the series."""
    return complete(PLANTED_BASE + (position * 3_571 + 127) % PLANTED_COUNT)


def ordinary_base(index: int, seed: int) -> int:
    """Nine digits of the ordinary organisation ``index`` (0-based)."""
    if index < ORDINARY_COUNT:
        return ORDINARY_BASE + (index * _MULTIPLIER + seed * 7_919) % ORDINARY_COUNT
    block, place = divmod(index - ORDINARY_COUNT, OVERFLOW_COUNT)
    return OVERFLOW_SERIES[block] + (place * _MULTIPLIER + seed * 7_919) % OVERFLOW_COUNT


def ordinary_index(number: str, seed: int) -> int | None:
    """The index whose number this is, or ``None`` if the number is outside the ordinary series."""
    base = int(number[:9])
    if ORDINARY_BASE <= base < ORDINARY_BASE + ORDINARY_COUNT:
        inverse = pow(_MULTIPLIER, -1, ORDINARY_COUNT)
        return (base - ORDINARY_BASE - seed * 7_919) * inverse % ORDINARY_COUNT
    for block, series in enumerate(OVERFLOW_SERIES):
        if series <= base < series + OVERFLOW_COUNT:
            inverse = pow(_MULTIPLIER, -1, OVERFLOW_COUNT)
            return ORDINARY_COUNT + block * OVERFLOW_COUNT + (base - series - seed * 7_919) * inverse % OVERFLOW_COUNT
    return None


def personnummer(birth: date, birth_number: int) -> str:
    """Twelve digits of the test personnummer with this date of birth and birth number (980–999)."""
    if not 980 <= birth_number <= 999:
        raise ValueError("only birth numbers 980–999 are test numbers")
    digits = f"{birth:%y%m%d}{birth_number:03d}"
    return f"{birth:%Y%m%d}{birth_number:03d}{luhn(digits)}"


def pool_personnummer(index: int, first: int, blocks: int) -> str:
    """The test personnummer number ``index`` of the pool that starts at birth number ``first``."""
    block, day = divmod(index % (BIRTH_DAYS * blocks), BIRTH_DAYS)
    birth = FIRST_BIRTH + timedelta(days=(day * _BIRTH_STEP) % BIRTH_DAYS)
    return personnummer(birth, first + block)


def pool_index(number: str, first: int, blocks: int) -> int | None:
    """The index in that pool whose number this is, or ``None``."""
    try:
        birth = date(int(number[:4]), int(number[4:6]), int(number[6:8]))
    except ValueError:
        return None
    block = int(number[8:11]) - first
    days = (birth - FIRST_BIRTH).days
    if not (0 <= block < blocks and 0 <= days < BIRTH_DAYS and check_digit_ok(number)):
        return None
    return block * BIRTH_DAYS + days * pow(_BIRTH_STEP, -1, BIRTH_DAYS) % BIRTH_DAYS
