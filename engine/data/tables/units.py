"""Units that stand in the cells of a table, ``$1,200``, ``12.5 %``, ``80 kg``: taken into the name of their column.

A column is one of numbers with a unit where every value of it is a number with the same one. Then ``income`` with the
cells ``$1,200`` and ``$950`` is ``income ($)`` with ``1,200`` and ``950``. In another table the same column may be
called either, for what stands in brackets may be left out of a name (``engine.data.tables.columns``), but
``weight (lb)`` is not ``weight (kg)``.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

import numpy as np

from engine.data.tables.marks import is_number
from engine.data.tables.raw import RawColumn, RawTable

_CURRENCY = r"[$€£¥₹₽₩₺฿₫₴₦]|[A-Z]{2,3}\$|(?:USD|EUR|GBP|CHF|JPY|CNY|INR|SEK|NOK|DKK|PLN|CAD|AUD|BRL|MXN|ZAR|KRW)\b"
_SUFFIX = r"[%‰°]|[°º]\s?[CFK]|[A-Za-zµμ°][A-Za-zµμ]{0,9}[²³]?(?:/[A-Za-zµμ]{1,5}[²³]?)?"
_WITH_UNIT = re.compile(
    rf"(?P<sign>[+\-−]?)\s?(?:(?P<before>{_CURRENCY})\s?(?P<first>[+\-−]?[0-9.][0-9.,'’ \u00a0\u202f]*)"
    rf"|(?P<second>[0-9.][0-9.,'’ \u00a0\u202f]*?)\s?(?P<after>{_CURRENCY}|{_SUFFIX}))"
)


def without_units(table: RawTable, wanted: Collection[str] | None = None) -> RawTable:
    """The table with units taken from the cells of those columns in which every value is a number with the same one.

    ``wanted`` are the names that a network's columns have, units among them: then only columns that are called so
    without their units lose them. So a table is read as that was which the network was trained on.
    """
    taken = set(table.names)
    columns = []
    for column in table.columns:
        unit = _unit_of(column)
        name = column.name if not unit or unit == _bracketed(column.name) else f"{column.name} ({unit})"
        is_free = name == column.name or name not in taken
        columns.append(_stripped(column, name) if unit and is_free and (wanted is None or name in wanted) else column)
    return replace(table, columns=tuple(columns))


def parted(text: str) -> tuple[str, str] | None:
    """A number as it is written and its unit; None for a text that is not one number with a unit."""
    match = _WITH_UNIT.fullmatch(text.strip())
    if match is None:
        return None
    number = match["sign"] + (match["first"] or match["second"]).strip()
    return (number, match["before"] or match["after"]) if number[-1] not in ".," and is_number(number) else None


def _unit_of(column: RawColumn) -> str:
    """The unit that every value of a column has; "" where they have none, or not the same one."""
    unit = ""
    for text in column.values:
        if column.is_missing(text):
            continue
        found = parted(text)
        if found is None or (unit and found[1] != unit):
            return ""
        unit = found[1]
    return unit


def _stripped(column: RawColumn, name: str) -> RawColumn:
    """The column under another name, with its numbers alone; ``5 kg`` and ``5kg`` are the same value then."""
    places: dict[str, int] = {}
    lines: list[int] = []
    codes = np.empty(len(column.values), dtype=np.int32)
    for at, text in enumerate(column.values):
        found = None if column.is_missing(text) else parted(text)
        number = text if found is None else found[0]
        if number not in places:
            places[number] = len(places)
            lines.append(int(column.lines[at]))
        codes[at] = places[number]
    values = np.fromiter(places, dtype=np.object_, count=len(places))
    return replace(column, name=name, values=values, codes=codes[column.codes], lines=np.array(lines, dtype=np.int32))


def _bracketed(name: str) -> str:
    """What stands in brackets at the end of a name; "" where nothing does."""
    match = re.search(r"[(\[{]([^()\[\]{}]*)[)\]}]\s*$", name)
    return "" if match is None else match[1]
