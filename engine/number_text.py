"""Numbers as people and spreadsheets write them, with either decimal mark: ``1,5``, ``1 000``, ``1.234,5``, ``3e-4``.

A text is a number as a whole or not at all: the beginning of ``1,5`` is never taken for 1. Where a comma or a point may
part thousands or begin the decimals, both readings are given, and whoever asks decides by what it asks for:

- ``whole_number`` takes marks for those of thousands, since a whole number has no decimals: 1,000 and 1.000 are 1000,
  and 1,5 is none.
- ``real_number`` takes a point alone for the decimal mark, as the program itself writes it: 1.000 is 1. A comma alone
  before exactly three digits can be meant either way and is refused: 1,000 is 1000 here and 1 there. Any other text
  has one reading: 1,5 and 1.234,5 and 1.234.567.
- Tables decide by the other numbers in them; see ``engine.data.tables.marks``.

Digits of every script count, and so do the signs and spaces that look like the usual ones.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass

LONGEST = 400
"""Characters of a number; what is longer is none."""

_SAME = str.maketrans(
    {
        "\u2212": "-",  # minus sign
        "\u2010": "-",  # hyphen
        "\u2011": "-",  # hyphen that does not break
        "\u2013": "-",  # en dash, which word processors make of a hyphen
        "\ufe63": "-",  # small hyphen-minus
        "\uff0d": "-",  # full-width hyphen-minus
        "\uff0b": "+",
        "\uff0e": ".",
        "\uff0c": ",",
        "\uff25": "E",
        "\uff45": "e",
        "\u2019": "'",  # the apostrophe of typography
        "\uff07": "'",
        "\u00a0": " ",  # space that does not break
        "\u202f": " ",  # the same, narrow: what French and Swiss thousands are parted by
        "\u2009": " ",  # thin space
        "\u2007": " ",  # space as wide as a figure
        "\u066c": "'",  # Arabic mark of thousands: never a decimal mark
        **dict.fromkeys("\u200e\u200f\u061c\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff"),  # no width at all
    }
)
_ARABIC_DECIMAL = "\u066b"

_PARTS = re.compile(r"([+-]?)([0-9.,' _]*)(?:[eE]([+-]?[0-9]{1,6}))?")
_EVERY_THIRD = re.compile(r"[1-9][0-9]{0,2}(?:([.,' _])[0-9]{3})(?:\1[0-9]{3})*")
_INDIAN = re.compile(r"[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}")


class NotANumber(ValueError):
    """A text is no number; ``readings`` are what it can mean where it can mean two, as the numbers would be typed."""

    def __init__(self, text: str, readings: tuple[str, ...] = ()) -> None:
        super().__init__(text)
        self.readings = readings


@dataclass(frozen=True)
class Reading:
    """One way to read a text: ``digits`` as Python writes them; ``decimals`` says that it has a decimal mark."""

    digits: str
    decimals: bool

    @property
    def value(self) -> float:
        """The number; infinite where it is too large for a float."""
        return float(self.digits)

    @property
    def plain(self) -> str:
        """The number without needless signs and zeros, to be typed again."""
        return f"{self.value:.10g}"


@dataclass(frozen=True)
class Readings:
    """What a text means where the point is the decimal mark, and where the comma is; None where it means nothing."""

    point: Reading | None
    comma: Reading | None

    @property
    def differ(self) -> bool:
        """Whether the text is a number with both marks, and not the same one."""
        return self.point is not None and self.comma is not None and self.point.digits != self.comma.digits


def readings(text: str, *, underscores: bool = True) -> Readings:
    """Both ways to read ``text``. ``underscores`` may part thousands where a person types, not in a table."""
    text = plain_letters(text)
    if _ARABIC_DECIMAL in text:  # nothing else is meant by it, so that neither mark may be
        only = None if "." in text or "," in text else _read(text.replace(_ARABIC_DECIMAL, "."), ".", underscores)
        return Readings(only, only)
    return Readings(_read(text, ".", underscores), _read(text, ",", underscores))


def plain_letters(text: str) -> str:
    """``text`` without blanks around it, with ASCII digits, signs and blanks in place of those that mean the same."""
    if not text.isascii():
        text = text.translate(_SAME)
        text = "".join(str(unicodedata.decimal(letter, letter)) for letter in text)
    return text.strip()


def whole_number(text: str) -> int:
    """The whole number that ``text`` is, such as 1000 for 1,000. Raises NotANumber: 1,5, 2.0, 1e-3."""
    found = readings(text)
    for reading in (found.point, found.comma):
        if reading is not None and not reading.decimals and "e" not in reading.digits:
            return int(reading.digits)
    alone = [reading for reading in (found.point, found.comma) if reading is not None and "e" in reading.digits]
    if alone:
        value = _measured(text, alone[0])
        if math.isfinite(value) and value == int(value):
            return int(value)  # 1e3 and 1.5e3
    raise NotANumber(text)


def real_number(text: str) -> float:
    """The number that ``text`` is, such as 1.5 for 1,5. Raises NotANumber, with both readings for 1,500."""
    found = readings(text)
    if found.point is not None and found.comma is not None and found.differ and "," in plain_letters(text):
        raise NotANumber(text, (found.point.plain, found.comma.plain))
    reading = found.point or found.comma
    if reading is None:
        raise NotANumber(text)
    return _measured(text, reading)


def _measured(text: str, reading: Reading) -> float:
    value = reading.value
    if value == 0 and any(digit in "123456789" for digit in reading.digits.partition("e")[0]):
        raise NotANumber(text)  # smaller than floats are, which is not the same as 0
    return value


def _read(text: str, mark: str, underscores: bool) -> Reading | None:
    """The number in ``text``, whose decimal mark, if it has any, is ``mark``."""
    parts = _PARTS.fullmatch(text) if len(text) <= LONGEST else None
    if parts is None or ("_" in text and not underscores):
        return None
    sign, number, exponent = parts.groups()
    before, found, after = number.partition(mark)
    if (after and not after.isdecimal()) or not (before or after):
        return None
    if before and not before.isdecimal():
        grouped = _EVERY_THIRD.fullmatch(before) or (_INDIAN.fullmatch(before) if mark == "." else None)
        if grouped is None or exponent is not None:
            return None
        before = re.sub("[^0-9]", "", before)
    digits = f"{sign}{before or '0'}{'.' + after if after else ''}"
    return Reading(digits + (f"e{exponent}" if exponent is not None else ""), bool(found))


def rounded(value: float, digits: int = 4) -> str:
    """A measured number as one reads it, to ``digits`` significant ones: 273,800, 1.992, 0.00004325.

    Only what would have more than five zeros behind the point, or fifteen digits before it, has an exponent.
    """
    if not math.isfinite(value):
        return str(value)
    if not value:
        return "0"
    place = digits - 1 - int(f"{value:.{digits - 1}e}".partition("e")[2])
    if not digits - 16 < place < digits + 6:
        return f"{value:.{digits}g}"
    written = f"{round(value, place):,.{max(place, 0)}f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def range_words(low: float, high: float) -> str:
    """The smallest and the largest of some numbers: 0.5 to 1,200; 1998 to 2024, for these are years."""
    if all(value == int(value) and 1000 <= value < 3000 for value in (low, high) if math.isfinite(value)):
        return f"{low:.0f} to {high:.0f}"
    return f"{rounded(low)} to {rounded(high)}"
