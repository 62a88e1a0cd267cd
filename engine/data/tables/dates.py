"""Dates and times as they stand in tables, as seconds that can be put in order.

How they are written is judged from all of them: a date such as 3/4/2024 is read by the one order of day and month that
all others allow, and refused where both do.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.data import date_parts
from engine.data.dataset import DataError
from engine.data.date_parts import FORMATS, TIMES_OF_DAY, DatePart
from engine.data.table_reading import AUTO, DAY_FIRST, MONTH_FIRST
from engine.text import brief

_TRIED = 200
"""Texts by which it is judged which ways of writing can be meant at all."""
_MOSTLY = 0.95
"""Dates are written in a way when this share of the rows is."""
_OTHER_ORDER = {DAY_FIRST: ("%m/", "%m-"), MONTH_FIRST: ("%d/", "%d-")}


def moments(name: str, texts: Iterable[str], missing: NDArray[np.bool_], order: str = AUTO) -> NDArray[np.float64]:
    """Seconds since 1970 for each of the ``texts`` of the column ``name``, NaN for those ``missing``.

    ``order`` is DAY_FIRST or MONTH_FIRST where it is known which stands before the other. Raises DataError where they
    are no dates, are not written alike, or could be read in two ways.
    """
    known = [(at, text) for at, text in enumerate(texts) if not missing[at]]
    found = np.full(len(missing), np.nan)
    against = _OTHER_ORDER.get(order, ())
    fitting = [one for one in FORMATS if not one.startswith(against) and known and _read(known[0][1], one) is not None]
    for _, text in known:
        fitting = [one for one in fitting if _read(text, one) is not None]
        if not fitting:
            raise DataError(
                f"Time: {brief(text)} in the column {name} is neither a number nor a date written as the "
                "others. Write dates as 2024-12-31, or choose another column."
            )
    read = [[_read(text, one) for _, text in known] for one in fitting]
    if any(one != read[0] for one in read[1:]):
        raise DataError(
            f"Time: the dates in the column {name}, such as {brief(known[0][1])}, may have the day first or the month. "
            "Write them as 2024-12-31, or choose which is first."
        )
    for (at, _), moment in zip(known, read[0] if read else [], strict=True):
        assert moment is not None
        found[at] = moment
    return found


def way_of_writing(
    name: str, texts: Sequence[str], counts: Sequence[int], order: str = AUTO
) -> tuple[str, list[datetime.datetime | None]]:
    """How nearly all of the ``texts`` of the column ``name``, which have ``counts`` rows, are written: one of FORMATS,
    and the moment in each of them.

    ``order`` is DAY_FIRST or MONTH_FIRST where it is known which stands before the other. Raises DataError where they
    are no dates, are not written alike, or could be read in two ways.
    """
    step = max(1, len(texts) // _TRIED)
    tried = texts[::step]
    rows, best = sum(counts), list[tuple[int, str, list[datetime.datetime | None]]]()
    for one in FORMATS:
        if one.startswith(_OTHER_ORDER.get(order, ())):
            continue
        if sum(date_parts.read(text, one) is not None for text in tried) < _MOSTLY * len(tried) - 1:
            continue
        found = in_column(texts, one)
        fit = sum(count for moment, count in zip(found, counts, strict=True) if moment is not None)
        if fit and fit >= _MOSTLY * rows:
            best.append((fit, one, found))
    if not best:
        shown = f" {brief(texts[0])} is one of its values." if texts else ""
        raise DataError(
            f"{name} cannot be read as dates, all written alike.{shown} Write them as 2024-12-31 or 2024-12-31 18:30, "
            "or choose another type."
        )
    pairs = [(a, b) for _, _, found in best[1:] for a, b in zip(best[0][2], found, strict=True)]
    if any(a is not None and b is not None and a != b for a, b in pairs):
        raise DataError(
            f"The dates in the column {name}, such as {brief(texts[0])}, may have the day first or the month. Write "
            "them as 2024-12-31, choose which is first, or choose another type."
        )
    _, written, found = max(best, key=lambda one: one[0])
    return written, found


def in_column(texts: Iterable[str], written: str) -> list[datetime.datetime | None]:
    """The moment in each of the texts, None where it is not so ``written``."""
    return [date_parts.read(text, written) for text in texts]


def varying(moments: Sequence[datetime.datetime], written: str) -> tuple[str, ...]:
    """The parts in which the moments, written so, are not all alike."""
    days = {moment.date() for moment in moments}
    alike = {
        DatePart.DAYS: len(set(moments)),
        DatePart.MONTH: len({(day.month, day.day) for day in days}),
        DatePart.WEEKDAY: len({day.weekday() for day in days}),
        DatePart.HOUR: len({moment.time() for moment in moments}),
    }
    parts = [DatePart.HOUR] if written in TIMES_OF_DAY else list(DatePart)
    return tuple(part.value for part in parts if alike[part] > 1)


def _read(text: str, written: str) -> float | None:
    moment = date_parts.read(text, written)
    return None if moment is None else date_parts.seconds(moment)
