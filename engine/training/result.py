"""How a run ended, and what it leaves behind. Imports no torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from engine.data.novelty import Novelty
from engine.data.preparation import Preparation
from engine.training.run_end import LONGEST_MESSAGE, RunEnd
from engine.training.run_status import RunStatus
from engine.training.setting_change import SettingChange
from engine.training.state import TrainingState


@dataclass(frozen=True)
class Failure:
    """Why a run failed. ``node`` is the id of the layer in the drawing, None when no single layer is to blame.

    ``change`` is the change of a setting that would most likely help; None where there is none.
    """

    node: str | None
    message: str
    change: SettingChange | None = None


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a run leaves behind, however it ended.

    ``state``: FINISHED, STOPPED or FAILED; ``message`` one sentence. ``weights``: those to use, by name; after
    a failure the last good ones, or with patience the best of them (empty when there never were any). ``training``:
    enough to go on; None when the run failed before its first step was prepared. ``history``: one row an epoch.
    ``test``: the figures of the test rows, empty where there are none; None unless the run finished. ``novelty``: by
    what the network with ``weights`` tells pictures that are unlike all it has learned from; None where nothing is
    claimed.
    """

    state: RunStatus
    message: str
    weights: dict[str, NDArray[Any]] = field(default_factory=dict)
    training: TrainingState | None = None
    history: list[dict[str, Any]] = field(default_factory=list)
    test: dict[str, Any] | None = None
    preparation: Preparation | None = None
    failure: Failure | None = None
    novelty: Novelty | None = None

    @property
    def end(self) -> RunEnd:
        """How the run ended, to keep beside its weights."""
        return RunEnd(self.state, self.message[:LONGEST_MESSAGE] if self.failure is not None else "")
