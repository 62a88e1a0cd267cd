"""demo: train a digit network in under a minute, then let it read digits that it has never seen.

The trained project is saved in the current folder, to be opened in the window or used by the other commands.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli import output
from engine.cli.failure import CommandError
from engine.counting import counted

if TYPE_CHECKING:
    from engine.project.project import Project

NAME = "demo"
TEMPLATE, ROWS, EPOCHS = "digit-cnn", 20_000, 6
TITLE = "Digits, from the demo"
DRAWN_SEED = 20260
"""The drawings shown come from chance of their own, so no training picture is among them."""


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to ``parser``."""
    parser.add_argument("--out", metavar="FILE", help="where to save the project; digits-demo.sketchnet by default")
    parser.add_argument("--force", action="store_true", help="replace an existing file")


def run(arguments: argparse.Namespace) -> int:
    """Train, report, read, save."""
    from engine.cli.projects import new_file
    from engine.cli.target import working_on

    path = _free_name() if arguments.out is None else new_file(arguments.out, force=arguments.force)
    with working_on(path, "a training run", "Wait until that ends, or save elsewhere with --out FILE."):
        return _show(path, new=arguments.out is None or not arguments.force)


def _show(path: Path, *, new: bool) -> int:
    from engine.cli.progress import Lines
    from engine.cli.show import verdict
    from engine.cli.train import STOPPED
    from engine.graph import templates
    from engine.graph.advice.analysis import analyse
    from engine.project.project import Project
    from engine.project.rescue import write_or_rescue
    from engine.training.data_loading import load_rows
    from engine.training.recipe import Recipe

    template = templates.describe(TEMPLATE)
    recipe = Recipe().with_settings(template.recipe)
    recipe = recipe.with_settings({"dataset_options.samples": ROWS, "epochs": EPOCHS, "device": "cpu"})
    project = Project(graph=template.draw(), recipe=recipe.with_setting("device", "auto"), title=TITLE)
    output.say(f"Generating {ROWS:,} digits to train on …")
    dataset = load_rows(recipe)
    weights = analyse(project.graph, dataset.schema.signature()).total_parameters
    output.say(f"Training the network {TEMPLATE} ({counted(weights, 'parameter')}) on {len(dataset.train):,} of them:")

    from engine.cli.session import ConsoleRun
    from engine.running.run import Run
    from engine.training.run_status import RunStatus

    with output.patience(), Lines() as shown:
        outcome = ConsoleRun(Run(project.graph, recipe, dataset), shown.show, lambda state: None).carry_out()
    if outcome.state is not RunStatus.FINISHED:
        raise CommandError(outcome.message, STOPPED if outcome.state is RunStatus.STOPPED else 1)
    project = project.with_run(outcome.record, project.recipe)
    output.say(f"\nOn {len(dataset.test):,} digits it has never seen:\n{verdict(project)}\n")
    output.say(_readings(project, path))
    write_or_rescue(project, path, new=new)
    output.say(f"\nSaved in {path}. Open it in the window with:  python3 start.py {path}")
    output.say(f"Try an image of your own with:  python3 start.py predict {path} IMAGE.png")
    return 0


def _free_name() -> Path:
    """A file name that is not taken: the project of an earlier demo may have been edited since."""
    from engine.cli.projects import SUFFIX

    number = 1
    while True:
        path = Path(f"digits-demo{f'-{number}' if number > 1 else ''}{SUFFIX}")
        if not os.path.lexists(path):
            return path
        number += 1


def _readings(project: Project, path: Path) -> str:
    """Six digits drawn stroke by stroke, as the pad would take them, with what the network says."""
    import numpy as np

    from engine.cli.projects import learned
    from engine.cli.show import side_by_side, text_art
    from engine.data.digit import prepare_strokes
    from engine.data.sources import strokes
    from engine.reports.figures import probability
    from engine.tasks.answerer import Answerer
    from engine.tasks.queries import Predict

    rng = np.random.default_rng(DRAWN_SEED)
    digits = [int(digit) for digit in rng.permutation(10)[:6]]
    pictures = np.stack([prepare_strokes(strokes.drawing(digit, rng)) for digit in digits])
    predicted = Answerer().answer(learned(project, path), Predict(pictures[:, None], with_novelty=False))
    blocks = []
    for digit, picture, outputs in zip(digits, pictures, predicted.answers, strict=True):
        read = int(outputs.argmax())
        said = f"{digit} is read as {read} ({probability(float(outputs[read]))})"
        blocks.append([said, *text_art(picture[3:25, 2:26])])
    return "\n\n".join(side_by_side(blocks[start : start + 3]) for start in (0, 3))
