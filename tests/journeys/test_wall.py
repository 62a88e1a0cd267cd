"""All images of a dataset are looked at, before and after a network has learned from them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.data.image_contents import UNKNOWN
from gui.wall.sieve import ByPrediction
from gui.wall.window import WallWindow
from tests.journeys.conftest import LEFT, Hand
from tests.journeys.test_own_data import drop, shapes, trained_on

__all__ = ["shapes"]
pytestmark = pytest.mark.usefixtures("nothing_read")


def looked_at(hand: Hand) -> WallWindow:
    """Press *Look at the data*, or choose it in the menu where the page of the data is not on show."""
    button = hand.window.inspector.data.look_button
    if button.isVisible():
        QTest.mouseClick(button, LEFT)
    else:
        hand.window.commands["look"].trigger()
    dialog = hand.window.wall.dialog
    assert dialog is not None
    hand.until(lambda: dialog.wall is not None, "its images")
    return dialog


def test_a_dropped_folder_is_looked_at_image_by_image(hand: Hand, shapes: Path) -> None:
    drop(hand, shapes)
    hand.until(hand.window.inspector.data.look_button.isVisible, "the button on the page of the data")
    dialog = looked_at(hand)
    assert dialog.wall is not None
    files = sorted(path.relative_to(shapes).as_posix() for path in shapes.rglob("*.png"))
    assert list(dialog.wall.images.names) == files
    QTest.keyClick(dialog.view, Qt.Key.Key_End)
    assert files[-1] in dialog.status.text()
    assert not dialog.filters.verdict.isEnabled()
    hand.window.session.new("points-2d")
    hand.until(lambda: hand.window.wall.dialog is None, "the window closing")
    assert not hand.window.commands["look"].isEnabled()


def test_after_training_the_images_say_what_the_network_takes_them_for(hand: Hand, shapes: Path) -> None:
    drop(hand, shapes)
    hand.until(lambda: hand.window.document.recipe.dataset_options.get("path") == str(shapes), "the folder being read")
    dialog = looked_at(hand)
    trained_on(hand, shapes)
    wall = dialog.wall
    assert wall is not None
    hand.until(lambda: dialog.wall is not None and UNKNOWN not in dialog.wall.guesses.labels, "the predictions")
    assert dialog.wall is not None
    right = int((dialog.wall.guesses.labels == wall.images.labels).sum())
    filters = dialog.filters
    assert filters.verdict.isEnabled()
    assert filters.verdict.itemText(filters.verdict.findData(ByPrediction.RIGHT.value)) == f"Right ({right:,})"
    assert right > len(wall.images) / 2
    assert dialog.asking.text() == ""
    hand.window.commands["undo"].trigger()
    hand.until(lambda: dialog.wall is not None and dialog.wall.guesses.known == 0, "the predictions going with the run")


def test_the_images_of_a_dataset_that_is_built_in_are_looked_at(hand: Hand) -> None:
    hand.window.studio.choose_dataset("uci-digits")
    dialog = looked_at(hand)
    assert dialog.wall is not None
    assert len(dialog.wall.images) == 1797
    assert not dialog.filters.text.isEnabled()
    assert not dialog.filters.edited.isVisible()
    dialog.close()
    hand.until(lambda: hand.window.wall.dialog is None, "the window closing")
