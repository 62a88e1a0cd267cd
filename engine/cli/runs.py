"""runs: list the runs that a project keeps, use an earlier one, or name, star and delete them.

Training from scratch keeps the run before it, with its diagram, training settings, curves and weights. Predictions come
from the one in use.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from engine.cli import output
from engine.cli.argument_types import whole
from engine.cli.failure import CommandError

if TYPE_CHECKING:
    from engine.project.project import Project
    from engine.project.runs import EarlierRun, Runs

NAME = "runs"
_ACTIONS = ("use", "delete", "star", "unstar", "name", "note")


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to ``parser``."""
    parser.add_argument("file", metavar="FILE", help="the project file")
    parser.add_argument("action", metavar="|".join(_ACTIONS), nargs="?", choices=_ACTIONS, help="what to do with a run")
    parser.add_argument("number", metavar="RUN", nargs="?", type=whole, help="the number of the run")
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
    from engine.project.runs import FinishedRun

    runs = project.runs
    listed: list[EarlierRun] = [*runs.earlier]
    if project.has_learned or (project.run.folds is not None and project.run.folds.done):
        listed.append(FinishedRun(runs.current, project.graph, project.run_recipe, project.run))
    listed.sort(key=lambda run: run.id)
    if not listed and not as_json:
        output.say("The network is not trained yet.")
    for run in listed:
        if as_json:
            json_line(_facts(run, runs))
        else:
            output.say(_line(run, runs))
    if runs.earlier and not as_json:
        output.say(_space(runs))


def _facts(run: EarlierRun, runs: Runs) -> dict[str, Any]:
    from engine.cli.show import fold_facts
    from engine.training.data_loading import task_name

    if run.problem:
        return {"run": run.id, "in_use": False, "problem": run.problem, "bytes": run.weight_bytes}
    label, recipe, record = run.label, run.recipe, run.told
    return {
        "run": label.id,
        "in_use": label.id == runs.current.id,
        "name": label.name,
        "note": label.note,
        "starred": label.starred,
        "began": label.began or None,
        "dataset": recipe.dataset,
        "task": task_name(recipe, record.own_schema),
        "epochs": record.epochs,
        "state": None if record.end is None else str(record.end.state),
        "seconds": record.seconds,
        "bytes": run.weight_bytes,
        "continuable": run.continuable,
        **(record.test or {}),
        **fold_facts(record.folds),
    }


def _line(run: EarlierRun, runs: Runs) -> str:
    from engine.counting import counted
    from engine.inspection.costs import bytes_words
    from engine.reports.fold_words import headline as folds_headline
    from engine.reports.verdict import headline
    from engine.text import printable

    if run.problem:
        return printable(f"  {run.id:>3}   {run.problem}")
    label, recipe, record = run.label, run.recipe, run.told
    parts = [
        f"{'*' if label.starred else ' '} {label.id:>3}",
        label.name,
        recipe.dataset,
        counted(record.epochs, "epoch"),
        headline(record.test),
        folds_headline(record.folds),
        label.began.replace("T", " ").replace("+00:00", " UTC"),
        bytes_words(run.weight_bytes),
        "in use" if label.id == runs.current.id else "",
        label.note,
    ]
    return printable("   ".join(part for part in parts if part))


def _space(runs: Runs) -> str:
    from engine.inspection.costs import bytes_words
    from engine.project.runs import MOST_BYTES, MOST_RUNS

    return (
        f"Earlier runs take {bytes_words(runs.weight_bytes)} of at most {bytes_words(MOST_BYTES)}, "
        f"{len(runs.earlier)} of at most {MOST_RUNS} places; the oldest without a star goes first."
    )
