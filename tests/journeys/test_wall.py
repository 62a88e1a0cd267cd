"""All images of a dataset are looked at, before and after a network has learned from them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.data.image_contents import UNKNOWN
from engine.data.sources import own_pictures
from engine.training.data_loading import load_rows
from gui.wall.sieve import ByPrediction
from gui.wall.window import WallWindow
from tests.desktop import PATIENCE_MS
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


# Edits


def shown_names(dialog: WallWindow) -> list[str]:
    assert dialog.wall is not None
    return [dialog.wall.images.names[number] for number in dialog.view.shown]


def undo(hand: Hand, dialog: WallWindow) -> None:
    """With its keys, in the window of the images."""
    dialog.activateWindow()
    QTest.qWaitForWindowActive(dialog, PATIENCE_MS)
    QTest.keyClick(dialog, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)


def class_of(dialog: WallWindow, name: str) -> str:
    assert dialog.wall is not None
    images = dialog.wall.images
    return images.classes[images.labels[images.names.index(name)]]


@pytest.fixture
def opened(hand: Hand, shapes: Path) -> WallWindow:
    drop(hand, shapes)
    hand.until(hand.window.inspector.data.look_button.isVisible, "the button on the page of the data")
    return looked_at(hand)


def test_images_are_relabelled_by_a_key_and_undo_takes_back_all_at_once(hand: Hand, opened: WallWindow) -> None:
    document, view = hand.window.document, opened.view
    before, depth = document.recipe, document.depth
    first, second = shown_names(opened)[:2]
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert len(view.selected) == 2
    QTest.keyClick(view, Qt.Key.Key_2)
    assert (class_of(opened, first), class_of(opened, second)) == ("ring", "ring")
    assert document.depth == depth + 1
    assert document.undo_label == "Label 2 images as ring"
    assert opened.filters.edited.text() == "Edited (2)"
    opened.filters.edited.click()
    assert shown_names(opened) == [first, second]
    opened.filters.edited.click()
    undo(hand, opened)
    assert document.recipe == before
    assert class_of(opened, first) == "cross"
    assert opened.filters.edited.text() == "Edited (0)"
    hand.window.commands["redo"].trigger()
    assert class_of(opened, first) == "ring"


def test_images_are_put_into_a_split_excluded_and_learned_so(hand: Hand, opened: WallWindow, shapes: Path) -> None:
    document, view = hand.window.document, opened.view
    files = {path: path.read_bytes() for path in shapes.rglob("*.png")}
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Home)
    QTest.keyClick(view, Qt.Key.Key_Delete)
    excluded = shown_names(opened)[0]
    assert opened.edits.exclude.text() == "Include"
    assert "excluded" in opened.status.text()
    QTest.keyClick(view, Qt.Key.Key_End)
    tested = shown_names(opened)[-1]
    opened.edits.splits.actions()[2].trigger()
    assert document.undo_label == "Put 1 image into the test split"
    choices = [opened.filters.part.itemText(at) for at in range(opened.filters.part.count())]
    assert choices[-1] == "Excluded (1)"
    data = load_rows(document.recipe)
    names = own_pictures.pictures(document.recipe.dataset_options).names
    placed = {
        part: {names[at] for at in split.places}
        for part, split in zip("tvj", (data.train, data.validation, data.test), strict=True)
    }
    assert tested in placed["j"]
    assert excluded not in placed["t"] | placed["v"] | placed["j"]
    opened.edits.undo_all.click()
    assert "edits" not in document.recipe.dataset_options
    assert opened.filters.edited.text() == "Edited (0)"
    assert not opened.edits.undo_all.isEnabled()
    assert {path: path.read_bytes() for path in shapes.rglob("*.png")} == files


def test_edits_are_in_the_project_that_is_saved_and_opened(hand: Hand, opened: WallWindow, tmp_path: Path) -> None:
    name = shown_names(opened)[0]
    opened.view.setFocus()
    QTest.keyClick(opened.view, Qt.Key.Key_Home)
    opened.edits.labels.actions()[1].trigger()
    hand.answers.path = tmp_path / "edited.sketchnet"
    hand.window.commands["save"].trigger()
    hand.until(hand.answers.path.is_file, "the file")
    hand.window.session.new("points-2d")
    hand.until(lambda: hand.window.wall.dialog is None, "the window closing")
    hand.window.commands["open"].trigger()
    hand.until(lambda: "edits" in hand.window.document.recipe.dataset_options, "the project")
    dialog = looked_at(hand)
    assert class_of(dialog, name) == "ring"


def test_images_that_come_with_the_program_are_not_edited(hand: Hand) -> None:
    hand.window.studio.choose_dataset("uci-digits")
    dialog, before = looked_at(hand), hand.window.document.sketch
    assert not dialog.edits.isVisible()
    QTest.keyClick(dialog.view, Qt.Key.Key_2)
    QTest.keyClick(dialog.view, Qt.Key.Key_Delete)
    assert hand.window.document.sketch == before


# Near duplicates


@pytest.fixture
def copied(shapes: Path) -> Path:
    """The same with a copy in the wrong folder, saved again."""
    stream = io.BytesIO()
    Image.open(shapes / "ring" / "0.png").save(stream, "JPEG", quality=90)
    (shapes / "cross" / "copy.jpg").write_bytes(stream.getvalue())
    return shapes


def test_near_duplicates_are_shown_side_by_side_and_one_is_excluded(hand: Hand, copied: Path) -> None:
    drop(hand, copied)
    hand.until(hand.window.inspector.data.look_button.isVisible, "the button on the page of the data")
    dialog = looked_at(hand)
    QTest.mouseClick(dialog.duplicates, LEFT)
    window = hand.window.wall.duplicates
    assert window is not None
    hand.until(lambda: window.found is not None, "the pairs")
    window.which.setFocus()
    QTest.keyClick(window.which, Qt.Key.Key_Down)
    assert window.which.currentText().startswith("Different classes (")
    words = [window.pairs.words(row) for row in range(window.pairs.rowCount())]
    row = next(at for at, each in enumerate(words) if "cross/copy.jpg" in each[1] and "ring/0.png" in each[2])
    window.view.setCurrentIndex(window.pairs.index(row))
    assert window.pairs.words(row)[0].startswith("Different classes, ")
    before, document = window.pairs.rowCount(), hand.window.document
    QTest.mouseClick(window.first, LEFT)
    assert '"cross/copy.jpg":{"excluded":true}' in document.recipe.dataset_options["edits"]
    assert document.undo_label == "Exclude 1 image"
    assert window.pairs.rowCount() < before
    assert "done with" in window.words.text()
    hand.window.commands["undo"].trigger()
    assert window.pairs.rowCount() == before
    dialog.close()
    hand.until(lambda: hand.window.wall.duplicates is None, "both windows closing")


def test_duplicates_across_splits_are_put_into_one(hand: Hand, shapes: Path, tmp_path: Path) -> None:
    for part, folder in (("train", "ring"), ("test", "ring"), ("train", "cross"), ("test", "cross")):
        for number in range(8):
            target = tmp_path / "parts" / part / folder / f"{number}.png"
            target.parent.mkdir(parents=True, exist_ok=True)
            number = number if part == "train" else number + 10
            target.write_bytes((shapes / folder / f"{number}.png").read_bytes())
    (tmp_path / "parts" / "train" / "ring" / "copy.png").write_bytes((shapes / "ring" / "12.png").read_bytes())
    drop(hand, tmp_path / "parts")
    hand.until(hand.window.inspector.data.look_button.isVisible, "the button on the page of the data")
    dialog = looked_at(hand)
    QTest.mouseClick(dialog.duplicates, LEFT)
    window = hand.window.wall.duplicates
    assert window is not None
    hand.until(lambda: window.found is not None, "the pairs")
    window.which.setFocus()
    QTest.keyClick(window.which, Qt.Key.Key_End)
    rows = [window.pairs.words(row) for row in range(window.pairs.rowCount())]
    row = next(at for at, words in enumerate(rows) if "copy.png" in "".join(words))
    assert rows[row][0] == "Same class, across splits"
    window.view.setCurrentIndex(window.pairs.index(row))
    QTest.mouseClick(window.same, LEFT)
    assert not any("copy.png" in "".join(window.pairs.words(row)) for row in range(window.pairs.rowCount()))
    data = load_rows(hand.window.document.recipe)
    names = own_pictures.pictures(hand.window.document.recipe.dataset_options).names
    judged = {names[place] for place in data.test.places}
    assert {"train/ring/copy.png", "test/ring/2.png"} <= judged


def test_comparing_ends_with_the_window(hand: Hand) -> None:
    hand.window.studio.choose_dataset("uci-digits")
    dialog = looked_at(hand)
    QTest.mouseClick(dialog.duplicates, LEFT)
    window = hand.window.wall.duplicates
    assert window is not None
    assert not window.first.isVisible()
    assert window.bar.isVisible()
    window.close()
    assert window.finding.share == 1.0
    assert hand.window.wall.duplicates is None
