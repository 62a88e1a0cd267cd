"""A project as a Python file with its weights beside it."""

from __future__ import annotations

from pathlib import Path

from engine.data import catalogue
from engine.network.source import Scaling, source
from engine.project.project import Project
from engine.project.tensors import packed


def source_text(project: Project, weights_file: str = "weights.safetensors") -> str:
    """The project's network as Python source.

    Raises DataError when its dataset is not known, BuildError when its drawing is not ready.
    """
    recipe = project.recipe
    loss = "" if recipe.loss.kind == "auto" else recipe.loss.kind
    signature = catalogue.signature(recipe.dataset, loss, recipe.dataset_options)
    prepared = project.preparation
    scaling = None if prepared is None else Scaling(prepared.input_shift, prepared.input_scale)
    return source(project.graph, signature, title=project.title, weights_file=weights_file, scaling=scaling)


def export_source(project: Project, path: Path) -> Path | None:
    """Write the source to ``path``; trained weights go beside it, and their path is returned.

    Raises what ``source_text`` raises, and OSError.
    """
    weights = path.with_suffix(".safetensors")
    text = source_text(project, weights.name)
    path.write_text(text, encoding="utf-8")
    if project.weights is None:
        return None
    weights.write_bytes(packed(project.weights))
    return weights
