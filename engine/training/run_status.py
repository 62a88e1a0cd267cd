"""What a run is doing, as one word. Alone in a file, so that whoever compares it need not load numpy."""

from __future__ import annotations

from enum import StrEnum


class RunStatus(StrEnum):
    """What a run is doing, or how it ended."""

    PREPARING = "preparing"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"


ENDED = (RunStatus.FINISHED, RunStatus.STOPPED, RunStatus.FAILED)
"""Those after which nothing more comes."""
