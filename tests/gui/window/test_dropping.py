"""Files dropped onto the window: a picture is read, a row fills the form, and whatever cannot be taken says why."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest

from engine.data.digit import draw_over, prepare_strokes
from tests.gui.window.test_files import drop


def digit(path: Path) -> Path:
    """A picture of a one, dark on white, four times as large as the network's."""
    drawn = prepare_strokes([[(10.0, 0.0), (10.0, 30.0)]])
    Image.fromarray(255 - drawn).resize((112, 112), Image.Resampling.NEAREST).save(path)
    return path


def asked_by(desk) -> dict[str, list[np.ndarray]]:
    """What the network is asked from now on."""
    asked: dict[str, list[np.ndarray]] = {}
    desk.window.studio.predictions.predict = lambda key, inputs: asked.setdefault(key, []).append(inputs)
    return asked


def test_a_picture_lies_on_the_pad_is_read_and_can_be_drawn_on(desk, tmp_path) -> None:
    desk.use("digit-cnn")
    pad = desk.window.tryout.pad.pad
    desk.until(lambda: desk.window.tryout.currentWidget() is desk.window.tryout.pad, "the pad")
    asked = asked_by(desk)
    assert drop(desk.window, digit(tmp_path / "one.png"))
    shown = pad.picture()
    assert shown is not None
    assert desk.window.tryout.pad.preview.picture().tobytes() == shown.tobytes()
    assert asked["pad"][-1].tobytes() == shown.tobytes()
    assert "one.png" in desk.window.status.text
    assert not pad.is_empty()
    desk.click(pad, pad.square().center().toPoint())
    (stroke,) = pad.strokes()
    assert asked["pad"][-1].tobytes() == draw_over(shown, [stroke], 280.0).tobytes()
    pad.undo()
    assert asked["pad"][-1].tobytes() == shown.tobytes()
    pad.undo()
    assert pad.is_empty()
    assert desk.window.tryout.pad.preview.picture() is None


def test_an_image_in_the_clipboard_is_pasted_where_one_tries_it(desk, tmp_path) -> None:
    desk.use("digit-cnn")
    tryout = desk.window.tryout
    desk.until(lambda: tryout.currentWidget() is tryout.pad, "the pad")
    layers = len(desk.window.document.whole.nodes)
    QGuiApplication.clipboard().setImage(QImage(str(digit(tmp_path / "one.png"))))
    tryout.pad.pad.setFocus()
    QTest.keyClick(tryout.pad.pad, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert tryout.pad.pad.picture() is not None
    assert len(desk.window.document.whole.nodes) == layers
    QGuiApplication.clipboard().clear()


def test_an_image_dragged_out_of_a_browser_is_tried(desk, tmp_path) -> None:
    desk.use("digit-cnn")
    desk.until(lambda: desk.window.tryout.currentWidget() is desk.window.tryout.pad, "the pad")
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/one.png")])
    data.setImageData(QImage(str(digit(tmp_path / "one.png"))))
    assert desk.window.dropping.takes(data)
    desk.window.dropping.drop(data)
    assert desk.window.tryout.pad.pad.picture() is not None


def test_a_picture_that_cannot_be_read_says_why_and_changes_nothing(desk, tmp_path) -> None:
    desk.use("digit-cnn")
    broken, blank = tmp_path / "broken.png", tmp_path / "blank.jpg"
    broken.write_bytes(b"no image")
    Image.new("L", (40, 40), 255).save(blank)
    for path in (broken, blank, tmp_path / "not there.png"):
        assert drop(desk.window, path)
        assert path.name in desk.window.status.text
        assert desk.window.status.text.endswith(".")
        assert desk.window.tryout.pad.pad.is_empty()


def test_pictures_of_another_size_have_a_place_of_their_own(desk, tmp_path) -> None:
    desk.use("empty", dataset="uci-digits")
    tryout = desk.window.tryout
    desk.until(lambda: tryout.currentWidget() is tryout.picture, "the page")
    desk.until(lambda: tryout.picture.preview.picture() is not None, "an example of the data")
    asked = asked_by(desk)
    desk.answers.path = digit(tmp_path / "one.png")
    desk.click(tryout.picture.open_button)
    assert asked["picture"][-1].shape == (1, 1, 8, 8)
    assert tryout.picture.preview.picture().tobytes() == asked["picture"][-1].tobytes()
    tryout.picture.show_prediction(np.eye(10)[1], "")
    assert tryout.picture.answer.text() == "1"
    tryout.picture.show_prediction(np.eye(10)[1], "", unlike="Unlike all digits.")
    assert tryout.picture.answer.text() == "unknown"
    assert "Unlike" in tryout.picture.status.text()


def test_the_pad_reads_a_file_from_its_button(desk, tmp_path) -> None:
    desk.use("digit-cnn")
    desk.answers.path = digit(tmp_path / "one.png")
    desk.click(desk.window.tryout.pad.open_button)
    assert desk.window.tryout.pad.pad.picture() is not None


def test_the_first_row_of_a_table_that_fits_is_in_the_form(desk, tmp_path) -> None:
    desk.use("houses")
    tryout = desk.window.tryout
    desk.until(lambda: tryout.table.values, "the form")
    asked = asked_by(desk)
    path = tmp_path / "houses.csv"
    path.write_text("bedrooms,age (years),area (m²),distance (km)\n3,12,87.5,4\n1,2,3,4\n", encoding="utf-8")
    assert drop(desk.window, path)
    assert asked["row"][-1].tolist() == [[87.5, 3.0, 12.0, 4.0]]
    assert tryout.table.form.field("0").edit.text() == "87.5"
    assert "Row 1 of 2 of houses.csv" in desk.window.status.text
    assert "predict" in desk.window.status.text
    QTest.keyClicks(tryout.table.form.field("0").edit, "x")
    assert drop(desk.window, path)
    assert tryout.table.form.field("0").edit.text() == "87.5", "what was typed is gone"
    assert not tryout.table.form.problems()


@pytest.mark.parametrize(
    ("template", "name", "content", "words"),
    [
        ("digit-cnn", "a.csv", "1,2\n", "a.csv: There is no column"),
        ("houses", "a.csv", "colour,shape\nred,round\n", "a.csv: "),
        ("houses", "empty.csv", "", "empty.csv"),
        ("houses", "photo.png", "", "takes area (m²), bedrooms, age (years), distance (km)"),
        ("points-2d", "net.py", "print()", "net.py cannot be opened here"),
        ("points-2d", "no ending", "", "no ending cannot be opened here"),
    ],
)
def test_what_cannot_be_taken_says_why(desk, tmp_path, template: str, name: str, content: str, words: str) -> None:
    desk.use(template)
    before = desk.window.document.sketch
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    assert drop(desk.window, path)
    desk.until(lambda: words in desk.window.status.text and "is being read" not in desk.window.status.text, words)
    assert desk.window.document.sketch == before


def test_folders_and_addresses_say_why_too(desk, tmp_path) -> None:
    assert drop(desk.window, tmp_path)
    desk.until(lambda: "holds no images" in desk.window.status.text, "what is wrong with the folder")
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/one.png")])
    assert desk.window.dropping.takes(data)
    desk.window.dropping.drop(data)
    assert "this computer" in desk.window.status.text
    data.setUrls([])
    assert not desk.window.dropping.takes(data), "words are not files"
