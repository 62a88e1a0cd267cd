"""The kinds of data. Alone in a file, so that whoever asks for a kind need not load numpy."""

from __future__ import annotations

from enum import StrEnum


class DataKind(StrEnum):
    """What the samples of a dataset are."""

    PICTURES = "pictures"
    POINTS = "points"
    TABLE = "table"
    NUMBERS = "numbers"
