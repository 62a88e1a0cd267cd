"""What a learner by gradients asks of a kind of learning: a loss, a figure to watch, and a verdict on test rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from torch import Tensor

from engine.training.channel import Channel


class Objective(ABC):
    """What is made small, and how well it went. Outputs are float32 with N rows, targets N rows that the loss takes.

    ``channel`` is what ``measure`` adds up: rows that are right, or absolute errors in the targets' own units. One with
    several goals has a channel for each: ``channels`` are what ``measures`` adds up.
    """

    channel: Channel

    @property
    def channels(self) -> tuple[Channel, ...]:
        """What is measured beside the loss."""
        return (self.channel,)

    @abstractmethod
    def loss(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """The mean loss of a batch, a tensor without axes."""

    @abstractmethod
    def measure(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """The figure of the channel, summed over the rows of a batch; a tensor without axes."""

    def measures(self, outputs: Tensor, targets: Tensor) -> tuple[Tensor, ...]:
        """The figures of all channels, in their order."""
        return (self.measure(outputs, targets),)

    @abstractmethod
    def test(self, outputs: Tensor, targets: Tensor) -> dict[str, Any]:
        """The verdict on test rows, as plain numbers and lists; ``test_rows`` tells how many there were."""

    @abstractmethod
    def floor(self, learned: Tensor, targets: Tensor) -> dict[str, Any]:
        """What always giving the same answer would get on rows with these ``targets``, as plain numbers.

        Which answer that is, is measured on ``learned``, the targets of the training rows; both as the loss takes
        them, with at least one row.
        """
