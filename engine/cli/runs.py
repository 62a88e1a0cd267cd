"""runs: list the runs that a project keeps, use an earlier one, or name, star and delete them.

Training from scratch keeps the run before it, with its diagram, training settings, curves and weights. Predictions come
from the one in use.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from engine.cli import output
from engine.cli.failure import CommandError

if TYPE_CHECKING:
    from engine.project.project import Project
    from engine.project.runs import RunLabel, Runs
    from engine.training.recipe import Recipe
    from engine.training.run_record import RunRecord

NAME = "runs"
_ACTIONS = ("use", "delete", "star", "unstar", "name", "note")


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to ``parser``."""
    parser.add_argument("file", metavar="FILE", help="the project file")
    parser.add_argument("action", metavar="|".join(_ACTIONS), nargs="?", choices=_ACTIONS, help="what to do with a run")
    parser.add_argument("number", metavar="RUN", nargs="?", type=int, help="the number of the run")
    parser.add_argument("text", metavar="TEXT", nargs="?", help="its name or note")
    parser.add_argument("--json", action="store_true", help="one JSON object a run")


def run(arguments: argparse.Namespace) -> int:
    """List the runs, after doing what was asked for."""
    from engine.cli.projects import named, read, write
    from engine.cli.target import working_on
    from engine.project.runs import NoSuchRun

    path = named(arguments.file)
    if arguments.action is None:
        _show(read(path), as_json=arguments.json)
        return 0
    if arguments.number is None:
        raise CommandError(f"Say which run to {arguments.action}: runs FILE {arguments.action} RUN.")
    with working_on(path, "the command runs", "Wait until that ends."):
        project = read(path)
        try:
            changed = _changed(project, arguments.action, arguments.number, arguments.text)
        except NoSuchRun as error:
            raise CommandError(f"{path}: {error}") from None
        write(changed, path)
    _show(changed, as_json=arguments.json)
    return 0


def _changed(project: Project, action: str, id: int, text: str | None) -> Project:
    """The project after what was asked for. Raises NoSuchRun, CommandError."""
    from dataclasses import replace

    from engine.project.runs import LONGEST_NAME, LONGEST_NOTE

    runs = project.runs
    match action:
        case "use":
            return project if id == runs.current.id else project.using_run(id)
        case "delete":
            if id == runs.current.id:
                raise CommandError(f"Run {id} is in use. Use another one before deleting it: runs FILE use RUN.")
            return replace(project, runs=runs.without(id))
        case "star" | "unstar":
            return replace(project, runs=runs.labelled(id, starred=action == "star"))
    if text is None:
        raise CommandError(f"Say what to write: runs FILE {action} {id} TEXT.")
    longest = LONGEST_NAME if action == "name" else LONGEST_NOTE
    if len(text) > longest:
        raise CommandError(f"The {action} of a run may have at most {longest:,} characters, not {len(text):,}.")
    return replace(project, runs=runs.labelled(id, **{action: text}))


def _show(project: Project, *, as_json: bool) -> None:
    from engine.cli.show import json_line

    runs = project.runs
    listed = [(run.label, run.recipe, run.record) for run in runs.earlier]
    if project.has_learned:
        listed.append((runs.current, project.run_recipe, project.run))
    listed.sort(key=lambda one: one[0].id)
    if not listed and not as_json:
        output.say("The network is not trained yet.")
    for label, recipe, record in listed:
        if as_json:
            json_line(_facts(label, recipe, record, runs))
        else:
            output.say(_line(label, recipe, record, runs))


def _facts(label: RunLabel, recipe: Recipe, record: RunRecord, runs: Runs) -> dict[str, Any]:
    from engine.training.data_loading import task_name

    return {
        "run": label.id,
        "in_use": label.id == runs.current.id,
        "name": label.name,
        "note": label.note,
        "starred": label.starred,
        "began": label.began or None,
        "dataset": recipe.dataset,
        "task": task_name(recipe, record.table_schema),
        "epochs": record.epochs,
        "state": None if record.end is None else str(record.end.state),
        "seconds": record.seconds,
        **(record.test or {}),
    }


def _line(label: RunLabel, recipe: Recipe, record: RunRecord, runs: Runs) -> str:
    from engine.counting import counted
    from engine.reports.verdict import headline
    from engine.text import printable

    figure = headline(record.test)
    parts = [
        f"{'*' if label.starred else ' '} {label.id:>3}",
        label.name,
        recipe.dataset,
        counted(record.epochs, "epoch"),
        figure,
        label.began.replace("T", " ").replace("+00:00", " UTC"),
        "in use" if label.id == runs.current.id else "",
        label.note,
    ]
    return printable("   ".join(part for part in parts if part))
