"""Earlier runs in the window: kept by training from scratch, listed, used again, undone, saved."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from engine.project.file import read

QUICK = {"epochs": 1, "dataset_options__samples": 60, "batch_size": 30}


@pytest.fixture
def runs(desk):
    """The tab with the runs, on show, after a run on points."""
    desk.use("points-2d", **QUICK)
    return desk.window.results.runs


def train(desk, again: bool = False) -> None:
    desk.do("again" if again else "train")
    desk.until(lambda: not desk.trainer.running, "the end of the run")
    results = desk.window.results
    if results.isTabVisible(results.indexOf(results.runs)):
        results.setCurrentWidget(results.runs)  # a run shows its curves


def listed(page) -> list[list[str]]:
    items = [page.table.topLevelItem(row) for row in range(page.table.topLevelItemCount())]
    return [[item.text(column) for column in range(page.table.columnCount())] for item in items]


def choose(page, id: int) -> None:
    for row in range(page.table.topLevelItemCount()):
        item = page.table.topLevelItem(row)
        if item.data(0, Qt.ItemDataRole.UserRole) == id:
            page.table.setCurrentItem(item)


def press(button) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_training_from_scratch_keeps_the_run_before_it(desk, runs) -> None:
    results = desk.window.results
    assert not results.isTabVisible(results.indexOf(runs))
    train(desk)
    first = desk.window.session.trained
    train(desk)  # continues: the same run
    assert not results.isTabVisible(results.indexOf(runs)), "there is but one run"
    continued = desk.window.session.trained
    train(desk, again=True)
    assert [(row[0], row[6]) for row in listed(runs)] == [("2", "in use"), ("1", "")]
    assert desk.window.document.sketch.runs.earlier[0].opened().record.weights is continued.weights
    desk.do("undo")
    assert not results.isTabVisible(results.indexOf(runs))
    assert desk.window.session.trained is continued
    desk.do("undo")
    assert desk.window.session.trained is first
    desk.do("redo")
    desk.do("redo")
    results.setCurrentWidget(runs)
    assert [row[0] for row in listed(runs)] == ["2", "1"]


def test_an_earlier_run_is_used_again_with_its_network_and_settings(desk, runs, tmp_path) -> None:
    train(desk)
    one = desk.window.session.trained
    graph, recipe = desk.window.document.whole, desk.window.document.recipe
    desk.window.document.set_recipe("Learning rate", recipe.with_setting("optimizer.learning_rate", 0.5))
    train(desk, again=True)
    choose(runs, 1)
    press(runs.use)
    assert desk.window.session.trained.weights is one.weights
    assert (desk.window.document.whole, desk.window.document.recipe) == (graph, recipe)
    assert [(row[0], row[6]) for row in listed(runs)] == [("2", ""), ("1", "in use")]
    assert "Run 1 is in use again" in desk.window.status.text
    path = tmp_path / "a.sketchnet"
    desk.window.session.save(path)
    saved = read(path)
    assert (saved.runs.current.id, [run.label.id for run in saved.runs.earlier]) == (1, [2])
    assert saved.runs.earlier[0].recipe.optimizer.learning_rate == 0.5
    desk.do("undo")
    assert [(row[0], row[6]) for row in listed(runs)] == [("2", "in use"), ("1", "")]
    assert desk.window.document.recipe.optimizer.learning_rate == 0.5


def test_names_and_stars_are_steps_of_undo_and_the_run_in_use_cannot_be_deleted(desk, runs) -> None:
    train(desk)
    train(desk, again=True)
    choose(runs, 2)
    assert not runs.delete.isEnabled()
    assert not runs.use.isEnabled()
    press(runs.star)
    assert listed(runs)[0][0] == "2 ★"
    choose(runs, 1)
    press(runs.rename)
    editor = runs.table.findChild(QLineEdit)
    QTest.keyClicks(editor, "first try")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    document = desk.window.document
    desk.until(lambda: document.sketch.runs.earlier[0].label.name == "first try", "the name")
    assert listed(runs)[1][1] == "first try"
    choose(runs, 1)
    press(runs.delete)
    results = desk.window.results
    assert not results.isTabVisible(results.indexOf(runs)), "one run alone is nothing to compare"
    desk.do("undo")
    results.setCurrentWidget(runs)
    assert listed(runs)[1][1] == "first try"
    desk.do("undo")
    assert listed(runs)[1][1] == ""


def test_nothing_changes_while_a_run_is_under_way(desk, runs) -> None:
    train(desk)
    train(desk, again=True)
    desk.window.document.set_recipe("Epochs", desk.window.document.recipe.with_setting("epochs", 100_000))
    desk.do("train")
    desk.until(lambda: desk.steps() > 0, "the first step")
    choose(runs, 1)
    assert not any(button.isEnabled() for button in (runs.use, runs.star, runs.rename, runs.delete))
    desk.do("stop")
    desk.until(lambda: not desk.trainer.running, "the end of the run")
    assert runs.star.isEnabled()
