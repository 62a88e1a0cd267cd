"""The record of a run: what is kept of it, to use, judge, save and go on with what it has learned. Imports no torch.

One value for whoever has to do with a finished run: training yields it, a project file holds it, window and command
line extend it or ask it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, Self

from numpy.typing import NDArray

from engine.data.dataset import Schema
from engine.data.novelty import Novelty
from engine.data.preparation import Preparation
from engine.training.fold_figures import FoldFigures
from engine.training.kept_weights import Kept, in_use, weights_to_use
from engine.training.run_end import RunEnd
from engine.training.run_status import RunStatus
from engine.training.state import TrainingState


@dataclass(frozen=True, eq=False, kw_only=True)
class RunRecord:
    """What a run leaves behind; of which drawing and by which recipe it was is said by whoever holds the record.

    ``weights`` are the network's tensors by name: those in use, which may be the best or the last ones of the run
    (None before the first step of all). ``training`` is where the run stands, enough to go on or to use its other
    weights. ``history`` has one row an epoch and ``test`` the figures of the test rows (empty where there are none,
    None while they are not known), both plain JSON values. ``preparation`` is how rows were prepared. ``novelty`` is
    by what these weights tell pictures that are unlike all they have learned from; None where nothing is claimed.
    ``folds`` is what cross-validation found before the run; None where there was none.
    ``end`` is how the run ended; None while it is under way, and for what an older version saved.
    """

    weights: Mapping[str, NDArray[Any]] | None = None
    training: TrainingState | None = None
    history: tuple[Mapping[str, Any], ...] = ()
    test: Mapping[str, Any] | None = None
    preparation: Preparation | None = None
    novelty: Novelty | None = None
    end: RunEnd | None = None
    folds: FoldFigures | None = None

    def values(self) -> dict[str, Any]:
        """The fields of a record by name, to make a value that extends it."""
        return {one.name: getattr(self, one.name) for one in fields(RunRecord)}

    @property
    def record(self) -> RunRecord:
        """The record alone, of a value that extends it."""
        return RunRecord(**self.values())

    @property
    def epochs(self) -> int:
        """How many epochs the run has finished; a long history may lack rows."""
        return int(self.history[-1].get("epoch", len(self.history))) if self.history else 0

    @property
    def seconds(self) -> float:
        """How long it has trained, in seconds, without pauses; of a long history whose rows were thinned, less."""
        return sum(float(row.get("seconds") or 0.0) for row in self.history)

    @property
    def own_schema(self) -> Schema | None:
        """What the table or the images of the user's that it was trained on were like; None of other data.

        By this its answers are read, whatever has become of the files.
        """
        record = None if self.preparation is None else self.preparation.record
        return None if record is None else record.schema()

    @property
    def steps(self) -> int:
        """How many steps the run has done, as far as that is known."""
        position = {} if self.training is None else self.training.position
        last = self.history[-1].get("step") if self.history else 0
        return int(position.get("step") or last or 0)

    @property
    def precision(self) -> str:
        """The precision it computes in, "float32" or "bfloat16"; "" where that is not known."""
        return str(self.training.position.get("precision", "")) if self.training is not None else ""

    @cached_property
    def choice(self) -> tuple[Kept, Kept] | None:
        """Which of the run's weights are in use, best or last, and the other ones; None when there is no choice."""
        return in_use(self.weights, self.training)

    def with_other_weights(self) -> Self:
        """The same run with the other ones of its weights in use, untested; itself when there is no choice."""
        if self.choice is None:
            return self
        return replace(self, weights=self.choice[1].weights, test=None, novelty=None)


UNTRAINED = RunRecord()
"""The record of what has not been trained yet."""


def record_so_far(state: TrainingState, patience: int, preparation: Preparation | None) -> RunRecord:
    """The record of a run that is under way, or was killed at ``state``: as if it had been stopped there."""
    return RunRecord(
        weights=weights_to_use(state, patience),
        training=state,
        history=tuple(state.position.get("history", ())),
        preparation=preparation,
        end=RunEnd(RunStatus.STOPPED),
    )
