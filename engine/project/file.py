"""Reading a ``*.sketchnet`` file; writing one is in ``writing``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.data.dataset import DataError
from engine.data.novelty import Novelty
from engine.data.preparation import Preparation
from engine.files.json_input import MOST_VALUES, JsonError, parse_json, values_at_most
from engine.graph.errors import GraphError
from engine.graph.graph import Graph
from engine.graph.reading import graph_from_json
from engine.project.container import is_known, read_parts
from engine.project.limits import (
    FARTHEST_POINT,
    LONGEST_NOTES,
    LONGEST_TITLE,
    MOST_POINTS,
    PACKED,
)
from engine.project.migrations import migrated
from engine.project.project import Drawing, Project, ProjectError, shortened
from engine.project.runs import MOST_RUNS, EarlierRun, RunLabel, Runs
from engine.project.tensors import unpacked
from engine.project.unknown import unknown_in
from engine.project.writing import document_of, write
from engine.training.recipe import Recipe, RecipeError
from engine.training.run_end import RunEnd
from engine.training.run_record import RunRecord
from engine.training.saved_values import SavedValueError, check_figures, check_history
from engine.training.state import StateError, TrainingState

SUFFIX = ".sketchnet"

__all__ = ["SUFFIX", "read", "write"]


def read(path: Path | str) -> Project:
    """Open a project. Raises ProjectError, in one or two sentences, for anything that is not as it should be."""
    path = Path(path)
    parts = read_parts(path)
    _check_values(parts, path.name)
    if "project.json" not in parts:
        raise ProjectError(f"{path.name} is not a project file: it holds no project.json.")
    data = _object(parts, "project.json", path.name)
    data = migrated(data, path.name)
    try:
        graph = graph_from_json(data.get("graph"))
        recipe = Recipe.from_json(data.get("recipe"))
        preparation = _optional(data, "preparation", Preparation.from_json)
        novelty = _optional(data, "novelty", Novelty.from_json)
        trained_with = _optional(data, "trained_with", Recipe.from_json)
        end = _optional(data, "ended", RunEnd.from_json)
        label = RunLabel() if "run" not in data else RunLabel.from_json(data["run"])
    except (GraphError, RecipeError, DataError, ValueError, TypeError, KeyError) as error:
        raise ProjectError(f"{path.name} cannot be opened. {shortened(str(error))}") from None
    weights = _tensors(parts, "weights.safetensors", path.name)
    if weights is not None:
        _check_weights(weights, graph, path.name)
    project = Project(
        graph=graph,
        recipe=recipe,
        run=RunRecord(
            weights=weights,
            training=_training(parts, path.name),
            history=_history(parts, path.name),
            test=_test(data, path.name),
            preparation=preparation,
            novelty=None if weights is None else novelty,
            end=None if weights is None else end,
        ),
        trained_with=None if weights is None else trained_with,
        runs=Runs(label, _earlier(parts, label, path.name)),
        drawings=_drawings(parts, path.name),
        notes=_text(data, "notes", LONGEST_NOTES, path.name),
        title=_text(data, "title", LONGEST_TITLE, path.name),
        trained_on=_text(data, "trained_on", LONGEST_TITLE, path.name),
        preview=parts.get("preview.png", b""),
        unknown_parts={name: data for name, data in parts.items() if not is_known(name)},
    )
    return replace(project, unknown=unknown_in(data, document_of(project)))


def _check_values(parts: Mapping[str, bytes], file: str) -> None:
    """Bound what all JSON of a file may come to in memory, before any of it is read."""
    found = sum(values_at_most(data) for name, data in parts.items() if name.endswith(PACKED))
    if found > MOST_VALUES:
        raise ProjectError(f"{file} holds up to {found:,} values; at most {MOST_VALUES:,} are read.")


def _load(parts: Mapping[str, bytes], name: str, file: str) -> Any:
    try:
        return parse_json(parts[name])
    except JsonError as error:
        raise ProjectError(f"{name} in {file} is damaged: {shortened(str(error)).rstrip('.')}.") from None


def _object(parts: Mapping[str, bytes], name: str, file: str) -> dict[str, Any]:
    value = _load(parts, name, file)
    if not isinstance(value, dict):
        raise ProjectError(f"{name} in {file} must hold a JSON object, not {type(value).__name__}.")
    return value


def _optional(data: Mapping[str, Any], name: str, reader: Any) -> Any:
    value = data.get(name)
    return None if value is None else reader(value)


def _text(data: Mapping[str, Any], name: str, longest: int, file: str) -> str:
    value = data.get(name, "")
    if not isinstance(value, str) or len(value) > longest:
        raise ProjectError(f'"{name}" in {file} must be text of at most {longest:,} characters.')
    return value


def _tensors(parts: Mapping[str, bytes], name: str, file: str) -> dict[str, Any] | None:
    return unpacked(parts[name], f"{name} in {file}") if name in parts else None


def _check_weights(weights: Mapping[str, Any], graph: Graph, file: str) -> None:
    for name in weights:
        owner = name.partition(".")[0]
        if graph.find(owner) is None:
            raise ProjectError(f"{file} holds weights for a layer {owner[:80]!r} that is not in its diagram.")


def _training(parts: Mapping[str, bytes], file: str, folder: str = "") -> TrainingState | None:
    position, tensors = f"{folder}training.json", f"{folder}training.safetensors"
    if position not in parts and tensors not in parts:
        return None
    if position not in parts or tensors not in parts:
        raise ProjectError(f"{file} is damaged: it holds only half of what going on with its training needs.")
    try:
        return TrainingState.checked(unpacked(parts[tensors], f"{tensors} in {file}"), _object(parts, position, file))
    except StateError as error:
        raise ProjectError(f"{file} cannot be opened. {shortened(str(error))}") from None


def _earlier(parts: Mapping[str, bytes], current: RunLabel, file: str) -> tuple[EarlierRun, ...]:
    """The runs that are not in use, oldest first."""
    known = [name for name in parts if name.startswith("runs/") and is_known(name)]
    folders = sorted({name.rpartition("/")[0] + "/" for name in known})
    if len(folders) > MOST_RUNS:
        raise ProjectError(f"{file} holds {len(folders):,} earlier runs; at most {MOST_RUNS} are read.")
    runs = sorted((_earlier_run(parts, folder, file) for folder in folders), key=lambda run: run.label.id)
    if current.id in [run.label.id for run in runs]:
        raise ProjectError(f"{file} is damaged: run {current.id} is in it twice.")
    return tuple(runs)


def _earlier_run(parts: Mapping[str, bytes], folder: str, file: str) -> EarlierRun:
    name = f"{folder}run.json"
    if name not in parts:
        raise ProjectError(f"{file} is damaged: it lacks {name}.")
    data = _object(parts, name, file)
    try:
        label = RunLabel.from_json(data.get("run"))
        graph, recipe = graph_from_json(data.get("graph")), Recipe.from_json(data.get("recipe"))
        preparation = _optional(data, "preparation", Preparation.from_json)
        novelty = _optional(data, "novelty", Novelty.from_json)
        end = _optional(data, "ended", RunEnd.from_json)
        history = tuple(check_history(data.get("history", [])))
    except (GraphError, RecipeError, DataError, SavedValueError, ValueError, TypeError, KeyError) as error:
        raise ProjectError(f"{name} in {file} cannot be used. {shortened(str(error))}") from None
    if f"runs/{label.id}/" != folder:
        raise ProjectError(f"{name} in {file} says that it is of run {label.id}.")
    weights = _tensors(parts, f"{folder}weights.safetensors", file)
    if weights is not None:
        _check_weights(weights, graph, file)
    record = RunRecord(
        weights=weights,
        training=_training(parts, file, folder),
        history=history,
        test=_test(data, file),
        preparation=preparation,
        novelty=novelty,
        end=end,
    )
    return EarlierRun(label, graph, recipe, record)


def _history(parts: Mapping[str, bytes], file: str) -> tuple[Mapping[str, Any], ...]:
    if "history.json" not in parts:
        return ()
    try:
        return tuple(check_history(_load(parts, "history.json", file)))
    except SavedValueError as error:
        raise ProjectError(f"history.json in {file} is damaged: {shortened(str(error))}.") from None


def _test(data: Mapping[str, Any], file: str) -> Mapping[str, Any] | None:
    test = data.get("test")
    if test is None:
        return None
    try:
        return check_figures(test)
    except SavedValueError as error:
        raise ProjectError(f'"test" in {file} is damaged: {shortened(str(error))}.') from None


def _drawings(parts: Mapping[str, bytes], file: str) -> tuple[Drawing, ...]:
    names = sorted((name for name in parts if name.startswith("drawings/")), key=lambda name: (len(name), name))
    return tuple(_drawing(_load(parts, name, file), name, file) for name in names)


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
