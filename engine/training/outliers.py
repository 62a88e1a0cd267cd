"""Samples that lie so far beyond those learned from that their loss is not finite, though nothing is wrong
with the training."""

from __future__ import annotations

from torch import Tensor

from engine.number_text import rounded
from engine.training.batches import BatchLoader

FAR = 1000.0
"""A prepared number so many times larger than any that was learned from is far out."""


def far_out(train: BatchLoader, other: BatchLoader, split: str) -> str:
    """A sentence about the sample of ``other`` (the split called ``split``) that is farthest out; "" if none is."""
    pairs = ((train.prepared_inputs, other.prepared_inputs, "inputs"), (train.targets, other.targets, "answers"))
    for learned, found, what in pairs:
        if learned is None or found is None or not found.is_floating_point():
            continue
        reach = max(1.0, float(_reach(learned).max()))
        reaches = _reach(found)
        sample = int(reaches.argmax())
        if float(reaches[sample]) > FAR * reach:
            return (
                f"The {what} of {split} sample {sample + 1:,} are to blame: once prepared they are "
                f"{rounded(float(reaches[sample]) / reach, 3)} times larger than any in training. Correct the "
                "sample, or leave it out."
            )
    return ""


def _reach(values: Tensor) -> Tensor:
    """The largest size of a number of each sample."""
    return values.reshape(len(values), -1).abs().amax(1)
