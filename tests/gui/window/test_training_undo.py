"""Training is an edit like any other: it can be undone and done again, and nothing that was learned is lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.graph.graph import empty
from engine.project.file import SUFFIX, read
from engine.training.recipe import Recipe
from engine.training.run_end import RunEnd
from gui.history import History, UndoStep
from gui.sketch import DocumentState
from gui.training.run_state import Phase
from gui.training.trained import Start, Trained
from tests.gui.window import training_shown
from tests.gui.window.training_shown import ended

QUICK = {"epochs": 2, "dataset_options__samples": 60, "batch_size": 30}


def start(desk, **more: object) -> None:
    desk.use("points-2d", **{**QUICK, **more})


def train(desk, command: str = "train") -> Trained:
    desk.do(command)
    ended(desk)
    return desk.window.session.trained


def press(desk, key: Qt.Key, *more: Qt.KeyboardModifier) -> None:
    modifiers = Qt.KeyboardModifier.ControlModifier
    for modifier in more:
        modifiers |= modifier
    desk.window.activateWindow()
    desk.window.canvas.setFocus()
    QTest.keyClick(desk.window.canvas, key, modifiers)
    QApplication.processEvents()


def shown(desk) -> tuple[object, ...]:
    """What the window says of the training, and of the state it is in."""
    return (*training_shown.shown(desk), desk.window.status.state)


def test_undo_brings_back_weights_curves_verdict_and_state(desk) -> None:
    start(desk)
    desk.window.show()
    untrained = shown(desk)
    first = train(desk)
    before = shown(desk)
    second = train(desk, "again")
    after = shown(desk)
    assert second is not first
    assert desk.window.commands["undo"].text() == "Undo: start again"

    press(desk, Qt.Key.Key_Z)
    assert desk.window.session.trained is first
    assert desk.window.studio.predictions.trained is first
    assert shown(desk) == before
    press(desk, Qt.Key.Key_Z)
    assert desk.window.session.trained is None
    assert shown(desk) == untrained
    press(desk, Qt.Key.Key_Z, Qt.KeyboardModifier.ShiftModifier)
    press(desk, Qt.Key.Key_Z, Qt.KeyboardModifier.ShiftModifier)
    assert desk.window.session.trained is second
    assert shown(desk) == after


def test_a_step_goes_on_from_what_is_there_and_is_undone(desk) -> None:
    start(desk)
    first = train(desk)
    desk.do("step")
    desk.until(lambda: desk.window.studio.state.phase is Phase.PAUSED, "one step")
    desk.do("stop")
    ended(desk)
    after = desk.window.session.trained
    assert after.steps == first.steps + 1
    assert desk.window.toolbar.progress.words == ("stopped", "epoch 2 of 4")
    desk.window.document.undo()
    assert desk.window.session.trained is first


def test_the_first_step_is_told_as_what_it_is(desk) -> None:
    start(desk)
    desk.do("step")
    desk.until(lambda: desk.window.studio.state.phase is Phase.PAUSED, "one step")
    assert desk.window.toolbar.progress.words[0].startswith("paused")
    desk.do("stop")
    ended(desk)
    assert desk.window.toolbar.progress.words == ("stopped", "after 1 step")
    assert desk.window.isWindowModified()


def test_train_on_and_start_again_are_both_offered_and_start_again_works_from_a_pause(desk) -> None:
    start(desk, epochs=100_000)
    button = desk.window.toolbar.train
    assert button.menu() is None
    desk.do("train")
    desk.until(lambda: desk.steps() > 5, "some steps")
    desk.do("pause")
    desk.until(lambda: desk.window.studio.state.phase is Phase.PAUSED, "the pause")
    assert [action.text() for action in button.menu().actions()] == ["Resume", "Start again"]
    begun: list[bool] = []
    desk.trainer.started.connect(lambda: begun.append(True))
    desk.do("again")
    desk.until(lambda: begun == [True], "the new run")
    assert not desk.trainer.goes_on
    first = desk.window.session.trained
    assert first is not None, "what the paused run had learned is kept for Undo"
    desk.until(lambda: desk.trainer.state == "running", "its first step: before that there is nothing to keep")
    desk.do("stop")
    ended(desk)
    assert [action.text() for action in button.menu().actions()] == ["Continue", "Start again"]
    desk.window.document.undo()
    kept = desk.window.session.trained
    assert all(np.array_equal(kept.weights[name], array) for name, array in first.weights.items())


def test_a_stopped_run_has_its_test_figures_at_once(desk) -> None:
    start(desk, epochs=100_000)
    desk.do("train")
    desk.until(lambda: desk.steps() > 5, "some steps")
    desk.do("stop")
    ended(desk)
    trained = desk.window.session.trained
    assert 0 <= trained.test["test_accuracy"] <= 1
    assert not desk.window.commands["test"].isEnabled()
    assert desk.notices[-1].startswith("Accuracy")


def test_changed_settings_train_on_from_these_weights_in_a_new_run(desk) -> None:
    start(desk)
    first = train(desk)
    desk.window.document.try_setting("Batch", "batch_size", 10)
    assert desk.window.commands["train"].text() == "Continue"
    assert "batch size was changed" in desk.window.commands["train"].toolTip()
    assert desk.window.toolbar.progress.words == ("trained", "2 epochs")
    desk.do("train")
    began = desk.trainer.before
    ended(desk)
    assert began is first
    assert desk.window.session.trained.epochs == 2
    assert desk.window.session.trained.history[0]["train_loss"] < first.history[0]["train_loss"]


def test_another_drawing_can_only_be_trained_anew_and_undo_brings_the_weights_back(desk) -> None:
    start(desk)
    train(desk)
    kept = shown(desk)
    QApplication.processEvents()
    document = desk.window.document
    node = next(id for id, node in document.graph.nodes.items() if node.kind == "Linear")
    document.edit("Units", document.graph.set_params(node, out_features=7))
    assert desk.window.commands["train"].text() == "Train"
    assert desk.window.toolbar.progress.words[0] == "not trained yet"
    assert "Undo brings it back" in desk.window.status.text
    document.undo()
    assert desk.window.status.text == ""
    assert shown(desk) == kept


def test_what_is_open_next_knows_nothing_of_the_last_failure(desk) -> None:
    desk.use("line", epochs=200, optimizer__kind="SGD", optimizer__learning_rate=10.0)
    desk.do("train")
    ended(desk)
    assert desk.window.toolbar.progress.words[0] == "stopped by an error"
    assert "training failed" in desk.window.status.state_label.text()
    desk.window.session.new("points-2d")
    assert desk.window.toolbar.progress.words[0] == "not trained yet"
    assert "ready to train" in desk.window.status.state_label.text()


def test_what_a_run_does_not_use_is_said_while_it_is_so(desk) -> None:
    start(desk, epochs=100_000)
    desk.do("train")
    desk.until(lambda: desk.steps() > 5, "some steps")
    desk.do("pause")
    desk.until(lambda: desk.window.studio.state.phase is Phase.PAUSED, "the pause")
    desk.window.document.try_setting("Batch", "batch_size", 15)
    assert desk.window.status.text == "From the next start: batch size 15 (this run: 30)."
    desk.window.document.undo()
    assert desk.window.status.text == ""
    desk.window.document.edit("Add", desk.graph.add("ReLU"))
    assert "the diagram it started with" in desk.window.status.text
    desk.do("stop")
    ended(desk)


def test_a_sentence_goes_when_it_is_true_no_more(desk) -> None:
    start(desk)
    document = desk.window.document
    whole = document.graph
    document.edit("Cut", whole.disconnect(whole.wires[0]))
    desk.do("train")
    assert desk.window.status.text.startswith("Not ready yet")
    QApplication.processEvents()
    document.undo()
    assert desk.window.status.text == ""


# Any order




@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(st.sampled_from(["train", "again", "step", "undo", "redo", "edit", "batch"]), min_size=3, max_size=7))
def test_in_any_order_nothing_learned_is_lost_and_the_file_agrees(desk, tmp_path, doings) -> None:
    start(desk)
    document, session = desk.window.document, desk.window.session
    seen: list[Trained] = []
    for doing in doings:
        match doing:
            case "undo":
                document.undo()
            case "redo":
                document.redo()
            case "edit":
                document.edit("Move", document.graph.move({next(iter(document.graph.nodes)): (len(seen) * 20.0, 0.0)}))
            case "batch":
                document.try_setting("Batch", "batch_size", 60 if document.recipe.batch_size == 30 else 30)
            case "step":
                desk.do("step")
                desk.until(
                    lambda: desk.window.studio.state.phase is Phase.PAUSED or not desk.trainer.running, "one step"
                )
                if desk.trainer.running:  # it may have been the last one
                    desk.do("stop")
                ended(desk)
            case _:
                train(desk, doing)
        if session.trained is not None and session.trained not in seen:
            seen.append(session.trained)
    path = tmp_path / f"a{SUFFIX}"
    path.unlink(missing_ok=True)
    before = desk.window.studio.state
    session.save(path)
    saved = read(path)
    trained = session.trained
    assert (saved.run.weights is None) == (trained is None)
    if trained is not None:
        assert all(np.array_equal(saved.run.weights[name], array) for name, array in trained.weights.items())
        assert saved.run.end == trained.end
    # Everything that was learned is found again on the way back and forth.
    found = [document.trained]
    while document.can_undo:
        document.undo()
        found.append(document.trained)
    while document.can_redo:
        document.redo()
        found.append(document.trained)
    assert all(any(one is other for other in found) for one in seen)
    desk.window.files.open(path)
    assert desk.window.studio.state == before


# The line of steps, alone


def learned(size: int = 10) -> Trained:
    recipe = Recipe()
    return Trained(empty(), recipe, None, weights={"a": np.zeros(size, np.uint8)}, end=RunEnd("finished"))


def test_what_was_undone_stays_in_the_line_when_something_was_learned_in_it() -> None:
    history, one, two = History(), DocumentState(empty(), Recipe()), learned()
    trained = replace(one, trained=two)
    history.add(UndoStep("Train", one, trained))
    history.undo()
    history.add(UndoStep("Edit", one, replace(one, recipe=Recipe(epochs=3))))
    labels, last = [], None
    while (step := history.undo()) is not None:
        labels.append(step.label)
        last = step
    assert labels == ["Edit", "Go back", "Train"]
    assert last is not None
    assert last.after.trained is two


def test_without_learning_an_edit_after_an_undo_drops_what_was_undone() -> None:
    history, one = History(), DocumentState(empty(), Recipe())
    history.add(UndoStep("First", one, replace(one, recipe=Recipe(epochs=2))))
    history.undo()
    history.add(UndoStep("Second", one, replace(one, recipe=Recipe(epochs=3))))
    assert history.undo().label == "Second"
    assert history.undoes is None


def test_the_oldest_weights_are_let_go_beyond_the_bound_and_it_is_said() -> None:
    history, sketch = History(most_bytes=250), DocumentState(empty(), Recipe())
    said = []
    for _number in range(5):
        after = replace(sketch, trained=learned(100))
        said.append(history.add(UndoStep("Train", sketch, after)))
        sketch = after
    assert said == [False, False, False, True, True], "those in use do not count"
    states = [sketch]
    while (step := history.undo()) is not None:
        states.append(step.before)
    assert [state.trained is not None for state in states] == [True, True, True, False, False, False]
    assert [state.released for state in states] == [False, False, False, True, True, False]


def test_weights_shared_between_parts_count_once() -> None:
    array = np.zeros(100, np.uint8)
    trained = replace(learned(), weights={"a": array, "b": array})
    assert trained.nbytes == 100


@pytest.mark.parametrize(
    ("asked", "planned", "done", "then"),
    [(20, 20, 3, 20), (5, 20, 3, 5), (20, 20, 20, 40), (20, 40, 30, 40), (200, 20, 20, 200)],
)
def test_how_far_training_goes_on(asked: int, planned: int, done: int, then: int, desk) -> None:
    start(desk)
    trained = train(desk)
    recipe = trained.recipe.with_setting("epochs", planned)
    history = tuple({**trained.history[-1], "epoch": epoch + 1} for epoch in range(done))
    onward = replace(trained, recipe=recipe, history=history).onward(
        trained.graph, recipe.with_setting("epochs", asked), trained.signature
    )
    assert (onward.start, onward.epochs) == (Start.RESUME, then)


def test_what_would_help_after_a_failure_is_offered_and_done_with_one_click(desk) -> None:
    desk.use("line", epochs=200, optimizer__kind="SGD", optimizer__learning_rate=10.0)
    desk.window.show()
    desk.do("train")
    ended(desk)
    offer = desk.window.status.offer_button
    assert offer.isVisible()
    assert offer.text() == "Set the learning rate to 0.05"
    desk.click(offer)
    assert desk.recipe().optimizer.learning_rate == 0.05
    assert not offer.isVisible()
    assert desk.window.status.text == "", "what was said has been dealt with"
    desk.window.document.undo()
    assert desk.recipe().optimizer.learning_rate == 10.0
    assert desk.window.status.text.startswith("Training stopped: "), "it would fail again"


def test_weights_that_have_learned_nothing_say_so_as_long_as_it_is_so(desk, tmp_path) -> None:
    desk.use("line", epochs=5, optimizer__kind="SGD", optimizer__learning_rate=1e-8)
    desk.window.show()
    train(desk)
    told, bar = desk.window.status.text, desk.window.toolbar.progress.words
    assert "learned nothing" in told
    assert bar == ("learned nothing", "5 epochs")
    offer = desk.window.status.offer_button
    label = offer.text()
    desk.click(offer)
    assert (desk.window.status.text, desk.window.toolbar.progress.words[0]) == ("", "trained")
    press(desk, Qt.Key.Key_Z)
    assert (desk.window.status.text, desk.window.toolbar.progress.words) == (told, bar)
    assert (offer.isVisible(), offer.text()) == (True, label)
    desk.answers.path = tmp_path / f"a{SUFFIX}"
    desk.do("save_as")
    desk.window.session.new("points-2d")
    assert desk.window.status.text == ""
    desk.window.files.open(desk.answers.path)
    assert (desk.window.status.text, desk.window.toolbar.progress.words) == (told, bar)
    desk.click(offer)
    assert desk.recipe().optimizer.learning_rate > 1e-8


def test_a_changed_learning_rate_is_marked_on_the_curve_and_stays_with_the_weights(desk) -> None:
    start(desk, epochs=100_000)
    desk.do("train")
    desk.until(lambda: desk.steps() > 5, "some steps")
    desk.window.document.try_setting("Rate", "optimizer.learning_rate", 0.004)
    assert "next step" in desk.window.status.text
    desk.do("stop")
    ended(desk)
    curves = desk.window.results.curves
    assert "learning rate 0.004" in [words for _step, words in curves.marks()]
    desk.window.document.undo()
    assert curves.marks() == []
    desk.window.document.redo()
    assert "learning rate 0.004" in [words for _step, words in curves.marks()]
