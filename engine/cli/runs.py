"""runs: list the training runs that a project file keeps, with what they reached."""

from __future__ import annotations

import argparse
from typing import Any

from engine.cli import output

NAME = "runs"
_MAIN = ("test_accuracy", "test_r2", "test_mae", "test_rmse")


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to ``parser``."""
    parser.add_argument("file", metavar="FILE", help="the project file")
    parser.add_argument("--json", action="store_true", help="the same as one JSON line a run")


def run(arguments: argparse.Namespace) -> int:
    """Print the list."""
    from engine.cli.projects import named, read
    from engine.cli.show import columns, duration, figure, json_line
    from engine.training.data_loading import task_name

    project = read(named(arguments.file))
    record = project.run
    if record.weights is None and not record.history:
        if not arguments.json:
            output.say("Not trained yet.")
        return 0
    recipe = project.run_recipe
    task = task_name(recipe, record.table_schema)
    state = record.end.state.value if record.end is not None else "unfinished"
    seconds = record.seconds
    figures = {name: value for name, value in (record.test or {}).items() if isinstance(value, int | float)}
    if arguments.json:
        line: dict[str, Any] = {"current": True, "dataset": recipe.dataset, "task": task}
        json_line({**line, "state": state, "epochs": record.epochs, "seconds": seconds, **figures})
        return 0
    shown = ", ".join(
        f"{name.removeprefix('test_')} {figure(value)}" for name, value in figures.items() if name in _MAIN
    )
    row = (task, recipe.dataset, state, f"{record.epochs:,}", duration(seconds), shown or "–")
    output.say(columns([row], ("TASK", "DATA", "STATE", "EPOCHS", "TIME", "ON TEST ROWS"), right=(3,)))
    return 0
