"""The kinds of learning one can choose and what can be set on each, as their declarations say. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from engine.graph.parameters import Parameter
from engine.tasks import registry
from engine.tasks.registry import AUTOMATIC
from engine.training.settings import TASK, Settings


class TaskSettings(Settings):
    """What is to be learned from the data."""

    TITLE: ClassVar[str] = "Task"
    GROUP: ClassVar[str] = TASK
    HELP: ClassVar[str] = "What the network is to learn from the data."
    DEFAULT: ClassVar[str] = AUTOMATIC
    KINDS: ClassVar[Mapping[str, tuple[Parameter, ...]]] = {
        AUTOMATIC: (),
        **{kind.name: kind.parameters for kind in registry.KINDS.values()},
    }
    LABELS: ClassVar[Mapping[str, str]] = {AUTOMATIC: "automatic", **{k.name: k.title for k in registry.KINDS.values()}}
    SUMMARIES: ClassVar[Mapping[str, str]] = {
        AUTOMATIC: "What the dataset is made for.",
        **{kind.name: kind.summary for kind in registry.KINDS.values()},
    }

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Read what ``to_json`` wrote, or the name alone, as recipes of format 2 have it. Raises RecipeError."""
        return super().from_json({"kind": data} if isinstance(data, str) else data)
