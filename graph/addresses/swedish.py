"""Swedish postal addresses: what house or box is meant, however it is written.

>>> address_key("Storgatan 12 A, lgh 1203", "111 22", "Stockholm")
'STORGATAN 12A|11122'
>>> address_key("c/o Redovisningsbyrån AB, Storg. 12A", "SE-11122", "STOCKHOLM")
'STORGATAN 12A|11122'
>>> address_key("P.O. Box 123", "111 22", "Stockholm") == address_key("BOX 123", "11122", None)
True
>>> address_key("c/o Andersson", "11122", "Stockholm") is None
True

Invariant: a key holds a place only, never the name after ``c/o`` and never a part inside the house (apartment, stair).
Equal keys mean the same house (with the entrance letter) or the same box; a key is for comparing, not for display.
Rules: SS 613401 and source reference 8.7.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import yaml

MAXIMUM_LENGTH = 200
"""No field of an address is longer; what stands beyond is not read."""

_SWEDISH_LETTERS = "ÅÄÖ"
_CARE_OF = re.compile(r"(?:^|(?<=[\s,;(]))(?:C\s*/\s*O|C\.\s?O\.|C\\O|CO/|℅|%)(?=[\s.:,]|\w|$)[\s.:]*")
_POSTAL_CODE = re.compile(r"(?:SE?\s*-?\s*)?([1-9]\d{2})\s*(\d{2})", re.ASCII)
_NUMBER = r"\d{1,4}(?:\s*[-/]\s*\d{1,4})?(?:\s*[A-HJ-ZÅÄÖ](?![A-ZÅÄÖ0-9]))?"
_STREET = re.compile(rf"(?P<street>[A-ZÅÄÖ0-9][A-ZÅÄÖ0-9 :'\-]*?[A-ZÅÄÖ:'])\s*(?P<number>{_NUMBER})(?=\s|$)")
_STREET_ENDING = re.compile(
    r"\S*(?:GATAN|GATA|VÄGEN|VÄG|GRÄND|GRÄNDEN|TORGET|TORG|PLATSEN|PLATS|PLAN|ALLÉN|ALLEN|STIGEN|STIG|BACKEN|LEDEN|"
    r"KAJEN|STRÄDET|ESPLANADEN|PARKEN|PROMENADEN|HAMNEN|BERGET|VIKEN)"
)


@cache
def _facts() -> dict[str, Any]:
    facts: dict[str, Any] = yaml.safe_load(
        resources.files("graph.addresses").joinpath("swedish.yaml").read_text(encoding="utf-8")
    )
    words = "|".join(re.escape(word).replace(r"\ ", r"\s*") for word in sorted(facts["box_words"], key=len)[::-1])
    facts["box"] = re.compile(rf"(?:^|[\s,;])(?:P\s*\.?\s*O\s*\.?\s*BOX|{words})\s*(?:NR\.?\s*)?(\d{{1,6}})(?!\d)")
    inside = "|".join(facts["inside_the_house"])
    facts["inside"] = re.compile(
        rf"[\s,;]+(?:(?:\d{{1,2}}\s*)?(?:{inside})\b\.?(?:\s*(?:[ÖNVHM]\.?\s?G\.?|\d{{1,4}}|[A-Z]))?|\d{{4}}(?=\s*$))"
    )
    facts["placeholders"] = frozenset(facts["placeholders"])
    return facts


@dataclass(frozen=True, slots=True)
class AddressParts:
    """The parts of one address in capitals; ``None`` = not stated. ``box`` and ``street`` exclude each other."""

    street: str | None
    number: str | None
    """House number, a range with a hyphen: ``12``, ``12-14``."""
    entrance: str | None
    box: str | None
    postal_code: str | None
    """Five digits of a Swedish code; otherwise the letters and digits that were given."""
    city: str | None
    care_of: bool

    @property
    def place(self) -> str | None:
        """Street and number, or the box; ``None`` when neither is known."""
        if self.box is not None:
            return f"BOX {self.box}"
        if self.street is None:
            return None
        return f"{self.street} {self.number or ''}{self.entrance or ''}".rstrip()


def analyse(street: str | None, postal_code: str | None, city: str | None, care_of: str | None = None) -> AddressParts:
    """Take an address apart. The street is looked for in ``care_of`` when ``street`` holds none (swapped fields)."""
    line, other = _clean(street), _clean(care_of)
    box = _box(line) or (_box(other) if not line else None)
    name, number, entrance = (None, None, None) if box else _street(line)
    if not box and name is None and other:
        box = _box(other)
        found = _street(other)
        if box is None and found[1] is not None:
            name, number, entrance = found
    return AddressParts(
        name, number, entrance, box, _postal_code(postal_code), _city(city), is_care_of(street, care_of)
    )


@lru_cache(maxsize=1 << 14)  # the same few addresses are asked for by every rule and every neighbour
def address_key(
    street: str | None, postal_code: str | None, city: str | None, care_of: str | None = None
) -> str | None:
    """A normalised key of the house or box, or ``None`` when nothing usable is stated.

    The town is used only where no Swedish postal code is given: registers write the same code with several towns.
    """
    parts = analyse(street, postal_code, city, care_of)
    swedish = parts.postal_code is not None and _POSTAL_CODE.fullmatch(parts.postal_code) is not None
    area = parts.postal_code if swedish else " ".join(part for part in (parts.postal_code, parts.city) if part)
    return f"{parts.place}|{area}" if parts.place and area else None


def is_box(street: str | None) -> bool:
    """Whether the line is a post-office box."""
    return _box(_clean(street)) is not None


def is_care_of(street: str | None, care_of: str | None) -> bool:
    """Whether mail goes by another's hands: the ``c/o`` field is filled, or the street line holds a ``c/o``."""
    if _CARE_OF.search(_clean(street)):
        return True
    rest = _CARE_OF.sub("", _clean(care_of)).strip(" .,;-")
    return bool(rest) and rest not in _facts()["placeholders"]


def _clean(text: str | None) -> str:
    """Capitals, single blanks, no control characters; accents other than Å Ä Ö folded."""
    if not text:
        return ""
    composed = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text[:MAXIMUM_LENGTH]).upper())
    letters = []
    for character in composed:
        if character in _SWEDISH_LETTERS:
            letters.append(character)
        elif unicodedata.category(character).startswith(("C", "Z")):
            letters.append(" ")
        else:
            letters.extend(part for part in unicodedata.normalize("NFD", character) if not unicodedata.combining(part))
    return " ".join("".join(letters).replace("–", "-").replace("—", "-").split())


def _box(line: str) -> str | None:
    match = _facts()["box"].search(line)
    return str(int(match[1])) if match else None


def _street(line: str) -> tuple[str | None, str | None, str | None]:
    """Street, number and entrance letter of a cleaned line."""
    facts = _facts()
    if not line or line in facts["placeholders"]:
        return None, None, None
    line = _without_care_of(line)
    line = facts["inside"].sub(" ", f"{line} ").strip(" ,;") if line else line
    for part in [part.strip(" .;") for part in re.split(r"[,;]", line)] if line else []:
        if not part or part in facts["placeholders"]:
            continue
        text = _written_out(part)
        match = _STREET.search(text)
        if match:
            number = re.sub(r"\s", "", match["number"])
            letter = number[-1] if number[-1].isalpha() else None
            digits = number[:-1] if letter else number
            return _plain(match["street"]), "-".join(str(int(n)) for n in re.split(r"[-/]", digits)), letter
        plain = _plain(text)
        if sum(character.isalpha() for character in plain) >= 3:
            return plain, None, None
    return None, None, None


def _without_care_of(line: str) -> str:
    """``line`` without ``c/o`` and the name that follows it, up to the comma or to the street that follows."""
    match = _CARE_OF.search(line)
    if match is None:
        return line
    before, after = line[: match.start()].rstrip(" ,;"), line[match.end() :]
    _, comma, rest = after.partition(",")
    if comma:
        return f"{before}, {rest.strip()}" if before else rest.strip()
    if before:
        return before
    street = _STREET_ENDING.search(_written_out(after))
    return _written_out(after)[street.start() :] if street else ""


def _written_out(text: str) -> str:
    """Abbreviated words and endings written out where the dot or colon shows that they are abbreviations."""
    facts = _facts()
    words = text.split()
    for position, word in enumerate(words):
        following = words[position + 1] if position + 1 < len(words) else ""
        if word in facts["leading_words"] and following[:1].isalpha():
            words[position] = facts["leading_words"][word]
        elif following[:1].isdigit():
            for ending, full in facts["endings"].items():
                if word.endswith(ending) and len(word) > len(ending) + 2:
                    words[position] = word[: -len(ending)] + full
                    break
    return " ".join(words)


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^A-ZÅÄÖ0-9]+", " ", text).split())


def _postal_code(text: str | None) -> str | None:
    cleaned = _clean(text)
    match = _POSTAL_CODE.fullmatch(cleaned)
    if match:
        return match[1] + match[2]
    return _plain(cleaned).replace(" ", "") or None


def _city(text: str | None) -> str | None:
    plain = _plain(_clean(text))
    return plain if plain and plain not in _facts()["placeholders"] else None
