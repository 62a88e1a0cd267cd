"""How a run ended, and what it leaves behind. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from engine.training.run_end import RunEnd
from engine.training.run_record import RunRecord
from engine.training.run_status import RunStatus
from engine.training.setting_change import SettingChange


@dataclass(frozen=True)
class Failure:
    """Why a run failed. ``node`` is the id of the layer in the drawing, None when no single layer is to blame.

    ``change`` is the change of a setting that would most likely help; None where there is none.
    """

    node: str | None
    message: str
    change: SettingChange | None = None


@dataclass(frozen=True, eq=False)
class Outcome(RunRecord):
    """The record of a run that has just ended, with what to say of it: ``message`` is one sentence.

    ``weights``: after a failure the last good ones, or with patience the best of them (empty when there never were
    any). ``training`` is None when the run failed before its first step was prepared; ``test`` is None unless the run
    finished.
    """

    message: str
    failure: Failure | None = None
    weights: Mapping[str, NDArray[Any]] = field(default_factory=dict, kw_only=True)
    end: RunEnd = field(kw_only=True)

    @property
    def state(self) -> RunStatus:
        """How it ended: FINISHED, STOPPED or FAILED."""
        return self.end.state
