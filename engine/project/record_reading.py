"""What a run left, read from the parts of a file: the same for the run in use and for earlier ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from engine.graph.graph import Graph
from engine.project.container import FileParts
from engine.project.project import ProjectError, shortened
from engine.training.saved_values import SavedValueError, check_figures
from engine.training.state import StateError, TrainingState

Value = TypeVar("Value")


def optional(data: Mapping[str, Any], name: str, reader: Callable[[Any], Value]) -> Value | None:
    """What ``reader`` makes of an entry; None where there is none."""
    value = data.get(name)
    return None if value is None else reader(value)


def figures(data: Mapping[str, Any], file: str) -> Mapping[str, Any] | None:
    """The figures of the test rows. Raises ProjectError."""
    try:
        return optional(data, "test", check_figures)
    except SavedValueError as error:
        raise ProjectError(f'"test" in {file} is damaged: {shortened(str(error))}.') from None


def weights(parts: FileParts, graph: Graph, folder: str = "") -> dict[str, Any] | None:
    """The weights in use of a run whose parts lie in ``folder``; None for one without. Raises ProjectError."""
    found = parts.tensors(f"{folder}weights.safetensors")
    for name in found or ():
        owner = name.partition(".")[0]
        if graph.find(owner) is None:
            raise ProjectError(f"{parts.file} holds weights for a layer {owner[:80]!r} that is not in its diagram.")
    return found


def training(parts: FileParts, folder: str = "") -> TrainingState | None:
    """What going on with the run takes; None where that was not kept. Raises ProjectError."""
    position, tensors = f"{folder}training.json", f"{folder}training.safetensors"
    if position not in parts and tensors not in parts:
        return None
    if position not in parts or tensors not in parts:
        raise ProjectError(f"{parts.file} is damaged: it holds only half of what going on with its training needs.")
    try:
        return TrainingState.checked(parts.tensors(tensors) or {}, parts.object(position))
    except StateError as error:
        raise ProjectError(f"{parts.file} cannot be opened. {shortened(str(error))}") from None
