"""Notes and frames in the outline: read, chosen, written and deleted by keys, in step with the canvas."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.graph.note_edits import add_note

Key = Qt.Key
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def noted(reader):
    """The drawing with a note, and a frame around conv1 and relu1."""
    graph = reader.document.graph
    x, y = graph.find("conv1").position
    graph = add_note(graph, text="why 32 filters?\nIt was enough.", position=(0.0, 400.0))
    graph = add_note(graph, "frame", text="encoder", position=(x - 20, y - 40), size=(330.0, 140.0))
    reader.document.edit("Notes", graph)
    return reader


def note_of(reader, kind: str) -> str:
    return next(id for id, note in reader.document.graph.notes.items() if note.kind == kind)


def test_they_are_rows_at_the_end_and_are_read_out(noted) -> None:
    assert noted.rows()[-2:] == ["why 32 filters?", "encoder"]
    noted.read_to("Note")
    assert noted.words() == "Note: why 32 filters?\nIt was enough."
    noted.key(Key.Key_Down)
    assert noted.words() == "Frame: encoder, holds conv1, relu1"
    relu, frame = noted.document.graph.find("relu1").id, note_of(noted, "frame")
    changed: list[range] = []
    noted.list.model().dataChanged.connect(lambda first, last, _r: changed.append(range(first.row(), last.row() + 1)))
    noted.document.edit("Move", noted.document.graph.move({relu: (0.0, 900.0)}))
    assert noted.words() == "Frame: encoder, holds conv1"
    assert any(noted.list.currentIndex().row() in rows for rows in changed)
    assert "holds conv1" in noted.list.rows.index_of(frame).data(Qt.ItemDataRole.ToolTipRole)
    noted.document.undo()
    assert noted.words() == "Frame: encoder, holds conv1, relu1"


def test_many_layers_on_a_frame_are_counted_and_an_empty_note_is_called_so(noted) -> None:
    graph = noted.document.graph
    for number in range(9):
        graph = graph.add("ReLU", position=(200.0 * number, 1000.0))
    graph = add_note(graph, "frame", position=(-100.0, 960.0), size=(4000.0, 200.0))
    noted.document.edit("More", add_note(graph, text="", position=(0.0, 1400.0)))
    noted.read_to("Frame: empty")
    assert noted.words() == "Frame: empty, holds relu2, relu3, relu4, relu5, relu6, relu7 and 3 more"
    noted.key(Key.Key_Down)
    assert noted.words() == "Note: empty"


def test_the_selection_goes_both_ways(noted) -> None:
    canvas, note, frame = noted.window.canvas, note_of(noted, "note"), note_of(noted, "frame")
    canvas.pan_by(canvas.viewport().rect().bottomRight() * 3)
    noted.read_to("Note")
    assert canvas.notes.selection == {note}
    assert noted.document.selection == frozenset()
    assert canvas.projection.notes.items[note].selected
    shown = canvas.viewportTransform().mapRect(canvas.projection.notes.items[note].body)
    assert canvas.viewport().rect().contains(shown.toRect())
    title = canvas.projection.notes.items[frame].body.topLeft() + QPointF(80.0, 12.0)
    canvas.fit_all()
    QTest.mouseClick(canvas.viewport(), LEFT, PLAIN, canvas.viewportTransform().map(title).toPoint())
    assert canvas.notes.selection == {frame}
    assert noted.words().startswith("Frame: encoder")
    assert len(noted.list.selectedIndexes()) == 1
    noted.document.select([noted.document.graph.find("conv1").id])
    assert noted.here == "conv1"
    assert canvas.notes.selection == frozenset()
    noted.list.setFocus()
    noted.read_to("goal")
    noted.read_to("Note")
    noted.key(Key.Key_Down, SHIFT)
    assert canvas.notes.selection == {note, frame}
    noted.key("a", CONTROL)
    assert canvas.notes.selection == {note, frame}
    assert len(noted.document.selection) == len(noted.document.graph.nodes)
    assert len(noted.list.selectedIndexes()) == noted.list.model().rowCount()


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_F2])
def test_enter_and_f2_write_in_it_and_the_keyboard_comes_back(noted, key: Qt.Key) -> None:
    canvas, note = noted.window.canvas, note_of(noted, "note")
    noted.read_to("Note")
    noted.key(key)
    assert QApplication.focusWidget() is canvas.notes.field
    noted.key("a", CONTROL)
    noted.type("because")
    noted.key(Key.Key_Return, CONTROL)
    assert noted.document.graph.notes[note].text == "because"
    assert QApplication.focusWidget() is noted.list
    assert noted.words() == "Note: because"
    noted.read_to("Frame")
    noted.key(key)
    noted.type("stem")
    noted.key(Key.Key_Return)
    assert noted.words().startswith("Frame: stem, holds")
    noted.key(key)
    noted.type("nothing")
    noted.key(Key.Key_Escape)
    assert QApplication.focusWidget() is noted.list
    assert noted.words().startswith("Frame: stem, holds")


def test_deleting_copying_and_the_menu(noted) -> None:
    noted.read_to("Note")
    noted.key("d", CONTROL)
    assert [note.text[:3] for note in noted.document.graph.notes.values()] == ["why", "enc", "why"]
    noted.document.undo()
    noted.read_to("Note")
    noted.key(Key.Key_Delete)
    assert [note.kind for note in noted.document.graph.notes.values()] == ["frame"]
    assert len(noted.document.graph.nodes) == 6
    assert QApplication.focusWidget() is noted.list
    noted.document.undo()
    noted.read_to("Frame")
    words = [action.text() for action in noted.menu().actions() if action.text()]
    assert words[:2] == ["Rename…", "Colour"]
    noted.dismiss()
    noted.choose("Delete")
    assert [note.kind for note in noted.document.graph.notes.values()] == ["note"]


def test_a_note_and_a_frame_are_made_from_the_outline(noted) -> None:
    noted.go("conv1")
    noted.key("t", CONTROL)
    noted.type("first of all")
    noted.key(Key.Key_Return, CONTROL)
    assert QApplication.focusWidget() is noted.list
    assert noted.words() == "Note: first of all"
    noted.go("add1")
    noted.key("f", CONTROL | SHIFT)
    noted.type("the end")
    noted.key(Key.Key_Return)
    assert QApplication.focusWidget() is noted.list
    assert noted.words() == "Frame: the end, holds add1"
