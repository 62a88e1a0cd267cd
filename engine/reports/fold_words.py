"""What cross-validation has found, in words: window and command line say the same."""

from __future__ import annotations

from collections.abc import Mapping

from engine.reports.figures import amount
from engine.training.fold_figures import FoldFigures, Spread
from engine.training.metric_kinds import METRICS

_TITLES = {
    "loss": "loss",
    "rmse": "root mean squared error",
    "mse": "mean squared error",
    "r2": "R²",
}
_FIRST = ("accuracy", "r2", "rmse", "mae")
"""What one would ask for first, in this order; everything else follows as it comes, the loss last."""


def title_of(name: str) -> str:
    """What a figure of a run is called, in a sentence: "accuracy" for test_accuracy."""
    key = name.removeprefix("test_")
    if key in METRICS:
        return METRICS[key].words
    if key in _TITLES:
        return _TITLES[key]
    of, _, last = key.rpartition("_")
    return f"{title_of(last)} of {of}" if of and (last in METRICS or last in _TITLES) else key.replace("_", " ")


def value_words(name: str, value: float) -> str:
    """A figure as it is written: shares in per cent."""
    return f"{100 * value:.2f} %" if _is_share(name) else amount(value, 4)


def spread_words(spread: Spread) -> str:
    """ "accuracy 95.33 % ± 2.98 %"; of a single fold without the spread."""
    mean = value_words(spread.name, spread.mean)
    if spread.deviation is None:
        return f"{title_of(spread.name)} {mean}"
    return f"{title_of(spread.name)} {mean} ± {value_words(spread.name, spread.deviation)}"


def ordered(figures: FoldFigures) -> tuple[Spread, ...]:
    """What is known of the folds, the most important first."""

    def rank(spread: Spread) -> int:
        key = spread.name.removeprefix("test_")
        return _FIRST.index(key) if key in _FIRST else len(_FIRST) + (key == "loss")

    return tuple(sorted(figures.spreads(), key=rank))


def headline(figures: FoldFigures | None) -> str:
    """The figure one would ask for first: "5 folds: accuracy 95.33 % ± 2.98 %"; "" where there is none."""
    found = () if figures is None else ordered(figures)
    if figures is None or not found:
        return ""
    return f"{folds_words(figures)}: {spread_words(found[0])}"


def folds_words(figures: FoldFigures) -> str:
    """ "5 folds", or "2 of 5 folds" where that is not all of them."""
    return f"{figures.folds} folds" if figures.complete else f"{figures.done} of {figures.folds} folds"


def fold_line(number: int, folds: int, figures: Mapping[str, float]) -> str:
    """One fold, from 0, on a line."""
    one = ordered(FoldFigures(max(folds, 2), (figures,)))
    return "   ".join([f"fold {number + 1} of {folds}", *(spread_words(spread) for spread in one)])


def summary_line(figures: FoldFigures) -> str:
    """Mean and standard deviation of each figure, on a line."""
    return "   ".join([f"{folds_words(figures)}, mean ± standard deviation", *map(spread_words, ordered(figures))])


def _is_share(name: str) -> bool:
    last = name.removeprefix("test_").rpartition("_")[2]
    return last in METRICS and METRICS[last].is_share
