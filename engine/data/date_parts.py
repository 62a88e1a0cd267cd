"""Dates and times as numbers: the days since the year 2000, and places on circles for month, weekday and time of day.

A circle is given as a sine and a cosine, so that December lies beside January and 23:59 beside midnight. Nothing here
is measured: a moment becomes the same numbers whatever other rows there are, and only the training rows say, later,
what their mean and deviation are.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Sequence
from enum import StrEnum
from functools import cache

_DAYS = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y",
    "%m-%d-%Y", "%d/%m/%y", "%m/%d/%y", "%Y-%m",
)  # fmt: skip
_TIMES = ("", " %H:%M", " %H:%M:%S", "T%H:%M:%S", "T%H:%M", " %H:%M:%S.%f", "T%H:%M:%S.%f", "T%H:%M:%S%z", " %I:%M %p")
TIMES_OF_DAY = ("%H:%M", "%H:%M:%S")
FORMATS = (*(day + time for day in _DAYS for time in _TIMES), *TIMES_OF_DAY)
"""How dates and times may be written."""
_PIECES = {
    "Y": r"(?P<Y>[0-9]{4})",
    "y": r"(?P<y>[0-9]{2})",
    "m": r"(?P<m>1[0-2]|0[1-9]|[1-9])",
    "d": r"(?P<d>3[01]|[12][0-9]|0[1-9]|[1-9])",
    "H": r"(?P<H>2[0-3]|[01][0-9]|[0-9])",
    "I": r"(?P<I>1[0-2]|0[1-9]|[1-9])",
    "M": r"(?P<M>[0-5][0-9]|[0-9])",
    "S": r"(?P<S>[0-5][0-9]|[0-9])",
    "f": r"(?P<f>[0-9]{1,6})",
    "p": r"(?P<p>[AaPp][Mm])",
    "z": r"(?P<z>[+-][0-9]{2}:?[0-9]{2})",
}
"""What may stand for each part of a date."""
_EPOCH = datetime.datetime(1970, 1, 1)
_ORIGIN = datetime.datetime(2000, 1, 1)
_DAY = 86_400
_LATEST = datetime.datetime(9999, 12, 31, 23, 59, 59)


class DatePart(StrEnum):
    """What of a moment a network is given."""

    DAYS = "days"
    """Days since 1 January 2000, with their fraction: one number."""
    MONTH = "month"
    WEEKDAY = "weekday"
    HOUR = "hour"

    @property
    def columns(self) -> tuple[str, ...]:
        """What the numbers that it becomes are called."""
        return (self.value,) if self is DatePart.DAYS else (f"{self.value} sin", f"{self.value} cos")


def read(text: str, written: str) -> datetime.datetime | None:
    """The moment in a text, in universal time where it names a zone; None where it is not so ``written``.

    As ``strptime``, which takes five times as long.
    """
    found = _pattern(written).fullmatch(text.removesuffix("Z"))
    if found is None:
        return None
    said = found.groupdict()
    year, hour = int(said.get("Y") or said.get("y") or 1900), int(said.get("H") or said.get("I") or 0)
    if "y" in said:
        year += 2000 if year < 69 else 1900
    if "p" in said:
        hour = hour % 12 + 12 * (said["p"] in ("pm", "PM", "Pm", "pM"))
    rest = (int(said.get("M") or 0), int(said.get("S") or 0), int((said.get("f") or "0").ljust(6, "0")))
    try:
        moment = datetime.datetime(year, int(said.get("m") or 1), int(said.get("d") or 1), hour, *rest)
        return moment - _zone(said["z"]) if "z" in said else moment
    except (ValueError, OverflowError):
        return None


def _zone(text: str) -> datetime.timedelta:
    """How far a zone such as +02:00 is ahead."""
    away = datetime.timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return -away if text[0] == "-" else away


@cache
def _pattern(written: str) -> re.Pattern[str]:
    found = re.sub("%([a-zA-Z])", lambda match: _PIECES[match[1]], re.sub("([./-])", r"[\1]", written))
    return re.compile(found.replace(" ", " +"))


def seconds(moment: datetime.datetime) -> float:
    """Seconds since 1970."""
    return (moment - _EPOCH).total_seconds()


def at_seconds(since: float, written: str) -> str:
    """The moment so many seconds after the year 1970 began, as dates are ``written``."""
    return (_EPOCH + datetime.timedelta(seconds=round(since))).strftime(written.replace("%z", "Z"))


def numbers(moment: datetime.datetime, parts: Sequence[str]) -> list[float]:
    """The numbers that a moment becomes, those of each of its ``parts``."""
    found: list[float] = []
    for part in parts:
        if part == DatePart.DAYS:
            found.append((moment - _ORIGIN).total_seconds() / _DAY)
            continue
        angle = 2 * math.pi * _turn(moment, part)
        found += [math.sin(angle), math.cos(angle)]
    return found


def _turn(moment: datetime.datetime, part: str) -> float:
    """How much of its circle a moment has gone through, 0 ≤ … < 1."""
    if part == DatePart.MONTH:
        return (moment.month - 1 + (moment.day - 1) / 31) / 12
    if part == DatePart.WEEKDAY:
        return moment.weekday() / 7
    return (moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6) / _DAY


def told(values: Sequence[float], parts: Sequence[str], written: str) -> str:
    """What stands in a table for the numbers that a moment becomes: the inverse of ``numbers``, as far as they tell."""
    moment, at = _ORIGIN, 0
    for part in parts:
        if part == DatePart.DAYS:
            days = min(max(values[at], -700_000.0), 2_900_000.0)
            moment = min(_ORIGIN + datetime.timedelta(days=days), _LATEST)
            at += 1
            continue
        if part == DatePart.HOUR and (DatePart.DAYS not in parts or "%H" in written or "%I" in written):
            turn = math.atan2(values[at], values[at + 1]) / (2 * math.pi) % 1
            moment = _at_time_of_day(moment, turn * _DAY)
        at += 2
    return moment.strftime(written.replace("%z", "Z"))


def _at_time_of_day(moment: datetime.datetime, into: float) -> datetime.datetime:
    """The moment nearest to ``moment`` that is so many seconds into its day: the circle is finer than the days are."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    found = midnight + datetime.timedelta(seconds=min(round(into), _DAY - 1))
    if found - moment > datetime.timedelta(hours=12) and midnight > datetime.datetime(1, 1, 2):
        return found - datetime.timedelta(days=1)
    if moment - found > datetime.timedelta(hours=12) and midnight < datetime.datetime(9999, 12, 30):
        return found + datetime.timedelta(days=1)
    return found


def in_words(written: str) -> str:
    """How dates are written, by an example: 2024-12-31."""
    return datetime.datetime(2024, 12, 31, 18, 30, 59).strftime(written.replace("%z", "Z"))
