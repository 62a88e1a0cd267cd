"""Keys, clipboard, menus and what they do to the drawing."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.graph.graph import wire
from engine.graph.snapping import snapped_onto

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
EMPTY = QPointF(560, 240)


def test_delete_joins_what_stood_on_either_side(hand) -> None:
    hand.document.select({"n3"})
    hand.key(Qt.Key.Key_Delete)
    assert hand.pairs() == {("n1", "n4"), ("n4", "n2")}
    hand.check()
    hand.document.undo()
    hand.check()


def test_shift_delete_leaves_the_gap(hand) -> None:
    hand.document.select({"n3"})
    hand.key(Qt.Key.Key_Delete, SHIFT)
    assert hand.pairs() == {("n4", "n2")}
    hand.check()


def test_the_two_blocks_stay(hand) -> None:
    hand.key(Qt.Key.Key_A, CTRL)
    assert hand.document.selection == set(hand.graph.nodes)
    hand.key(Qt.Key.Key_Delete)
    assert {node.kind for node in hand.graph.nodes.values()} == {"Input", "Output"}
    assert "cannot be removed" in hand.said[-1]
    hand.document.select({"n1"})
    hand.key(Qt.Key.Key_Delete)
    assert "n1" in hand.graph.nodes
    hand.check()


def test_copy_and_paste_under_the_pointer(hand) -> None:
    hand.document.select({"n3", "n4", "n1"})
    hand.key(Qt.Key.Key_C, CTRL)
    data = json.loads(QGuiApplication.clipboard().text())
    assert (data["sketchnet"], data["format"]) == ("layers", 2)
    hand.move(EMPTY)
    hand.key(Qt.Key.Key_V, CTRL)
    new = sorted(hand.document.selection)
    assert [hand.graph.nodes[id].kind for id in new] == ["Conv2d", "ReLU"]
    assert hand.graph.nodes[new[0]].position == (560, 240)
    assert wire(*new) in hand.graph.wires
    hand.check()
    hand.document.undo()
    hand.check()


def test_layers_copied_by_an_earlier_version_are_pasted(hand) -> None:
    old = {"id": "n1", "kind": "Conv2d", "name": "conv1", "params": {"filters": 7}, "position": [0, 0]}
    data = {"sketchnet": "layers", "format": 1, "graph": {"next_id": 2, "nodes": [old], "wires": []}, "feeds": []}
    QGuiApplication.clipboard().setText(json.dumps(data))
    hand.move(EMPTY)
    hand.key(Qt.Key.Key_V, CTRL)
    assert hand.graph.nodes[hand.graph.last].params.out_channels == 7
    hand.check()


def test_cut_and_paste_beside(hand) -> None:
    hand.canvas.pointer = None
    hand.document.select({"n5"})
    hand.key(Qt.Key.Key_X, CTRL)
    assert "n5" not in hand.graph.nodes
    hand.key(Qt.Key.Key_V, CTRL)
    first = hand.graph.nodes[hand.graph.last]
    hand.key(Qt.Key.Key_V, CTRL)
    second = hand.graph.nodes[hand.graph.last]
    assert first.kind == second.kind == "Linear"
    assert first.position != second.position
    hand.check()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "[1, 2]",
        '{"sketchnet": "layers", "format": 99, "graph": {}}',
        '{"sketchnet": "layers", "format": 1, "graph": {"nodes": 3, "wires": []}}',
        '{"sketchnet": "layers", "format": 1}',
        "[" * 100_000,
        '{"sketchnet": "layers", "format": 1, "graph": {"nodes": [], "wires": []}}',
    ],
)
def test_foreign_text_is_not_pasted(hand, text) -> None:
    QGuiApplication.clipboard().setText(text)
    hand.key(Qt.Key.Key_V, CTRL)
    assert not hand.document.can_undo
    assert hand.said
    hand.check()


def test_duplicate_bypass_freeze(hand) -> None:
    hand.document.select({"n3", "n4"})
    hand.key(Qt.Key.Key_D, CTRL)
    assert len(hand.graph.nodes) == 7
    hand.check()
    hand.document.select({"n3"})
    hand.key(Qt.Key.Key_B, CTRL)
    assert hand.graph.nodes["n3"].bypassed
    assert hand.canvas.projection.nodes["n3"].face.bypassed
    hand.key(Qt.Key.Key_L, CTRL)
    assert hand.graph.nodes["n3"].frozen
    hand.key(Qt.Key.Key_B, CTRL)
    assert not hand.graph.nodes["n3"].bypassed
    hand.check()


def test_nudges_in_a_row_are_one_step(hand) -> None:
    hand.document.select({"n5"})
    for _ in range(3):
        hand.key(Qt.Key.Key_Right)
    hand.key(Qt.Key.Key_Down, SHIFT)
    assert hand.graph.nodes["n5"].position == (264, 201)
    hand.document.undo()
    assert hand.graph.nodes["n5"].position == (240, 200)
    hand.check()


def test_rename_in_place(hand) -> None:
    hand.document.select({"n5"})
    hand.key(Qt.Key.Key_F2)
    field = hand.canvas.rename_field
    assert field.isVisible()
    assert field.text() == "linear1"
    hand.type("conv1")
    hand.key(Qt.Key.Key_Return)
    assert "conv1" in hand.said[-1]
    assert field.isVisible()
    field.selectAll()
    hand.type("head")
    hand.key(Qt.Key.Key_Return)
    assert hand.graph.nodes["n5"].name == "head"
    assert not field.isVisible()
    assert hand.canvas.hasFocus()
    assert hand.canvas.projection.nodes["n5"].face.title == "head"
    hand.key(Qt.Key.Key_F2)
    hand.type("other")
    hand.key(Qt.Key.Key_Escape)
    assert hand.graph.nodes["n5"].name == "head"
    hand.key(Qt.Key.Key_F2)
    hand.type("other")
    field.clearFocus()
    assert hand.graph.nodes["n5"].name == "head"
    assert not field.isVisible()


def test_letters_and_double_click_open_quick_add(hand) -> None:
    popup = hand.canvas.quick_add
    hand.key("m")
    assert popup.isVisible()
    assert popup.field.text() == "m"
    hand.type("axpool2")
    assert popup.list.count() == 1
    hand.key(Qt.Key.Key_Escape)
    assert not popup.isVisible()
    assert hand.canvas.hasFocus()
    hand.key(Qt.Key.Key_Space)
    assert popup.isVisible()
    assert popup.field.text() == ""
    popup.field.clearFocus()
    assert not popup.isVisible()
    assert not hand.document.can_undo
    hand.canvas.setFocus()
    hand.double_click(EMPTY)
    hand.type("drop")
    hand.key(Qt.Key.Key_Down)
    hand.key(Qt.Key.Key_Return)
    new = hand.graph.nodes[hand.graph.last]
    assert new.kind == "Dropout2d"
    assert hand.canvas.projection.nodes[new.id].body.adjusted(-4, -4, 4, 4).contains(EMPTY)
    hand.check()


def test_quick_add_behind_the_selected_layer_stands_on_its_wire(hand) -> None:
    hand.document.select({"n3"})
    hand.key("b")
    hand.type("atchnorm2")
    hand.key(Qt.Key.Key_Return)
    new = hand.graph.last
    assert {("n3", new), (new, "n4")} <= hand.pairs()
    hand.check()
    hand.document.undo()
    hand.check()


def test_quick_add_on_a_wire(hand) -> None:
    hand.double_click(hand.middle("n3", "n4"))
    hand.type("dropout")
    hand.key(Qt.Key.Key_Return)
    new = hand.graph.last
    assert {("n3", new), (new, "n4")} <= hand.pairs()
    hand.check()


def test_quick_add_gives_the_layer_that_was_called_by_its_name(hand) -> None:
    hand.document.select(["n3"])
    popup = hand.canvas.quick_add
    hand.canvas.open_quick_add("linear")  # after a picture it would not do, but it is what was asked for
    assert popup.list.item(0).text().startswith("Linear")
    popup.close_popup()


def test_quick_add_finds_by_other_names_and_torch(hand) -> None:
    popup = hand.canvas.quick_add
    for words, kind in (("dense", "Linear"), ("nn.LSTM", "LSTM"), ("fully connected", "Linear")):
        hand.canvas.open_quick_add(words)
        assert popup.list.item(0).text() == kind
        hand.key(Qt.Key.Key_Escape)
    hand.canvas.open_quick_add("qqqq")
    assert popup.list.count() == 0
    assert "qqqq" in popup.summary.text()
    hand.key(Qt.Key.Key_Return)
    assert not hand.document.can_undo


def test_keyboard_walks_along_wires(hand) -> None:
    hand.key(Qt.Key.Key_Tab)
    assert hand.document.selection == {"n1"}
    hand.key(Qt.Key.Key_Right, CTRL)
    assert hand.document.selection == {"n3"}
    hand.key(Qt.Key.Key_Right, CTRL)
    assert hand.document.selection == {"n4"}
    hand.key(Qt.Key.Key_Left, CTRL)
    assert hand.document.selection == {"n3"}
    hand.key(Qt.Key.Key_Down, CTRL)
    assert hand.document.selection == {"n5"}
    seen = set()
    hand.document.select(())
    for _ in range(5):
        hand.key(Qt.Key.Key_Tab)
        seen |= hand.document.selection
    assert seen == set(hand.graph.nodes)
    assert not hand.document.can_undo


def test_tab_leaves_the_canvas_past_the_last_layer(hand) -> None:
    order = hand.graph.topological()
    hand.document.select({order[-1]})
    assert not hand.canvas.focusNextPrevChild(True) or not hand.canvas.hasFocus()
    assert hand.document.selection == frozenset()


def test_wheel_zooms_around_the_pointer_and_touchpad_scrolls(hand) -> None:
    canvas = hand.canvas
    place = QPointF(300, 200)
    before = canvas.scene_at(place)

    def turn(notches: int, phase: Qt.ScrollPhase, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
        event = QWheelEvent(
            place,
            canvas.viewport().mapToGlobal(place),
            QPoint(),
            QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton,
            modifiers,
            phase,
            False,
        )
        QApplication.sendEvent(canvas.viewport(), event)

    scale = canvas.scale_now
    turn(1, Qt.ScrollPhase.NoScrollPhase)
    assert canvas.scale_now > scale
    drift = canvas.scene_at(place) - before
    assert abs(drift.x()) <= 1.5
    assert abs(drift.y()) <= 1.5
    scale = canvas.scale_now
    turn(1, Qt.ScrollPhase.ScrollUpdate)
    assert canvas.scale_now == scale
    assert canvas.scene_at(place).y() < before.y() - 5
    turn(-1, Qt.ScrollPhase.ScrollUpdate, CTRL)
    assert canvas.scale_now < scale
    for _ in range(60):
        turn(3, Qt.ScrollPhase.NoScrollPhase)
    assert canvas.scale_now == pytest.approx(4.0)
    for _ in range(90):
        turn(-3, Qt.ScrollPhase.NoScrollPhase)
    assert canvas.scale_now == pytest.approx(0.05)


def test_zoom_and_fit_keys(hand) -> None:
    canvas = hand.canvas
    start = canvas.scale_now
    hand.key(Qt.Key.Key_Plus, CTRL)
    assert canvas.scale_now > start
    hand.key(Qt.Key.Key_Minus, CTRL)
    assert canvas.scale_now == pytest.approx(start)
    hand.document.select({"n5"})
    hand.key(Qt.Key.Key_Period)
    assert canvas.scale_now == pytest.approx(1.5)
    hand.key(Qt.Key.Key_0, CTRL)
    shown = canvas.mapToScene(canvas.viewport().rect()).boundingRect()
    assert shown.contains(canvas.projection.content())
    assert not hand.document.can_undo


@pytest.mark.parametrize("where", ["node", "wire", "canvas", "keyboard"])
def test_context_menus_hold_what_can_be_done(hand, where) -> None:
    canvas = hand.canvas
    points = {"node": hand.body("n3"), "wire": hand.middle("n3", "n4"), "canvas": EMPTY, "keyboard": None}
    if where == "keyboard":
        hand.document.select({"n3"})
    menu, _where = canvas.menus.menu_for(points[where])
    words = [action.text() for action in menu.actions() if action.text()]
    wanted = {
        "node": ["Rename…", "Bypass", "Copy", "Duplicate", "Disconnect", "Delete", "Delete with its wires"],
        "wire": ["Insert a layer…", "Delete"],
        "canvas": ["Add a layer…", "Paste", "Select all", "Fit the whole diagram"],
        "keyboard": ["Rename…", "Delete"],
    }[where]
    assert set(wanted) <= set(words)
    (delete,) = [a for a in menu.actions() if a.text() in ("Delete", "Select all")]
    assert isinstance(delete, QAction)
    assert not delete.shortcut().isEmpty()
    delete.trigger()
    hand.check()
    menu.deleteLater()


def test_the_context_menu_key_opens_a_menu(hand) -> None:
    spot = hand.on_screen(hand.body("n3"))
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, spot, hand.canvas.viewport().mapToGlobal(spot))
    QApplication.sendEvent(hand.canvas.viewport(), event)
    menu = QApplication.activePopupWidget()
    assert menu is not None
    assert hand.document.selection == {"n3"}
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    assert QApplication.activePopupWidget() is None
    hand.check()


def test_every_action_says_what_it_does_and_no_shortcut_is_used_twice(hand) -> None:
    actions = hand.canvas.actions_
    keys = [sequence.toString() for action in actions.all for sequence in action.shortcuts()]
    assert len(keys) == len(set(keys))
    assert all(action.text() for action in actions.all)
    assert all(action.shortcuts() for action in actions.all)


def test_actions_follow_the_selection(hand) -> None:
    actions = hand.canvas.actions_
    assert not actions.copy.isEnabled()
    hand.document.select({"n3"})
    assert actions.copy.isEnabled()
    assert actions.rename.isEnabled()
    hand.document.select({"n1"})
    assert not actions.copy.isEnabled()
    hand.document.select({"n3", "n4"})
    assert not actions.rename.isEnabled()
    hand.canvas.select_wire(wire("n3", "n4"))
    assert hand.document.selection == frozenset()
    assert actions.delete.isEnabled()


def test_adding_without_a_mouse(hand) -> None:
    hand.document.select({"n4"})
    assert hand.canvas.add("Dropout")
    new = hand.graph.last
    assert {("n4", new), (new, "n2")} <= hand.pairs()
    hand.document.select(())
    assert hand.canvas.add("Dropout")
    assert hand.canvas.add("Dropout")
    assert snapped_onto(hand.graph, new) == "n4"
    boxes = [item.body for item in hand.canvas.projection.nodes.values() if item.host is None]
    assert not any(a.intersects(b) for k, a in enumerate(boxes) for b in boxes[k + 1 :])
    hand.check()
