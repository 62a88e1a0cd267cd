"""What is measured of a run beside its loss: one declaration for each metric, with the words for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_TRAIN = "train_"


@dataclass(frozen=True)
class Metric:
    """``key`` is how telemetry and figures call it (``train_<key>``, ``test_<key>``), ``title`` how people do.

    ``is_share``: a number from 0 to 1 that is written in per cent.
    """

    key: str
    title: str
    is_share: bool = False


ACCURACY = Metric("accuracy", "Accuracy", is_share=True)
ABSOLUTE_ERROR = Metric("mae", "Mean absolute error")
METRICS: Mapping[str, Metric] = {one.key: one for one in (ACCURACY, ABSOLUTE_ERROR)}


def metric_of(row: Mapping[str, Any]) -> Metric | None:
    """The metric that a row of a run's history holds; None for a row that holds none."""
    for name in row:
        key = name.removeprefix(_TRAIN)
        if key not in (name, "loss"):
            return METRICS.get(key) or Metric(key, key)
    return None
