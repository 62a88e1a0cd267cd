"""Context menus of the canvas as one uses them: a right click or the menu key, then arrows and Enter, or a click."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.graph.block import Block
from engine.graph.graph import Graph, wire
from engine.graph.note_edits import add_note, last_note
from engine.graph.notes import COLOURS
from tests import popups
from tests.gui.canvas.conftest import Hand

KEY = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
WAYS = ["mouse and click", "mouse and keys", "keys alone"]


def open_on(hand: Hand, way: str, at: QPointF, ids: set[str] | None = None) -> Callable[..., None]:
    """Open the menu of what lies at a point, or, by the menu key, of what is selected; returns what chooses in it."""
    if way == "keys alone":
        if ids is not None:
            hand.document.select(ids)
        hand.canvas.setFocus()
        popups.menu_key(hand.window)
    else:
        popups.right_click(hand.canvas.viewport(), hand.on_screen(at))
    return popups.click if way == "mouse and click" else popups.choose


def the_block(hand: Hand) -> str:
    """Fold two layers with the keyboard."""
    hand.document.select({"n3", "n4"})
    hand.key(KEY.Key_G, CONTROL)
    hand.type("Part")
    hand.key(KEY.Key_Return)
    (node,) = hand.graph.of_kind("Block")
    hand.document.select(())
    return node.id


@pytest.mark.parametrize("way", WAYS)
def test_step_inside_a_block(hand: Hand, way: str) -> None:
    id = the_block(hand)
    open_on(hand, way, hand.body(id), {id})("Step inside")
    assert hand.document.path == (id,)
    hand.check()
    hand.document.select(())
    open_on(hand, way, QPointF(hand.canvas.projection.content().center() + QPointF(0, 180)))("Step out of the block")
    assert hand.document.path == ()
    hand.check()


@pytest.mark.parametrize("way", WAYS)
def test_keep_a_block(hand: Hand, way: str) -> None:
    id = the_block(hand)
    kept: list[Block] = []
    hand.canvas.folding.kept.connect(kept.append)
    open_on(hand, way, hand.body(id), {id})("Add to My blocks")
    assert kept == [hand.graph.nodes[id].block]
    hand.check()


@pytest.mark.parametrize("way", WAYS)
def test_unfold_a_block(hand: Hand, way: str) -> None:
    before = hand.graph
    id = the_block(hand)
    open_on(hand, way, hand.body(id), {id})("Ungroup the block")
    assert hand.graph == before
    hand.check()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("entry", "joined"), [("Delete", True), ("Delete with its wires", False)])
def test_delete_a_layer(hand: Hand, way: str, entry: str, joined: bool) -> None:
    before = hand.graph
    open_on(hand, way, hand.body("n4"), {"n4"})(entry)
    assert "n4" not in hand.graph.nodes
    assert (("n3", "n2") in hand.pairs()) == joined
    assert QApplication.activePopupWidget() is None
    hand.check()
    hand.document.undo()
    assert hand.graph == before
    assert not hand.document.can_undo


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("entry", "state"), [("Bypass", "bypassed"), ("Freeze", "frozen")])
def test_states_of_a_layer(hand: Hand, way: str, entry: str, state: str) -> None:
    for wanted in (True, False):
        open_on(hand, way, hand.body("n3"), {"n3"})(entry)
        assert getattr(hand.graph.nodes["n3"], state) == wanted
        assert getattr(hand.canvas.projection.nodes["n3"].face, state) == wanted
    hand.check()


@pytest.mark.parametrize("way", WAYS)
def test_delete_a_wire(hand: Hand, way: str) -> None:
    if way == "keys alone":
        hand.click(hand.middle("n3", "n4"))
    open_on(hand, way, hand.middle("n3", "n4"))("Delete")
    assert wire("n3", "n4") not in hand.graph.wires
    assert len(hand.graph.nodes) == 5
    hand.check()


def noted(hand: Hand, kind: str) -> str:
    document = hand.document
    document.edit("Note", add_note(hand.graph, kind, text="why?", position=(480, 180), size=(200, 120)))
    document.select(())
    return last_note(hand.graph)


def on_note(hand: Hand, id: str) -> QPointF:
    return hand.canvas.projection.notes.items[id].body.topLeft() + QPointF(40, 14)


def by_keys(hand: Hand, way: str) -> None:
    if way == "keys alone":
        hand.canvas.setFocus()
        hand.key(KEY.Key_T, CONTROL | Qt.KeyboardModifier.ShiftModifier)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", ["note", "frame"])
def test_every_colour_of_a_note(hand: Hand, way: str, kind: str) -> None:
    id = noted(hand, kind)
    for colour in [*COLOURS[1:], COLOURS[0]]:
        before = hand.canvas.viewport().grab().toImage()
        by_keys(hand, way)
        open_on(hand, way, on_note(hand, id))("Colour", colour.capitalize())
        assert hand.graph.notes[id].colour == colour
        assert hand.canvas.projection.notes.items[id].note.colour == colour
        assert hand.document.undo_label == f"Colour a {kind} {colour}"
        assert hand.canvas.viewport().grab().toImage() != before
        hand.check()


@pytest.mark.parametrize("way", WAYS)
def test_delete_a_note(hand: Hand, way: str) -> None:
    id = noted(hand, "note")
    by_keys(hand, way)
    open_on(hand, way, on_note(hand, id))("Delete")
    assert hand.graph.notes == {}
    assert len(hand.graph.nodes) == 5
    hand.check()


def test_the_menu_of_the_ground_by_keys(hand: Hand) -> None:
    hand.document.select(())
    open_on(hand, "keys alone", QPointF())("Select all")
    assert hand.document.selection == hand.graph.nodes.keys()


@pytest.mark.parametrize("way", ["mouse", "key"])
def test_esc_closes_a_menu_and_does_nothing_else(hand: Hand, way: str) -> None:
    graph: Graph = hand.graph
    hand.document.select({"n3"})
    menu = (
        popups.right_click(hand.canvas.viewport(), hand.on_screen(hand.body("n3")))
        if way == "mouse"
        else popups.menu_key(hand.window)
    )
    QTest.keyClick(menu, KEY.Key_Down)
    QTest.keyClick(menu, KEY.Key_Escape)
    assert QApplication.activePopupWidget() is None
    assert hand.graph == graph
    assert hand.document.selection == {"n3"}
    assert hand.canvas.hasFocus()
    hand.check()
