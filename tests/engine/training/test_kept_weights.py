"""A run with patience keeps its best and its last weights: which are in use is said, and the others can be used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from helpers_training import recipe, trainer

from engine.cli import main
from engine.project.file import read, write
from engine.project.project import Project
from engine.training.control import Control
from engine.training.kept_weights import BEST, LAST, in_use, in_use_words, kept_weights
from engine.training.outcome import Outcome
from engine.training.recipe import Recipe
from engine.training.rows import load_rows
from engine.training.run import Run, evaluate


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


def test_going_on_starts_from_the_last_weights_bit_for_bit() -> None:
    part = stopped()
    settings = {"epochs": 40, "patience": 30, "optimizer.learning_rate": 0.2}
    whole = trainer(recipe(**settings)).run()
    rest = trainer(recipe(**settings), resume=part.training).run()
    assert same(rest.weights, whole.weights)
    assert same(rest.training.weights(), whole.training.weights())


def test_without_patience_there_is_nothing_to_choose() -> None:
    outcome = stopped(patience=0)
    assert kept_weights(outcome.training) == ()
    assert in_use(outcome.weights, outcome.training) is None
    assert same(outcome.weights, outcome.training.weights())
    assert "Kept" not in outcome.message


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
    made = Project(
        graph=graph, recipe=wanted, weights=outcome.weights, training=outcome.training,
        history=tuple(outcome.history), preparation=outcome.preparation, trained_on="houses",
    )  # fmt: skip
    write(made, tmp_path / "a.sketchnet")
    return made


def test_the_command_line_says_and_chooses(project: Project, tmp_path, capsys) -> None:
    path = str(tmp_path / "a.sketchnet")
    assert main(["info", path]) == 0
    assert "In use: the best weights, of epoch" in capsys.readouterr().out
    assert main(["weights", path, "last"]) == 0
    assert "In use: the last weights, of epoch" in capsys.readouterr().out
    changed = read(path)
    assert same(changed.weights, project.training.weights())
    figures = evaluate(
        changed.graph, changed.recipe, load_rows(changed.recipe), changed.weights, changed.preparation
    )
    assert changed.test == figures
    assert same(changed.training.tensors, project.training.tensors)
    assert main(["weights", path, "best"]) == 0
    assert same(read(path).weights, project.weights)
    assert main(["weights", path]) == 0
    assert "In use: the best weights" in capsys.readouterr().out


def test_where_there_is_nothing_to_choose_it_is_said(tmp_path, capsys) -> None:
    write(Project(), tmp_path / "a.sketchnet")
    assert main(["weights", str(tmp_path / "a.sketchnet")]) == 0
    assert "not trained yet" in capsys.readouterr().out
    assert main(["weights", str(tmp_path / "a.sketchnet"), "best"]) == 1
