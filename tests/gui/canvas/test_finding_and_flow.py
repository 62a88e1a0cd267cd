"""Finding layers in the diagram, following wires, and lighting what hangs together, through real events."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QLineF, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from engine.graph.graph import Graph, empty, wire
from engine.graph.note_edits import add_note
from gui.canvas.emphasis import flow

LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def forked() -> Graph:
    """n1 data → n3 conv → n4 relu → n6 add → n2 goal, n3 → n5 conv → n6; n7 linear alone."""
    graph = empty().move({"n1": (0, 0), "n2": (1200, 0)})
    graph = graph.add("Conv2d", position=(200, 0)).add("ReLU", position=(440, 0))
    graph = graph.add("Conv2d", position=(440, 160), out_channels=32, kernel_size=5).add("Add", position=(800, 0))
    graph = graph.add("Linear", position=(240, 300))
    for a, b, port in (
        ("n1", "n3", "in"), ("n3", "n4", "in"), ("n3", "n5", "in"), ("n4", "n6", "in1"), ("n5", "n6", "in2"),
        ("n6", "n2", "in"),
    ):  # fmt: skip
        graph = graph.connect(wire(a, b, port))
    return graph


@pytest.fixture
def hand(make_hand):
    return make_hand(forked())


def lit(hand) -> set[str]:
    return {id for id, item in hand.canvas.projection.nodes.items() if item.opacity() == 1.0}


def lit_wires(hand) -> set[tuple[str, str]]:
    return {(w.source, w.target) for w, item in hand.canvas.projection.wires.items() if not item.look.faded}


def open_find(hand, words: str = ""):
    hand.key(Qt.Key.Key_F, CTRL)
    bar = hand.canvas.find_bar
    assert bar.isVisible()
    assert bar.field.hasFocus()
    if words:
        hand.type(words)
    return bar


def centre(hand) -> QPointF:
    return hand.canvas.scene_at(QPointF(hand.canvas.viewport().rect().center()))


# Finding


def test_what_matches_is_lit_and_the_rest_faded_while_one_types(hand) -> None:
    bar = open_find(hand)
    assert lit(hand) == set(hand.graph.nodes)
    assert bar.count.text() == ""
    hand.type("conv")
    assert lit(hand) == {"n3", "n5"}
    assert bar.count.text() == "2 found"
    hand.type(" kernel 5")
    assert lit(hand) == {"n5"}
    assert bar.count.text() == "1 found"
    hand.type(" zzz")
    assert lit(hand) == set()
    assert bar.count.text() == "no matches"
    assert not bar.next.isEnabled()
    assert not hand.document.can_undo


def test_enter_walks_through_the_matches_and_brings_them_to_the_middle(hand) -> None:
    hand.canvas.zoom_to(2.0)
    bar = open_find(hand, "conv")
    for key, modifiers, id, words in (
        (Qt.Key.Key_Return, PLAIN, "n3", "1 of 2"),
        (Qt.Key.Key_Return, PLAIN, "n5", "2 of 2"),
        (Qt.Key.Key_Return, PLAIN, "n3", "1 of 2"),
        (Qt.Key.Key_Return, SHIFT, "n5", "2 of 2"),
        (Qt.Key.Key_Up, PLAIN, "n3", "1 of 2"),
        (Qt.Key.Key_Down, PLAIN, "n5", "2 of 2"),
    ):
        hand.key(key, modifiers)
        assert hand.document.selection == {id}
        assert bar.count.text() == words
        body = hand.canvas.projection.nodes[id].body
        assert (centre(hand) - body.center()).manhattanLength() < 3
        assert bar.field.hasFocus()
    QTest.mouseClick(bar.next, LEFT)
    assert bar.count.text() == "1 of 2"
    QTest.mouseClick(bar.back, LEFT)
    assert bar.count.text() == "2 of 2"


def test_notes_and_frames_are_found_lit_and_walked_through_like_layers(hand) -> None:
    graph = add_note(hand.graph, text="why this conv", position=(200, 900))
    graph = add_note(graph, "frame", text="the branch", position=(400, 120))
    note, frame = graph.notes
    hand.document.edit("Notes", graph)
    bar = open_find(hand, "conv")
    assert bar.found == ("n3", "n5", note)
    items = hand.canvas.projection.notes.items
    assert items[note].opacity() == 1.0
    assert items[frame].opacity() < 1.0
    assert bar.count.text() == "3 found"
    heard: list[str] = []
    hand.canvas.announcer.said.connect(heard.append)
    hand.key(Qt.Key.Key_Return, SHIFT)
    assert bar.count.text() == "3 of 3"
    assert hand.document.selection == frozenset()
    assert hand.canvas.notes.selection == {note}
    assert QLineF(centre(hand), items[note].body.center()).length() < 4.0
    assert heard[-1] == "Note, why this conv"
    hand.key(Qt.Key.Key_Return)
    assert hand.document.selection == {"n3"}
    assert hand.canvas.notes.selection == frozenset()
    hand.canvas.notes.reveal(note)
    hand.key(Qt.Key.Key_A, CTRL)
    hand.type("branch")
    assert bar.found == (frame,)
    assert lit(hand) == set()
    hand.key(Qt.Key.Key_Return)
    assert hand.canvas.notes.selection == {frame}
    hand.key(Qt.Key.Key_Escape)
    assert all(item.opacity() == 1.0 for item in items.values())
    assert hand.canvas.notes.selection == {frame}
    hand.document.select({"n3"})
    hand.key(Qt.Key.Key_H, CTRL | SHIFT)
    assert all(item.opacity() == 1.0 for item in items.values()), "the flow is about layers"


def test_a_note_that_comes_or_changes_during_a_search_is_found(hand) -> None:
    bar = open_find(hand, "memo")
    hand.document.edit("Note", add_note(hand.graph, text="memo"))
    assert len(bar.found) == 1
    hand.document.undo()
    assert bar.found == ()


def test_what_is_found_comes_into_view_while_one_types_and_esc_goes_back(hand) -> None:
    canvas = hand.canvas
    canvas.zoom_to(1.0)
    canvas.centerOn(QPointF(200.0, 3000.0))
    before = canvas.view_now
    open_find(hand)
    assert canvas.view_now == before
    hand.type("lin")
    there = canvas.view_now
    assert canvas.sees(["n4"])
    hand.type("ear")  # one that is found is in view: nothing moves
    assert canvas.view_now == there
    hand.type("1")
    assert canvas.sees(["n7"])
    assert hand.document.selection == frozenset()
    hand.key(Qt.Key.Key_Escape)
    scale, across, down = canvas.view_now
    assert scale == before[0]
    assert abs(across - before[1]) <= 1
    assert abs(down - before[2]) <= 1
    # Whoever goes to one of them stays there.
    open_find(hand)
    hand.type("linear1")
    hand.key(Qt.Key.Key_Return)
    hand.key(Qt.Key.Key_Escape)
    assert canvas.sees(["n7"])


def test_the_walk_begins_behind_what_is_selected(hand) -> None:
    hand.document.select({"n3"})
    open_find(hand, "conv")
    hand.key(Qt.Key.Key_Return)
    assert hand.document.selection == {"n5"}


@pytest.mark.parametrize("way", ["key", "button", "key on the canvas"])
def test_closing_lights_everything_and_leaves_the_selection(hand, way: str) -> None:
    bar = open_find(hand, "conv")
    hand.key(Qt.Key.Key_Return)
    if way == "button":
        QTest.mouseClick(bar.close_button, LEFT)
    else:
        if way == "key on the canvas":
            hand.canvas.setFocus()
        hand.key(Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert hand.document.selection == {"n3"}
    assert lit(hand) == set(hand.graph.nodes)
    assert hand.canvas.hasFocus()
    hand.check()
    # What was asked stands there still, to be typed over.
    assert open_find(hand).field.selectedText() == "conv"
    assert lit(hand) == {"n3", "n5"}


def test_an_edit_meanwhile_is_searched_too(hand) -> None:
    bar = open_find(hand, "conv")
    hand.key(Qt.Key.Key_Return)
    hand.document.edit("Add", hand.graph.add("Conv2d", position=(0, 400)))
    assert bar.count.text() == "1 of 3"
    assert lit(hand) == {"n3", "n5", "n8"}
    hand.document.edit("Remove", hand.graph.remove(["n3"]))
    assert bar.count.text() == "2 found"
    hand.document.undo()
    hand.document.undo()
    assert lit(hand) == {"n3", "n5"}


def test_it_opens_from_anywhere_in_the_window(hand, qtbot) -> None:
    from PySide6.QtWidgets import QLineEdit

    other = QLineEdit(hand.window)
    hand.window.layout().addWidget(other)
    other.setFocus()
    QTest.keyClick(other, Qt.Key.Key_F, CTRL)
    assert hand.canvas.find_bar.isVisible()


def test_shapes_and_axes_are_found(hand) -> None:
    bar = open_find(hand, "32x28x28")
    assert set(bar.found) == {"n3", "n4", "n5", "n6"}
    bar.field.selectAll()
    hand.type("32 channels conv")
    assert set(bar.found) == {"n3", "n5"}


# What hangs together


def test_what_feeds_the_selection_or_depends_on_it_is_lit(hand) -> None:
    hand.document.select({"n4"})
    hand.key(Qt.Key.Key_H, CTRL | SHIFT)
    assert lit(hand) == {"n1", "n3", "n4", "n6", "n2"}
    assert lit_wires(hand) == {("n1", "n3"), ("n3", "n4"), ("n4", "n6"), ("n6", "n2")}
    hand.click(hand.body("n7"))
    assert lit(hand) == {"n7"}
    hand.document.select(())
    assert lit(hand) == set(hand.graph.nodes)
    hand.document.select({"n5", "n7"})
    assert lit(hand) == {"n1", "n3", "n5", "n6", "n2", "n7"}
    hand.document.edit("Connect", hand.graph.disconnect(wire("n5", "n6", "in2")))
    assert lit(hand) == {"n1", "n3", "n5", "n7"}
    hand.key(Qt.Key.Key_H, CTRL | SHIFT)
    assert lit(hand) == set(hand.graph.nodes)
    assert len(lit_wires(hand)) == len(hand.graph.wires)
    hand.document.undo()
    hand.check()


def test_a_search_counts_for_more_than_the_flow(hand) -> None:
    hand.document.select({"n4"})
    hand.key(Qt.Key.Key_H, CTRL | SHIFT)
    open_find(hand, "linear1")
    assert lit(hand) == {"n7"}
    hand.key(Qt.Key.Key_Escape)
    assert lit(hand) == {"n1", "n3", "n4", "n6", "n2"}


def test_the_flow_of_several_nodes_in_a_drawing_with_a_fork() -> None:
    graph = forked()
    nodes, wires = flow(graph, ["n4"])
    assert nodes == {"n1", "n3", "n4", "n6", "n2"}
    assert {(w.source, w.target) for w in wires} == {("n1", "n3"), ("n3", "n4"), ("n4", "n6"), ("n6", "n2")}
    assert flow(graph, graph.nodes) == (frozenset(graph.nodes), frozenset(graph.wires))


# Wires


def hovered(hand) -> set[tuple[str, str]]:
    return {(w.source, w.target) for w, item in hand.canvas.projection.wires.items() if item.look.hovered}


def test_the_wires_of_the_node_under_the_pointer_light_up(hand) -> None:
    hand.move(hand.body("n3"))
    assert hovered(hand) == {("n1", "n3"), ("n3", "n4"), ("n3", "n5")}
    hand.move(hand.body("n4"))
    assert hovered(hand) == {("n3", "n4"), ("n4", "n6")}
    hand.move(QPointF(700, 300))
    assert hovered(hand) == set()
    hand.move(hand.body("n4"))
    hand.document.edit("Remove", hand.graph.remove(["n4"]))
    assert hovered(hand) == set()


@pytest.mark.parametrize(("key", "id"), [(Qt.Key.Key_Left, "n5"), (Qt.Key.Key_Right, "n6")])
def test_a_selected_wire_is_followed_with_ctrl_and_an_arrow(hand, key: Qt.Key, id: str) -> None:
    hand.click(hand.middle("n5", "n6"))
    assert hand.canvas.selected_wire is not None
    hand.key(key, CTRL)
    assert hand.document.selection == {id}
    assert hand.canvas.selected_wire is None


@pytest.mark.parametrize(("words", "id"), [("source, conv2", "n5"), ("target, add1", "n6")])
def test_a_wires_menu_leads_to_its_ends(hand, words: str, id: str) -> None:
    hand.canvas.zoom_to(2.5)
    hand.canvas.centerOn(hand.middle("n5", "n6"))
    at = hand.on_screen(hand.middle("n5", "n6"))
    where = hand.canvas.viewport().mapToGlobal(at)
    QApplication.sendEvent(hand.canvas.viewport(), QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, where))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    action = next(action for action in menu.actions() if words in action.text())
    QTest.mouseClick(menu, LEFT, PLAIN, menu.actionGeometry(action).center())
    assert hand.document.selection == {id}
    shown = hand.canvas.viewportTransform().mapRect(hand.canvas.projection.nodes[id].body)
    assert hand.canvas.viewport().rect().contains(shown.center().toPoint() + QPoint(0, 0))
