"""Notes and frames on the canvas, by mouse and by keyboard: each gesture is one step, and Esc leaves no trace."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from engine.graph.compare import same_network
from engine.graph.graph import Graph
from engine.graph.note_edits import add_note, remove_notes
from gui import theme
from gui.canvas.notes.item import ground, height_for
from gui.picture import preview_png, save_picture
from gui.theme.contrast import ratio
from gui.theme.tokens import DARK, LIGHT
from tests.gui.canvas.conftest import Hand, small_graph

KEY, CONTROL, SHIFT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def noted_graph() -> Graph:
    """The small drawing with a note t6 below it and a frame t7 around conv1 and relu1."""
    graph = add_note(small_graph(), text="strokes and corners", position=(440.0, 200.0))
    return add_note(graph, "frame", text="look", position=(176.0, -64.0), size=(480.0, 160.0))


@pytest.fixture
def noted(make_hand: Callable[[Graph], Hand]) -> Hand:
    QGuiApplication.clipboard().clear()
    return make_hand(noted_graph())


def on_note(hand: Hand, id: str) -> QPointF:
    """A point where the note can be taken: on its words, or on the title of a frame."""
    body = hand.canvas.projection.notes.items[id].body
    return body.topLeft() + QPointF(40.0, 14.0)


def corner(hand: Hand, id: str) -> QPointF:
    return hand.canvas.projection.notes.items[id].body.bottomRight() - QPointF(4.0, 4.0)


def undone(hand: Hand, before: Graph) -> None:
    """What was done was one step."""
    after = hand.graph
    assert after != before
    hand.document.undo()
    assert hand.graph == before
    hand.check()
    hand.document.redo()
    assert hand.graph == after
    hand.check()


# Making


def test_ctrl_t_writes_a_note_where_the_pointer_is(hand: Hand) -> None:
    before = hand.graph
    hand.move(QPointF(300.0, 320.0))
    hand.key(KEY.Key_T, CONTROL)
    assert hand.canvas.notes.field.isVisible()
    assert hand.graph == before
    hand.type("why 16 filters?")
    hand.key(KEY.Key_Return)
    hand.type("try 8")
    hand.key(KEY.Key_Return, CONTROL)
    (note,) = hand.graph.notes.values()
    assert note.text == "why 16 filters?\ntry 8"
    assert note.kind == "note"
    assert abs(note.position[0] - 300) <= 4
    assert abs(note.position[1] - 320) <= 4
    assert hand.canvas.notes.selection == {note.id}
    assert not hand.canvas.notes.field.isVisible()
    assert hand.canvas.hasFocus()
    assert same_network(hand.graph, before)
    undone(hand, before)


def test_esc_ends_a_note_and_keeps_its_words(hand: Hand) -> None:
    before = hand.graph
    hand.key(KEY.Key_T, CONTROL)
    hand.type("a whole thought")
    hand.key(KEY.Key_Escape)
    assert [note.text for note in hand.graph.notes.values()] == ["a whole thought"]
    assert not hand.canvas.notes.field.isVisible()
    assert hand.canvas.hasFocus()
    undone(hand, before)


def test_how_to_end_is_told_beside_the_field(hand: Hand) -> None:
    field = hand.canvas.notes.field
    hand.key(KEY.Key_T, CONTROL)
    assert field.hint.isVisible()
    assert "Esc" in field.hint.text()
    assert field.hint.text() == field.accessibleDescription()
    assert hand.canvas.rect().contains(field.hint.geometry())
    assert not field.hint.geometry().intersects(field.geometry())
    hand.key(KEY.Key_Escape)
    assert not field.hint.isVisible()
    hand.key(KEY.Key_F, CONTROL | SHIFT)
    assert "Enter" in field.hint.text()
    hand.key(KEY.Key_Escape)


@pytest.mark.parametrize("words", ["", "  "])
def test_esc_leaves_no_empty_note(hand: Hand, words: str) -> None:
    before = hand.graph
    hand.key(KEY.Key_T, CONTROL)
    hand.type(words)
    hand.key(KEY.Key_Escape)
    assert hand.graph == before
    assert not hand.document.can_undo
    assert not hand.canvas.notes.field.isVisible()
    assert hand.canvas.hasFocus()
    hand.check()


def test_a_click_elsewhere_keeps_what_was_written(hand: Hand) -> None:
    before = hand.graph
    hand.key(KEY.Key_T, CONTROL)
    hand.type("kept")
    hand.click(QPointF(60.0, 300.0))
    assert [note.text for note in hand.graph.notes.values()] == ["kept"]
    undone(hand, before)


def test_a_long_note_grows_to_show_its_words(hand: Hand) -> None:
    hand.key(KEY.Key_T, CONTROL)
    words = "one two three four five six seven eight nine ten " * 6
    hand.type(words)
    hand.key(KEY.Key_Enter, CONTROL)
    (note,) = hand.graph.notes.values()
    assert note.size[1] == height_for(words.rstrip(), note.size[0]) > 96.0


def test_a_frame_goes_around_the_selection_and_is_named(hand: Hand) -> None:
    before = hand.graph
    hand.click(hand.body("n3"))
    hand.click(hand.body("n4"), SHIFT)
    hand.key(KEY.Key_F, CONTROL | SHIFT)
    (frame,) = hand.graph.notes.values()
    around = hand.canvas.projection.content(["n3", "n4"])
    body = hand.canvas.projection.notes.items[frame.id].body
    assert body.contains(around)
    assert not body.contains(hand.body("n5"))
    hand.type("first stage")
    hand.key(KEY.Key_Return)
    assert hand.graph.notes[frame.id].text == "first stage"
    assert hand.graph.notes[frame.id].kind == "frame"
    undone(hand, before)
    # Both edits are one step, and the next one is not fused with it.
    hand.canvas.notes.select({frame.id})
    hand.key(KEY.Key_F2)
    hand.type("stage 1")
    hand.key(KEY.Key_Return)
    hand.document.undo()
    assert hand.graph.notes[frame.id].text == "first stage"


def test_esc_in_the_title_leaves_a_frame_without_one(hand: Hand) -> None:
    before = hand.graph
    hand.key(KEY.Key_F, CONTROL | SHIFT)
    hand.type("never")
    hand.key(KEY.Key_Escape)
    (frame,) = hand.graph.notes.values()
    assert (frame.text, frame.size) == ("", (400.0, 240.0))
    undone(hand, before)


def test_the_menu_of_the_canvas_offers_both(hand: Hand) -> None:
    words = [action.text() for action in open_menu(hand, QPointF(60.0, 320.0)).actions()]
    assert "Write a note" in words
    assert "Add a frame" in words
    hand.document.select({"n3"})
    assert "Frame the selection" in [action.text() for action in open_menu(hand, hand.body("n3")).actions()]


def open_menu(hand: Hand, at: QPointF | None) -> QMenu:
    canvas = hand.canvas
    keyboard = at is None
    reason = QContextMenuEvent.Reason.Keyboard if keyboard else QContextMenuEvent.Reason.Mouse
    point = QPoint(5, 5) if at is None else hand.on_screen(at)
    target = canvas if keyboard else canvas.viewport()
    QApplication.sendEvent(target, QContextMenuEvent(reason, point, target.mapToGlobal(point)))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    menu.close()
    return menu


# Selecting


def test_a_click_selects_a_note_and_nothing_else(noted: Hand) -> None:
    noted.click(noted.body("n3"))
    noted.click(on_note(noted, "t6"))
    assert noted.canvas.notes.selection == {"t6"}
    assert noted.document.selection == frozenset()
    noted.check()
    noted.click(on_note(noted, "t7"), SHIFT)
    assert noted.canvas.notes.selection == {"t6", "t7"}
    noted.click(on_note(noted, "t7"), SHIFT)
    assert noted.canvas.notes.selection == {"t6"}
    noted.click(noted.body("n3"))
    assert noted.canvas.notes.selection == frozenset()
    assert noted.document.selection == {"n3"}
    noted.click(on_note(noted, "t6"))
    noted.key(KEY.Key_Escape)
    assert noted.canvas.notes.selection == frozenset()
    noted.check()


def test_a_wire_or_the_ground_takes_the_selection_from_a_note(noted: Hand) -> None:
    noted.click(on_note(noted, "t6"))
    noted.click(noted.middle("n3", "n4"))
    assert noted.canvas.selected_wire is not None
    assert noted.canvas.notes.selection == frozenset()
    noted.click(on_note(noted, "t6"))
    assert noted.canvas.selected_wire is None
    noted.click(QPointF(60.0, 320.0))
    assert noted.canvas.notes.selection == frozenset()


def test_within_a_frame_one_reaches_what_lies_there(noted: Hand) -> None:
    noted.click(noted.body("n3"))
    assert noted.document.selection == {"n3"}
    # A rubber band can begin on its ground.
    noted.drag(QPointF(190.0, -20.0), QPointF(640.0, 80.0))
    assert noted.document.selection == {"n3", "n4"}
    assert noted.canvas.notes.selection == frozenset()
    assert noted.graph == noted_graph()


def test_a_rubber_band_catches_notes_that_lie_in_it(noted: Hand) -> None:
    noted.drag(QPointF(225.0, 170.0), QPointF(660.0, 320.0))
    assert noted.document.selection == {"n5"}
    assert noted.canvas.notes.selection == {"t6"}
    noted.check()
    noted.hold(QPointF(400.0, 330.0), QPointF(660.0, 190.0))
    noted.key(KEY.Key_Escape)
    assert noted.canvas.notes.selection == {"t6"}


def test_select_all_selects_notes_too(noted: Hand) -> None:
    noted.key(KEY.Key_A, CONTROL)
    assert noted.document.selection == set(noted.graph.nodes)
    assert noted.canvas.notes.selection == {"t6", "t7"}
    noted.check()


def test_ctrl_shift_t_goes_from_note_to_note(noted: Hand) -> None:
    noted.key(KEY.Key_T, CONTROL | SHIFT)
    assert noted.canvas.notes.selection == {"t6"}
    noted.key(KEY.Key_T, CONTROL | SHIFT)
    assert noted.canvas.notes.selection == {"t7"}
    noted.key(KEY.Key_T, CONTROL | SHIFT)
    assert noted.canvas.notes.selection == {"t6"}
    noted.key(KEY.Key_Return)
    assert noted.canvas.notes.field.isVisible()


def test_without_notes_the_way_to_write_one_is_told(hand: Hand) -> None:
    hand.key(KEY.Key_T, CONTROL | SHIFT)
    assert "Ctrl+T" in hand.said[-1]


# Writing


@pytest.mark.parametrize("way", ["double click", "F2", "Enter"])
def test_words_are_changed_in_place(noted: Hand, way: str) -> None:
    before = noted.graph
    if way == "double click":
        noted.double_click(on_note(noted, "t6"))
    else:
        noted.click(on_note(noted, "t6"))
        noted.key(KEY.Key_F2 if way == "F2" else KEY.Key_Return)
    field = noted.canvas.notes.field
    assert field.isVisible()
    assert field.toPlainText() == "strokes and corners"
    noted.key(KEY.Key_A, CONTROL)
    noted.type("lines")
    noted.key(KEY.Key_Return, CONTROL)
    assert noted.graph.notes["t6"].text == "lines"
    undone(noted, before)


def test_esc_in_a_note_that_was_there_keeps_what_was_typed_as_one_step(noted: Hand) -> None:
    before = noted.graph
    noted.double_click(on_note(noted, "t6"))
    noted.type(" too")
    noted.key(KEY.Key_Escape)
    assert noted.graph.notes["t6"].text == "strokes and corners too"
    undone(noted, before)


def test_esc_in_a_note_where_nothing_was_typed_is_no_step(noted: Hand) -> None:
    noted.double_click(on_note(noted, "t6"))
    noted.key(KEY.Key_Escape)
    assert noted.graph == noted_graph()
    assert not noted.document.can_undo
    noted.check()


def test_esc_leaves_a_title_as_it_was(noted: Hand) -> None:
    noted.double_click(on_note(noted, "t7"))
    noted.type("other")
    noted.key(KEY.Key_Escape)
    assert noted.graph == noted_graph()
    assert not noted.document.can_undo
    noted.check()


def test_keys_of_the_canvas_do_nothing_while_one_writes(noted: Hand) -> None:
    noted.click(on_note(noted, "t6"))
    noted.key(KEY.Key_Return)
    for key in (KEY.Key_D, KEY.Key_B, KEY.Key_T, KEY.Key_0):
        noted.key(key, CONTROL)
    noted.key(KEY.Key_A, SHIFT)
    noted.type(" a. b")
    noted.key(KEY.Key_Delete)
    assert noted.graph == noted_graph()
    assert noted.canvas.notes.field.isVisible()
    noted.key(KEY.Key_Return, CONTROL)
    assert noted.graph.notes["t6"].text == "strokes and cornersa a. b"


def test_undo_while_writing_closes_the_field(noted: Hand) -> None:
    noted.click(on_note(noted, "t6"))
    noted.key(KEY.Key_Right)
    noted.key(KEY.Key_Return)
    noted.type("lost")
    noted.document.undo()
    assert not noted.canvas.notes.field.isVisible()
    assert noted.graph == noted_graph()
    noted.check()


# Moving and resizing


def test_a_note_is_moved_to_the_grid(noted: Hand) -> None:
    before = noted.graph
    start = on_note(noted, "t6")
    noted.drag(start, start + QPointF(43.0, 61.0))
    assert noted.graph.notes["t6"].position == (480.0, 264.0)
    assert noted.graph.nodes == before.nodes
    undone(noted, before)


def test_a_frame_takes_along_what_lies_on_it(noted: Hand) -> None:
    before = noted.graph
    start = on_note(noted, "t7")
    noted.drag(start, start + QPointF(0.0, 400.0))
    moved = {id for id in before.nodes if noted.graph.nodes[id].position != before.nodes[id].position}
    assert moved == {"n3", "n4"}
    for id in moved:
        x, y = before.nodes[id].position
        assert noted.graph.nodes[id].position == (x, y + 400.0)
    assert noted.graph.notes["t7"].position == (176.0, 336.0)
    assert noted.graph.notes["t6"] == before.notes["t6"]
    undone(noted, before)


def test_a_frame_takes_along_notes_and_frames_on_it(make_hand: Callable[[Graph], Hand]) -> None:
    graph = add_note(small_graph(), "frame", position=(0.0, 240.0), size=(400.0, 200.0))
    graph = add_note(graph, "frame", position=(40.0, 304.0), size=(200.0, 100.0))
    graph = add_note(graph, text="x", position=(60.0, 328.0), size=(100.0, 40.0))
    hand = make_hand(graph)
    hand.drag(QPointF(60.0, 254.0), QPointF(60.0, 294.0))
    assert [note.position[1] for note in hand.graph.notes.values()] == [280.0, 344.0, 368.0]
    hand.drag(QPointF(80.0, 356.0), QPointF(80.0, 364.0))
    assert [note.position[1] for note in hand.graph.notes.values()] == [280.0, 352.0, 376.0]


def test_notes_and_layers_move_together_by_either(noted: Hand) -> None:
    before = noted.graph
    noted.drag(QPointF(225.0, 170.0), QPointF(660.0, 320.0))
    start = noted.body("n5")
    noted.drag(start, start + QPointF(16.0, 24.0))
    assert noted.graph.nodes["n5"].position == (256.0, 224.0)
    assert noted.graph.notes["t6"].position == (456.0, 224.0)
    undone(noted, before)


@pytest.mark.parametrize("grip", ["body", "corner"])
def test_esc_while_dragging_leaves_no_trace(noted: Hand, grip: str) -> None:
    start = on_note(noted, "t7") if grip == "body" else corner(noted, "t7")
    noted.hold(start, start + QPointF(100.0, 100.0))
    assert noted.canvas.projection.notes.items["t7"].body != QPointF()
    noted.key(KEY.Key_Escape)
    assert noted.graph == noted_graph()
    assert noted.canvas.notes.selection == frozenset()
    noted.check()
    noted.release(start + QPointF(100.0, 100.0))
    noted.check()


def test_a_corner_resizes(noted: Hand) -> None:
    before = noted.graph
    start = corner(noted, "t6")
    noted.drag(start, start + QPointF(80.0, 40.0))
    assert noted.graph.notes["t6"].size == (280.0, 136.0)
    undone(noted, before)
    start = corner(noted, "t7")
    noted.drag(start, QPointF(0.0, -200.0))
    assert noted.graph.notes["t7"].size == (96.0, 64.0)


def test_arrows_move_and_resize(noted: Hand) -> None:
    before = noted.graph
    noted.click(on_note(noted, "t7"))
    for _ in range(3):
        noted.key(KEY.Key_Down)
    assert noted.graph.notes["t7"].position == (176.0, -40.0)
    assert noted.graph.nodes["n3"].position == (200.0, 24.0)
    undone(noted, before)
    moved = noted.graph
    noted.canvas.notes.select({"t7"})
    noted.key(KEY.Key_Right, CONTROL | SHIFT)
    noted.key(KEY.Key_Up, CONTROL | SHIFT)
    assert noted.graph.notes["t7"].size == (488.0, 152.0)
    undone(noted, moved)


def test_tidying_takes_notes_along_in_the_same_step(noted: Hand) -> None:
    noted.document.edit("untidy", noted.graph.move({"n3": (200.0, 0.0), "n4": (440.0, 30.0)}))
    before = noted.graph
    noted.key(KEY.Key_A, SHIFT)
    frame = noted.graph.notes["t7"]
    for id in ("n3", "n4"):
        assert frame.holds(*noted.graph.nodes[id].position, *noted.canvas.size_of(id))
    assert noted.graph.notes != before.notes
    undone(noted, before)


def test_the_map_shows_frames(noted: Hand) -> None:
    noted.canvas.zoom_to(3.0)
    map_ = noted.canvas.minimap
    assert map_.isVisible()
    before = map_.grab().toImage()
    noted.document.undo()
    noted.document.edit("away", small_graph())
    noted.document.edit("note far below keeps the size", remove_notes(noted_graph(), ["t7"]))
    assert map_.grab().toImage() != before


# Colour, copies, deleting


def test_the_menu_colours_a_note(noted: Hand) -> None:
    before = noted.graph
    menu = open_menu(noted, on_note(noted, "t6"))
    assert noted.canvas.notes.selection == {"t6"}
    (colours,) = [action.menu() for action in menu.actions() if action.text() == "Colour"]
    (green,) = [action for action in colours.actions() if action.text() == "Green"]
    assert [action.text() for action in colours.actions() if action.isChecked()] == ["Yellow"]
    green.trigger()
    assert noted.graph.notes["t6"].colour == "green"
    undone(noted, before)


def test_the_menu_of_the_keyboard_is_that_of_the_selected_note(noted: Hand) -> None:
    noted.click(on_note(noted, "t7"))
    words = [action.text() for action in open_menu(noted, None).actions()]
    assert words[0] == "Rename…"
    assert "Colour" in words


@pytest.mark.parametrize("key", [KEY.Key_Delete, KEY.Key_Backspace])
def test_delete_removes_a_frame_but_not_what_lies_on_it(noted: Hand, key: Qt.Key) -> None:
    before = noted.graph
    noted.click(on_note(noted, "t7"))
    noted.key(key)
    assert list(noted.graph.notes) == ["t6"]
    assert noted.graph.nodes == before.nodes
    undone(noted, before)


def test_layers_and_notes_are_deleted_in_one_step(noted: Hand) -> None:
    before = noted.graph
    noted.key(KEY.Key_A, CONTROL)
    noted.key(KEY.Key_Delete)
    assert set(noted.graph.nodes) == {"n1", "n2"}
    assert not noted.graph.notes
    undone(noted, before)


def test_a_note_is_duplicated_cut_and_pasted(noted: Hand) -> None:
    before = noted.graph
    noted.click(on_note(noted, "t6"))
    noted.key(KEY.Key_D, CONTROL)
    assert noted.graph.notes["t8"].text == "strokes and corners"
    assert noted.graph.notes["t8"].position == (472.0, 232.0)
    assert noted.canvas.notes.selection == {"t8"}
    undone(noted, before)
    noted.canvas.notes.select({"t8"})
    noted.key(KEY.Key_X, CONTROL)
    assert set(noted.graph.notes) == {"t6", "t7"}
    assert json.loads(QGuiApplication.clipboard().text())["graph"]["notes"][0]["text"] == "strokes and corners"
    noted.move(QPointF(40.0, 320.0))
    noted.key(KEY.Key_V, CONTROL)
    pasted = noted.graph.notes["t9"]
    assert pasted.position == (40.0, 320.0)
    noted.check()


def test_layers_and_notes_are_copied_together(noted: Hand) -> None:
    before = noted.graph
    noted.drag(QPointF(225.0, 170.0), QPointF(660.0, 320.0))
    noted.key(KEY.Key_C, CONTROL)
    noted.move(QPointF(0.0, 400.0))
    noted.key(KEY.Key_V, CONTROL)
    assert len(noted.graph.nodes) == len(before.nodes) + 1
    assert len(noted.graph.notes) == 3
    new = noted.graph.nodes[noted.graph.last]
    (note,) = [note for id, note in noted.graph.notes.items() if id not in before.notes]
    assert new.position == (0.0, 400.0)
    assert note.position == (200.0, 400.0)
    assert noted.document.selection == {new.id}
    assert noted.canvas.notes.selection == {note.id}
    undone(noted, before)


# Looking


def test_fit_all_and_pictures_show_notes(noted: Hand, tmp_path) -> None:
    noted.key(KEY.Key_T, CONTROL)
    noted.key(KEY.Key_Escape)
    content = noted.canvas.projection.content()
    for item in noted.canvas.projection.notes.items.values():
        assert content.contains(item.body)
    far = add_note(noted.graph, text="far away", position=(4000.0, 900.0))
    noted.document.edit("note", far)
    noted.canvas.fit_all()
    seen = noted.canvas.mapToScene(noted.canvas.viewport().rect()).boundingRect()
    assert seen.contains(noted.canvas.projection.content())
    assert preview_png(far) != preview_png(noted_graph()) != preview_png(small_graph())
    save_picture(noted.canvas, tmp_path / "n.svg")
    assert "far away" in (tmp_path / "n.svg").read_text() or (tmp_path / "n.svg").stat().st_size > 5_000


def test_wires_can_end_over_a_note_and_layers_be_dropped_there(noted: Hand) -> None:
    noted.drop("Dropout", QPointF(500.0, 230.0))
    assert noted.graph.nodes[noted.graph.last].kind == "Dropout"
    assert noted.graph.notes == noted_graph().notes
    noted.check()


def test_the_pointer_tells_what_a_press_would_do(noted: Hand) -> None:
    viewport = noted.canvas.viewport()
    noted.move(corner(noted, "t6"))
    assert viewport.cursor().shape() == Qt.CursorShape.SizeFDiagCursor
    noted.move(on_note(noted, "t6"))
    assert viewport.cursor().shape() == Qt.CursorShape.SizeAllCursor
    noted.move(QPointF(60.0, 330.0))
    assert viewport.cursor().shape() not in (Qt.CursorShape.SizeAllCursor, Qt.CursorShape.SizeFDiagCursor)


def test_the_pointer_over_the_ground_is_an_arrow_though_it_was_forgotten_over_a_note(noted: Hand) -> None:
    viewport = noted.canvas.viewport()
    noted.move(on_note(noted, "t6"))
    assert viewport.cursor().shape() == Qt.CursorShape.SizeAllCursor
    noted.canvas.hover.forget()  # as when the pointer leaves the canvas, or another drawing is shown
    noted.move(QPointF(60.0, 330.0))
    assert viewport.cursor().shape() == Qt.CursorShape.ArrowCursor


@pytest.mark.parametrize("shown", [LIGHT, DARK])
def test_words_on_notes_can_be_read(qapp, shown) -> None:
    theme.apply(qapp, shown)
    for colour in ("yellow", "green", "blue", "violet", "red", "grey"):
        assert ratio(shown.text, ground(colour, "note")) >= 7.0
        assert ratio(shown.quiet, ground(colour, "note")) >= 4.5
    theme.apply(qapp, "light")


def test_no_two_actions_share_a_key(noted: Hand) -> None:
    keys = [key.toString() for action in noted.canvas.actions_.all for key in action.shortcuts()]
    assert sorted(keys) == sorted(set(keys))


def test_a_click_with_the_middle_button_over_a_note_moves_the_view(noted: Hand) -> None:
    at = on_note(noted, "t6")
    QTest.mousePress(
        noted.canvas.viewport(), Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier, noted.on_screen(at)
    )
    QTest.mouseRelease(
        noted.canvas.viewport(), Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier, noted.on_screen(at)
    )
    assert noted.graph == noted_graph()


def test_a_note_by_keyboard_lies_on_no_layer_and_is_seen(hand) -> None:
    hand.canvas.zoom_to(1.0)
    hand.canvas.centerOn(hand.body("n3"))
    hand.canvas.pointer = None
    hand.key("t", CONTROL)
    hand.type("words")
    hand.key(KEY.Key_Escape)
    (note,) = hand.graph.notes.values()
    body = hand.canvas.projection.notes.items[note.id].body
    assert not any(item.body.intersects(body) for item in hand.canvas.projection.nodes.values())
    assert hand.canvas.sees_box(body)
