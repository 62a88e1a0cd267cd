"""Reading a ``*.sketchnet`` file; writing one is in ``writing``."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.data.dataset import DataError
from engine.data.novelty import Novelty
from engine.data.preparation import Preparation
from engine.graph.errors import GraphError
from engine.graph.reading import graph_from_json
from engine.project.container import FileParts, is_known, open_parts
from engine.project.limits import FARTHEST_POINT, LONGEST_NOTES, LONGEST_TITLE, MOST_POINTS
from engine.project.migrations import migrated
from engine.project.project import Drawing, Project, ProjectError, shortened
from engine.project.record_reading import figures, optional, training, weights
from engine.project.runs import MOST_RUNS, RunLabel, Runs
from engine.project.stored_run import RunFolder, StoredRun
from engine.project.unknown import unknown_in
from engine.project.writing import document_of, write
from engine.training.fold_figures import FoldFigures
from engine.training.recipe import Recipe, RecipeError
from engine.training.run_end import RunEnd
from engine.training.run_record import RunRecord
from engine.training.saved_values import SavedValueError, check_history

SUFFIX = ".sketchnet"

__all__ = ["SUFFIX", "project_in", "read", "write"]


def read(path: Path | str) -> Project:
    """Open a project. Raises ProjectError, in one or two sentences, for anything that is not as it should be.

    Of earlier runs nothing but their numbers is read: damage in one of them is told when it is asked for.
    """
    return project_in(open_parts(Path(path)))


def project_in(parts: FileParts) -> Project:
    """The project that the parts of a file make. Raises ProjectError."""
    file = parts.file
    if "project.json" not in parts:
        raise ProjectError(f"{file} is not a project file: it holds no project.json.")
    data = migrated(parts.object("project.json"), file)
    try:
        graph = graph_from_json(data.get("graph"))
        recipe = Recipe.from_json(data.get("recipe"))
        preparation = optional(data, "preparation", Preparation.from_json)
        novelty = optional(data, "novelty", Novelty.from_json)
        trained_with = optional(data, "trained_with", Recipe.from_json)
        end = optional(data, "ended", RunEnd.from_json)
        folds = optional(data, "folds", FoldFigures.from_json)
        label = RunLabel() if "run" not in data else RunLabel.from_json(data["run"])
    except (GraphError, RecipeError, DataError, ValueError, TypeError, KeyError) as error:
        raise ProjectError(f"{file} cannot be opened. {shortened(str(error))}") from None
    found = weights(parts, graph)
    folders = _folders(parts)
    unread = {name: member for name, member in parts.members.items() if not is_known(name)}
    if label.id in folders:
        raise ProjectError(f"{file} is damaged: run {label.id} is in it twice.")
    of_current = {name: unread.pop(name) for name in list(unread) if name.startswith(f"runs/{label.id}/")}
    for id in folders:
        for name in [name for name in unread if name.startswith(f"runs/{id}/")]:
            del unread[name]  # the folder of that run has it
    for part in (*unread.values(), *of_current.values()):
        part.check_place()
    folder = f"runs/{label.id}/"
    label = replace(label, unknown_parts={name.removeprefix(folder): part for name, part in of_current.items()})
    project = Project(
        graph=graph,
        recipe=recipe,
        run=RunRecord(
            weights=found,
            training=training(parts),
            history=_history(parts),
            test=figures(data, file),
            preparation=preparation,
            novelty=None if found is None else novelty,
            end=None if found is None else end,
            folds=None if found is None else folds,
        ),
        trained_with=None if found is None else trained_with,
        runs=Runs(label, tuple(StoredRun(RunFolder(parts, id)) for id in folders)),
        drawings=_drawings(parts),
        notes=_text(data, "notes", LONGEST_NOTES, file),
        title=_text(data, "title", LONGEST_TITLE, file),
        trained_on=_text(data, "trained_on", LONGEST_TITLE, file),
        preview=parts.read("preview.png"),
        unknown_parts=unread,
        origin=parts.members,
    )
    _settle(parts)
    return replace(project, unknown=unknown_in(data, document_of(project)))


def _settle(parts: FileParts) -> None:
    """Let go of the file where it could not be replaced as long as it is open."""
    if sys.platform == "win32":
        sources = {}
        for name, member in parts.members.items():
            if name.startswith("runs/") or not is_known(name):
                member.take()
            sources[member.source.path] = member.source
        for source in sources.values():
            source.file.close()


def _text(data: Mapping[str, Any], name: str, longest: int, file: str) -> str:
    value = data.get(name, "")
    if not isinstance(value, str) or len(value) > longest:
        raise ProjectError(f'"{name}" in {file} must be text of at most {longest:,} characters.')
    return value


def _folders(parts: FileParts) -> list[int]:
    """The numbers of the runs that are not in use, oldest first."""
    known = {int(name.split("/")[1]) for name in parts.members if name.startswith("runs/") and is_known(name)}
    if len(known) > MOST_RUNS:
        raise ProjectError(f"{parts.file} holds {len(known):,} earlier runs; at most {MOST_RUNS} are read.")
    return sorted(known)


def _history(parts: FileParts) -> tuple[Mapping[str, Any], ...]:
    if "history.json" not in parts:
        return ()
    try:
        return tuple(check_history(parts.json("history.json")))
    except SavedValueError as error:
        raise ProjectError(f"history.json in {parts.file} is damaged: {shortened(str(error))}.") from None


def _drawings(parts: FileParts) -> tuple[Drawing, ...]:
    names = [name for name in parts.members if name.startswith("drawings/")]
    names.sort(key=lambda name: (len(name), name))
    return tuple(_drawing(parts.json(name), name, parts.file) for name in names)


def _drawing(value: Any, name: str, file: str) -> Drawing:
    wrong = ProjectError(f"{name} in {file} must hold pen strokes: lists of points of two numbers.")
    if not isinstance(value, list) or not all(isinstance(stroke, list) for stroke in value):
        raise wrong
    if sum(map(len, value)) > MOST_POINTS:
        raise ProjectError(f"{name} in {file} has more than {MOST_POINTS:,} points.")
    for stroke in value:
        for point in stroke:
            if not isinstance(point, list) or len(point) != 2 or not all(map(_is_place, point)):
                raise wrong
    return tuple(tuple((float(x), float(y)) for x, y in stroke) for stroke in value)


def _is_place(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) < FARTHEST_POINT
