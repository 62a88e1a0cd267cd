"""The runs of a project: the one in use, and earlier ones that were kept to compare with or to go back to.

Training from scratch keeps the run before it. Every run has its drawing, recipe, curves, verdict and weights; what a
stopped run needs to be continued is kept of the newest few and of starred ones, since it is three times their size.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from engine.graph.graph import Graph
from engine.training.recipe import Recipe
from engine.training.run_record import RunRecord

MOST_RUNS = 12
"""Earlier runs that a project keeps; of more, the oldest that has no star goes."""
CONTINUABLE = 2
"""So many of the newest earlier runs without a star can be continued, and all with one."""
MOST_BYTES = 256 * 2**20
"""Bytes of tensors of all earlier runs together; beyond that those without a star go, the oldest first."""
LONGEST_NAME, LONGEST_NOTE = 200, 10_000


class NoSuchRun(LookupError):
    """A project has no run of that number; the message says which it has."""


@dataclass(frozen=True)
class RunLabel:
    """What is written on a run: its number in the project, from 1, and what the user has said of it.

    ``began`` is when it began, in UTC as ISO 8601 to the second, "" where that is not known.
    """

    id: int = 1
    name: str = ""
    note: str = ""
    starred: bool = False
    began: str = ""

    def to_json(self) -> dict[str, Any]:
        return {"id": self.id, "name": self.name, "note": self.note, "starred": self.starred, "began": self.began}

    @classmethod
    def from_json(cls, data: Any) -> RunLabel:
        """Read what ``to_json`` wrote. Raises ValueError."""
        if not isinstance(data, dict):
            raise ValueError(f"the label of a run must be an object, not {type(data).__name__}")
        label = cls(**{name: data[name] for name in ("id", "name", "note", "starred", "began") if name in data})
        if type(label.id) is not int or not 1 <= label.id < 2**53:
            raise ValueError("the number of a run must be a whole number from 1")
        if type(label.starred) is not bool:
            raise ValueError("whether a run is starred must be true or false")
        for name, longest in (("name", LONGEST_NAME), ("note", LONGEST_NOTE), ("began", 40)):
            text = getattr(label, name)
            if not isinstance(text, str) or len(text) > longest:
                raise ValueError(f"the {name} of a run must be text of at most {longest:,} characters")
        return label


@dataclass(frozen=True, eq=False)
class EarlierRun:
    """A run that is not in use: of which drawing and by which recipe it was, and what it left behind."""

    label: RunLabel
    graph: Graph
    recipe: Recipe
    record: RunRecord

    @property
    def weight_bytes(self) -> int:
        """The memory that its tensors take."""
        tensors = [] if self.record.training is None else list(self.record.training.tensors.values())
        return sum(array.nbytes for array in [*(self.record.weights or {}).values(), *tensors])


@dataclass(frozen=True)
class Runs:
    """The label of the run in use, and the earlier runs in the order in which they began."""

    current: RunLabel = field(default_factory=RunLabel)
    earlier: tuple[EarlierRun, ...] = ()

    def find(self, id: int) -> EarlierRun:
        """The earlier run numbered ``id``. Raises NoSuchRun."""
        for run in self.earlier:
            if run.label.id == id:
                return run
        known = ", ".join(str(run.label.id) for run in self.earlier) or "none"
        raise NoSuchRun(f"There is no earlier run {id}; there is: {known}. Run {self.current.id} is the one in use.")

    def with_earlier(self, run: EarlierRun) -> Runs:
        """The same with ``run`` among the earlier ones, of which no more are kept than MOST_RUNS."""
        others = [one for one in self.earlier if one.label.id != run.label.id]
        return replace(self, earlier=_bounded([*others, run]))

    def begun(self) -> Runs:
        """A new run begins now; the one before it is to be put among the earlier ones by ``with_earlier``."""
        ids = [self.current.id, *(run.label.id for run in self.earlier)]
        return replace(self, current=RunLabel(id=max(ids) + 1, began=_now()))

    def begun_again(self) -> Runs:
        """The run in use begins now: nothing came of it before."""
        return replace(self, current=replace(self.current, began=_now()))

    def without(self, id: int) -> Runs:
        """The same without an earlier run. Raises NoSuchRun."""
        gone = self.find(id)
        return replace(self, earlier=tuple(run for run in self.earlier if run is not gone))

    def labelled(self, id: int, **changes: Any) -> Runs:
        """The same with another name, note or star on a run. Raises NoSuchRun."""
        if id == self.current.id:
            return replace(self, current=replace(self.current, **changes))
        changed = self.find(id)
        label = replace(changed.label, **changes)
        earlier = [replace(run, label=label) if run is changed else run for run in self.earlier]
        return replace(self, earlier=_bounded(earlier))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _bounded(runs: Iterable[EarlierRun]) -> tuple[EarlierRun, ...]:
    """The runs in order, without those that are too many, and without what continuing takes of older ones."""
    kept = sorted(runs, key=lambda run: run.label.id)
    while len(kept) > MOST_RUNS:
        kept.remove(next((run for run in kept if not run.label.starred), kept[0]))
    plain = [run for run in kept if not run.label.starred]
    older = plain[: len(plain) - CONTINUABLE] if len(plain) > CONTINUABLE else []
    kept = [_slim(run) if run in older else run for run in kept]
    while sum(run.weight_bytes for run in kept) > MOST_BYTES:
        plain = [run for run in kept if not run.label.starred]
        if not plain:
            break
        place = kept.index(plain[0])
        # First what continuing takes, then the run itself.
        kept[place : place + 1] = [] if plain[0].record.training is None else [_slim(plain[0])]
    return tuple(kept)


def _slim(run: EarlierRun) -> EarlierRun:
    """The run with the weights in use alone."""
    return run if run.record.training is None else replace(run, record=replace(run.record, training=None))
