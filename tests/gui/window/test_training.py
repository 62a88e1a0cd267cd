"""Training through the window's own commands: every state, every way to end it, and what is kept."""

from __future__ import annotations

import gc
import threading
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt, QThread, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from engine.data import catalogue
from engine.graph.graph import wire
from gui.training.predictions import Predictions
from gui.training.trained import Start, Trained

pytestmark = pytest.mark.endurance

LONG = {"epochs": 100_000, "dataset_options__samples": 200}


def begin(desk, **settings: object) -> None:
    desk.use("points-2d", **{**LONG, **settings})
    desk.do("train")
    desk.until(lambda: desk.steps() > 5, "the first steps")


def same(one: Trained, other: Trained) -> bool:
    return one.weights.keys() == other.weights.keys() and all(
        np.array_equal(value, other.weights[name]) for name, value in one.weights.items()
    )


def test_a_run_to_the_end_leaves_weights_figures_and_a_verdict(desk) -> None:
    desk.train_to_the_end()
    trained = desk.window.session.trained
    assert trained is not None
    assert [row["epoch"] for row in trained.history] == [1, 2, 3]
    assert trained.test is not None
    assert 0 <= trained.test["test_accuracy"] <= 1
    assert desk.troubles == []
    assert desk.notices[-1].startswith("Done. Accuracy")
    assert desk.window.isWindowModified()
    assert desk.window.toolbar.progress.words == ("trained", "3 epochs")
    assert desk.window.commands["train"].text() == "Continue"
    assert not desk.window.results.curves.is_empty()


def test_another_trained_project_shows_its_own_curves(desk, tmp_path) -> None:
    desk.answers.path = tmp_path / "one.sketchnet"
    desk.train_to_the_end()
    desk.do("save")
    desk.window.files.new("points-2d")
    desk.window.document.try_setting("Epochs", "epochs", 1)
    desk.train_to_the_end()
    desk.window.files.open(desk.answers.path)
    trained, curves = desk.window.session.trained, desk.window.results.curves
    assert list(curves.plots[0].validation.values) == [row["validation_loss"] for row in trained.history]
    desk.window.files.new("points-2d")
    assert curves.is_empty()


def test_pause_holds_and_train_goes_on(desk) -> None:
    begin(desk)
    desk.do("pause")
    desk.until(lambda: desk.window.studio.report.state == "paused", "the pause")
    assert desk.window.commands["pause"].isChecked()
    assert desk.window.commands["train"].text() == "Resume"
    held = desk.steps()
    desk.trainer.look()
    assert desk.steps() == held
    desk.do("train")
    desk.until(lambda: desk.steps() > held, "more steps")
    assert not desk.window.commands["pause"].isChecked()
    desk.do("pause")
    desk.until(lambda: desk.window.studio.report.state == "paused", "the second pause")
    held = desk.steps()
    desk.do("pause")
    desk.until(lambda: desk.steps() > held, "pressing Pause again goes on")
    desk.do("stop")
    desk.until(lambda: not desk.trainer.running, "the end")


def test_one_step_from_standstill_then_another_then_on(desk) -> None:
    desk.use("points-2d", **LONG)
    desk.do("step")
    desk.until(lambda: desk.steps() == 1 and desk.window.studio.report.state == "paused", "one step")
    desk.do("step")
    desk.until(lambda: desk.steps() == 2 and desk.window.studio.report.state == "paused", "a second step")
    assert desk.trainer.running
    desk.do("train")
    desk.until(lambda: desk.steps() > 10, "more steps")
    desk.do("step")
    desk.until(lambda: desk.window.studio.report.state == "paused", "a step out of a run holds it")
    desk.do("stop")
    desk.until(lambda: not desk.trainer.running, "the end")


def test_stop_keeps_what_was_learned_and_train_goes_on_from_there(desk) -> None:
    begin(desk)
    desk.do("stop")
    desk.until(lambda: not desk.trainer.running, "the end")
    assert desk.window.session.trained is not None
    assert desk.window.commands["train"].text() == "Continue"
    assert desk.troubles == []
    done = desk.steps()
    desk.do("train")
    desk.until(lambda: desk.steps() > done, "steps beyond the stop")
    desk.do("stop")
    desk.until(lambda: not desk.trainer.running, "the end")


def test_start_again_begins_with_new_weights(desk) -> None:
    begin(desk)
    desk.do("stop")
    desk.until(lambda: not desk.trainer.running, "the end")
    desk.do("again")
    assert not desk.trainer.goes_on
    desk.until(lambda: desk.steps() > 0, "steps")
    desk.do("stop")
    desk.until(lambda: not desk.trainer.running, "the end")


def test_stopping_and_going_on_is_bit_for_bit_the_unbroken_run(desk) -> None:
    desk.use("points-2d", epochs=6, dataset_options__samples=200)
    desk.train_to_the_end()
    unbroken = desk.window.session.trained
    desk.use("points-2d", epochs=6, dataset_options__samples=200)
    desk.do("step")  # a single step, so that the stop falls into the middle of an epoch for certain
    desk.until(lambda: desk.steps() == 1, "one step")
    desk.do("stop")
    desk.until(lambda: not desk.trainer.running, "the end")
    assert not same(unbroken, desk.window.session.trained)
    desk.train_to_the_end()
    assert same(unbroken, desk.window.session.trained)
    figures = [
        [{k: v for k, v in row.items() if k != "seconds"} for row in trained.history]
        for trained in (unbroken, desk.window.session.trained)
    ]
    assert figures[0] == figures[1]
    assert unbroken.test == desk.window.session.trained.test


def test_more_epochs_go_on_with_a_run_that_has_ended(desk) -> None:
    desk.train_to_the_end()
    document = desk.window.document
    document.set_recipe("More", document.recipe.with_setting("epochs", 5))
    assert desk.window.toolbar.progress.words == ("trained", "3 epochs")
    assert desk.window.commands["train"].statusTip().startswith("Continue from epoch 3 to epoch 5")
    desk.train_to_the_end()
    assert [row["epoch"] for row in desk.window.session.trained.history] == [1, 2, 3, 4, 5]
    desk.train_to_the_end()
    assert desk.window.session.trained.epochs == 10, "as many again, where all that were asked for are done"


def test_a_learning_rate_reaches_the_run_when_it_is_typed_to_its_end(desk, monkeypatch) -> None:
    begin(desk, schedule__kind="constant")
    given: list[float] = []
    monkeypatch.setattr(desk.trainer, "set_live", lambda _path, value, _words: given.append(value))
    edit = desk.window.toolbar.field("optimizer.learning_rate").edit
    desk.type_into(edit, "2e-3", enter=False)
    assert given == [], "not 2 on the way to 0.002"
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert given == [0.002]
    QTest.keyClick(edit, Qt.Key.Key_Up)
    assert given == [0.002, 0.005], "a step is at its end at once"
    desk.type_into(edit, "3,1,4")
    assert given == [0.002, 0.005], "what is refused never reaches it"
    desk.do("stop")


@pytest.mark.parametrize("where", ["toolbar", "goal page", "undo"])
def test_a_learning_rate_changed_anywhere_reaches_the_run(desk, where) -> None:
    begin(desk, schedule__kind="constant")
    document = desk.window.document
    if where == "toolbar":
        desk.type_into(desk.window.toolbar.field("optimizer.learning_rate").edit, "0.0007")
    else:
        document.select([desk.node("Output")])
        field = desk.window.inspector.goal.form("Learning").field("optimizer.learning_rate")
        desk.type_into(field.edit, "0.0007")
    expected = 0.0007
    if where == "undo":
        desk.until(lambda: desk.window.studio.report.learning_rate == 0.0007, "the new rate")
        document.undo()
        expected = document.recipe.optimizer.learning_rate
        assert expected != 0.0007
    desk.until(lambda: desk.window.studio.report.learning_rate == expected, "the rate in the run")
    desk.do("stop")
    desk.until(lambda: not desk.trainer.running, "the end")
    assert desk.window.session.trained.recipe == document.recipe
    assert desk.window.studio.state.onward.start is Start.RESUME, "the run goes on with the rate it had at last"


def test_other_changes_leave_the_run_under_way_alone(desk) -> None:
    begin(desk)
    document = desk.window.document
    recipe = desk.trainer.recipe
    document.set_recipe("Optimizer", document.recipe.with_setting("optimizer.kind", "SGD"))
    document.edit("Add", document.graph.add("ReLU"))
    assert desk.trainer.recipe == recipe
    desk.do("stop")
    desk.until(lambda: not desk.trainer.running, "the end")
    assert desk.window.studio.state.onward.start is Start.WEIGHTS


# What goes wrong


def test_a_huge_learning_rate_is_told_and_the_last_good_weights_are_kept(desk) -> None:
    desk.use("line", epochs=200)
    document = desk.window.document
    document.set_recipe("Rate", document.recipe.with_settings({"optimizer.kind": "SGD"}))
    document.set_recipe("Rate", document.recipe.with_settings({"optimizer.learning_rate": 10.0}))
    desk.do("train")
    desk.until(lambda: not desk.trainer.running, "the failure")
    assert len(desk.troubles) == 1
    title, sentence, node = desk.troubles[0]
    assert title == "Training stopped"
    assert sentence.endswith(".")
    assert "Traceback" not in sentence
    if node:
        assert document.selection == {node}
    trained = desk.window.session.trained
    assert trained is not None
    assert all(np.isfinite(value).all() for value in trained.weights.values())
    assert sentence in desk.window.status.text
    assert desk.window.toolbar.progress.words[0] == "stopped by an error"
    assert desk.window.commands["train"].isEnabled()


def test_a_layer_that_fails_is_named_and_selected(desk) -> None:
    """BatchNorm cannot learn from one row: something that only shows while training."""
    desk.use("points-2d", epochs=2, dataset_options__samples=200, batch_size=1)
    document = desk.window.document
    graph = document.graph
    first = next(w for w in graph.wires if graph.nodes[w.source].kind == "Linear")
    graph = graph.disconnect(first).add("BatchNorm1d", name="norm")
    norm = graph.last
    graph = graph.connect(wire(first.source, norm)).connect(wire(norm, first.target, first.input))
    document.edit("Add", graph)
    desk.do("train")
    desk.until(lambda: not desk.trainer.running, "the failure")
    assert len(desk.troubles) == 1
    assert desk.troubles[0][2] == norm
    assert document.selection == {norm}
    assert "norm" in desk.troubles[0][1]


def test_a_drawing_that_is_not_ready_is_not_trained(desk) -> None:
    desk.use("empty")
    desk.do("train")
    assert not desk.trainer.running
    assert desk.troubles == [], "a drawing not begun is no error"
    assert desk.notices[-1].startswith("Nothing is drawn yet")
    desk.use("points-2d")
    document = desk.window.document
    document.edit("Cut", document.graph.disconnect(document.graph.wires[0]))
    desk.do("train")
    assert not desk.trainer.running
    assert desk.troubles[0][0] == "Not ready yet"
    assert desk.window.document.selection == ({desk.troubles[0][2]} if desk.troubles[0][2] else frozenset())


def test_data_that_is_not_here_is_told_with_what_to_do(desk) -> None:
    desk.use("digit-cnn", dataset="mnist")
    if catalogue.entry("mnist").is_available():
        pytest.skip("the dataset is on this computer")
    desk.do("train")
    assert not desk.trainer.running
    title, sentence, _node = desk.troubles[0]
    assert title == "The dataset is not downloaded"
    assert "Download" in sentence
    assert str(catalogue.entry("mnist").where_to_put()) in sentence


def test_data_that_turns_out_damaged_is_told(desk, monkeypatch) -> None:
    def load(*_words: object, **_settings: object) -> None:
        raise catalogue.DataError("The file is damaged. Download it again.")

    monkeypatch.setattr(catalogue, "load", load)
    desk.do("train")
    desk.until(lambda: not desk.trainer.running, "the end")
    assert desk.troubles == [("Training stopped", "The file is damaged. Download it again.", "")]
    assert desk.window.session.trained is None


def test_earlier_weights_outlive_a_run_that_could_not_begin(desk, monkeypatch) -> None:
    desk.train_to_the_end()
    before = desk.window.session.trained

    def load(*_words: object, **_settings: object) -> None:
        raise catalogue.DataError("Gone.")

    monkeypatch.setattr(catalogue, "load", load)
    desk.do("again")
    desk.until(lambda: not desk.trainer.running, "the end")
    assert desk.window.session.trained is before
    assert desk.window.studio.predictions.trained is before


# Ending


def running_threads() -> list[str]:
    here = [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
    # By their types: to ask other packages' objects for a class may have them warn.
    known = [thread for thread in gc.get_objects() if issubclass(type(thread), QThread) and isValid(thread)]
    known = [thread for thread in known if thread is not QApplication.instance().thread() and thread.isRunning()]
    return [*(name for name in here if not name.startswith("Dummy")), *(type(thread).__name__ for thread in known)]


@pytest.mark.parametrize("state", ["never trained", "preparing", "running", "paused", "stopping", "ended", "loading"])
def test_closing_in_any_state_leaves_no_thread(desk, state) -> None:
    studio = desk.window.studio
    if state == "loading":
        studio.warm_up()
    elif state != "never trained":
        desk.use("points-2d", **(LONG if state != "ended" else {"epochs": 1}))
        desk.do("train")
        if state == "ended":
            desk.until(lambda: not desk.trainer.running, "the end")
        elif state != "preparing":
            desk.until(lambda: desk.steps() > 2, "the first steps")
        if state == "paused":
            desk.do("pause")
            desk.until(lambda: studio.report.state == "paused", "the pause")
        if state == "stopping":
            desk.do("stop")
    assert desk.window.close()
    assert not studio.trainer.running
    assert [timer for timer in studio.findChildren(QTimer) if timer.isActive()] == []
    assert running_threads() == []
    QApplication.processEvents()


def test_a_window_closed_at_once_loads_nothing_behind_its_back(desk) -> None:
    studio = desk.window.studio
    assert desk.window.close()
    studio.warm_up()
    assert running_threads() == []


# Predictions


def ask(predictions: Predictions, desk, key: str, inputs: np.ndarray) -> tuple[object, object]:
    got: dict[str, tuple[object, object]] = {}  # the window asks too, as for the decision map
    predictions.answered.connect(lambda asked, answer, trained: got.setdefault(asked, (answer, trained)))
    predictions.predict(key, inputs)
    desk.until(lambda: key in got, "an answer")
    answer, trained = got[key]
    return (None if answer is None else answer.answers), trained


def test_without_a_trained_network_there_is_no_answer(desk) -> None:
    assert ask(desk.window.studio.predictions, desk, "test", np.zeros((1, 2), np.float32)) == (None, None)


def test_the_trained_network_answers_with_probabilities(desk) -> None:
    desk.train_to_the_end()
    answer, trained = ask(desk.window.studio.predictions, desk, "test", np.zeros((3, 2), np.float32))
    assert trained is desk.window.session.trained
    assert answer.shape == (3, 2)
    assert np.allclose(answer.sum(axis=1), 1, atol=1e-5)


def test_a_run_under_way_answers_from_a_snapshot(desk) -> None:
    begin(desk)
    predictions = desk.window.studio.predictions
    desk.until(lambda: predictions.trained is not None, "a snapshot")
    answer, trained = ask(predictions, desk, "test", np.zeros((1, 2), np.float32))
    assert answer.shape == (1, 2)
    assert trained.version > 0
    first = predictions.trained
    desk.until(lambda: predictions.trained is not first, "a newer snapshot")
    desk.do("stop")
    desk.until(lambda: not desk.trainer.running, "the end")


def test_of_questions_of_one_kind_only_the_newest_is_answered(desk, monkeypatch) -> None:
    desk.train_to_the_end()
    from engine.tasks.predictor import Predictor

    entered, free = threading.Event(), threading.Event()
    asked: list[float] = []
    real = Predictor.judge

    def slow(self: Predictor, raw: np.ndarray, **how: bool) -> tuple[np.ndarray, np.ndarray | None]:
        if raw[0, 0] >= 1000.0:  # ours: the panels may still have questions of their own
            asked.append(float(raw[0, 0]))
            entered.set()
            assert free.wait(60)
        return real(self, raw, **how)

    monkeypatch.setattr(Predictor, "judge", slow)
    predictions = desk.window.studio.predictions
    got: list[str] = []
    predictions.answered.connect(lambda key, *_rest: got.append(key))
    predictions.predict("pen", np.full((1, 2), 1000, np.float32))
    assert entered.wait(60)
    for number in range(1001, 1021):
        predictions.predict("pen", np.full((1, 2), number, np.float32))
    free.set()
    desk.until(lambda: got.count("pen") >= 2, "two answers")
    assert asked == [1000.0, 1020.0]


def test_rows_of_another_shape_get_no_answer_and_no_crash(desk) -> None:
    desk.train_to_the_end()
    answer, trained = ask(desk.window.studio.predictions, desk, "test", np.zeros((1, 1, 28, 28), np.uint8))
    assert answer is None
    assert trained is desk.window.session.trained
    answer, _ = ask(desk.window.studio.predictions, desk, "again", np.zeros((1, 2), np.float32))
    assert answer is not None


def test_the_try_out_says_when_the_network_was_trained_on_other_data(desk) -> None:
    desk.train_to_the_end()
    desk.window.studio.choose_dataset("iris")
    tryout = desk.window.tryout
    desk.until(lambda: "other data" in tryout.table.status.text(), "the note")
    assert tryout.table.answer.text() == ""
    assert desk.window.status.text.find("unexpected") < 0


def test_the_try_out_says_why_there_is_no_answer_for_the_same_data(desk, monkeypatch) -> None:
    from engine.tasks.answerer import Answerer

    desk.train_to_the_end()
    table = desk.window.tryout.table
    desk.until(lambda: table.answer.text() != "", "an answer")

    def refuse(*_given: object) -> None:
        raise catalogue.DataError("people.csv is being read.")

    with monkeypatch.context() as slow:
        slow.setattr(Answerer, "answer", refuse)
        desk.window.tryout.ask()
        desk.until(lambda: table.status.text() == "people.csv is being read.", "why there is none")
        assert table.answer.text() == ""
    desk.window.tryout.ask()
    desk.until(lambda: table.answer.text() != "", "an answer again")
    assert "being read" not in table.status.text()


def test_the_try_out_says_when_an_answer_is_not_a_number(desk) -> None:
    desk.train_to_the_end()
    trained = desk.window.session.trained
    broken = {name: np.full_like(array, np.nan) for name, array in trained.weights.items()}
    desk.window.session.set_trained(replace(trained, weights=broken))
    desk.window.studio.predictions.use(desk.window.session.trained)
    tryout = desk.window.tryout
    tryout.ask()
    desk.until(lambda: "not finite" in tryout.table.status.text(), "the note")
    assert tryout.table.answer.text() == ""
    assert tryout.table.bars.best() is None


def test_a_row_far_outside_of_what_was_learned_is_answered_with_a_warning(desk) -> None:
    desk.train_to_the_end()
    tryout = desk.window.tryout
    desk.until(lambda: tryout.table.answer.text() != "", "the answer")
    assert not tryout.table.warning.isVisibleTo(tryout.table)
    desk.type_into(tryout.table.form.field("0").edit, "12000")
    desk.until(lambda: "far above" in tryout.table.warning.text(), "the warning")
    assert "12,000" in tryout.table.warning.text()
    assert tryout.table.answer.text() != ""
