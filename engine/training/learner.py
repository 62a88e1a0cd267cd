"""What the runner asks of a learner: how a step is made, how a round is closed, and what has to be remembered.

The runner knows commands, telemetry, good states and ways to end, but neither losses nor kinds of learning. A learner
knows its own step, and nothing of threads, files or the window.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from engine.training.channel import Channel
from engine.training.checkpoint import LearnerState, PackedMemory
from engine.training.result import Failure
from engine.training.state import Progress


@dataclass(frozen=True)
class Step:
    """What a step gave: one scalar tensor a channel, in their order, of ``rows`` rows, at ``learning_rate``.

    The learning rate is 0 for learners that have none.
    """

    values: tuple[Tensor, ...]
    rows: int
    learning_rate: float = 0.0


@dataclass(frozen=True)
class Round:
    """What a round (an epoch) came to: ``row`` for the history, and ``judged``, by which the best round is chosen.

    Less is better; None: rounds of this learner are not compared. Values of ``row`` are finite numbers or None.
    """

    row: Mapping[str, float | None]
    judged: float | None = None


@dataclass(frozen=True)
class FinalFigures:
    """What the test rows say at the end: ``figures`` by name, empty without test rows, and a ``remark`` or ""."""

    figures: Mapping[str, Any] = field(default_factory=dict)
    remark: str = ""


class Learner(Protocol):
    """A way to learn, taken step by step. ``progress`` is the runner's: a learner reads it and never changes it.

    ``module`` holds everything that is learned; its state dict are the weights that are kept, tried out and saved.
    ``channels`` are what each step gives, the first by what the run is watched for numbers that are not finite.
    ``steps`` is how many steps a round has. ``judge`` names what rounds are compared on, for a sentence:
    "validation" or "the training split".
    """

    module: nn.Module
    device: torch.device
    progress: Progress
    channels: tuple[Channel, ...]
    steps: int
    judge: str

    def begin(self, progress: Progress) -> None:
        """Start a new run at ``progress``, which is at its beginning."""

    def load(self, progress: Progress, memory: PackedMemory) -> None:
        """Go on at ``progress``, whose ``learner`` holds the values of ``save``; weights are in place already.

        Raises StateError when that cannot be gone on with here.
        """

    def save(self) -> LearnerState:
        """What ``load`` needs to go on from here bit for bit."""

    def warm_up(self) -> int | None:
        """Do once what torch does only the first time, leaving no trace; returns multiplications of a step.

        None where that failed; the first real step will tell why.
        """

    def open_round(self) -> None:
        """Before the first step of a round, and after resuming in the middle of one."""

    def step(self, check: Callable[[Tensor], None]) -> Step:
        """Change the module once. ``check`` is called with the first channel's value before anything is changed."""

    def close_round(self, between: Callable[[], None]) -> Round:
        """Judge a finished round; ``between`` is called now and then and may raise to end the run.

        ``progress.sums`` and ``progress.rows`` hold the sums of its channels. Raises NotFinite.
        """

    @property
    def finished(self) -> str:
        """Why there is nothing left to learn, as a sentence ("Converged."); "" as long as there is."""

    def set(self, path: str, value: float) -> None:
        """Use another value of a setting from the next step on."""

    def floor(self) -> Mapping[str, Any]:
        """What doing without learning would get, by name, for the curves; empty where that means nothing."""

    def verdict(self) -> FinalFigures:
        """The judgement of the module as it is now, on rows that were never learned from."""

    def explain(self, error: BaseException) -> Failure:
        """What an error of a step means for whoever drew the network."""
