"""The target of a sample of the data in words, as it stands beside a prediction."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from engine.graph.targets import CLASSIFIED, SeveralTargets, Target, TargetKind
from engine.number_text import rounded
from engine.reports.figures import UNKNOWN


def true_words(target: Target, value: NDArray[np.generic]) -> str:
    """``value`` is one sample's targets as a dataset has them: a class, no or yes (0 or 1), 0 or 1 for each label, or
    one number a value.

    Several are told with their names. "" where the data has no such target, as of groups.
    """
    values = np.asarray(value, dtype=np.float64).reshape(-1).tolist()
    if isinstance(target, SeveralTargets):
        pairs = zip(target.names, target.each, values, strict=True)
        return ", ".join(f"{name} {_one(each, number)}" for name, each, number in pairs)
    if target.kind in CLASSIFIED:
        return _one(target, values[0])
    if target.kind is TargetKind.LABELS:
        return ", ".join(name for name, number in zip(target.names, values, strict=False) if number > 0.5) or "no label"
    if target.kind is not TargetKind.VALUES:
        return ""
    if len(values) == 1:
        return _one(target, values[0])
    return ", ".join(f"{name} {_number(number)}" for name, number in zip(target.names, values, strict=False))


def _one(target: Target, value: float) -> str:
    if target.kind is TargetKind.VALUES:
        return _number(value)
    if not math.isfinite(value):
        return UNKNOWN
    names = target.names or (("no", "yes") if target.kind is TargetKind.YES_NO else ())
    return names[int(value)] if 0 <= int(value) < len(names) else str(int(value))


def _number(value: float) -> str:
    return rounded(value) if math.isfinite(value) else UNKNOWN
