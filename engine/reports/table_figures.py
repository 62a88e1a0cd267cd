"""The figures of a table that was predicted, in words."""

from __future__ import annotations

from collections.abc import Mapping

from engine.number_text import rounded
from engine.reports.figures import percent

_CALLED = {"rmse": "RMSE", "r2": "R²"}
_SHARES = ("accuracy",)
"""Figures that are shares of all rows."""


def figure_words(figures: Mapping[str, float]) -> str:
    """Figures by their names in words: "accuracy 81.5 %"; "" for none."""
    return ", ".join(
        f"{_CALLED.get(name, name.replace('_', ' '))} {percent(value) if name in _SHARES else rounded(value)}"
        for name, value in figures.items()
    )
