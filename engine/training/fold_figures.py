"""What cross-validation has found: the figures of each fold, their mean and how much they vary. Imports no torch."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.training.saved_values import SavedValueError, bounded_figures, check_figures

_BEFORE = "test_"
_ROWS = "test_rows"
MOST = 1_000
"""Folds that a file may tell of."""


@dataclass(frozen=True)
class Spread:
    """A figure over folds, by its name: the ``mean`` of ``count`` folds, and their standard deviation.

    The deviation divides by one fewer than there are; it is None of a single fold.
    """

    name: str
    mean: float
    deviation: float | None
    count: int


@dataclass(frozen=True)
class FoldFigures:
    """The figures of the folds that are finished, of ``folds``.

    ``each`` holds those of a fold by name, as a run has them of its test rows (``test_accuracy`` …): here they are of
    the rows that the fold judges. Single finite numbers only. Raises ValueError where there are more than folds.
    """

    folds: int
    each: tuple[Mapping[str, float], ...] = ()

    def __post_init__(self) -> None:
        if not 2 <= self.folds <= MOST or len(self.each) > self.folds:
            raise ValueError(f"{len(self.each)} of {self.folds} folds are no cross-validation")

    @property
    def done(self) -> int:
        """How many folds are finished."""
        return len(self.each)

    @property
    def complete(self) -> bool:
        """Whether all folds are finished."""
        return self.done == self.folds

    def with_fold(self, figures: Mapping[str, Any]) -> FoldFigures:
        """The same with another finished fold, of whose ``figures`` the single finite numbers are kept."""
        kept = {
            name: value
            for name, value in figures.items()
            if name.startswith(_BEFORE)
            and isinstance(value, int | float)
            and not isinstance(value, bool)
            and math.isfinite(value)
        }
        return FoldFigures(self.folds, (*self.each, kept))

    def spreads(self) -> tuple[Spread, ...]:
        """Mean and standard deviation of each figure over the folds that have it, the number of rows aside."""
        names = dict.fromkeys(name for figures in self.each for name in figures if name != _ROWS)
        found = []
        for name in names:
            values = [figures[name] for figures in self.each if name in figures]
            deviation = statistics.stdev(values) if len(values) > 1 else None
            found.append(Spread(name, statistics.fmean(values), deviation, len(values)))
        return tuple(found)

    def to_json(self) -> dict[str, Any]:
        return {"folds": self.folds, "each": [bounded_figures(figures) for figures in self.each]}

    @classmethod
    def from_json(cls, data: Any) -> FoldFigures:
        """Read what ``to_json`` wrote. Raises ValueError."""
        known = isinstance(data, Mapping) and isinstance(data.get("each"), list)
        if not known or type(data.get("folds")) is not int:
            raise ValueError("the folds of a run must be an object with their number and the figures of each")
        try:
            each = [check_figures(figures) for figures in data["each"]]
        except SavedValueError as error:
            raise ValueError(f"the folds of a run: {error}") from None
        numbers = (
            {name: value for name, value in figures.items() if isinstance(value, int | float)}
            for figures in each
        )
        return cls(data["folds"], tuple(numbers))
