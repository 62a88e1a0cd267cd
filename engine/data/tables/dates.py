"""Dates and times as they stand in tables, as seconds that can be put in order.

How they are written is judged from all of them: a date such as 3/4/2024 is read by the one order of day and month that
all others allow, and refused where both do.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from engine.data.dataset import DataError
from engine.data.table_reading import AUTO, DAY_FIRST, MONTH_FIRST
from engine.text import brief

_DAYS = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y",
    "%m-%d-%Y", "%d/%m/%y", "%m/%d/%y", "%Y-%m",
)  # fmt: skip
_TIMES = ("", " %H:%M", " %H:%M:%S", "T%H:%M:%S", "T%H:%M", " %H:%M:%S.%f", "T%H:%M:%S.%f", "T%H:%M:%S%z", " %I:%M %p")
FORMATS = (*(day + time for day in _DAYS for time in _TIMES), "%H:%M", "%H:%M:%S")
_OTHER_ORDER = {DAY_FIRST: ("%m/", "%m-"), MONTH_FIRST: ("%d/", "%d-")}
_EPOCH = datetime.datetime(1970, 1, 1)


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


def _read(text: str, written: str) -> float | None:
    try:
        moment = datetime.datetime.strptime(text.removesuffix("Z"), written)
    except ValueError:
        return None
    if moment.tzinfo is not None:
        return moment.timestamp()
    return (moment - _EPOCH).total_seconds()
