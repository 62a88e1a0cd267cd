"""What comes between: commands, undo and steps to another level while something is dragged. Ids mean nothing there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPointF, Qt

from engine.graph.graph import Graph, wire
from engine.graph.grouping import group
from engine.graph.nesting import changed_at, inside
from engine.graph.note_edits import add_note
from gui.document import DocumentState
from tests.gui.canvas.conftest import Hand, small_graph

KEY, CONTROL, SHIFT, ALT = (
    Qt.Key,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
EMPTY = QPointF(640, 320)


def nested_graph() -> Graph:
    """conv1 and relu1 in a block n6; a node n6 and a note t8 inside it too, as outside."""
    whole = group(small_graph(), ["n3", "n4"], "Part")
    (block,) = whole.of_kind("Block")
    part = inside(whole, (block.id,))
    while part.next_id < 8:
        part = part.add("ReLU").remove([f"n{part.next_id}"])
    part = add_note(part, text="inner", position=(0.0, 200.0))
    whole = changed_at(whole, (block.id,), part, copies=True)
    while whole.next_id < 8:
        whole = whole.add("ReLU").remove([f"n{whole.next_id}"])
    return add_note(whole, text="outer", position=(440.0, 200.0))


@pytest.fixture
def nested(make_hand: Callable[[Graph], Hand]) -> Hand:
    """Outside of the block, where the last step was made inside."""
    hand = make_hand(nested_graph())
    hand.document.enter("n6")
    assert "n6" in hand.graph.nodes
    assert "t8" in hand.graph.notes
    hand.document.edit("Rename", hand.graph.rename("n3", "inner_conv"))
    hand.document.leave()
    hand.document.select(())
    return hand


def _move(hand: Hand) -> None:
    hand.document.select({"n6"})
    hand.hold(hand.body("n5"), EMPTY)


def _take_out(hand: Hand) -> None:
    hand.document.select({"n6"})
    hand.hold(hand.body("n6"), EMPTY, CONTROL)


def _carry(hand: Hand) -> None:
    hand.document.select({"n6"})
    at = _on_note(hand, "t8")
    hand.hold(at, at + QPointF(60, 60))


def _resize(hand: Hand) -> None:
    hand.document.select({"n6"})
    at = hand.canvas.projection.notes.items["t8"].body.bottomRight() - QPointF(4, 4)
    hand.hold(at, at + QPointF(60, 60))


def _marquee(hand: Hand) -> None:
    hand.document.select({"n6"})
    hand.canvas.notes.select({"t8"})
    hand.hold(EMPTY + QPointF(200, 100), EMPTY + QPointF(100, 40))


def _go(hand: Hand, way: str) -> None:
    """Undo a step made inside the block, or open the drawing as another project."""
    if way == "undo":
        hand.document.undo()
        assert hand.document.path == ("n6",)
    else:
        hand.document.reset(DocumentState(nested_graph(), "recipe"))


def _on_note(hand: Hand, id: str) -> QPointF:
    return hand.canvas.projection.notes.items[id].body.topLeft() + QPointF(40, 14)


@pytest.mark.parametrize("start", [_move, _take_out, _carry, _resize, _marquee])
@pytest.mark.parametrize("way", ["undo", "open"])
def test_a_gesture_that_ends_in_another_drawing_selects_nothing_there(
    nested: Hand, start: Callable[[Hand], None], way: str
) -> None:
    start(nested)
    assert nested.canvas.gesture is not None
    _go(nested, way)
    assert nested.document.selection == frozenset()
    assert nested.canvas.notes.selection == frozenset()
    nested.check()
    before = nested.document.sketch
    nested.release(EMPTY)
    assert nested.document.sketch == before
    nested.check()


def test_stepping_out_ends_a_drag(nested: Hand) -> None:
    nested.document.undo()
    before = nested.document.sketch
    nested.hold(nested.body("n4"), nested.body("n4") + QPointF(0, 96))
    nested.key(KEY.Key_Up, ALT)
    assert nested.document.path == ()
    assert nested.document.selection == {"n6"}
    nested.check()
    nested.release(EMPTY)
    assert nested.document.sketch == before


@pytest.mark.parametrize("way", ["undo", "open"])
def test_a_selected_note_or_wire_is_not_another_one_elsewhere(nested: Hand, way: str) -> None:
    nested.click(_on_note(nested, "t8"))
    assert nested.canvas.notes.selection == {"t8"}
    _go(nested, way)
    assert nested.graph.notes["t8"].text == ("inner" if way == "undo" else "outer")
    assert nested.canvas.notes.selection == frozenset()
    nested.check()
    nested.key(KEY.Key_Delete)
    assert "t8" in nested.graph.notes


def test_a_wire_selected_in_one_project_is_not_selected_in_the_next(hand: Hand) -> None:
    hand.click(hand.middle("n3", "n4"))
    assert hand.canvas.selected_wire == wire("n3", "n4")
    hand.document.reset(DocumentState(small_graph(), "recipe"))
    assert hand.canvas.selected_wire is None
    hand.check()


# Commands in the middle of a drag: they mean what one sees selected.


@pytest.fixture
def noted(make_hand: Callable[[Graph], Hand]) -> Hand:
    return make_hand(add_note(small_graph(), text="words", position=(440.0, 200.0)))


def test_delete_takes_away_the_note_that_is_dragged(noted: Hand) -> None:
    at = _on_note(noted, "t6")
    noted.hold(at, at + QPointF(60, 60))
    noted.key(KEY.Key_Delete)
    assert "t6" not in noted.graph.notes
    assert noted.document.undo_label == "Delete a note"
    noted.check()
    noted.release(at)
    noted.document.undo()
    assert not noted.document.can_undo
    noted.check()


def test_select_all_ends_a_drag(noted: Hand) -> None:
    before = noted.graph
    noted.hold(noted.body("n5"), EMPTY)
    noted.key(KEY.Key_A, CONTROL)
    assert noted.document.selection == set(noted.graph.nodes)
    assert noted.canvas.notes.selection == {"t6"}
    noted.check()
    noted.move(EMPTY + QPointF(40, 0))
    noted.release(EMPTY + QPointF(40, 0))
    assert noted.graph == before
    assert not noted.document.can_undo
    noted.check()


def test_going_to_the_next_note_ends_a_drag(noted: Hand) -> None:
    noted.hold(noted.body("n5"), EMPTY)
    noted.key(KEY.Key_T, CONTROL | SHIFT)
    assert (noted.document.selection, noted.canvas.notes.selection) == (frozenset(), {"t6"})
    noted.check()
    noted.release(EMPTY)
    assert not noted.document.can_undo


@pytest.mark.parametrize(
    ("key", "modifiers", "label"),
    [
        (KEY.Key_G, CONTROL, "Group linear1"),
        (KEY.Key_D, CONTROL, "Duplicate linear2"),
        (KEY.Key_X, CONTROL, "Cut linear1"),
        (KEY.Key_F, CONTROL | SHIFT, "Add a frame"),
    ],
)
def test_a_command_is_about_what_is_dragged(
    noted: Hand, key: Qt.Key, modifiers: Qt.KeyboardModifier, label: str
) -> None:
    noted.document.select({"n3", "n4"})
    noted.hold(noted.body("n5"), EMPTY)
    assert noted.document.selection == {"n5"}
    noted.key(key, modifiers)
    assert noted.document.undo_label == label
    noted.key(KEY.Key_Escape)  # the field for a title
    noted.check()
    if label == "Add a frame":
        x, y = noted.graph.nodes["n5"].position
        assert noted.graph.notes["t7"].holds(x, y, *noted.canvas.size_of("n5"))
        assert not noted.graph.notes["t7"].holds(*noted.graph.nodes["n3"].position, 10, 10)


# The view


def test_notes_alone_are_fitted(noted: Hand) -> None:
    fit = noted.canvas.actions_.fit_selection
    assert not fit.isEnabled()
    noted.click(_on_note(noted, "t6"))
    noted.key(".")
    seen = noted.canvas.mapToScene(noted.canvas.viewport().rect()).boundingRect()
    body = noted.canvas.projection.notes.items["t6"].body
    assert (seen.center() - body.center()).manhattanLength() < 3
    assert noted.canvas.scale_now == 1.5
    noted.document.select({"n1"})
    noted.canvas.notes.select({"t6"})
    noted.key(".")
    seen = noted.canvas.mapToScene(noted.canvas.viewport().rect()).boundingRect()
    assert seen.contains(body)
    assert seen.contains(noted.canvas.projection.nodes["n1"].body)
