"""What several commands do with a project file: open it, know its data, say what is wrong with its drawing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.cli.failure import CommandError
from engine.data import catalogue
from engine.data.dataset import Schema
from engine.graph.analysis import Analysis, analyse
from engine.graph.graph import Graph
from engine.graph.problems import Problem
from engine.graph.signature import Signature
from engine.project.file import SUFFIX, read, write
from engine.project.project import Project
from engine.training.recipe import Recipe

__all__ = ["SUFFIX", "checked", "data_of", "named", "pinned", "read", "signature_of", "write"]


def named(word: str) -> Path:
    """The file a word means: the ending may be left out of a new name."""
    path = Path(word)
    return path if path.suffix or path.exists() else path.with_suffix(SUFFIX)


def signature_of(recipe: Recipe) -> Signature:
    """What the recipe's data and loss ask of the drawing. Raises DataError."""
    loss = "" if recipe.loss.kind == "auto" else recipe.loss.kind
    return catalogue.signature(recipe.dataset, loss, recipe.dataset_options)


def data_of(project: Project) -> Schema:
    """The data whose inputs and answers the project's weights know. Raises DataError."""
    name = project.trained_on or project.recipe.dataset
    options: Mapping[str, Any] = project.recipe.dataset_options if name == project.recipe.dataset else {}
    return catalogue.schema(name, options)


def checked(graph: Graph, signature: Signature, path: Path) -> Analysis:
    """The analysis of a drawing that can be built. Raises CommandError with its first error."""
    analysis = analyse(graph, signature)
    for problem in analysis.problems:
        if problem.severity == "error":
            raise CommandError(f"The drawing in {path} is not ready. {pinned(graph, problem)}")
    return analysis


def pinned(graph: Graph, problem: Problem) -> str:
    """A problem as a sentence that begins with the layer it is about."""
    return f"{graph.nodes[problem.node].name}: {problem.message}" if problem.node else problem.message
