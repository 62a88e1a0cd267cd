"""Writing and reading a ``*.sketchnet`` file."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.data.dataset import DataError
from engine.data.preparation import Preparation
from engine.files.json_input import MOST_VALUES, JsonError, parse_json, values_at_most
from engine.graph.errors import GraphError
from engine.graph.graph import Graph
from engine.project.container import read_parts, write_atomically
from engine.project.limits import (
    FARTHEST_POINT,
    LARGEST_JSON,
    LONGEST_NOTES,
    LONGEST_TITLE,
    MOST_DRAWINGS,
    MOST_POINTS,
)
from engine.project.migrations import FORMAT, migrated
from engine.project.project import Drawing, Project, ProjectError, shortened
from engine.project.tensors import packed, unpacked
from engine.training.recipe import Recipe, RecipeError
from engine.training.saved_values import SavedValueError, bounded_figures, check_figures, check_history
from engine.training.state import StateError, TrainingState

SUFFIX = ".sketchnet"


def write(project: Project, path: Path | str) -> None:
    """Save the project, whole or not at all. Raises ProjectError; the file that was there stays as it was.

    What could not be opened again is not written: texts, drawings and figures beyond the limits are refused.
    """
    parts = _parts(project)
    _check_limits(project, parts)
    write_atomically(Path(path), parts)


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
        graph = Graph.from_json(data.get("graph"))
        recipe = Recipe.from_json(data.get("recipe"))
        preparation = _optional(data, "preparation", Preparation.from_json)
    except (GraphError, RecipeError, DataError, ValueError, TypeError, KeyError) as error:
        raise ProjectError(f"{path.name} cannot be opened. {shortened(str(error))}") from None
    weights = _tensors(parts, "weights.safetensors", path.name)
    if weights is not None:
        _check_weights(weights, graph, path.name)
    return Project(
        graph=graph,
        recipe=recipe,
        weights=weights,
        training=_training(parts, path.name),
        history=_history(parts, path.name),
        test=_test(data, path.name),
        preparation=preparation,
        drawings=_drawings(parts, path.name),
        notes=_text(data, "notes", LONGEST_NOTES, path.name),
        title=_text(data, "title", LONGEST_TITLE, path.name),
        trained_on=_text(data, "trained_on", LONGEST_TITLE, path.name),
        preview=parts.get("preview.png", b""),
    )


# Writing


def _parts(project: Project) -> dict[str, bytes]:
    data: dict[str, Any] = {
        "format": FORMAT,
        "title": project.title,
        "notes": project.notes,
        "trained_on": project.trained_on,
        "graph": project.graph.to_json(),
        "recipe": project.recipe.to_json(),
        "preparation": None if project.preparation is None else project.preparation.to_json(),
        "test": None if project.test is None else bounded_figures(project.test),
    }
    parts = {"project.json": _json(data)}
    if project.history:
        parts["history.json"] = _json([bounded_figures(row) for row in project.history])
    if project.weights is not None:
        # Weights of layers that were removed since have no use, and reading refuses them.
        owned = {k: v for k, v in project.weights.items() if project.graph.find(k.partition(".")[0]) is not None}
        parts["weights.safetensors"] = packed(owned)
    if project.training is not None:
        parts["training.json"] = _json(dict(project.training.position))
        parts["training.safetensors"] = packed(project.training.tensors)
    if project.preview:
        parts["preview.png"] = project.preview
    for number, drawing in enumerate(project.drawings[:MOST_DRAWINGS]):
        parts[f"drawings/{number}.json"] = _json(drawing)
    return parts


def _check_limits(project: Project, parts: Mapping[str, bytes]) -> None:
    """Raise ProjectError for what ``read`` would refuse."""
    for name, text, longest in (
        ("title", project.title, LONGEST_TITLE),
        ("name of the dataset", project.trained_on, LONGEST_TITLE),
        ("notes", project.notes, LONGEST_NOTES),
    ):
        if len(text) > longest:
            raise ProjectError(f"The {name} may have at most {longest:,} characters, not {len(text):,}. Shorten it.")
    for number, drawing in enumerate(project.drawings, 1):
        if sum(map(len, drawing)) > MOST_POINTS:
            raise ProjectError(f"Drawing {number} has more than {MOST_POINTS:,} points. Take it out.")
    for name, data in parts.items():
        if name.endswith(".json") and len(data) > LARGEST_JSON:
            raise ProjectError(f"{name} would have {len(data):,} bytes; at most {LARGEST_JSON:,} can be saved.")


def _json(value: Any) -> bytes:
    """JSON as the standard has it: numbers that are not finite become null, halves of characters "?"."""
    text = json.dumps(_finite(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "replace")


def _finite(value: Any) -> Any:
    match value:
        case float():
            return value if math.isfinite(value) else None
        case Mapping():
            return {str(name): _finite(part) for name, part in value.items()}
        case list() | tuple():
            return [_finite(part) for part in value]
        case _:
            return value


# Reading


def _check_values(parts: Mapping[str, bytes], file: str) -> None:
    """Bound what all JSON of a file may come to in memory, before any of it is read."""
    found = sum(values_at_most(data) for name, data in parts.items() if name.endswith(".json"))
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
            raise ProjectError(f"{file} holds weights for a layer {owner[:80]!r} that is not in its drawing.")


def _training(parts: Mapping[str, bytes], file: str) -> TrainingState | None:
    if "training.json" not in parts and "training.safetensors" not in parts:
        return None
    if "training.json" not in parts or "training.safetensors" not in parts:
        raise ProjectError(f"{file} is damaged: it holds only half of what going on with its training needs.")
    tensors = unpacked(parts["training.safetensors"], f"training.safetensors in {file}")
    try:
        return TrainingState.checked(tensors, _object(parts, "training.json", file))
    except StateError as error:
        raise ProjectError(f"{file} cannot be opened. {shortened(str(error))}") from None


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
