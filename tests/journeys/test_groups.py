"""Grouping flowers: choose the data and what to learn of it, step, see the groups, save, and open it again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui.panels.task_chooser import TaskChooser
from gui.tasks.k_means.groups import GroupsView
from tests.journeys.conftest import LEFT, Hand

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_iris_in_groups_step_by_step_saved_and_opened_again(hand: Hand, tmp_path: Path) -> None:
    window, document, studio = hand.window, hand.window.document, hand.window.studio
    window.resize(1500, 950)
    window.session.new("points-2d")
    studio.choose_dataset("iris")
    document.select([document.whole.of_kind("Output")[0].id])
    QApplication.processEvents()
    chooser = window.findChild(TaskChooser)
    assert isinstance(chooser, TaskChooser)
    card = chooser.cards["k-means"]
    QTest.mouseClick(card, LEFT, pos=card.rect().center())
    QTest.mouseClick(chooser.offers["k-means"], LEFT)
    assert document.whole_analysis.ready
    groups = window.results.view("groups")
    assert isinstance(groups, GroupsView)

    places = []
    for step in (1, 2):
        hand.key(Qt.Key.Key_F10)
        hand.until(lambda: studio.report is not None and studio.report.step >= step, f"step {step}")  # noqa: B023
        hand.until(lambda: len(groups.plot.centres) == 3, "the centres")
        before = places[-1] if places else None
        hand.until(lambda: before is None or not np.array_equal(before, groups.plot.centres), "them move")  # noqa: B023
        places.append(groups.plot.centres.copy())
    assert [plot.title.text() for plot in window.results.curves.plots if plot.isVisible()] == ["Mean squared distance"]
    hand.key(Qt.Key.Key_F6)
    hand.until(lambda: not studio.trainer.running, "the end")
    trained = window.session.trained
    assert trained is not None
    assert trained.test is not None
    assert sum(trained.test["group_sizes"]) == 113
    hand.until(lambda: "Converged after" in window.results.test.verdict.text(), "the figures")
    hand.until(lambda: window.tryout.table.answer.text().startswith("Group "), "the group of the row in the form")

    # A sample of the map, tried by a click on it, answers with the group it is drawn in.
    hand.until(lambda: studio.look() is not None, "the data: the form begins anew when it comes")
    row = groups._rows[5]
    groups.sample_chosen.emit(row)

    def as_drawn() -> bool:  # the map may still be that of the round before when the run has ended
        return bool(window.tryout.table.answer.text().startswith(f"Group {groups.plot._labels[5] + 1},"))

    hand.until(as_drawn, "the group it is drawn in")

    hand.answers.path = tmp_path / "flowers.sketchnet"
    hand.key(Qt.Key.Key_S, CONTROL)
    hand.until(lambda: hand.answers.path is not None and hand.answers.path.exists(), "the file")
    window.session.new("digit-cnn")
    QApplication.processEvents()
    assert window.results.view("groups") is None
    hand.key(Qt.Key.Key_O, CONTROL)
    hand.until(lambda: document.recipe.task.kind == "k-means", "the project")
    again = window.session.trained
    assert again is not None
    assert again.test == trained.test
    np.testing.assert_array_equal(again.weights["kmeans1.centres"], trained.weights["kmeans1.centres"])
    hand.until(lambda: len(groups.plot.centres) == 3 and groups.plot._labels is not None, "its groups")
    assert [row["train_distance"] for row in again.history] == [row["train_distance"] for row in trained.history]
    assert window.results.curves.plots[0].title.text() == "Mean squared distance"


@pytest.mark.parametrize("dataset", ["blobs", "houses"])
def test_undo_while_it_goes_on_brings_back_what_there_was(hand: Hand, dataset: str) -> None:
    window, studio = hand.window, hand.window.studio
    window.session.new("k-means")
    studio.choose_dataset(dataset)
    QApplication.processEvents()
    hand.key(Qt.Key.Key_F10)
    hand.until(lambda: studio.report is not None and studio.report.step >= 1, "a step")
    hand.key(Qt.Key.Key_Z, CONTROL)
    hand.until(lambda: not studio.trainer.running, "the end")
    assert window.session.trained is None
    hand.key(Qt.Key.Key_Z, CONTROL | SHIFT)
    assert window.session.trained is not None
    assert window.session.trained.steps == 1
