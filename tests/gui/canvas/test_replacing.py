"""Replacing a layer by another one, by key, menu and inspector."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

CTRL = Qt.KeyboardModifier.ControlModifier


def names(hand) -> list[str]:  # type: ignore[no-untyped-def]
    shown = hand.canvas.quick_add.list
    return [shown.item(k).text() for k in range(shown.count())]


def test_ctrl_r_offers_the_family_first_and_keeps_the_wires(hand) -> None:
    hand.document.select({"n4"})
    before = hand.pairs()
    hand.key(Qt.Key.Key_R, CTRL)
    popup = hand.canvas.quick_add
    assert popup.said.text() == "In place of relu1"
    offered = names(hand)
    assert "ReLU" not in offered
    family = offered[:8]
    assert {"GELU", "Tanh", "Sigmoid"} <= set(offered[: offered.index("Conv2d")])
    assert "Linear" not in family
    hand.type("tanh")
    hand.key(Qt.Key.Key_Return)
    node = hand.graph.nodes["n4"]
    assert (node.kind, node.name) == ("Tanh", "tanh1")
    assert hand.pairs() == before
    assert hand.document.selection == {"n4"}
    assert hand.canvas.projection.nodes["n4"].face.kind == "Tanh"
    hand.check()
    hand.document.undo()
    assert hand.graph.nodes["n4"].kind == "ReLU"
    assert not hand.document.can_undo
    hand.check()


def test_what_does_not_fit_what_arrives_is_said(hand) -> None:
    hand.document.select({"n3"})
    hand.key(Qt.Key.Key_R, CTRL)
    offered = names(hand)
    assert "Conv1d  (does not fit)" in offered
    assert offered.index("ConvTranspose2d") < offered.index("Conv1d  (does not fit)")
    hand.key(Qt.Key.Key_Escape)
    assert not hand.document.can_undo
    hand.check()


@pytest.mark.parametrize("ids", [{"n1"}, {"n2"}, {"n3", "n4"}, set()])
def test_the_blocks_and_several_layers_are_not_replaced(hand, ids) -> None:
    hand.document.select(ids)
    assert not hand.canvas.actions_.replace.isEnabled()
    hand.key(Qt.Key.Key_R, CTRL)
    assert not hand.canvas.quick_add.isVisible()


def test_the_menu_of_a_layer_replaces_it(hand) -> None:
    at = hand.on_screen(hand.body("n4"))
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, hand.canvas.viewport().mapToGlobal(at))
    QApplication.sendEvent(hand.canvas.viewport(), event)
    (menu,) = [m for m in hand.canvas.findChildren(QMenu) if m.isVisible()]
    action = next(action for action in menu.actions() if action.text() == "Replace with…")
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    assert hand.canvas.quick_add.said.text() == "In place of relu1"
    hand.type("gelu")
    hand.key(Qt.Key.Key_Return)
    assert hand.graph.nodes["n4"].kind == "GELU"
    hand.check()


def test_the_layer_deleted_meanwhile_is_not_replaced(hand) -> None:
    hand.document.select({"n4"})
    hand.key(Qt.Key.Key_R, CTRL)
    hand.document.edit("Delete", hand.graph.remove(["n4"]))
    assert not hand.canvas.quick_add.isVisible()
    hand.check()
