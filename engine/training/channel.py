"""What a run publishes at every step: each number declared once, for curves, progress bars and files. No torch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Channel:
    """One number of every step.

    ``name`` is how telemetry and histories call it ("loss": ``train_loss``), ``title`` how people do, ``short`` a
    word where there is little room. ``is_share``: it
    lies from 0 to 1 and is written in per cent. ``higher_is_better`` is None where neither way is. ``is_sum``: a
    learner gives it summed over the rows of a step, instead of as their mean; it is published as the mean.
    """

    name: str
    title: str
    short: str
    is_share: bool = False
    higher_is_better: bool | None = None
    is_sum: bool = False


LOSS = Channel("loss", "Loss", "loss", higher_is_better=False)
