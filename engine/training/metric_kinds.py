"""What is measured of a run beside its loss: one declaration for each metric. Imports no torch.

Tasks evaluate a metric's expression, export prints it, and the window, the command line and the reports read its words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from engine.graph.expressions import Binary, Expression, Input, item, method
from engine.graph.output_activation import OutputActivation
from engine.graph.targets import TargetKind
from engine.training.channel import Channel

OUTPUTS, ANSWERS = Input(0), Input(1)
"""What a metric is of: the outputs of the network, of values the predictions, and the answers."""

MetricRule = Callable[[TargetKind, OutputActivation], Expression]
"""(kind of target, what the outputs are: ``engine.graph.output_activation``) -> a number or a truth for each answer."""

_TRAIN = "train_"


@dataclass(frozen=True)
class MetricKind:
    """One metric: the mean over the rows of what ``expression`` says of each.

    ``key`` is how telemetry and figures call it (``train_<key>``, ``test_<key>``), as ``str`` gives it; ``title`` is
    how people do, ``short`` where there is little room. ``fits`` are the kinds of target it is measured of.
    ``is_share``: a number from 0 to 1 that is written in per cent; others are in the targets' own units. ``each`` names
    in code what is measured of each row.
    """

    key: str
    title: str
    short: str = ""
    fits: tuple[TargetKind, ...] = ()
    expression: MetricRule | None = None
    each: str = "each"
    is_share: bool = False
    higher_is_better: bool = False

    def __str__(self) -> str:
        return self.key

    @property
    def words(self) -> str:
        """The title inside a sentence."""
        return self.title[:1].lower() + self.title[1:]

    @property
    def channel(self) -> Channel:
        """What a run publishes of it at every step, given as a sum over the rows."""
        return Channel(
            self.key,
            self.title,
            self.short or self.words,
            is_share=self.is_share,
            higher_is_better=self.higher_is_better,
            is_sum=True,
        )

    def of_each_row(self, target: TargetKind, read_as: OutputActivation) -> Expression:
        """What is measured of each row; only of metrics in METRICS."""
        assert self.expression is not None
        return self.expression(target, read_as)

    def is_better(self, value: float, other: float) -> bool:
        """Whether ``value`` is better than ``other``."""
        return value > other if self.higher_is_better else value < other


def _right(target: TargetKind, read_as: OutputActivation) -> Expression:
    if target in (TargetKind.CLASSES, TargetKind.NEXT_TOKEN):
        return Binary("==", method(OUTPUTS, "argmax", 1), ANSWERS)
    middle = 0.5 if read_as.is_probability else 0
    return Binary("==", Binary(">", item(OUTPUTS, None, 0), middle), Binary(">", ANSWERS, 0.5))


def _all_right(_target: TargetKind, read_as: OutputActivation) -> Expression:
    middle = 0.5 if read_as.is_probability else 0
    return method(Binary("==", Binary(">", OUTPUTS, middle), Binary(">", ANSWERS, 0.5)), "all", 1)


def _off(_target: TargetKind, _read_as: OutputActivation) -> Expression:
    return method(OUTPUTS - ANSWERS, "abs")


ACCURACY = MetricKind(
    "accuracy",
    "Accuracy",
    "accuracy",
    fits=(TargetKind.CLASSES, TargetKind.YES_NO, TargetKind.NEXT_TOKEN),
    expression=_right,
    each="right",
    is_share=True,
    higher_is_better=True,
)
ABSOLUTE_ERROR = MetricKind(
    "mae", "Mean absolute error", "error", fits=(TargetKind.VALUES, TargetKind.INPUT), expression=_off, each="off"
)
EXACT_MATCH = MetricKind(
    "exact_match",
    "Exact match",
    "exact match",
    fits=(TargetKind.LABELS,),
    expression=_all_right,
    each="right",
    is_share=True,
    higher_is_better=True,
)
"""The share of the samples of which every label is right."""
METRICS: Mapping[str, MetricKind] = MappingProxyType({one.key: one for one in (ACCURACY, ABSOLUTE_ERROR, EXACT_MATCH)})


def usual_metric(target: TargetKind) -> MetricKind:
    """The metric that is measured of such targets: the first that fits."""
    return next(metric for metric in METRICS.values() if target in metric.fits)


def metric_of(row: Mapping[str, Any]) -> MetricKind | None:
    """The metric that a row of a run's history holds; None for a row that holds none."""
    for name in row:
        key = name.removeprefix(_TRAIN)
        if key not in (name, "loss"):
            return METRICS.get(key) or MetricKind(key, key)
    return None
