"""Best weights and last weights in the window: it says which answer, lets one choose, and saves the choice."""

from __future__ import annotations

import numpy as np
import pytest

from engine.project.file import read

SETTINGS = {"epochs": 25, "patience": 1_000, "optimizer": "SGD", "optimizer__learning_rate": 5.0}
"""So large a rate that the last epoch is not the best."""


def same(one, other) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


@pytest.fixture
def choice(desk):
    """The line of a window where such a run has come to its end."""
    desk.use("points-2d", dataset_options__samples=200, **SETTINGS)
    desk.train_to_the_end()
    trained = desk.window.session.trained
    assert not same(trained.training.best(), trained.training.weights())
    return desk.window.results.weights


def test_the_best_are_in_use_and_the_last_one_click_away(desk, choice, tmp_path) -> None:
    window, session = desk.window, desk.window.session
    window.results.setCurrentIndex(1)
    assert choice.isVisible()
    assert choice.words.text().startswith("The best weights are in use, of epoch ")
    assert choice.button.text() == "Use the last weights"
    best = session.trained
    desk.answers.path = tmp_path / "a.sketchnet"
    desk.do("save")
    assert not window.isWindowModified()
    choice.button.click()
    last = session.trained
    assert same(last.weights, best.training.weights())
    assert last.training is best.training
    assert choice.words.text().startswith("The last weights are in use")
    assert window.studio.predictions.trained is last
    assert window.isWindowModified()
    assert last.test != best.test
    assert window.results._verdict.text().find(f"{100 * last.test['test_accuracy']:.2f} %") > 0
    desk.do("save")
    assert same(read(desk.answers.path).weights, best.training.weights())
    window.files.new("points-2d")
    assert not choice.isVisible()
    window.files.open(desk.answers.path)
    assert choice.button.text() == "Use the best weights"
    choice.button.click()
    assert same(session.trained.weights, best.weights)
    assert session.trained.test == best.test


def test_stopped_by_hand_it_says_which_are_in_use(desk) -> None:
    desk.use("points-2d", dataset_options__samples=200, **{**SETTINGS, "epochs": 10_000})
    desk.do("train")
    run = desk.window.studio.trainer
    desk.until(lambda: desk.window.studio.report is not None and desk.window.studio.report.epoch > 3, "some epochs")
    assert not desk.window.results.weights.isVisible(), "while it trains the newest weights answer"
    desk.do("stop")
    desk.until(lambda: not run.running, "the end")
    trained = desk.window.session.trained
    assert same(trained.weights, trained.training.best())
    assert trained.about_weights in desk.window.status.text
    assert "best" in desk.window.status.text
    assert "Test tab" in desk.window.status.text


def test_without_patience_there_is_no_such_line(desk) -> None:
    desk.train_to_the_end()
    assert not desk.window.results.weights.isVisibleTo(desk.window)
