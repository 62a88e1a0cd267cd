"""What the test figures of a run are worth, in one sentence: the figure, how sure it is, and what guessing would get.

Built from the figures that a run has left (``engine.training.evaluation.final_figures``). Those of older versions lack
some: then the sentence says what can be said without them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.data.dataset import Schema
from engine.reports.data_words import error_unit, short_name, unit
from engine.reports.figures import UNKNOWN, amount, percent, percent_range, with_range
from engine.reports.intervals import Interval, of_mean, of_share
from engine.training.metric_kinds import ABSOLUTE_ERROR, ACCURACY, EXACT_MATCH, MetricKind

NOTHING_YET = (
    "The test results appear here when a run has finished: how well the network does on {samples} it has never seen."
)
NO_ROWS = "There were no test {samples}."
NO_LOSS = "The loss of the test {samples} is not finite: look for values far outside the others."


@dataclass(frozen=True)
class Floor:
    """What always giving the same answer would get on the same samples; ``answer`` says it: ``always predicting "1"``.

    ``strictest`` is the best that any such answer would get, where more than one was tried.
    """

    value: float
    answer: str
    strictest: float
    strictest_answer: str


@dataclass(frozen=True)
class Verdict:
    """The main test figure of a run: the ``value`` of a ``metric``.

    ``sentence`` says it all; ``details`` are further sentences about the same samples. ``rows``, ``interval`` (with
    95 % confidence) and ``floor`` are None where the figures do not tell them. ``r2`` is R², of values only.
    """

    metric: MetricKind
    value: float
    rows: int | None
    interval: Interval | None
    floor: Floor | None
    sentence: str
    details: tuple[str, ...] = ()
    r2: float | None = None

    @property
    def reaches_floor(self) -> bool:
        """Whether, for all that is known, always giving the same answer would do as well."""
        if self.floor is None or (self.metric.is_share and self.value >= 1):
            return False  # where all samples are of one class, all are right
        if self.metric.higher_is_better:
            return (self.interval.low if self.interval else self.value) <= self.floor.strictest
        return (self.interval.high if self.interval else self.value) >= self.floor.strictest

    @property
    def is_below_floor(self) -> bool:
        """Whether it is for certain worse than always giving the same answer."""
        if self.floor is None or self.interval is None:
            return False
        if self.metric.higher_is_better:
            return self.interval.high < self.floor.value
        return self.interval.low > self.floor.value

    def better_than(self, other: Verdict) -> bool | None:
        """True or False where one is better for certain; None where the intervals overlap or are not known.

        Figures of different metrics are not compared: None.
        """
        if self.metric != other.metric or self.interval is None or other.interval is None:
            return None
        if self.interval.overlaps(other.interval):
            return None
        return self.metric.is_better(self.value, other.value)


def verdict_of(test: Mapping[str, Any] | None, schema: Schema | None = None, loss: str = "") -> Verdict | None:
    """The verdict of the test figures; None where there is no accuracy and no error among them.

    ``schema`` is that of the data, for the names of classes and values and for what samples are called; ``loss`` is
    the name of the loss (``engine.reports.losses.loss_of_what``), without which its number is not told.
    """
    test = test or {}
    accuracy, error = _number(test, f"test_{ACCURACY}"), _number(test, f"test_{ABSOLUTE_ERROR}")
    if accuracy is not None and 0 <= accuracy <= 1:
        return _of_classes(test, accuracy, schema, loss)
    if error is not None and error >= 0:
        return _of_values(test, error, schema, loss)
    return None


def sentence(
    test: Mapping[str, Any] | None, schema: Schema | None = None, loss: str = "", *, details: bool = True
) -> str:
    """The test figures in words, whatever of them is known; None are those of a run that has not finished."""
    samples = unit(schema)
    if test is None:
        return NOTHING_YET.format(samples=samples)
    found = verdict_of(test, schema, loss)
    if found is not None:
        parts = [found.sentence, *(found.details if details else ())]
    elif test:
        parts = [f"The accuracy or error on the test {samples} is not known ({UNKNOWN})."]
    else:
        parts = [NO_ROWS.format(samples=samples)]
    if "test_loss" in test and test["test_loss"] is None:
        parts.append(NO_LOSS.format(samples=samples))
    return " ".join(parts)


def headline(test: Mapping[str, Any] | None) -> str:
    """The figure one would ask for first, as on a card: "Accuracy 98.3 %", "R² 0.9876"; "" where it is not known."""
    exact = _number(test or {}, f"test_{EXACT_MATCH}")
    if exact is not None:
        return f"{EXACT_MATCH.title} {percent(exact)}"
    found = verdict_of(test)
    if found is None:
        return ""
    if found.metric.is_share:
        return f"{found.metric.title} {percent(found.value, found.interval)}"
    return "" if found.r2 is None else _r2_words(found.r2)


def class_floor(share: float, index: int | None, schema: Schema | None) -> Floor:
    """The floor of an accuracy: ``share`` of the samples are of the class that is always answered."""
    answer = f"always predicting {quoted(index, schema)}"
    return Floor(share, answer, share, answer)


def curve_floor(figures: Mapping[str, Any], schema: Schema | None) -> tuple[float, str] | None:
    """Where the floor lies in a curve of the accuracy or the error, and the words for it: ``always "1", 11.4 %``.

    ``figures`` are those of ``Task.floor``, among others; None where they hold no floor, or one of no use.
    """
    share = _number(figures, "floor_accuracy")
    if share is not None:
        return share, f"always {quoted(_count(figures, 'floor_class'), schema)}, {_floor_percent(share)}"
    if _floor_of_values(figures, schema) is None:
        return None
    error = _number(figures, "floor_mae")
    mean = _number(figures, "floor_mean")
    answer = "always the mean" + ("" if mean is None else f" ({amount(mean)})")
    return None if error is None else (error, f"{answer}, off by {amount(error)}")


def quoted(index: int | None, schema: Schema | None) -> str:
    """A class as a sentence names it: its name in quotation marks."""
    names = schema.target.names if schema is not None else ()
    if index is None or not 0 <= index < len(names):
        return "the most common class"
    return f'"{short_name(names[index])}"'


def _of_classes(test: Mapping[str, Any], accuracy: float, schema: Schema | None, loss: str) -> Verdict:
    rows, right = _counted(test, accuracy)
    interval = None if rows is None or right is None else of_share(right, rows)
    floor = _floor_of_classes(test, schema)
    words = f"{ACCURACY.title} {percent(accuracy, interval)}"
    if interval is not None and rows is not None:
        words += f" ({percent_range(interval)} with 95 % confidence, {rows:,} {unit(schema, rows)})"
    if floor is not None:
        words += f"; {floor.answer} would get {_floor_percent(floor.value)}"
    details = _loss_words(test, schema, loss)
    return Verdict(ACCURACY, accuracy, rows, interval, floor, f"{words}.", details)


def _floor_percent(share: float) -> str:
    text = f"{100 * share + 1e-9:.1f}"  # 11.35, which no float is, is written 11.4 as by hand
    return f"{text.removesuffix('.0')} %"


def _counted(test: Mapping[str, Any], accuracy: float) -> tuple[int | None, int | None]:
    """How many samples there were and how many were right; from the confusion matrix where they are not told."""
    rows = _count(test, "test_rows")
    if rows is None and (confusion := _confusion(test)) is not None:
        rows = sum(map(sum, confusion))
    if not rows:
        return None, None
    return rows, min(rows, round(accuracy * rows))


def _floor_of_classes(test: Mapping[str, Any], schema: Schema | None) -> Floor | None:
    share, index = _number(test, "floor_accuracy"), _count(test, "floor_class")
    if share is not None and 0 <= share <= 1:
        return class_floor(share, index, schema)
    confusion = _confusion(test)
    if confusion is None or not sum(map(sum, confusion)):
        return None
    # Older files do not tell which class the training samples had most of: that of the test samples is as true a
    # statement about what one and the same answer would get.
    sums = [sum(row) for row in confusion]
    most = max(range(len(sums)), key=sums.__getitem__)
    return class_floor(sums[most] / sum(sums), most, schema)


def _of_values(test: Mapping[str, Any], error: float, schema: Schema | None, loss: str) -> Verdict:
    rows, spread = _count(test, "test_rows"), _number(test, "test_mae_spread")
    interval = None if rows is None or spread is None else of_mean(error, spread, rows)
    floor = _floor_of_values(test, schema)
    shown, reach = with_range(error, interval) if interval is not None else (amount(error), "")
    words = f"{_of_what(schema)} {shown}"
    if interval is not None and rows is not None:
        words += f" ({reach} with 95 % confidence, {rows:,} {unit(schema, rows)})"
    elif rows is not None:
        words += f" ({rows:,} {unit(schema, rows)})"
    if floor is not None:
        words += f"; {floor.answer} would be off by {amount(floor.value)}"
    r2 = _number(test, "test_r2")
    details = (*_squares(test, rows, r2), *_loss_words(test, schema, loss))
    return Verdict(ABSOLUTE_ERROR, error, rows, interval, floor, f"{words}.", details, r2)


def _of_what(schema: Schema | None) -> str:
    one = schema is not None and len(schema.target.names) == 1
    return f"{ABSOLUTE_ERROR.title} {error_unit(schema)}".rstrip() if one else ABSOLUTE_ERROR.title


def _floor_of_values(test: Mapping[str, Any], schema: Schema | None) -> Floor | None:
    mean_error, median_error = _number(test, "floor_mae"), _number(test, "floor_median_mae")
    if not mean_error or mean_error < 0:
        return None  # of 0: all answers are alike, and there is nothing to compare with
    mean, median = _number(test, "floor_mean"), _number(test, "floor_median")
    answer = "always predicting the mean" + ("" if mean is None else f", {amount(mean)},")
    if median_error is None or not 0 <= median_error < mean_error:
        return Floor(mean_error, answer, mean_error, answer)
    strictest = "always predicting the median" + ("" if median is None else f", {amount(median)},")
    return Floor(mean_error, answer, median_error, strictest)


def _squares(test: Mapping[str, Any], rows: int | None, r2: float | None) -> tuple[str, ...]:
    square, spread = _number(test, "test_mse"), _number(test, "test_mse_spread")
    words = []
    if square is not None and square >= 0:
        interval = None if rows is None or spread is None else of_mean(square, spread, rows)
        if interval is not None:
            root = Interval(math.sqrt(interval.low), math.sqrt(interval.high))
            shown, reach = with_range(math.sqrt(square), root)
            words.append(f"RMSE {shown} ({reach}).")
        else:
            words.append(f"RMSE {amount(math.sqrt(square))}.")
    elif "test_mse" in test:
        words.append(f"RMSE {UNKNOWN}.")
    if r2 is not None:
        words.append(f"{_r2_words(r2)} (1 is perfect, 0 is always predicting the mean).")
    return tuple(words)


def _r2_words(r2: float) -> str:
    return f"R² {amount(r2) if r2 < 0.9 else f'{r2:.4f}'}"


def _loss_words(test: Mapping[str, Any], schema: Schema | None, loss: str) -> tuple[str, ...]:
    value = _number(test, "test_loss")
    return () if value is None or not loss else (f"Loss on the test {unit(schema)} {amount(value)} ({loss}).",)


def _number(test: Mapping[str, Any], name: str) -> float | None:
    value = test.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def _count(test: Mapping[str, Any], name: str) -> int | None:
    value = test.get(name)
    return value if type(value) is int and value >= 0 else None


def _confusion(test: Mapping[str, Any]) -> list[list[int]] | None:
    """The matrix, where there is one; of a thousand classes it is long, and looked at only where nothing else tells."""
    table = test.get("confusion")
    if not isinstance(table, Sequence) or not table or not all(isinstance(row, Sequence) for row in table):
        return None
    return [[int(count) for count in row] for row in table]
