"""Collecting examples: letters of one's own are drawn, pasted and dropped, used to train, and found in another project.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from engine.data.examples import library
from gui.examples.collect_dialog import CollectDialog
from gui.examples.new_dataset_dialog import NewDatasetDialog
from gui.panels.dataset_dialog import DatasetDialog
from tests.journeys.conftest import LEFT, PLAIN, Hand

STROKES = {
    "L": [(0.35, 0.2), (0.35, 0.5), (0.35, 0.8), (0.5, 0.8), (0.7, 0.8)],
    "T": [(0.25, 0.2), (0.5, 0.2), (0.75, 0.2), (0.5, 0.21), (0.5, 0.5), (0.5, 0.8)],
}


pytestmark = pytest.mark.usefixtures("own_library")


def draw(pad: QWidget, stroke: list[tuple[float, float]], shift: float) -> None:
    side = min(pad.width(), pad.height())
    left = (pad.width() - side) / 2
    points = [QPoint(round(left + (x + shift) * side), round((y + shift) * side)) for x, y in stroke]
    QTest.mousePress(pad, LEFT, PLAIN, points[0])
    for point in points[1:]:
        QTest.mouseMove(pad, point)
    QTest.mouseRelease(pad, LEFT, PLAIN, points[-1])


def photograph(path: Path) -> Path:
    """A dark L on a light ground."""
    pixels = np.full((120, 100), 235, np.uint8)
    pixels[20:100, 30:42] = 20
    pixels[88:100, 30:80] = 20
    Image.fromarray(pixels).save(path)
    return path


def drop(widget: QWidget, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    middle = widget.rect().center()
    for event in (
        QDragEnterEvent(middle, Qt.DropAction.CopyAction, data, LEFT, PLAIN),
        QDropEvent(QPointF(middle), Qt.DropAction.CopyAction, data, LEFT, PLAIN),
    ):
        QApplication.sendEvent(widget, event)
        assert event.isAccepted()


def begin_letters(hand: Hand, dialog: CollectDialog) -> None:
    """Choose a new dataset at the top left, and answer what is asked."""

    def answer() -> None:
        asked = QApplication.activeModalWidget()
        assert isinstance(asked, NewDatasetDialog)
        asked.title_field.setText("Letters")
        QTest.keyClicks(asked.classes_field, "L")
        QTest.keyClick(asked.classes_field, Qt.Key.Key_Return)
        assert "2 to" in asked.problem.text(), "one class alone is refused"
        QTest.keyClicks(asked.classes_field, ", T")
        QTest.keyClick(asked.classes_field, Qt.Key.Key_Return)

    QTimer.singleShot(0, answer)
    dialog.datasets.setCurrentIndex(dialog.datasets.count() - 1)
    dialog.datasets.activated.emit(dialog.datasets.count() - 1)


def test_letters_are_collected_and_trained_on(hand: Hand, tmp_path: Path) -> None:
    window = hand.window
    window.session.new("points-2d")  # which has no pad
    window.commands["collect"].trigger()
    dialog = window.collecting.dialog
    assert dialog is not None
    assert not dialog.use_button.isEnabled()
    begin_letters(hand, dialog)
    assert [dialog.classes.item(row).text() for row in range(2)] == ["L", "T"]

    for turn in range(8):  # Space keeps it; a letter says what it is
        for letter, stroke in STROKES.items():
            QTest.keyClick(dialog, Qt.Key(ord(letter)))
            assert dialog.chosen == letter
            draw(dialog.pad, stroke, turn / 100)
            QTest.keyClick(dialog.pad, Qt.Key.Key_Space if turn % 2 else Qt.Key.Key_Return)
            assert dialog.pad.is_empty()
    (letters,) = library.everything()
    assert dict(letters.collection.counts) == {"L": 8, "T": 8}
    assert dialog.classes.item(0).text() == "L   8"

    # A single image lies on the pad and can be drawn on; several are kept at once.
    QTest.keyClick(dialog, Qt.Key.Key_L)
    drop(dialog, photograph(tmp_path / "one.png"))
    assert not dialog.pad.is_empty()
    QTest.keyClick(dialog.pad, Qt.Key.Key_Space)
    drop(dialog, photograph(tmp_path / "two.png"), photograph(tmp_path / "three.png"))
    QGuiApplication.clipboard().setImage(QImage(str(tmp_path / "one.png")))
    QTest.keyClick(dialog, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(dialog.pad, Qt.Key.Key_Space)
    (letters,) = library.everything()
    assert letters.collection.counts["L"] == 12
    assert letters.collection.examples[-1].values.max() > 200

    # One too many is removed.
    dialog.shown.setCurrentRow(0)
    hand.click(dialog.remove_button)
    assert library.everything()[0].collection.counts["L"] == 11

    hand.click(dialog.use_button)
    assert window.document.recipe.dataset == "own-examples"
    assert window.studio.schema is not None
    assert window.studio.schema.target.names == ("L", "T")
    window.document.set_recipe("Longer", window.document.recipe.with_settings({"epochs": 15, "batch_size": 4}))
    hand.key(Qt.Key.Key_F5)
    hand.until(lambda: window.session.fitting is not None and not window.studio.training, "it is trained")
    hand.until(lambda: window.tryout.currentWidget() is window.tryout.pad, "the pad")
    hand.draw(STROKES["T"])
    hand.until(lambda: window.tryout.pad.answer.text() == "T", "the letter is read")

    # In another project it is in the list of datasets.
    window.session.new("digit-mlp")
    window.commands["dataset"].trigger()
    listed = window.findChild(DatasetDialog)
    assert listed is not None
    titles = [listed.list.item(row).text() for row in range(listed.list.count())]
    assert titles[-2:] == ["Yours", "Letters"]
    listed.list.setCurrentRow(listed.list.count() - 1)
    hand.click(listed.use)
    assert window.document.recipe.dataset_options["path"] == "letters"
