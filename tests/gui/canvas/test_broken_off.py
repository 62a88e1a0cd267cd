"""Every gesture can be broken off by anything, and leaves no trace; ``tests/gui/window`` does so in the window."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QWidget

from tests.desktop import PATIENCE_MS
from tests.gui.canvas.conftest import Hand, small_graph
from tests.gui.canvas.interruptions import EVERY, NOTE, begin, let_go, no_trace, to_the_edge, with_notes


@pytest.fixture
def hand(make_hand) -> Hand:
    return make_hand(with_notes(small_graph()))


@pytest.fixture
def elsewhere(qtbot) -> QWidget:
    """Another window with something to write in."""
    window = QLineEdit()
    qtbot.addWidget(window)
    return window


@pytest.mark.parametrize("end", ["escape", "focus", "window", "undo", "reset", "dialog", "run"])
@pytest.mark.parametrize("start", EVERY)
def test_every_gesture_can_be_broken_off_without_a_trace(
    hand: Hand, qtbot, elsewhere: QWidget, start: Callable[[Hand], None], end: str
) -> None:
    document, notes = hand.document, hand.canvas.notes
    document.edit("Before", hand.graph.rename("n5", "head"))
    document.select({"n4"})
    notes.select({NOTE})
    before, selection, noted = document.sketch, document.selection, notes.selection
    begin(hand, start)
    to_the_edge(hand)
    if end == "escape":
        hand.key(Qt.Key.Key_Escape)
    elif end == "focus":
        hand.canvas.clearFocus()
    elif end == "window":
        elsewhere.show()
        elsewhere.setFocus()
        elsewhere.activateWindow()
        assert QTest.qWaitForWindowActive(elsewhere, PATIENCE_MS)
        assert QApplication.focusWidget() is elsewhere
    elif end == "dialog":
        dialog = QDialog(hand.window)
        dialog.open()
        qtbot.waitUntil(lambda: hand.canvas.gesture is None)
        dialog.close()
    elif end == "undo":
        document.undo()
        no_trace(hand)
        document.redo()
    elif end == "run":
        hand.canvas.cancel()  # to which the window connects the start of a run
    else:
        document.reset(before)
        document.select(selection)
        notes.select(noted)
    no_trace(hand)
    let_go(hand)
    assert document.sketch == before
    assert document.selection == selection
    assert notes.selection == noted
    no_trace(hand)
    QApplication.processEvents()


@pytest.mark.parametrize("edge", [False, True])
@pytest.mark.parametrize("start", EVERY)
def test_deleting_by_keyboard_in_the_middle_of_a_gesture(hand: Hand, start: Callable[[Hand], None], edge: bool) -> None:
    """What is selected by then is deleted, in one step; of the gesture nothing comes."""
    document, notes = hand.document, hand.canvas.notes
    document.select({"n4"})
    before = document.sketch
    begin(hand, start)
    if edge:
        to_the_edge(hand)
    doomed, doomed_notes = document.selection - {"n1", "n2"}, notes.selection
    assert doomed or doomed_notes
    hand.key(Qt.Key.Key_Delete)
    no_trace(hand)
    assert not doomed & hand.graph.nodes.keys()
    assert not doomed_notes & hand.graph.notes.keys()
    assert len(hand.graph.nodes) == 5 - len(doomed)
    after = document.sketch
    let_go(hand)
    assert document.sketch == after
    no_trace(hand)
    document.undo()
    assert document.sketch == before
    assert not document.can_undo
    no_trace(hand)
    document.redo()
    assert document.sketch == after
    no_trace(hand)


@pytest.mark.parametrize("start", EVERY)
def test_the_node_in_hand_goes_away(hand: Hand, start: Callable[[Hand], None]) -> None:
    """Not by a key, but as a repair or the outline would take it: whichever node it is."""
    for id in ("n3", "n4", "n5"):
        document = hand.document
        document.select({"n4"})
        before = document.sketch
        begin(hand, start)
        document.edit("Remove", hand.graph.remove([id]))
        no_trace(hand)
        let_go(hand)
        assert document.undo_label == "Remove"
        document.undo()
        assert document.sketch == before
        no_trace(hand)
