"""What a screen reader hears of edits inside blocks and of steps between levels."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from engine.graph.graph import Graph
from tests.gui.canvas.conftest import Hand, small_graph

KEY = Qt.Key


@pytest.fixture
def heard(make_hand, qtbot) -> tuple[Hand, list[str]]:
    """Inside a block of conv1 and relu1, and what was said since."""
    hand = make_hand(small_graph())
    qtbot.waitUntil(hand.canvas.hasFocus)
    hand.document.select({"n3", "n4"})
    hand.key(KEY.Key_G, Qt.KeyboardModifier.ControlModifier)
    hand.key(KEY.Key_Escape)
    hand.key(KEY.Key_Return)
    assert hand.document.path
    said: list[str] = []
    hand.canvas.announcer.said.connect(said.append)
    return hand, said


def the(graph: Graph, kind: str) -> str:
    (node,) = graph.of_kind(kind)
    return node.id


def test_wires_inside_a_block_are_told(heard) -> None:
    hand, said = heard
    conv, relu = the(hand.graph, "Conv2d"), the(hand.graph, "ReLU")
    hand.click(hand.middle(conv, relu))
    hand.key(KEY.Key_Delete)
    assert said[-1].startswith("Disconnected conv1 from relu1. New problem at relu1:")
    hand.drag(hand.output(conv), hand.input(relu))
    assert said[-1] == "Connected conv1 to relu1. No problems left."


def test_another_level_is_only_taken_note_of(heard) -> None:
    hand, said = heard
    hand.key(KEY.Key_Escape)
    assert hand.document.path == ()
    assert said == ["The network"]
    hand.key(KEY.Key_Return)
    assert said == ["The network", "Inside Block"]
    hand.click(hand.middle(the(hand.graph, "Conv2d"), the(hand.graph, "ReLU")))
    hand.key(KEY.Key_Delete)
    hand.key(KEY.Key_Escape)
    del said[:]
    hand.document.undo()  # goes to where the edit was made
    assert hand.document.path
    assert said == ["Inside Block"]
    hand.document.redo()  # and from here on changes are told against what is here
    assert said[-1].startswith("Disconnected conv1 from relu1. New problem at relu1:")
