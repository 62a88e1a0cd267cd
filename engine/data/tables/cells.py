"""A row of a table as the texts of its cells: as they are typed into a form, or stand in a file.

A form and a file give a network the same numbers for the same texts, since both are read by
:func:`engine.data.tables.encoding.encode`. The other way about, :func:`cells` finds the texts that become the
numbers of a row again, exactly.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from engine.data import date_parts
from engine.data.fields import OTHER, DataField, Feature, Impute, inputs
from engine.data.tables.encoding import LARGEST, Floats, encode
from engine.data.tables.marks import DecimalMark
from engine.data.tables.raw import RawColumn, is_missing
from engine.text import brief

MISSING = ""
"""The text of a cell whose value is not known."""
_POINT = DecimalMark(".")
_MOST_DIGITS = 17


def encoded_cell(field: DataField, text: str) -> Floats:
    """The columns of the input that one cell becomes, float32 1×(as many as ``field.columns``).

    Numbers have a decimal point. What cannot be read counts as missing (NaN), as it does in no file: see ``problem``.
    """
    return encoded_column(field, [text])


def encoded_column(field: DataField, texts: Sequence[str]) -> Floats:
    """The same of several cells of a field, float32 N×(as many as ``field.columns``)."""
    values, each = np.empty(len(texts), dtype=object), np.arange(len(texts), dtype=np.int32)
    values[:] = texts
    return encode(field, RawColumn(field.name, values, each, each), _POINT)


def encoded_cells(fields: Sequence[DataField], texts: Sequence[str]) -> Floats:
    """The input that a row of cells becomes, one for each input field, float32 1×columns."""
    return np.concatenate(
        [encoded_cell(field, text) for field, text in zip(inputs(fields), texts, strict=True)], axis=1
    )


def cells(fields: Sequence[DataField], row: Sequence[float]) -> tuple[str, ...]:
    """The texts of a row of the input, one for each input field: those that ``encoded_cells`` turns into it again.

    A missing value, which is not a number, is "".
    """
    texts, at = [], 0
    for field in inputs(fields):
        width = len(field.columns)
        texts.append(_cell(field, row[at : at + width]))
        at += width
    return tuple(texts)


def may_be_missing(field: DataField) -> bool:
    """Whether a network has learned what to do where a value is missing."""
    return not field.impute.refuses


def other_text(field: DataField) -> str:
    """A text that is none of the categories of a field, and not missing: it stands for all that are not among them."""
    text = OTHER
    while text in field.categories or is_missing(text):
        text += "…"
    return text


def problem(field: DataField, text: str) -> str:
    """Why a cell means nothing to the field: the end of a sentence that begins with its name; "" where it does."""
    if is_missing(text):
        wanted = "date" if field.feature is Feature.DATE else "number"
        return "" if may_be_missing(field) else f"is empty: type a {wanted}."
    if field.feature is Feature.NUMBER and math.isnan(encoded_cell(field, text)[0, 0]):
        return "must be above -1: its logarithm is taken." if field.log else "must be a number."
    if field.feature is Feature.DATE and date_parts.read(text, field.written) is None:
        return f"must be a date such as {date_parts.in_words(field.written)}, not {brief(text)}."
    return ""


def number_cell(value: float) -> str:
    """The shortest text of a number that is the same in float32."""
    return _exactly(value, float, value)


def _cell(field: DataField, values: Sequence[float]) -> str:
    width = len(field.columns) - field.flag
    if any(math.isnan(value) for value in values) or (field.flag and values[-1] > 0.5):
        return MISSING
    if field.feature is Feature.NUMBER:
        if not field.log:
            return number_cell(values[0])
        given = min(values[0], math.log1p(LARGEST))
        return _exactly(math.expm1(given), math.log1p, given)
    if field.feature is Feature.CATEGORY:
        best = max(range(width), key=lambda at: values[at])
        if field.impute is Impute.CATEGORY and best == width - 1 and values[best] > 0:
            return MISSING
        if best >= len(field.categories) or not values[best] > 0:
            return other_text(field)
    return str(field.decoded(values))


def _exactly(value: float, given_as: Callable[[float], float], wanted: float) -> str:
    """The shortest decimal of about ``value`` that is ``given_as`` the float32 that is ``wanted``."""
    goal = np.float32(wanted)
    for digits in range(1, _MOST_DIGITS):
        found = float(f"{value:.{digits}g}")
        if np.float32(given_as(found)) == goal:
            return plain(found)
    return plain(value)


def plain(value: float) -> str:
    """A number as one types it: 12, 0.5, 1e-09; whole numbers without a point."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
