"""A change of one setting that would help, as data: the window offers it as a button, the command line as words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from engine.graph.parameters import Real
from engine.training.optimizer_settings import OptimizerSettings

RATE = "optimizer.learning_rate"
FAR = 10.0
"""So many times the usual learning rate, or more, is so far from it that steps of three would not lead back soon."""


@dataclass(frozen=True)
class SettingChange:
    """``path`` and ``value`` are what ``Recipe.with_setting`` takes.

    ``label`` is for a button: "Set the learning rate to 0.001"; ``words`` for a sentence: "about a third, 0.0003".
    """

    path: str
    value: Any
    label: str
    words: str


def rounded(value: float) -> float:
    """A positive number as one would choose it: one significant digit, or two where one would be far off."""
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"expected a positive finite number, not {value!r}")
    one = float(f"{value:.0e}")
    return one if abs(one - value) <= 0.15 * value else float(f"{value:.1e}")


def usual_rate(kind: str) -> float:
    """The learning rate that an optimizer begins with when nobody chooses one."""
    return float(_parameter(kind).default)


def lower_rate(rate: float, kind: str) -> SettingChange | None:
    """About a third of a learning rate that was too large, or the usual one where it was far above that.

    None where it is as small as can be.
    """
    usual, third = usual_rate(kind), rounded(rate / 3) if rate > 0 else 0.0
    if third < _parameter(kind).low:
        return None
    words = f"about a third, {third:g}"
    if rate >= FAR * usual:
        return _to(usual, f"{words}, or the usual value for {_named(kind)}, {usual:g}")
    return _to(third, words)


def usual_rate_change(rate: float, kind: str) -> SettingChange | None:
    """The learning rate that is usual for the optimizer; None where it is that one already."""
    usual = usual_rate(kind)
    return None if math.isclose(rate, usual) else _to(usual, f"the usual value for {_named(kind)}, {usual:g}")


def _to(rate: float, words: str) -> SettingChange:
    return SettingChange(RATE, rate, f"Set the learning rate to {rate:g}", words)


def _named(kind: str) -> str:
    return OptimizerSettings.LABELS.get(kind, kind)


def _parameter(kind: str) -> Real:
    """The declaration of an optimizer's learning rate; every one has it."""
    parameter = next(one for one in OptimizerSettings.KINDS[kind] if one.name == "learning_rate")
    assert isinstance(parameter, Real)
    return parameter
