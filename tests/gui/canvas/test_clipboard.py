"""Layers between drawings, projects and windows, as text on the clipboard."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication

from engine.graph.graph import empty, wire

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
EMPTY = QPointF(560, 240)


def copied(hand, *ids: str) -> None:  # type: ignore[no-untyped-def]
    hand.document.select(ids)
    hand.key(Qt.Key.Key_C, CTRL)


def test_pasting_leaves_the_wires_from_outside_away(hand) -> None:
    copied(hand, "n3", "n4")
    hand.key(Qt.Key.Key_V, CTRL)
    first, second = (id for id in hand.graph.nodes if id in hand.document.selection)
    assert not hand.graph.incoming(first)
    assert wire(first, second) in hand.graph.wires
    hand.check()


def test_pasting_with_wires_is_fed_by_what_fed_the_original(hand) -> None:
    copied(hand, "n3", "n4")
    hand.key(Qt.Key.Key_V, CTRL | SHIFT)
    first, second = (id for id in hand.graph.nodes if id in hand.document.selection)
    assert wire("n1", first) in hand.graph.wires
    assert wire(first, second) in hand.graph.wires
    assert not hand.graph.outgoing(second)
    hand.check()
    hand.document.undo()
    assert not hand.document.can_undo
    hand.check()


def test_another_window_feeds_it_by_name(hand, make_hand, qtbot) -> None:
    copied(hand, "n4")  # fed by conv1
    other = make_hand(empty().add("Conv2d", name="conv1", position=(300, 300)))
    qtbot.waitUntil(other.canvas.hasFocus)
    other.key(Qt.Key.Key_V, CTRL | SHIFT)
    assert wire("n3", other.graph.last) in other.graph.wires
    other.check()
    plain = make_hand(empty())
    qtbot.waitUntil(plain.canvas.hasFocus)
    plain.key(Qt.Key.Key_V, CTRL | SHIFT)
    assert plain.graph.nodes[plain.graph.last].kind == "ReLU"
    assert not plain.graph.wires
    assert "without wires" in plain.said[-1]
    plain.check()


def test_cut_and_paste_with_wires(hand) -> None:
    hand.document.select({"n4"})
    hand.key(Qt.Key.Key_X, CTRL)
    assert ("n3", "n2") in hand.pairs()
    hand.key(Qt.Key.Key_V, CTRL | SHIFT)
    assert ("n3", hand.graph.last) in hand.pairs()
    hand.check()


@pytest.mark.parametrize("feeds", [3, {}, [["a", "out", "n3"]], [["a", "out", "n3", 7]], "abcd"])
def test_wires_that_are_no_wires_are_refused_with_a_word(hand, feeds) -> None:
    copied(hand, "n3")
    data = json.loads(QGuiApplication.clipboard().text())
    QGuiApplication.clipboard().setText(json.dumps({**data, "feeds": feeds}))
    hand.key(Qt.Key.Key_V, CTRL)
    assert not hand.document.can_undo
    assert "clipboard" in hand.said[-1]
    hand.check()


def test_wires_to_nowhere_and_text_without_wires_are_taken_as_they_are(hand) -> None:
    copied(hand, "n3")
    data = json.loads(QGuiApplication.clipboard().text())
    strange = [["data", "out", "n99", "in"], ["data", "out", "n3", "nonsense"], ["goal", "out", "n3", "in"]]
    QGuiApplication.clipboard().setText(json.dumps({**data, "feeds": strange}))
    hand.key(Qt.Key.Key_V, CTRL | SHIFT)
    assert not hand.graph.incoming(hand.graph.last)
    del data["feeds"]
    QGuiApplication.clipboard().setText(json.dumps(data))
    hand.key(Qt.Key.Key_V, CTRL | SHIFT)
    assert not hand.graph.incoming(hand.graph.last)
    assert len(hand.graph.nodes) == 7
    hand.check()
