"""From the first start to a verdict, by mouse and keys: training on, undoing, mending, stopping, looking at samples."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from engine.training.recipe import Recipe
from gui.sketch import DocumentState
from gui.training.run_state import Phase
from tests.journeys.conftest import LEFT, PLAIN, Hand

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def begin(hand: Hand, template: str, **changes: object) -> None:
    """A project that learns quickly, as if it had been opened; settings are a recipe's, with __ for dots."""
    hand.window.session.new(template)
    document = hand.window.document
    recipe: Recipe = document.recipe.with_settings({name.replace("__", "."): v for name, v in changes.items()})
    document.reset(DocumentState(document.graph, recipe))
    QApplication.processEvents()


def ended(hand: Hand) -> None:
    studio = hand.window.studio
    hand.until(lambda: not studio.trainer.running and not studio.evaluator.running, "the end of the run and its test")
    QApplication.processEvents()


def steps(hand: Hand, count: int) -> None:
    studio = hand.window.studio
    hand.until(lambda: studio.report is not None and studio.report.step >= count, f"{count} steps")


def test_train_on_at_the_first_start_and_undo_brings_the_trained_network_back(hand: Hand) -> None:
    window, document = hand.window, hand.window.document
    window.begin(None)
    first = window.session.trained
    assert first is not None, "the program comes with a trained network"
    assert window.commands["train"].text() == "Continue"
    # What it was trained on has to be downloaded; the digits that the program draws itself are here.
    few = {"dataset": "strokes", "dataset_options.samples": 300, "batch_size": 16}
    document.set_recipe("Other digits", document.recipe.with_settings(few))
    assert window.commands["train"].text() == "Continue"
    hand.click(window.toolbar.train)
    steps(hand, 3)
    hand.key(Qt.Key.Key_F5, SHIFT)
    ended(hand)
    assert window.session.trained is not first
    hand.key(Qt.Key.Key_Z, CONTROL)
    assert window.session.trained is first
    assert window.studio.predictions.trained is first
    hand.key(Qt.Key.Key_Z, CONTROL | SHIFT)
    assert window.session.trained is not first


def test_three_layers_by_letters_are_wired_trained_and_judged(hand: Hand) -> None:
    begin(hand, "empty", dataset="circles", dataset_options__samples=200, epochs=30, optimizer__learning_rate=0.02)
    window, document = hand.window, hand.window.document
    assert window.canvas.hasFocus()
    for letters in ("lin", "relu", "lin"):
        QTest.keyClicks(QApplication.focusWidget(), letters)
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
        QApplication.processEvents()
    kinds = [document.graph.nodes[id].kind for id in document.graph.topological()]
    assert kinds == ["Input", "Linear", "ReLU", "Linear", "Output"]
    assert len(document.graph.wires) == 4

    hand.key(Qt.Key.Key_F5)  # the last layer gives 128 numbers yet: the repair has the keyboard
    repair = QApplication.focusWidget()
    assert isinstance(repair, QPushButton)
    assert "size of the target" in repair.text()
    QTest.keyClick(repair, Qt.Key.Key_Space)
    assert document.analysis.ready
    hand.key(Qt.Key.Key_F5)
    hand.until(lambda: window.studio.trainer.running, "the run")
    ended(hand)
    assert "95 % confidence" in window.results.test.verdict.text()
    assert window.studio.state.phase is Phase.FINISHED


def test_a_learning_rate_is_typed_during_a_run_and_only_the_whole_of_it_counts(hand: Hand) -> None:
    begin(hand, "points-2d", dataset_options__samples=200, epochs=100_000, optimizer__learning_rate=0.01)
    window, rates = hand.window, []
    trainer = window.studio.trainer
    hand.key(Qt.Key.Key_F5)
    steps(hand, 3)
    window.document.changed.connect(lambda _before, after: rates.append(after.recipe.optimizer.learning_rate))
    field = window.toolbar.field("optimizer.learning_rate")
    hand.type_into(field.edit, "1e-3")
    assert set(rates) == {0.001}, "1 alone would have destroyed the network"
    assert trainer.running
    marks = window.results.curves.marks
    hand.until(lambda: any("0.001" in words for _step, words in marks()), "the mark on the curve")
    hand.key(Qt.Key.Key_F5, SHIFT)
    ended(hand)
    assert np.isfinite(window.studio.report.series["loss"]).all()


def test_after_a_loss_that_is_no_number_the_button_in_the_status_line_helps(hand: Hand) -> None:
    begin(hand, "houses", dataset_options__samples=100, epochs=5, optimizer__kind="SGD", optimizer__learning_rate=100.0)
    window = hand.window
    before = window.document.recipe.optimizer.learning_rate
    hand.key(Qt.Key.Key_F5)
    offer = window.status.offer_button
    hand.until(lambda: not window.studio.trainer.running and offer.isVisible(), "the button")
    assert window.studio.state.phase is Phase.FAILED
    for _time in range(12):  # from a rate that is wildly too large a third is still too large
        if not offer.isVisible():
            break
        hand.click(offer)
        assert window.document.recipe.optimizer.learning_rate < before
        before = window.document.recipe.optimizer.learning_rate
        hand.key(Qt.Key.Key_F5)
        hand.until(lambda: window.studio.trainer.running or window.studio.state.phase is Phase.FAILED, "the run")
        ended(hand)
        if window.studio.state.phase is Phase.FINISHED:
            break
    assert window.studio.state.phase is Phase.FINISHED, window.status.text


def test_test_figures_are_there_at_once_after_a_stop(hand: Hand) -> None:
    begin(hand, "points-2d", dataset_options__samples=200, epochs=100_000)
    window = hand.window
    hand.key(Qt.Key.Key_F5)
    steps(hand, 5)
    hand.key(Qt.Key.Key_F5, SHIFT)
    ended(hand)
    assert window.studio.state.phase is Phase.STOPPED
    assert "confidence" in window.results.test.verdict.text()
    assert "%" in window.status.text


@pytest.mark.parametrize("dataset", ["uci-digits", "strokes"])
def test_from_a_cell_of_the_matrix_to_a_picture_on_the_pad(hand: Hand, dataset: str) -> None:
    few = {"dataset_options__samples": 400} if dataset == "strokes" else {}
    begin(hand, "digit-mlp", dataset=dataset, epochs=1, **few)
    window = hand.window
    hand.key(Qt.Key.Key_F5)
    hand.until(lambda: window.studio.trainer.running, "the run")
    ended(hand)
    tabs, page = window.results.tabBar(), window.results.test
    QTest.mouseClick(tabs, LEFT, PLAIN, tabs.tabRect(window.results.indexOf(page)).center())
    QApplication.processEvents()
    matrix = page.matrix
    counts = matrix.counts()
    row, column = np.argwhere(counts == counts.max())[0]
    QTest.mouseClick(matrix, LEFT, PLAIN, matrix.cell(int(row), int(column)).center().toPoint())
    pictures = page.gallery.pictures
    hand.until(lambda: pictures.isVisible() and pictures.model().rowCount() > 0, "the samples of the cell")
    hand.click(pictures.viewport(), pictures.visualRect(pictures.model().index(0, 0)).center())
    pad = window.tryout.pad
    if window.tryout.currentWidget() is pad:
        assert pad.pad.picture() is not None
        hand.until(lambda: pad.bars.values() is not None, "an answer")
    else:
        assert window.tryout.currentWidget() is window.tryout.picture
