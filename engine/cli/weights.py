"""weights: show whether the best or the last weights of a trained project are in use, or use the others.

Every run keeps both; they may be the same. Continuing it (train --resume) starts from the last ones either way.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine.cli import output
from engine.cli.failure import CommandError

if TYPE_CHECKING:
    from engine.project.project import Project

NAME = "weights"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to ``parser``."""
    parser.add_argument("file", metavar="FILE", help="the project file, trained")
    parser.add_argument("use", metavar="best|last", nargs="?", choices=("best", "last"), help="the weights to use")


def run(arguments: argparse.Namespace) -> int:
    """Say which are in use; with a word, use those, test them and save."""
    from engine.cli.projects import named, read, write
    from engine.cli.show import verdict
    from engine.cli.target import working_on
    from engine.training.kept_weights import in_use_words

    path = named(arguments.file)
    if not arguments.use:
        project = read(path)
        found = project.run.choice
        output.say(_nothing_to_choose(project) if found is None else in_use_words(*found))
        return 0
    with working_on(path, "the command weights", "Wait until that ends."):
        project = read(path)
        found = project.run.choice
        if found is None:
            raise CommandError(f"{path}: {_nothing_to_choose(project)}")
        chosen = next(kept for kept in found if kept.name == arguments.use)
        if chosen is not found[0]:
            found = chosen, found[0]
            project = replace(project, run=project.run.with_other_weights())
            project = replace(project, run=replace(project.run, test=_tested(project)))
            write(project, path)
        output.say(in_use_words(*found))
        if project.run.test:
            output.say(verdict(project))
    return 0


def _nothing_to_choose(project: Project) -> str:
    if project.run.weights is None:
        return "The network is not trained yet."
    return "There is only one set of weights, and it is in use: the last epoch was the best."


def _tested(project: Project) -> dict[str, Any] | None:
    """The test figures of the project's weights, as the end of a run gives them: empty where there are no test rows.

    None, with a word about why, where its data is not here.
    """
    from engine.data.dataset import DataError
    from engine.training.data_loading import load_rows

    try:
        dataset = load_rows(project.recipe)
        from engine.running.run import evaluate

        assert project.run.weights is not None
        if project.run.preparation is None:
            return None
        return evaluate(project.graph, project.recipe, dataset, project.run.weights, project.run.preparation)
    except DataError as error:
        output.complain(f"The weights could not be tested: {error}")
        return None
