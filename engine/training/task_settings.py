"""The kinds of learning one can choose and what can be set on each, as their declarations say. Imports no torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Self

from engine.graph.parameters import Parameter
from engine.tasks import registry
from engine.tasks.kind import TaskKind
from engine.tasks.registry import AUTOMATIC
from engine.training.settings import TASK, Settings


class _Declared(Mapping[str, Any]):
    """Something of every kind in the registry, by its name; first what it is where nobody has chosen."""

    def __init__(self, automatic: Any, of: Callable[[TaskKind], Any]) -> None:
        self._automatic, self._of = automatic, of

    def __getitem__(self, name: str) -> Any:
        return self._automatic if name == AUTOMATIC else self._of(registry.KINDS[name])

    def __iter__(self) -> Iterator[str]:
        yield AUTOMATIC
        yield from registry.KINDS

    def __len__(self) -> int:
        return 1 + len(registry.KINDS)


class TaskSettings(Settings):
    """What is to be learned from the data."""

    TITLE: ClassVar[str] = "Task"
    GROUP: ClassVar[str] = TASK
    HELP: ClassVar[str] = "What the network is to learn from the data."
    DEFAULT: ClassVar[str] = AUTOMATIC
    KINDS: ClassVar[Mapping[str, tuple[Parameter, ...]]] = _Declared((), lambda kind: kind.parameters)
    LABELS: ClassVar[Mapping[str, str]] = _Declared("automatic", lambda kind: kind.title)
    SUMMARIES: ClassVar[Mapping[str, str]] = _Declared("What the dataset is made for.", lambda kind: kind.summary)

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Read what ``to_json`` wrote, or the name alone, as recipes of format 2 have it. Raises RecipeError."""
        return super().from_json({"kind": data} if isinstance(data, str) else data)
