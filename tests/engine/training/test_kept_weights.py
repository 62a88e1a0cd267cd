"""A run with patience keeps its best and its last weights: which are in use is said, and the others can be used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from helpers_training import recipe, trainer

from engine.cli import main
from engine.project.file import read, write
from engine.project.project import Project
from engine.running.run import Run, evaluate
from engine.training.control import Control
from engine.training.data_loading import load_rows
from engine.training.kept_weights import BEST, LAST, in_use, in_use_words, kept_weights
from engine.training.recipe import Recipe
from engine.training.result import Outcome


class StopsAt(Control):
    """A person who stops the run at a step."""

    def __init__(self, step: int) -> None:
        super().__init__()
        self._left = step

    def take_step(self, *told: Callable[..., None]) -> bool:
        self._left -= 1
        return self._left >= 0 and super().take_step(*told)


def same(one: Any, other: Any) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


def stopped(step: int = 70, **changes: Any) -> Outcome:
    """A run whose large steps make it worse after its best epoch."""
    settings = {"epochs": 40, "patience": 30, "optimizer.learning_rate": 0.2, **changes}
    return trainer(recipe(**settings), control=StopsAt(step)).run()


def test_stopped_by_hand_the_best_weights_are_used_and_the_last_ones_kept() -> None:
    outcome = stopped()
    assert outcome.state == "stopped"
    assert outcome.training is not None
    position = outcome.training.position
    assert position["best_epoch"] < position["epoch"], "the test needs a run that became worse"
    assert same(outcome.weights, outcome.training.best())
    assert not same(outcome.weights, outcome.training.weights())
    assert f"Kept the weights of epoch {position['best_epoch']}, the best on" in outcome.message

    best, last = kept_weights(outcome.training)
    assert (best.name, last.name) == (BEST, LAST)
    assert best.epoch == position["best_epoch"]
    assert best.loss == position["best_loss"]
    assert last.loss == position["history"][-1]["validation_loss"]
    assert in_use(outcome.weights, outcome.training)[0].name == BEST
    assert in_use(outcome.training.weights(), outcome.training)[0].name == LAST
    words = in_use_words(best, last)
    assert words.startswith(f"In use: the best weights, of epoch {best.epoch} (validation loss {best.loss:.4g})")
    assert f"{last.loss:.4g}" in words


class FailsAt(StopsAt):
    """A run that breaks at a step."""

    def take_step(self, *told: Callable[..., None]) -> bool:
        if not super().take_step(*told):
            raise RuntimeError("the plug was pulled")
        return True


def test_after_a_failure_the_best_weights_are_used_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.training.runner.GOOD_EVERY", 0.0)
    settings = {"epochs": 40, "optimizer.learning_rate": 0.2}
    outcome = trainer(recipe(**settings, patience=30), control=FailsAt(70)).run()
    assert outcome.state == "failed"
    assert in_use(outcome.weights, outcome.training)[0].name == BEST
    without = trainer(recipe(**settings), control=FailsAt(70)).run()
    assert same(without.weights, without.training.weights())
    early = trainer(recipe(**settings, patience=30), control=FailsAt(2)).run()
    assert same(early.weights, early.training.weights()), "no epoch is over, so none is the best"


def test_what_a_kill_leaves_uses_the_best_weights(project: Project) -> None:
    from engine.cli.train import reached

    process = Run(project.graph, project.recipe, load_rows(project.recipe), control=StopsAt(100))
    process.run()
    state = process.latest()
    left = reached(replace(project, run=replace(project.run, weights=None, training=None)), process, state)
    assert left.run.training is state
    assert in_use(left.run.weights, left.run.training)[0].name == BEST
    impatient = Run(project.graph, project.recipe.with_setting("patience", 0), process.dataset, control=StopsAt(100))
    impatient.run()
    state = impatient.latest()
    assert same(reached(project, impatient, state).run.weights, state.weights())


def test_going_on_starts_from_the_last_weights_bit_for_bit() -> None:
    part = stopped()
    settings = {"epochs": 40, "patience": 30, "optimizer.learning_rate": 0.2}
    whole = trainer(recipe(**settings)).run()
    rest = trainer(recipe(**settings), resume=part.training).run()
    assert same(rest.weights, whole.weights)
    assert same(rest.training.weights(), whole.training.weights())


def test_without_patience_the_last_weights_are_used_and_the_best_ones_kept() -> None:
    outcome = stopped(patience=0)
    used, other = in_use(outcome.weights, outcome.training)
    assert (used.name, other.name) == (LAST, BEST)
    assert other.epoch < used.epoch
    assert same(outcome.weights, outcome.training.weights())
    assert "Kept" not in outcome.message
    with_patience = stopped()
    assert same(other.weights, with_patience.weights), "the same run, and the same best epoch"


def test_where_the_last_epoch_was_the_best_there_is_nothing_to_choose() -> None:
    outcome = trainer(recipe(epochs=1)).run()
    assert kept_weights(outcome.training) == ()
    assert in_use(outcome.weights, outcome.training) is None


@pytest.fixture
def project(tmp_path) -> Project:
    """A project on disk whose run was stopped after its best epoch."""
    from engine.graph import templates

    settings = {**templates.describe("houses").recipe, "epochs": 30, "patience": 25, "optimizer.learning_rate": 0.3}
    wanted = Recipe().with_settings({**settings, "device": "cpu"})
    graph = templates.build("houses")
    run = Run(graph, wanted, load_rows(wanted), control=StopsAt(400))
    outcome = run.run()
    assert kept_weights(outcome.training), "the test needs a run that became worse"
    record = replace(outcome.record, novelty=None, end=None)
    made = Project(graph=graph, recipe=wanted, run=record, trained_on="houses")
    write(made, tmp_path / "a.sketchnet")
    return made


def test_the_command_line_says_and_chooses(project: Project, tmp_path, capsys) -> None:
    path = str(tmp_path / "a.sketchnet")
    assert main(["info", path]) == 0
    assert "In use: the best weights, of epoch" in capsys.readouterr().out
    assert main(["weights", path, "last"]) == 0
    assert "In use: the last weights, of epoch" in capsys.readouterr().out
    changed = read(path)
    assert same(changed.run.weights, project.run.training.weights())
    figures = evaluate(
        changed.graph, changed.recipe, load_rows(changed.recipe), changed.run.weights, changed.run.preparation
    )
    assert changed.run.test == figures
    assert same(changed.run.training.tensors, project.run.training.tensors)
    assert main(["weights", path, "best"]) == 0
    assert same(read(path).run.weights, project.run.weights)
    assert main(["weights", path]) == 0
    assert "In use: the best weights" in capsys.readouterr().out


def test_a_run_that_fails_says_which_weights_are_in_use(project: Project, tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.setattr("engine.training.runner.GOOD_EVERY", 0.0)
    monkeypatch.setattr("engine.running.run.Control", lambda: FailsAt(100))
    path = str(tmp_path / "a.sketchnet")
    assert main(["train", path]) == 1
    said = capsys.readouterr().err
    assert "the plug was pulled" in said
    assert f"Saved in {path}. In use: the best weights, of epoch" in said
    assert in_use(read(path).run.weights, read(path).run.training)[0].name == BEST


def test_where_only_the_weights_of_a_run_are_left_one_can_choose_but_not_go_on(
    project: Project, tmp_path, capsys
) -> None:
    training = project.run.training
    left = training.without_memory(training.weights(), training.best())
    assert not left.resumable
    assert training.resumable
    path = tmp_path / "b.sketchnet"
    write(replace(project, run=replace(project.run, training=left)), path)
    assert main(["info", str(path)]) == 0
    shown = capsys.readouterr().out
    assert "In use: the best weights, of epoch" in shown
    assert "--resume" not in shown
    assert main(["weights", str(path), "last"]) == 0
    assert same(read(path).run.weights, training.weights())
    capsys.readouterr()
    assert main(["train", str(path), "--epochs", "1", "--resume"]) == 0
    assert "starts from the beginning" in capsys.readouterr().err
    refused = Run(project.graph, project.recipe, load_rows(project.recipe), resume=left).run()
    assert refused.state == "failed"
    assert "train from scratch" in refused.message


def test_where_there_is_nothing_to_choose_it_is_said(tmp_path, capsys) -> None:
    write(Project(), tmp_path / "a.sketchnet")
    assert main(["weights", str(tmp_path / "a.sketchnet")]) == 0
    assert "not trained yet" in capsys.readouterr().out
    assert main(["weights", str(tmp_path / "a.sketchnet"), "best"]) == 1
