"""weights: which weights of a training are in use, the best or the last, and to use the others.

A training with patience notes its best epoch. Whichever are in use, predictions, test figures and exported source are
of them, and train --resume goes on from the last.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli import output
from engine.cli.failure import CommandError

if TYPE_CHECKING:
    from engine.project.project import Project
    from engine.training.weights_choice import Weights

NAME = "weights"


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the words of the command."""
    parser.add_argument("file", metavar="FILE", help="the project file, trained with patience")
    parser.add_argument("use", nargs="?", choices=("best", "last"), help="the weights to use from now on")


def run(arguments: argparse.Namespace) -> int:
    """Say which are in use, after changing it if that is asked for."""
    from engine.cli.projects import named, read, write
    from engine.cli.target import working_on
    from engine.training.weights_choice import choices, in_use, sentence

    path = named(arguments.file)
    project = read(path)
    if not in_use(project.weights, project.training):
        raise CommandError(
            f"{path} holds no weights to choose from: only a training with patience keeps those of its best epoch "
            "beside the last. Train it with --set patience=5, for example."
        )
    if arguments.use and in_use(project.weights, project.training) != arguments.use:
        with working_on(path, "a choice of weights", "Wait until that ends."):
            project = _using(project, choices(project.training)[arguments.use], path)
            write(project, path)
    output.say(sentence(project.weights, project.training))
    return 0


def _using(project: Project, weights: Weights, path: Path) -> Project:
    """The project with other weights in use, and with the test figures of these, if it had any."""
    return replace(project, weights=weights, test=_tested(project, weights, path) if project.test else None)


def _tested(project: Project, weights: Weights, path: Path) -> dict[str, Any] | None:
    from engine.data.dataset import DataError

    if project.preparation is None:
        return None
    try:
        from engine.training.rows import load_rows
        from engine.training.run import evaluate

        return evaluate(project.graph, project.recipe, load_rows(project.recipe), dict(weights), project.preparation)
    except DataError as error:
        output.complain(f"The test figures in {path} were of the other weights and are left out. {error}")
        return None
