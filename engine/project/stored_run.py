"""An earlier run that lies in the project's file: what is told of it is read when somebody looks, its tensors when it
is used. As long as it is not used it is saved again as it lies there, with all that a newer version may have put in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from engine.data.dataset import DataError
from engine.data.novelty import Novelty
from engine.data.preparation import Preparation
from engine.graph.errors import GraphError
from engine.graph.graph import Graph
from engine.graph.reading import graph_from_json
from engine.project.container import FileParts, is_known
from engine.project.members import Member
from engine.project.project import ProjectError, shortened
from engine.project.record_reading import figures, optional, training, weights
from engine.project.run_document import earlier_document
from engine.project.runs import FinishedRun, RunLabel
from engine.project.unknown import unknown_in
from engine.training.fold_figures import FoldFigures
from engine.training.recipe import Recipe, RecipeError
from engine.training.run_end import RunEnd
from engine.training.run_record import UNTRAINED, RunRecord
from engine.training.saved_values import SavedValueError, check_history

_TENSORS = ".safetensors"
_TRAINING = frozenset({"training.json", "training.safetensors"})


@dataclass(frozen=True, eq=False)
class _Told:
    """What ``run.json`` says, without tensors."""

    label: RunLabel
    graph: Graph
    recipe: Recipe
    record: RunRecord


class RunFolder:
    """The parts of one run in a file: what lies in ``runs/<id>/``."""

    def __init__(self, parts: FileParts, id: int) -> None:
        self.id = id
        self._parts, self._folder = parts, f"runs/{id}/"
        self.members: dict[str, Member] = {
            name: member for name, member in parts.members.items() if name.startswith(self._folder)
        }

    @cached_property
    def found(self) -> _Told | str:
        """What is told of the run, or why nothing can be, in a sentence."""
        try:
            for member in self.members.values():
                member.check_place()
            return self._told(self.data())
        except ProjectError as error:
            return str(error)

    def data(self) -> dict[str, Any]:
        """What ``run.json`` holds. Raises ProjectError."""
        name = f"{self._folder}run.json"
        if name not in self._parts:
            raise ProjectError(f"{self._parts.file} is damaged: it lacks {name}.")
        return self._parts.object(name)

    def _told(self, data: Mapping[str, Any]) -> _Told:
        name, file = f"{self._folder}run.json", self._parts.file
        try:
            label = RunLabel.from_json(data.get("run"))
            graph, recipe = graph_from_json(data.get("graph")), Recipe.from_json(data.get("recipe"))
            preparation = optional(data, "preparation", Preparation.from_json)
            novelty = optional(data, "novelty", Novelty.from_json)
            end = optional(data, "ended", RunEnd.from_json)
            folds = optional(data, "folds", FoldFigures.from_json)
            history = tuple(check_history(data.get("history", [])))
        except (GraphError, RecipeError, DataError, SavedValueError, ValueError, TypeError, KeyError) as error:
            raise ProjectError(f"{name} in {file} cannot be used. {shortened(str(error))}") from None
        if label.id != self.id:
            raise ProjectError(f"{name} in {file} says that it is of run {label.id}.")
        test = figures(data, file)
        record = RunRecord(history=history, test=test, preparation=preparation, novelty=novelty, end=end, folds=folds)
        return _Told(label, graph, recipe, record)

    def opened(self, label: RunLabel | None, *, slim: bool) -> FinishedRun:
        """All of the run, with another label where one is given. Raises ProjectError."""
        data = self.data()
        told = self._told(data)
        record = replace(
            told.record,
            weights=weights(self._parts, told.graph, self._folder),
            training=None if slim else training(self._parts, self._folder),
        )
        run = FinishedRun(told.label, told.graph, told.recipe, record)
        beside = {
            name.removeprefix(self._folder): member for name, member in self.members.items() if not is_known(name)
        }
        unknown = unknown_in(data, earlier_document(run))
        return run.labelled(replace(label or told.label, unknown=unknown, unknown_parts=beside))


class StoredRun:
    """An earlier run in a file; see ``EarlierRun``. ``label``: another one than is written there; ``slim``: without
    what continuing it takes."""

    def __init__(self, folder: RunFolder, label: RunLabel | None = None, *, slim: bool = False) -> None:
        self._folder, self._label, self._slim = folder, label, slim

    @property
    def id(self) -> int:
        return self._folder.id

    @property
    def problem(self) -> str:
        found = self._folder.found
        return found if isinstance(found, str) else ""

    @property
    def label(self) -> RunLabel:
        found = self._folder.found
        return self._label or (RunLabel(self.id) if isinstance(found, str) else found.label)

    @property
    def recipe(self) -> Recipe:
        return self._readable().recipe

    @property
    def told(self) -> RunRecord:
        found = self._folder.found
        return UNTRAINED if isinstance(found, str) else found.record

    def _readable(self) -> _Told:
        found = self._folder.found
        if isinstance(found, str):
            raise ProjectError(found)
        return found

    @property
    def weight_bytes(self) -> int:
        return sum(member.size for name, member in self.members.items() if name.endswith(_TENSORS))

    @property
    def continuable(self) -> bool:
        return any(map(_continues, self.members))

    @property
    def members(self) -> dict[str, Member]:
        """The parts that it consists of, by their names in a project file; the label may be another by now."""
        members = self._folder.members
        return {name: one for name, one in members.items() if not (self._slim and _continues(name))}

    @property
    def is_relabelled(self) -> bool:
        """Whether its label is another than the one in the file."""
        return self._label is not None

    def document(self) -> dict[str, Any]:
        """What its ``run.json`` is to say, with the label it has now. Raises ProjectError."""
        data = self._folder.data()
        return {**data, "run": {**data["run"], **self.label.to_json()}}

    def opened(self) -> FinishedRun:
        return self._folder.opened(self._label, slim=self._slim)

    def labelled(self, label: RunLabel) -> StoredRun:
        self._readable()
        return StoredRun(self._folder, label, slim=self._slim)

    def slim(self) -> StoredRun:
        return StoredRun(self._folder, self._label, slim=True) if self.continuable else self


def _continues(name: str) -> bool:
    """Whether a part is one of those that continuing a run takes."""
    return name.rpartition("/")[2] in _TRAINING
