"""How a run ended, and what it leaves behind. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from engine.data.novelty import Novelty
from engine.data.preparation import Preparation
from engine.text import brief
from engine.training.setting_change import SettingChange
from engine.training.state import TrainingState
from engine.training.telemetry import ENDED

LONGEST_MESSAGE = 2_000
"""Characters of the sentence about why a run failed."""


@dataclass(frozen=True)
class Failure:
    """Why a run failed. ``node`` is the id of the layer in the drawing, None when no single layer is to blame.

    ``change`` is the change of a setting that would most likely help; None where there is none.
    """

    node: str | None
    message: str
    change: SettingChange | None = None


@dataclass(frozen=True)
class RunEnd:
    """How a run ended, as a project file keeps it beside the weights.

    ``state``: "finished", "stopped" or "failed"; ``message``: one sentence about why it failed, "" otherwise.
    """

    state: str
    message: str = ""

    def to_json(self) -> dict[str, Any]:
        return {"state": self.state, "message": self.message}

    @classmethod
    def from_json(cls, data: Any) -> RunEnd:
        """Read what ``to_json`` wrote. Raises ValueError."""
        if not isinstance(data, Mapping):
            raise ValueError(f"How the run ended must be an object, not {brief(data)}.")
        state, message = data.get("state"), data.get("message", "")
        if state not in ENDED:
            raise ValueError(f"A run ends as {', '.join(ENDED)}, not as {brief(state)}.")
        if not isinstance(message, str) or len(message) > LONGEST_MESSAGE:
            raise ValueError(f"The message of a run's end must be text of at most {LONGEST_MESSAGE:,} characters.")
        return cls(state, message)


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a run leaves behind, however it ended.

    ``state``: "finished", "stopped" or "failed"; ``message`` one sentence. ``weights``: those to use, by name; after
    a failure the last good ones, or with patience the best of them (empty when there never were any). ``training``:
    enough to go on; None when the run failed before its first step was prepared. ``history``: one row an epoch.
    ``test``: the verdict on the test rows, empty unless the run finished. ``novelty``: by what the network with
    ``weights`` tells pictures that are unlike all it has learned from; None where nothing is claimed.
    """

    state: str
    message: str
    weights: dict[str, NDArray[Any]] = field(default_factory=dict)
    training: TrainingState | None = None
    history: list[dict[str, Any]] = field(default_factory=list)
    test: dict[str, Any] = field(default_factory=dict)
    preparation: Preparation | None = None
    failure: Failure | None = None
    novelty: Novelty | None = None

    @property
    def end(self) -> RunEnd:
        """How the run ended, to keep beside its weights."""
        return RunEnd(self.state, self.message[:LONGEST_MESSAGE] if self.failure is not None else "")
