"""Wires without a mouse: following them where they fork, selecting them, and what is done to a selected one."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from engine.graph.graph import wire
from tests.gui.canvas.conftest import Hand
from tests.gui.canvas.test_finding_and_flow import forked

KEY = Qt.Key
CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


@pytest.fixture
def hand(make_hand, qtbot) -> Hand:
    """conv1 feeds relu1 and, below it, conv2; both feed add1. linear1 stands alone."""
    hand = make_hand(forked())
    qtbot.waitUntil(hand.canvas.hasFocus)
    return hand


@pytest.fixture
def heard(hand) -> list[str]:
    said: list[str] = []
    hand.canvas.announcer.said.connect(said.append)
    return said


def test_where_wires_fork_one_is_asked(hand) -> None:
    hand.document.select({"n3"})
    hand.key(KEY.Key_Right, CONTROL)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert [action.text() for action in menu.actions()] == ["relu1", "conv2"]
    assert hand.document.selection == {"n3"}
    for key in (KEY.Key_Down, KEY.Key_Return):
        QTest.keyClick(menu, key)
    assert hand.document.selection == {"n5"}
    hand.key(KEY.Key_Right, CONTROL)
    assert hand.document.selection == {"n6"}
    hand.key(KEY.Key_Left, CONTROL)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert [action.text() for action in menu.actions()] == ["relu1", "conv2"]
    QTest.keyClick(menu, KEY.Key_Return)
    assert hand.document.selection == {"n4"}
    assert not hand.document.can_undo


def test_where_no_wire_leads_that_is_told(hand) -> None:
    hand.document.select({"n7"})
    hand.key(KEY.Key_Right, CONTROL)
    hand.key(KEY.Key_Left, CONTROL)
    hand.key(KEY.Key_Right, ALT)
    assert hand.said == ["linear1 feeds nothing.", "Nothing feeds linear1.", "linear1 feeds nothing."]
    assert hand.document.selection == {"n7"}
    hand.document.select(())
    hand.key(KEY.Key_Left, ALT)
    assert "Select a layer" in hand.said[-1]


def test_wires_are_selected_one_after_the_other(hand, heard) -> None:
    positions = {id: node.position for id, node in hand.graph.nodes.items()}
    hand.document.select({"n3"})
    hand.key(KEY.Key_Right, ALT)
    assert hand.canvas.selected_wire == wire("n3", "n4")
    assert hand.document.selection == frozenset()
    shape = hand.document.analysis.shapes["n3"].words()
    assert heard[-1] == f"Wire from conv1 to relu1, {shape}, 1 of 2"
    hand.check()
    hand.key(KEY.Key_Right, ALT)
    assert hand.canvas.selected_wire == wire("n3", "n5")
    hand.key(KEY.Key_Right, ALT)
    assert hand.canvas.selected_wire == wire("n3", "n4")
    hand.key(KEY.Key_Right, CONTROL)
    assert hand.document.selection == {"n4"}
    assert hand.canvas.selected_wire is None
    hand.document.select({"n6"})
    for port, source in (("in1", "n4"), ("in2", "n5"), ("in1", "n4")):
        hand.key(KEY.Key_Left, ALT)
        assert hand.canvas.selected_wire == wire(source, "n6", port)
    assert heard[-1].startswith("Wire from relu1 to add1, input 1")
    hand.key(KEY.Key_Left, CONTROL)
    assert hand.document.selection == {"n4"}
    assert {id: node.position for id, node in hand.graph.nodes.items()} == positions
    hand.check()


def test_a_selected_wire_is_brought_into_view(hand) -> None:
    canvas = hand.canvas
    canvas.zoom_to(2.0)
    canvas.centerOn(canvas.projection.nodes["n1"].body.center())
    hand.document.select({"n6"})
    hand.key(KEY.Key_Right, ALT)
    assert canvas.viewport().rect().contains(hand.on_screen(hand.middle("n6", "n2")))


def test_a_wire_is_cut_by_keyboard(hand) -> None:
    hand.document.select({"n3"})
    hand.key(KEY.Key_Right, ALT)
    hand.key(KEY.Key_Right, ALT)
    hand.key(KEY.Key_Delete)
    assert ("n3", "n5") not in hand.pairs()
    assert hand.document.undo_label == "Delete a wire"
    hand.check()
    hand.document.undo()
    assert not hand.document.can_undo


def test_a_layer_is_put_on_a_wire_by_keyboard(hand) -> None:
    hand.document.select({"n3"})
    hand.key(KEY.Key_Right, ALT)
    hand.key(KEY.Key_Space)
    hand.type("dropout")
    hand.key(KEY.Key_Return)
    assert {("n3", hand.graph.last), (hand.graph.last, "n4")} <= hand.pairs()
    hand.check()


@pytest.mark.parametrize(("modifiers", "id"), [(Qt.KeyboardModifier.NoModifier, "n4"), (SHIFT, "n3")])
def test_tab_goes_on_from_a_wire(hand, modifiers: Qt.KeyboardModifier, id: str) -> None:
    hand.document.select({"n3"})
    hand.key(KEY.Key_Right, ALT)
    hand.key(KEY.Key_Backtab if modifiers else KEY.Key_Tab, modifiers)
    assert hand.document.selection == {id}
    assert hand.canvas.selected_wire is None
