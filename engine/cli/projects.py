"""What several commands do with a project file: open it, know its data, say what is wrong with its diagram."""

from __future__ import annotations

import os
from pathlib import Path

from engine.cli import output
from engine.cli.failure import CommandError
from engine.data import catalogue
from engine.files.atomic import ExistsError, check_free, target_of
from engine.files.endings import with_ending
from engine.graph.advice.analysis import Analysis, analyse
from engine.graph.advice.problems import Problem
from engine.graph.graph import Graph
from engine.graph.signature import Signature
from engine.project import file
from engine.project.file import SUFFIX, write
from engine.project.opening import opened
from engine.project.project import Project
from engine.tasks.queries import LearnedNetwork
from engine.training.data_loading import learned_schema, remember, signature_of

__all__ = [
    "SUFFIX",
    "checked",
    "file_of",
    "known",
    "learned",
    "named",
    "need_free",
    "new_file",
    "pinned",
    "read",
    "signature_of",
    "write",
]

_FOLDERS_END = tuple(f"{sign}{here}" for sign in (os.sep, os.altsep) if sign for here in ("", "."))


def file_of(word: str) -> Path:
    """The path that a word is. Raises CommandError for one that cannot be a file's: "..", blanks, "folder/"."""
    path = Path(word)
    name = path.name.strip()
    if name in ("", "..") or word.endswith(_FOLDERS_END):
        raise CommandError(f"{word!r} is not the name of a file. Give the name of one, for example net{SUFFIX}.")
    return path


def read(path: Path) -> Project:
    """Open a project, with the table it was trained on in mind. Raises ProjectError."""
    project, words = opened(file.read(path), path)
    if words:
        output.complain(words)
    remember(project.run_recipe, project.run.preparation)
    return project


def named(word: str) -> Path:
    """The file a word means: an existing one of that name, else the name with the ending, which may be left out."""
    path = file_of(word)
    return path if path.is_file() else with_ending(path, SUFFIX)


def new_file(word: str, *, force: bool) -> Path:
    """The project file to make that a word means; its name always has the ending.

    Raises CommandError when it is there already, unless ``force`` says that it may be replaced.
    """
    path = with_ending(file_of(word), SUFFIX)
    if not force:
        need_free(path)
    return path


def need_free(path: Path) -> None:
    """Raise CommandError when there is anything called ``path``: it is not replaced unasked.

    Raises WriteError for what could not be replaced either, as a folder.
    """
    target_of(path)
    try:
        check_free(path)
    except ExistsError:
        raise CommandError(f"{path} already exists; choose another name, or add --force to replace it.") from None


def learned(project: Project, path: Path) -> LearnedNetwork:
    """The trained network of a project, known without the data it was trained on where that can be.

    Raises DataError, and CommandError where it is not trained.
    """
    run, recipe = project.run, project.run_recipe
    if run.weights is None:
        raise CommandError(f"The network in {path} is not trained yet; train it first with the command train {path}")
    known(project.trained_on or recipe.dataset)
    schema = learned_schema(recipe, run.preparation)
    return LearnedNetwork(project.graph, recipe, schema, run.weights, run.preparation, run.novelty)


def known(name: str) -> None:
    """Raise CommandError when a project's dataset is not known here, saying what to do."""
    if not catalogue.is_known(name):
        raise CommandError(
            f"The project is for the dataset {name!r}, which is not known here, so what its network takes is not known "
            "either. Use the version of the program that knows it, or train on another: train FILE --set dataset=NAME; "
            "data list shows which there are."
        )


def checked(graph: Graph, signature: Signature, path: Path) -> Analysis:
    """The analysis of a drawing that can be built. Raises CommandError with its first error."""
    analysis = analyse(graph, signature)
    if analysis.obstacle is not None:
        raise CommandError(f"The diagram in {path} is not ready. {pinned(graph, analysis.obstacle)}")
    return analysis


def pinned(graph: Graph, problem: Problem) -> str:
    """A problem as a sentence that begins with the layer it is about."""
    return f"{graph.nodes[problem.node].name}: {problem.message}" if problem.node else problem.message
