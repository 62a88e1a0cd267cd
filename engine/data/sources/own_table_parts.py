"""A column of a table that says in which split each row belongs: read, and found where it is beyond doubt."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.data.dataset import DataError
from engine.data.given_parts import GivenPart, names_parts, part_of
from engine.data.sources.own_table_columns import Look
from engine.data.tables import columns as table_columns
from engine.text import brief

_MOST_SPELLINGS = 12


def given_parts(look: Look, known: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """The ``GivenPart`` of each row that is ``known`` of (a flag for each row of the file); ANY where none is named.

    Raises DataError for a value that names no part, and where no row is left to train on.
    """
    found = np.zeros(len(look.column.values), dtype=np.uint8)
    for place, text in enumerate(look.column.values):
        part = GivenPart.ANY if look.missing[place] else part_of(text)
        if part is None:
            row = int(np.argmax(look.column.codes == place)) + 1
            raise DataError(
                f"Split: {look.column.name} says {brief(text)} in row {row:,}, and not train, validation or test. "
                "Correct it, or choose another column."
            )
        found[place] = part
    each: NDArray[np.uint8] = found[look.column.codes][known]
    if len(each) and not (each <= GivenPart.TRAIN).any():
        raise DataError(f"Split: no row says train in {look.column.name}. Correct that, or choose another column.")
    return each


def no_parts(look: Look) -> str:
    """Why a column cannot say where each row belongs, in a sentence; "" where it can."""
    try:
        given_parts(look, np.ones(len(look.column.codes), dtype=np.bool_))
    except DataError as error:
        return str(error)
    return ""


def parts_column(looks: Sequence[Look]) -> str:
    """The name of the column that beyond doubt says where each row belongs; "" where there is none, or several."""
    found = []
    for look in looks:
        if look.different > _MOST_SPELLINGS:
            continue
        values = [text for text, gone in zip(look.column.values, look.missing, strict=True) if not gone]
        if names_parts(table_columns.words(look.column.name), values):
            found.append(look.column.name)
    return found[0] if len(found) == 1 else ""
