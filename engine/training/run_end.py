"""How a run ended, as a value that a project file keeps beside the weights. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.text import brief
from engine.training.run_status import ENDED, RunStatus

LONGEST_MESSAGE = 2_000
"""Characters of the sentence about why a run failed."""


@dataclass(frozen=True)
class RunEnd:
    """How a run ended.

    ``state``: FINISHED, STOPPED or FAILED; ``message``: one sentence about why it failed, "" otherwise.
    """

    state: RunStatus
    message: str = ""

    @classmethod
    def of(cls, state: RunStatus, message: str) -> RunEnd:
        """How a run ended of which ``message`` says so; the sentence is kept, in bounds, of one that failed."""
        return cls(state, message[:LONGEST_MESSAGE] if state == RunStatus.FAILED else "")

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
        return cls(RunStatus(state), message)
