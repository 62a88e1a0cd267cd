"""train: train the network of a project file.

While it runs, its progress is saved in the file again and again: Ctrl-C saves and stops, and with --resume
the training continues exactly where it was, also after a crash.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli import output
from engine.cli.failure import CommandError
from engine.files.endings import with_ending
from engine.training.run_status import RunStatus

if TYPE_CHECKING:
    from engine.data.dataset import Dataset
    from engine.project.project import Project
    from engine.project.runs import Runs
    from engine.running.run import Run
    from engine.training.recipe import Recipe
    from engine.training.result import Outcome
    from engine.training.state import TrainingState

NAME = "train"
STOPPED = 130


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to ``parser``."""
    parser.add_argument("file", metavar="FILE", help="the project file")
    parser.add_argument("--epochs", metavar="N", help="the number of epochs: passes over the training data")
    parser.add_argument(
        "--set",
        metavar="SETTING=VALUE",
        action="append",
        default=[],
        help="change a training setting, for example recipe.optimizer.learning_rate=0.01 or dataset=mnist; may be "
        "given several times; the command info lists the settings",
    )
    parser.add_argument(
        "--folds",
        metavar="K",
        help="cross-validation: before training, train and judge a network for each of K folds of all but the test "
        "split; 0 switches it off",
    )
    parser.add_argument("--device", help="auto, cpu, cuda or mps, for this run only")
    parser.add_argument("--resume", action="store_true", help="continue the last training run of the file")
    parser.add_argument("--out", metavar="FILE", help="save to this file, and leave the original as it is")
    parser.add_argument("--force", action="store_true", help="let --out replace an existing file")
    parser.add_argument("--json", action="store_true", help="print one JSON line an epoch and a last one for the test")


def run(arguments: argparse.Namespace) -> int:
    """Train and save; 0 only when the training came to its end."""
    from engine.cli.projects import checked, named, need_free, read, signature_of
    from engine.cli.target import working_on

    source = named(arguments.file)
    target = source if arguments.out is None else _target(arguments.out, source)
    new = not (arguments.resume or arguments.force or _same(target, source))
    if new:
        need_free(target)
    if arguments.resume and target.exists():
        source = target  # the same words with --resume go on from what they have made so far
    with working_on(target, "a training run", "Wait until that ends, or save elsewhere with --out FILE."):
        project = read(source)
        recipe = _recipe(_planned(project) if arguments.resume else project.recipe, arguments)
        before, project = project, replace(project, recipe=recipe)
        resume = _state(project, source) if arguments.resume else None
        with _telling_where_to_say_it(recipe):
            analysis = checked(project.graph, signature_of(recipe), source)
            runs = before.runs if resume is not None else before.keeping_run().runs
            parameters = analysis.total_parameters
            return _train(project, runs, target, resume, arguments, new=new, parameters=parameters)


@contextmanager
def _telling_where_to_say_it(recipe: Recipe) -> Iterator[None]:
    """Where the file of the data is not chosen or not there, the refusal says how another is chosen here."""
    from engine.data import catalogue
    from engine.data.dataset import DataError
    from engine.data.references import DatasetRef, DataState

    try:
        yield
    except DataError as error:
        own = catalogue.is_of_file(recipe.dataset)
        if own and DatasetRef(recipe.dataset, recipe.dataset_options).status().state is DataState.MISSING:
            raise CommandError(f"{error} To choose a file: --set dataset_options.path=FILE.") from None
        raise


def _target(word: str, source: Path) -> Path:
    """Where to save; a file that is something else than a project is never made one."""
    from engine.cli.projects import SUFFIX, file_of

    return source if _same(file_of(word), source) else with_ending(file_of(word), SUFFIX)


def _same(one: Path, other: Path) -> bool:
    return one == other or (one.exists() and other.exists() and one.samefile(other))


def _recipe(recipe: Recipe, arguments: argparse.Namespace) -> Recipe:
    changes = {}
    for word in arguments.set:
        name, equals, value = word.partition("=")
        if not equals or not name.strip():
            raise CommandError(f"--set takes SETTING=VALUE, for example --set epochs=3, not {word!r}.")
        changes[name.strip()] = value.strip()
    for name in ("epochs", "folds"):
        if getattr(arguments, name) is not None:
            changes[name] = getattr(arguments, name)
    return recipe.with_settings(changes)


def _planned(project: Project) -> Recipe:
    """The recipe to go on with: a run that was to have more epochs than the recipe asks for by now gets them."""
    from engine.training.going_on import epochs_left_to

    recipe, before = project.recipe, project.trained_with
    epochs = epochs_left_to(project.run.epochs, recipe.epochs, None if before is None else before.epochs)
    return recipe if epochs is None else recipe.with_setting("epochs", epochs)


def _state(project: Project, path: Path) -> TrainingState | None:
    if project.run.training is None or not project.run.training.resumable:
        output.complain(f"{path} holds no training to continue; it starts from the beginning.")
        return None
    if project.run.training.position.get("step") == 0:
        return None  # killed before its first step: the beginning is the same every time
    if project.trained_on and project.trained_on != project.recipe.dataset:
        raise CommandError(
            f"The training in {path} was on {project.trained_on} and cannot continue with {project.recipe.dataset}; "
            "leave out --resume to train from scratch."
        )
    return project.run.training


def _need_same_table(project: Project, path: Path, dataset: Dataset) -> None:
    """Raise CommandError where a run cannot go on as it was, since the file of its table has changed."""
    prepared = project.run.preparation
    changed = "" if prepared is None or prepared.table is None else prepared.table.changed(dataset.schema)
    if changed:
        raise CommandError(
            f"{changed} The training in {path} cannot continue; leave out --resume to train from scratch."
        )


def _train(
    project: Project,
    runs: Runs,
    target: Path,
    resume: TrainingState | None,
    arguments: argparse.Namespace,
    *,
    new: bool,
    parameters: int,
) -> int:
    from engine.cli.progress import JsonLines, Lines
    from engine.cli.session import ConsoleRun
    from engine.training.data_loading import load_rows, task_name

    recipe = project.recipe
    if arguments.device:
        recipe = recipe.with_setting("device", arguments.device)
    dataset = load_rows(recipe)
    if resume is not None:
        _need_same_table(project, target, dataset)

    from engine.running.folded_run import run_of  # torch, after everything that can be refused without it

    before = project.run.folds if arguments.resume else None
    process = run_of(project.graph, recipe, dataset, before=before, resume=resume)
    already = 0 if resume is None else len(resume.position.get("history", ()))
    shown = JsonLines(already) if arguments.json else Lines(already)
    keeper = Keeper(project, process, target, new=new, runs=runs)

    with output.patience(), shown, keeper:
        outcome = ConsoleRun(process, shown.show, keeper).carry_out()
    reached_now = replace(project, runs=runs).with_run(outcome.record, project.recipe)
    kept = keeper.kept(reached_now) if outcome.training is not None else None
    about = {
        "task": task_name(recipe, dataset.schema),
        "seconds": outcome.seconds,
        "compute_dtype": outcome.precision or None,
        "parameters": parameters,
    }
    return _report(outcome, reached_now, target, kept, about, as_json=arguments.json)


class Keeper:
    """Writes an unfinished run into ``target``; where that fails it says so once, and the run goes on.

    With ``new`` its first writing replaces nothing: what has come to lie there since the command began is another's.
    Used around the run, it sees to it that an error which ends the run costs nothing of what was reached.
    """

    def __init__(
        self, project: Project, process: Run, target: Path, *, new: bool = False, runs: Runs | None = None
    ) -> None:
        self._project, self._process, self._target, self._new = project, process, target, new
        self._runs = project.runs if runs is None else runs
        self._failed = self._warned = False

    def __call__(self, state: TrainingState) -> None:
        """Save what has been reached."""
        from engine.cli.projects import write
        from engine.project.project import ProjectError

        try:
            write(reached(self._project, self._process, state, self._runs), self._target, new=self._new)
            self._failed = self._new = False
        except ProjectError as error:
            if not self._warned:
                output.complain(f"The training continues, but cannot be saved for now. {error}")
            self._failed = self._warned = True

    def __enter__(self) -> Keeper:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        state = self._process.latest() if error is not None and self._failed else None
        if state is None:
            return
        copy, trouble = self.kept(reached(self._project, self._process, state, self._runs))
        output.complain(trouble if trouble else f"What was reached is saved in {copy}.")

    def kept(self, project: Project) -> tuple[Path | None, str]:
        """Save; where it is now, None when it could be saved nowhere, and what went wrong in a sentence."""
        from engine.project.project import ProjectError
        from engine.project.rescue import RescuedError, write_or_rescue

        try:
            write_or_rescue(project, self._target, new=self._new)
        except RescuedError as error:
            return error.copy, str(error)
        except ProjectError as error:
            return None, str(error)
        return self._target, ""


def reached(project: Project, process: Run, state: TrainingState, runs: Runs | None = None) -> Project:
    """The project with an unfinished run in it, ready to go on; ``runs`` are those of it since this one began.

    Before the first step it keeps the weights it had: they are worth more than none.
    """
    if state.position["step"] == 0:
        return replace(project, run=replace(project.run, training=state))
    return replace(project, runs=runs or project.runs).with_run(process.record_of(state), project.recipe)


def _report(
    outcome: Outcome,
    project: Project,
    target: Path,
    kept: tuple[Path | None, str] | None,
    about: dict[str, Any],
    *,
    as_json: bool,
) -> int:
    """Say how it ended. ``project`` is what came of it; ``kept``: where that is, and what went wrong with saving, None
    when there was nothing to save; ``about`` is what the last line of JSON says of the run besides."""
    from engine.cli.show import fold_facts, json_line, verdict

    place, trouble = kept or (target, "")
    if as_json:
        line: dict[str, Any] = {"state": outcome.state, "message": outcome.message, "file": place and str(place)}
        json_line({**line, **about, **(outcome.test or {}), **fold_facts(outcome.folds)})
    elif outcome.state == RunStatus.FINISHED:
        saved = "" if trouble else f"{outcome.message} Saved in {target}."
        output.say("\n".join(filter(None, (verdict(project), saved))))
    if outcome.state == RunStatus.FAILED:
        good = _good(outcome, target) if kept is not None else ""
        raise CommandError(" ".join(filter(None, (outcome.message, trouble or good))))
    if outcome.state == RunStatus.STOPPED:
        raise CommandError(
            f"{outcome.message} {trouble or f'Saved in {target}; --resume continues from there.'}", STOPPED
        )
    if trouble:
        raise CommandError(trouble)
    return 0


def _good(outcome: Outcome, target: Path) -> str:
    """What a run that failed has left in ``target``, in a sentence or two."""
    from engine.training.kept_weights import in_use_words

    found = outcome.choice
    return f"The last good weights are in {target}." if found is None else f"Saved in {target}. {in_use_words(*found)}"
