"""The runs of a project: the one in use, and earlier ones that were kept to compare with or to go back to.

Training from scratch keeps the run before it. Every run has its drawing, recipe, curves, verdict and weights; what a
stopped run needs to be continued is kept of the newest few and of starred ones, since it is three times their size.
An earlier run is in memory (``FinishedRun``), or lies in the file and is read when it is asked for (``stored_run``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Protocol

from engine.graph.graph import Graph
from engine.project.protocols import StoredPart
from engine.project.unknown import NOTHING, Unknown
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

    ``began`` is when it began, in UTC as ISO 8601 to the second, "" where that is not known. ``unknown`` is what a
    newer version has said of the run and this one does not know, ``unknown_parts`` what it has put beside it, by name
    in the folder of the run: both go with the run and are written back.
    """

    id: int = 1
    name: str = ""
    note: str = ""
    starred: bool = False
    began: str = ""
    unknown: Unknown = NOTHING
    unknown_parts: Mapping[str, bytes | StoredPart] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {"id": self.id, "name": self.name, "note": self.note, "starred": self.starred, "began": self.began}

    @classmethod
    def from_json(cls, data: Any) -> RunLabel:
        """Read what ``to_json`` wrote; ``more`` is what was not known of the run. Raises ValueError."""
        if not isinstance(data, dict):
            raise ValueError(f"the label of a run must be an object, not {type(data).__name__}")
        more = data.get("more", {})
        if not isinstance(more, dict):
            raise ValueError(f"what more there is of a run must be an object, not {type(more).__name__}")
        known = {name: data[name] for name in ("id", "name", "note", "starred", "began") if name in data}
        label = cls(**known, unknown=Unknown(more) if more else NOTHING)
        if type(label.id) is not int or not 1 <= label.id < 2**53:
            raise ValueError("the number of a run must be a whole number from 1")
        if type(label.starred) is not bool:
            raise ValueError("whether a run is starred must be true or false")
        for name, longest in (("name", LONGEST_NAME), ("note", LONGEST_NOTE), ("began", 40)):
            text = getattr(label, name)
            if not isinstance(text, str) or len(text) > longest:
                raise ValueError(f"the {name} of a run must be text of at most {longest:,} characters")
        return label


class EarlierRun(Protocol):
    """A run that is not in use: of which drawing and by which recipe it was, and what it left behind."""

    @property
    def id(self) -> int:
        """Its number in the project; known without reading anything of it."""

    @property
    def problem(self) -> str:
        """Why nothing can be told of it, in a sentence; "" when that is not so."""

    @property
    def label(self) -> RunLabel:
        """What is written on it; its number alone when there is a problem."""

    @property
    def recipe(self) -> Recipe:
        """By what it was trained. Raises ProjectError when there is a problem."""

    @property
    def told(self) -> RunRecord:
        """All of its record but for the tensors, which take most of the time and the memory; empty with a problem."""

    @property
    def weight_bytes(self) -> int:
        """The bytes that its tensors take."""

    @property
    def continuable(self) -> bool:
        """Whether what continuing it takes was kept."""

    def opened(self) -> FinishedRun:
        """All of it, in memory. Raises ProjectError when its file is damaged there."""

    def labelled(self, label: RunLabel) -> EarlierRun:
        """The same run with another label, of the same number. Raises ProjectError when there is a problem."""

    def slim(self) -> EarlierRun:
        """The run with the weights in use alone."""


@dataclass(frozen=True, eq=False)
class FinishedRun:
    """An earlier run in memory."""

    label: RunLabel
    graph: Graph
    recipe: Recipe
    record: RunRecord

    @property
    def id(self) -> int:
        return self.label.id

    @property
    def problem(self) -> str:
        return ""

    @property
    def told(self) -> RunRecord:
        return self.record

    @property
    def weight_bytes(self) -> int:
        tensors = [] if self.record.training is None else list(self.record.training.tensors.values())
        return sum(array.nbytes for array in [*(self.record.weights or {}).values(), *tensors])

    @property
    def continuable(self) -> bool:
        return self.record.training is not None

    def opened(self) -> FinishedRun:
        return self

    def labelled(self, label: RunLabel) -> FinishedRun:
        return replace(self, label=label)

    def slim(self) -> FinishedRun:
        return self if self.record.training is None else replace(self, record=replace(self.record, training=None))


@dataclass(frozen=True)
class Runs:
    """The label of the run in use, and the earlier runs in the order in which they began."""

    current: RunLabel = field(default_factory=RunLabel)
    earlier: tuple[EarlierRun, ...] = ()

    @property
    def weight_bytes(self) -> int:
        """The bytes that the tensors of all earlier runs take; no more than MOST_BYTES, unless by starred ones."""
        return sum(run.weight_bytes for run in self.earlier)

    def find(self, id: int) -> EarlierRun:
        """The earlier run numbered ``id``. Raises NoSuchRun."""
        for run in self.earlier:
            if run.id == id:
                return run
        known = ", ".join(str(run.id) for run in self.earlier)
        there = f"the earlier ones are {known}, and" if len(self.earlier) > 1 else f"the earlier one is {known}, and"
        there = there if self.earlier else "there are no earlier ones, and"
        raise NoSuchRun(f"There is no earlier run {id}; {there} run {self.current.id} is the one in use.")

    def with_earlier(self, run: EarlierRun) -> Runs:
        """The same with ``run`` among the earlier ones, of which no more are kept than MOST_RUNS."""
        others = [one for one in self.earlier if one.id != run.id]
        return replace(self, earlier=_bounded([*others, run]))

    def begun(self) -> Runs:
        """A new run begins now; the one before it is to be put among the earlier ones by ``with_earlier``."""
        ids = [self.current.id, *(run.id for run in self.earlier)]
        return replace(self, current=RunLabel(id=max(ids) + 1, began=_now()))

    def begun_again(self) -> Runs:
        """The run in use begins now: nothing came of it before."""
        return replace(self, current=replace(self.current, began=_now()))

    def without(self, id: int) -> Runs:
        """The same without an earlier run. Raises NoSuchRun."""
        gone = self.find(id)
        return replace(self, earlier=tuple(run for run in self.earlier if run is not gone))

    def labelled(self, id: int, **changes: Any) -> Runs:
        """The same with another name, note or star on a run. Raises NoSuchRun, ProjectError for a damaged one."""
        if id == self.current.id:
            return replace(self, current=replace(self.current, **changes))
        changed = self.find(id)
        label = replace(changed.label, **changes)
        earlier = [run.labelled(label) if run is changed else run for run in self.earlier]
        return replace(self, earlier=_bounded(earlier))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _bounded(runs: Iterable[EarlierRun]) -> tuple[EarlierRun, ...]:
    """The runs in order, without those that are too many, and without what continuing takes of older ones."""
    kept = sorted(runs, key=lambda run: run.id)
    while len(kept) > MOST_RUNS:
        kept.remove(next((run for run in kept if not run.label.starred), kept[0]))
    plain = [run for run in kept if not run.label.starred]
    older = plain[: len(plain) - CONTINUABLE] if len(plain) > CONTINUABLE else []
    kept = [run.slim() if run in older else run for run in kept]
    while sum(run.weight_bytes for run in kept) > MOST_BYTES:
        plain = [run for run in kept if not run.label.starred]
        if not plain:
            break
        place = kept.index(plain[0])
        # First what continuing takes, then the run itself.
        kept[place : place + 1] = [plain[0].slim()] if plain[0].continuable else []
    return tuple(kept)
