"""A run under way is the latest step of all: it can be undone, it is unsaved work, and it may leave nothing behind."""

from __future__ import annotations

from threading import Event

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.graph.graph import empty
from engine.running import run as engine_run
from engine.training.recipe import Recipe
from engine.training.run_end import RunEnd
from engine.training.state import TrainingState
from gui.training.run_state import Phase
from gui.training.trained import Trained
from tests.gui.window.training_shown import ended, shown

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
QUICK = {"epochs": 2, "dataset_options__samples": 60, "batch_size": 30}


def press(desk, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    desk.window.activateWindow()
    desk.window.canvas.setFocus()
    QTest.keyClick(desk.window.canvas, key, modifiers)
    QApplication.processEvents()


def trained(desk, **more: object):
    desk.use("points-2d", **{**QUICK, **more})
    press(desk, Qt.Key.Key_F5)
    ended(desk)
    return desk.window.session.trained


def one_step(desk) -> None:
    press(desk, Qt.Key.Key_F10)
    desk.until(lambda: desk.window.studio.state.phase is Phase.PAUSED, "one step")


def test_undo_in_the_pause_after_a_step_brings_back_what_there_was(desk) -> None:
    before = trained(desk)
    words = shown(desk)
    one_step(desk)
    assert desk.window.commands["undo"].text() == "Undo: continue training"
    press(desk, Qt.Key.Key_Z, CONTROL)
    ended(desk)
    assert desk.window.session.trained is before
    assert shown(desk) == words
    assert "Redo" in desk.window.status.text
    press(desk, Qt.Key.Key_Z, CONTROL | SHIFT)
    assert desk.window.session.trained.steps == before.steps + 1


def test_the_very_first_step_can_be_undone(desk) -> None:
    desk.use("points-2d", **QUICK)
    one_step(desk)
    press(desk, Qt.Key.Key_Z, CONTROL)
    ended(desk)
    assert desk.window.session.trained is None
    assert desk.window.studio.state.phase is Phase.UNTRAINED
    press(desk, Qt.Key.Key_Z, CONTROL | SHIFT)
    assert desk.window.session.trained.steps == 1


def test_undo_of_a_run_leaves_the_training_before_it_alone(desk) -> None:
    trained(desk)
    second_from = trained_again(desk)
    press(desk, Qt.Key.Key_Z, CONTROL)
    ended(desk)
    assert desk.window.session.trained is second_from, "one step back, not two"


def trained_again(desk):
    desk.window.document.try_setting("Epochs", "epochs", 20_000)
    before = desk.window.session.trained
    press(desk, Qt.Key.Key_F5)
    desk.until(lambda: desk.steps() > before.steps + 3, "some steps")
    return before


def test_what_is_changed_while_a_run_goes_on_is_undone_first(desk) -> None:
    desk.use("points-2d", **{**QUICK, "epochs": 20_000})
    document = desk.window.document
    document.try_setting("Rate", "optimizer.learning_rate", 0.02)
    press(desk, Qt.Key.Key_F5)
    desk.until(lambda: desk.steps() > 3, "some steps")
    document.try_setting("Rate", "optimizer.learning_rate", 0.03)
    document.edit("Add", desk.graph.add("ReLU"))
    layers = len(desk.graph.nodes)
    press(desk, Qt.Key.Key_Z, CONTROL)
    assert len(desk.graph.nodes) == layers - 1
    assert desk.trainer.running
    press(desk, Qt.Key.Key_Z, CONTROL)
    assert desk.recipe().optimizer.learning_rate == 0.02, "what was changed before the run began is another step"
    assert desk.trainer.running
    press(desk, Qt.Key.Key_Z, CONTROL)
    ended(desk)
    assert desk.window.session.trained is None
    assert desk.recipe().optimizer.learning_rate == 0.02


def test_what_a_run_has_learned_is_unsaved_work(desk, tmp_path) -> None:
    trained(desk)
    desk.answers.path = tmp_path / "saved.sketchnet"
    desk.do("save")
    assert not desk.window.isWindowModified()
    one_step(desk)
    assert desk.window.isWindowModified()
    press(desk, Qt.Key.Key_Z, CONTROL)
    ended(desk)
    assert not desk.window.isWindowModified()


@pytest.mark.parametrize("template", ["points-2d", "houses"])
def test_a_run_that_leaves_nothing_takes_nothing_off_the_screen(desk, template) -> None:
    desk.use(template, epochs=2)
    press(desk, Qt.Key.Key_F5)
    ended(desk)
    desk.window.results.setCurrentWidget(desk.window.results.curves_page)
    before = shown(desk)
    measure = tuple(desk.window.results.curves.plots[1].validation.values)
    assert measure
    told_to_stop = Event()
    desk.trainer.give_way = told_to_stop.wait
    before_it = desk.window.session.trained
    press(desk, Qt.Key.Key_F5)
    press(desk, Qt.Key.Key_F5, SHIFT)  # before it has made a step
    told_to_stop.set()
    ended(desk)
    assert desk.window.session.trained is before_it
    assert tuple(desk.window.results.curves.plots[1].validation.values) == measure
    assert shown(desk) == before


def test_giving_up_a_run_makes_nothing_of_it(desk, monkeypatch) -> None:
    made = []
    monkeypatch.setattr(engine_run, "fit_novelty", lambda *values: made.append(values))
    desk.use("points-2d", **{**QUICK, "epochs": 20_000})
    press(desk, Qt.Key.Key_F5)
    desk.until(lambda: desk.steps() > 3, "some steps")
    desk.answers.choice = "discard"
    press(desk, Qt.Key.Key_N, CONTROL)
    assert desk.answers.asked == ["unsaved Points in the plane training"]
    assert not desk.trainer.running
    assert made == []
    assert desk.window.session.trained is None


def test_a_run_that_is_being_stopped_does_not_tell_how_long_it_will_take(desk) -> None:
    desk.use("points-2d", **{**QUICK, "epochs": 20_000})
    press(desk, Qt.Key.Key_F5)
    desk.until(lambda: desk.steps() > 3, "some steps")
    told: list[tuple[str, ...]] = []
    desk.trainer.reported.connect(lambda _report: told.append(tuple(desk.window.toolbar.progress.words)))
    press(desk, Qt.Key.Key_F5, SHIFT)
    ended(desk)
    assert told
    assert all(words == ("stopping…", "") for words in told)


def test_a_run_stopped_by_hand_keeps_its_best_weights_to_choose(desk) -> None:
    desk.use("points-2d", **{**QUICK, "epochs": 100_000, "optimizer__learning_rate": 0.3})
    for _attempt in range(20):  # a stop right after the best epoch leaves no choice
        before = desk.steps()
        press(desk, Qt.Key.Key_F5)
        desk.until(lambda before=before: desk.steps() > before + 40, "some epochs")
        press(desk, Qt.Key.Key_F5, SHIFT)
        ended(desk)
        if desk.window.session.trained.choice is not None:
            break
    assert "In use: the last weights, of epoch" in desk.notices[-1]
    assert {"best weights", "last weights"} <= {words for _step, words in desk.window.results.curves.marks()}
    last = desk.window.session.trained
    desk.do("other_weights")
    ended(desk)
    best = desk.window.session.trained
    assert best is not last
    assert best.test is not None, "tested at once"
    assert desk.window.studio.undo_label == "Use the best weights"


@pytest.mark.parametrize("what", ["diagram", "data"])
def test_figures_of_other_weights_are_said_to_be_that(desk, what) -> None:
    trained(desk)
    page, document = desk.window.results.test, desk.window.document
    assert page.verdict.text().startswith("Accuracy")
    QApplication.processEvents()
    if what == "diagram":
        document.edit("Units", desk.graph.set_params(desk.node("Linear"), out_features=7))
    else:
        desk.window.studio.choose_dataset("iris")
    assert page.verdict.text().startswith(f"Before the {what} was changed: Accuracy")
    assert f"belong to the {what} before it was changed" in desk.window.status.text
    press(desk, Qt.Key.Key_Z, CONTROL)
    assert page.verdict.text().startswith("Accuracy")


def test_a_run_whose_drawing_was_changed_meanwhile_does_not_tell_its_figures_as_those_of_the_new_one(desk) -> None:
    desk.use("points-2d", **{**QUICK, "epochs": 20_000})
    press(desk, Qt.Key.Key_F5)
    desk.until(lambda: desk.steps() > 3, "some steps")
    desk.window.document.edit("Units", desk.graph.set_params(desk.node("Linear"), out_features=7))
    press(desk, Qt.Key.Key_F5, SHIFT)
    ended(desk)
    assert desk.notices[-1].startswith("Before the diagram was changed: Accuracy")


def test_a_test_under_way_is_said_to_be(desk) -> None:
    desk.use("points-2d", **{**QUICK, "epochs": 20_000})
    press(desk, Qt.Key.Key_F5)
    desk.until(lambda: desk.steps() > 3, "some steps")
    said = []
    testing = desk.window.studio.evaluator
    testing.changed.connect(lambda: said.append((testing.running, desk.window.results.test.verdict.text())))
    press(desk, Qt.Key.Key_F5, SHIFT)
    ended(desk)
    assert [running for running, _words in said] == [True, False]
    assert "on the test samples" in said[0][1]
    assert said[1][1].startswith("Accuracy")


@pytest.mark.parametrize(
    ("end", "best", "told"), [("finished", 0.2, True), ("finished", 0.2995, False), ("stopped", 0.2995, True)]
)
def test_the_choice_of_weights_is_told_where_it_matters(end, best, told) -> None:
    rows = tuple({"epoch": n, "step": n, "validation_loss": 0.3} for n in (1, 2))
    position = {"best_epoch": 1, "best_loss": best, "history": list(rows)}
    state = TrainingState({"weights/a": np.zeros(1), "best/a": np.ones(1)}, position)
    one = Trained(
        empty(), Recipe(), None, weights={"a": np.zeros(1)}, training=state, history=rows, end=RunEnd(end)
    )
    assert one.choice is not None, "it can be made whenever there is one"
    assert bool(one.choice_words) == told
    assert bool(one.all_marks) == told
    assert "In use: the best" in one.with_other_weights().choice_words
