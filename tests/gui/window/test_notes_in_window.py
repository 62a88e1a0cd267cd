"""Notes in the whole window: keys reach the canvas, what is being written is saved, and files bring it back."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.graph.compare import same_network
from engine.project.file import read

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def write(desk, words: str) -> None:
    desk.window.canvas.setFocus()
    QTest.keyClick(desk.window.canvas, Qt.Key.Key_T, CONTROL)
    QTest.keyClicks(QApplication.focusWidget(), words)


def test_what_is_being_written_is_saved(desk, tmp_path) -> None:
    before = desk.window.document.graph
    desk.answers.path = tmp_path / "noted.sketchnet"
    write(desk, "ask for more filters")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_S, CONTROL)
    saved = read(desk.answers.path)
    assert [note.text for note in saved.graph.notes.values()] == ["ask for more filters"]
    assert saved.graph == desk.window.document.graph
    assert same_network(saved.graph, before)
    assert not desk.window.document.dirty


def test_leaving_while_writing_asks_about_it(desk) -> None:
    desk.answers.choice = "cancel"
    write(desk, "unsaved thought")
    desk.window.files.new("line")
    assert [note.text for note in desk.window.document.graph.notes.values()] == ["unsaved thought"]
    assert any(question.startswith("unsaved") for question in desk.answers.asked)


def test_a_note_leaves_the_trained_weights_alone(desk) -> None:
    desk.window.files.open_example("digits")
    assert desk.window.session.fitting is not None
    write(desk, "reads 99 of 100")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return, CONTROL)
    assert desk.window.document.graph.notes
    assert desk.window.session.fitting is not None
    assert desk.window.document.analysis.ready


def test_the_edit_menu_offers_notes(desk) -> None:
    (edit,) = [action.menu() for action in desk.window.menuBar().actions() if action.text() == "&Edit"]
    words = [action.text() for action in edit.actions()]
    assert {"Write a note", "Go to the next note"} <= set(words)
    assert {"Frame the selection", "Add a frame"} & set(words)
