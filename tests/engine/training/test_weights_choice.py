"""A run with patience leaves its best weights and its last; which are in use is said, and can be chosen."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.cli import main
from engine.cli.train import reached
from engine.graph import templates
from engine.project.file import read, write
from engine.project.project import Project
from engine.tasks.predictor import Predictor
from engine.training.control import Control
from engine.training.outcome import Outcome
from engine.training.recipe import Recipe
from engine.training.rows import load_rows
from engine.training.run import Run, evaluate
from engine.training.weights_choice import BEST, LAST, choices, in_use, preferred, sentence
from tests.engine.training.helpers_training import recipe, trainer

WILD = {"patience": 100, "epochs": 40, "optimizer": "SGD", "optimizer__learning_rate": 3.0}
"""So large a rate that the validation loss soon rises again."""


class StopsAfter(Control):
    """Stopped by hand after so many steps."""

    def __init__(self, steps: int) -> None:
        super().__init__()
        self._left = steps

    def take_step(
        self,
        new_learning_rate: Callable[[float], None],
        held: Callable[[bool], None],
        idle: Callable[[], None],
    ) -> bool:
        self._left -= 1
        return self._left >= 0


def stopped(steps: int = 62, **changes: Any) -> Outcome:
    return trainer(recipe(**{**WILD, **changes}), control=StopsAfter(steps)).run()


def same(one: Any, other: Any) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


def test_stopped_by_hand_the_best_weights_are_in_use_and_the_last_are_kept() -> None:
    outcome = stopped()
    state = outcome.training
    assert state is not None
    losses = [row["validation_loss"] for row in outcome.history]
    best = int(np.argmin(losses))
    assert 0 < best + 1 < len(losses), "the run is to have its best epoch before its last"
    assert state.position["best_epoch"] == best + 1
    assert same(outcome.weights, state.best())
    assert not same(outcome.weights, state.weights())
    assert in_use(outcome.weights, state) == BEST
    assert f"The best weights are in use, of epoch {best + 1} (validation loss {losses[best]:.4g})" in outcome.message
    assert f"The last ones: validation loss {losses[-1]:.4g} after epoch {len(losses)}." in outcome.message
    last = sentence(choices(state)[LAST], state)
    assert last.startswith(f"The last weights are in use (validation loss {losses[-1]:.4g}")


def test_a_run_goes_on_from_its_last_weights_whichever_are_in_use() -> None:
    whole = trainer(recipe(**{**WILD, "epochs": 20})).run()
    state = stopped(33, epochs=20).training
    rest = trainer(recipe(**{**WILD, "epochs": 20}), resume=state).run()
    assert rest.training is not None
    assert whole.training is not None
    assert same(rest.training.weights(), whole.training.weights())
    assert same(rest.weights, whole.weights)


def test_without_patience_there_is_nothing_to_choose() -> None:
    outcome = stopped(patience=0)
    assert choices(outcome.training) == {}
    assert same(outcome.weights, outcome.training.weights())
    assert in_use(outcome.weights, outcome.training) == sentence(outcome.weights, outcome.training) == ""
    assert in_use(None, None) == ""


def test_a_run_that_comes_to_its_end_leaves_the_choice_too() -> None:
    outcome = trainer(recipe(**{**WILD, "epochs": 20})).run()
    assert outcome.state == "finished"
    assert in_use(outcome.weights, outcome.training) == BEST
    assert in_use(outcome.training.weights(), outcome.training) == LAST


def test_after_a_failure_the_best_weights_are_in_use() -> None:
    """The weights become infinite in the end; the state that is kept is the last good one."""
    made = trainer(recipe(**{**WILD, "epochs": 20}))
    steps = made._step

    def breaking(*arguments: Any) -> Any:
        if made.position.epoch == 12:
            raise RuntimeError("the machine is gone")
        return steps(*arguments)

    made._step = breaking  # type: ignore[method-assign]
    made._good_at = -1e9  # so that the end of every epoch is kept
    close = made._close_epoch

    def kept() -> None:
        made._good_at = -1e9
        close()

    made._close_epoch = kept  # type: ignore[method-assign]
    outcome = made.run()
    assert outcome.state == "failed"
    assert in_use(outcome.weights, outcome.training) == BEST


def test_where_the_best_epoch_was_the_last_both_are_said_to_be_the_same() -> None:
    made = trainer(recipe(patience=5, epochs=1)).run()
    assert in_use(made.weights, made.training) == BEST
    assert "both the last ones and the best, of epoch 1" in sentence(made.weights, made.training)


def test_what_belongs_to_another_drawing_is_no_choice() -> None:
    state = stopped().training
    other = {name.replace("hidden", "renamed"): array for name, array in state.weights().items()}
    assert in_use(other, state) == ""
    halved = replace(state, tensors={k: v for k, v in state.tensors.items() if k != "best/hidden.weight"})
    assert choices(halved) == {}
    assert same(preferred(halved, 5), state.weights())


# Files and the command line


MOONS = {"dataset": "moons", "epochs": 12, "patience": 100, "optimizer": "SGD", "optimizer.learning_rate": 30.0}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose run was stopped by hand after its best epoch."""
    chosen = Recipe(device="cpu").with_settings({**MOONS, "dataset_options": {"samples": 200}})
    graph = templates.build("points-2d")
    run = Run(graph, chosen, load_rows(chosen), control=StopsAfter(22))
    outcome = run.run()
    assert in_use(outcome.weights, outcome.training) == BEST
    assert not same(outcome.weights, outcome.training.weights())
    path = tmp_path / "moons.sketchnet"
    started = Project(graph=graph, recipe=chosen)
    assert same(reached(started, run, outcome.training).weights, outcome.weights), "after a kill it is the same"
    write(
        replace(
            started,
            weights=outcome.weights,
            training=outcome.training,
            history=tuple(outcome.history),
            preparation=outcome.preparation,
            trained_on="moons",
        ),
        path,
    )
    return path


def told(path: Path) -> str:
    made = read(path)
    return in_use(made.weights, made.training)


def test_the_command_line_says_which_are_in_use_and_changes_it(project: Path, capsys: Any, tmp_path: Path) -> None:
    before = read(project)
    assert main(["weights", str(project)]) == 0
    assert capsys.readouterr().out.startswith("The best weights are in use, of epoch ")
    assert main(["info", str(project)]) == 0
    assert "The best weights are in use, of epoch " in capsys.readouterr().out
    assert main(["weights", str(project), "last"]) == 0
    assert capsys.readouterr().out.startswith("The last weights are in use (validation loss ")
    after = read(project)
    assert same(after.weights, before.training.weights())
    assert same(after.training.tensors, before.training.tensors)
    assert after.training.position == before.training.position
    assert main(["info", str(project), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["weights"] == "last"
    table = tmp_path / "rows.csv"
    table.write_text("x,y\n0.5,0.25\n")
    answers = []
    for which in ("last", "best"):
        assert main(["weights", str(project), which]) == 0
        capsys.readouterr()
        assert main(["predict", str(project), "--csv", str(table)]) == 0
        answers.append(json.loads(capsys.readouterr().out)["probability"])
    assert answers[0] != answers[1]
    assert told(project) == BEST
    assert main(["train", str(project), "--resume", "--epochs", "13", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["weights"] == "best"


def test_the_test_figures_are_those_of_the_weights_in_use(project: Path, capsys: Any) -> None:
    assert main(["train", str(project), "--resume", "--json"]) == 0
    assert told(project) == BEST
    assert main(["weights", str(project), "last"]) == 0
    made = read(project)
    expected = evaluate(made.graph, made.recipe, load_rows(made.recipe), made.training.weights(), made.preparation)
    assert made.test == expected
    predictor = Predictor(made.graph, load_rows(made.recipe).schema.signature(), made.weights, made.preparation)
    rows = load_rows(made.recipe).test
    right = np.mean(predictor.predict(rows.inputs).argmax(1) == rows.answers)
    assert made.test["test_accuracy"] == pytest.approx(right)


def test_where_there_is_no_choice_it_is_said_how_to_have_one(project: Path, capsys: Any) -> None:
    write(replace(read(project), training=None), project)
    assert main(["weights", str(project), "best"]) == 1
    assert "only a training with patience keeps those of its best epoch" in capsys.readouterr().err
