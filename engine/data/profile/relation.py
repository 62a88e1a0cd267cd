"""How well the target can be told by one column alone: a simple rule, judged on rows that it was not made of.

The rule knows groups of rows: those of one value of a category, or of one of twenty stretches of a number that hold
equally many rows; rows without a value are a group too. For a target of numbers it answers with the mean of the group,
or along a straight line where that is better; for classes with how frequent each is in the group. Five folds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST_ROWS = 50_000
"""Of more rows a random part is judged by."""
FOLDS = 5
GROUPS = 20
"""Stretches of a number."""
MOST_GROUPS = 200
"""Values of a category that are told apart, the most frequent ones."""
PRIOR = 5
"""Rows of the frequencies of all classes that are added to each group, so that a small one says little."""
R2, EXPLAINED = "R²", "log loss explained"

Numbers = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Relation:
    """``score``, 0 … 1, in the ``measure`` it is named by; ``accuracy`` of classes, NaN for numbers.

    R² of a target of numbers; of classes the share by which the log loss is below that of their frequencies.
    """

    score: float
    measure: str
    accuracy: float = float("nan")


def chosen_rows(known: NDArray[np.bool_]) -> Codes:
    """The numbers of the rows to judge by: those of ``known``, or a random part of them that is always the same."""
    rows = np.flatnonzero(known)
    if len(rows) > MOST_ROWS:
        rows = np.sort(np.random.default_rng(0).choice(rows, MOST_ROWS, replace=False))
    return rows


def folds(rows: int) -> Codes:
    """The fold, 0 … 4, of each of so many rows."""
    return np.random.default_rng(0).permutation(rows) % FOLDS


def by_numbers(values: Numbers, target: NDArray[np.generic], classes: int) -> Relation:
    """The relation of a column of numbers, NaN where missing; ``classes`` is 0 for a target of numbers."""

    def grouped(train: NDArray[np.bool_]) -> Codes:
        known = values[train & ~np.isnan(values)]
        edges = np.unique(np.quantile(known, np.linspace(0, 1, GROUPS + 1)[1:-1])) if len(known) else np.empty(0)
        return np.where(np.isnan(values), GROUPS, np.searchsorted(edges, values, side="right"))

    found = _related(grouped, GROUPS + 1, target, classes)
    if not classes:
        line = _r2(target.astype(np.float64), _line(values, target.astype(np.float64)))
        found = Relation(max(found.score, line), R2)
    return found


def by_groups(codes: Codes, target: NDArray[np.generic], classes: int) -> Relation:
    """The relation of a column of categories: ``codes`` say which value each row has."""
    frequent = np.argsort(-np.bincount(codes), kind="stable")
    places = np.full(len(frequent), min(MOST_GROUPS, len(frequent)), dtype=np.int64)
    places[frequent[:MOST_GROUPS]] = np.arange(len(frequent[:MOST_GROUPS]))
    groups = places[codes]
    return _related(lambda train: groups, MOST_GROUPS + 1, target, classes)


def _parts(rows: int) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    fold = folds(rows)
    for number in range(FOLDS):
        yield fold != number, fold == number


def _related(
    grouped: Callable[[NDArray[np.bool_]], Codes], groups: int, target: NDArray[np.generic], classes: int
) -> Relation:
    if classes:
        return _classes(grouped, groups, target.astype(np.int64), classes)
    values = target.astype(np.float64)
    answers = np.empty(len(values))
    for train, test in _parts(len(values)):
        group = grouped(train)
        counts = np.bincount(group[train], minlength=groups)
        sums = np.bincount(group[train], weights=values[train], minlength=groups)
        means = np.where(counts > 0, sums / np.maximum(counts, 1), values[train].mean())
        answers[test] = means[group[test]]
    return Relation(_r2(values, answers), R2)


def _classes(
    grouped: Callable[[NDArray[np.bool_]], Codes], groups: int, target: Codes, classes: int
) -> Relation:
    right, loss, plain = 0, 0.0, 0.0
    for train, test in _parts(len(target)):
        group = grouped(train)
        overall = (np.bincount(target[train], minlength=classes) + 1) / (train.sum() + classes)
        counts = np.bincount(group[train] * classes + target[train], minlength=groups * classes)
        counts = counts.reshape(groups, classes)
        shares = (counts + PRIOR * overall) / (counts.sum(axis=1, keepdims=True) + PRIOR)
        right += int((shares.argmax(axis=1)[group[test]] == target[test]).sum())
        loss -= float(np.log(shares[group[test], target[test]]).sum())
        plain -= float(np.log(overall[target[test]]).sum())
    score = 1 - loss / plain if plain > 0 else 0.0
    return Relation(min(max(score, 0.0), 1.0), EXPLAINED, right / len(target))


def _line(values: Numbers, target: Numbers) -> Numbers:
    """The answers of a straight line, fitted to the other folds; the mean where there is no number."""
    answers = np.empty(len(target))
    for train, test in _parts(len(target)):
        known = train & ~np.isnan(values)
        answers[test] = target[train].mean()
        if not known.any() or (spread := float(values[known].var())) <= 0:
            continue
        middle, mean = float(values[known].mean()), float(target[known].mean())
        slope = float(((values[known] - middle) * (target[known] - mean)).mean()) / spread
        here = test & ~np.isnan(values)
        answers[here] = mean + slope * (values[here] - middle)
    return answers


def _r2(target: Numbers, answers: Numbers) -> float:
    spread = float(((target - target.mean()) ** 2).sum())
    if spread <= 0:
        return 0.0
    return min(max(1 - float(((target - answers) ** 2).sum()) / spread, 0.0), 1.0)
