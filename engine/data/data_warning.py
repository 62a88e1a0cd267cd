"""Something about data that should make one pause before learning from it, with what could be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class DataWarning:
    """A sentence on the data, or on one ``column`` of it.

    ``repair`` says what could be done, "" for nothing; ``options`` are the options of the dataset then, those that
    change.
    """

    column: str
    words: str
    repair: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
