"""The errors that end a command: its own, and those of the engine whose messages are written for the user."""

from __future__ import annotations

import sys

_REFUSALS = (
    ("engine.data.dataset", "DataError"),
    ("engine.data.digit", "InkError"),
    ("engine.files.atomic", "WriteError"),
    ("engine.graph.errors", "GraphError"),
    ("engine.network.build", "BuildError"),
    ("engine.project.project", "ProjectError"),
    ("engine.tasks.predictor", "InputError"),
    ("engine.tasks.setup", "TaskError"),
    ("engine.training.settings", "RecipeError"),
    ("engine.training.weights", "WeightsError"),
)


class CommandError(Exception):
    """A command cannot do what it was asked; the message is a sentence, ``status`` the exit status."""

    def __init__(self, message: str, status: int = 1) -> None:
        super().__init__(message)
        self.status = status


def refusals() -> tuple[type[Exception], ...]:
    """The errors whose message may be shown as it is.

    Only loaded modules can have raised theirs, so none is loaded to find out: some bring torch.
    """
    return tuple(getattr(sys.modules[module], name) for module, name in _REFUSALS if module in sys.modules)
