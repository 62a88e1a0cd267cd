"""Every gesture of the canvas, broken off by what a window brings with it: its keys, dialogs, runs, other windows.

One window for each way to break off; the canvas by itself is broken off in ``tests/gui/canvas``.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from engine.graph.rewiring import replace_kind
from gui.canvas.connect_dialog import ConnectDialog
from gui.document import DocumentState
from gui.panels.dataset_dialog import DatasetDialog
from gui.panels.shortcuts_dialog import ShortcutsDialog
from tests import popups
from tests.desktop import PATIENCE_MS
from tests.gui.canvas.conftest import Hand, small_graph
from tests.gui.canvas.interruptions import EVERY, NOTE, begin, let_go, no_trace, on_note, to_the_edge, with_notes

KEY = Qt.Key
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def start_from_the_palette(hand: Hand) -> None:
    """A click on a row of the palette takes the layer in hand."""
    palette = hand.window.palette_panel
    QTest.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=palette.row_of("Dropout").center())
    hand.move(hand.middle("n3", "n4"))
    assert hand.canvas.gesture.kind == "Dropout"
    assert hand.canvas.gesture.onto is not None


GESTURES: list[Callable[[Hand], None]] = [*EVERY, start_from_the_palette]


@pytest.fixture
def hand(desk) -> Hand:
    """A hand at the canvas of a window with a drawing that can be trained."""
    desk.use("digit-cnn", epochs=1)
    graph = replace_kind(small_graph().set_params("n3", out_channels=10), "n4", "GlobalAvgPool")
    document = desk.window.document
    document.reset(DocumentState(with_notes(graph), document.recipe))
    assert document.analysis.ready, document.analysis.problems
    made = Hand(desk.window.canvas)
    made.window, made.desk = desk.window, desk
    return made


def press(hand: Hand, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key as the system would: in the window."""
    QTest.keyClick(hand.window.windowHandle(), key, modifiers)
    QApplication.processEvents()


def come_back(hand: Hand) -> None:
    hand.window.activateWindow()
    assert QTest.qWaitForWindowActive(hand.window, PATIENCE_MS)


def by_escape(hand: Hand) -> None:
    press(hand, KEY.Key_Escape)


def by_tab(hand: Hand) -> None:
    """The keyboard goes to another part of the window."""
    hand.window.outline.list.setFocus()
    hand.window.inspector.setFocus(Qt.FocusReason.TabFocusReason)


def by_another_window(hand: Hand) -> None:
    other = QLineEdit()
    other.show()
    other.setFocus()
    other.activateWindow()
    assert QTest.qWaitForWindowActive(other, PATIENCE_MS)
    no_trace(hand)
    other.close()
    other.deleteLater()
    come_back(hand)


def by_undo(hand: Hand) -> None:
    label = hand.document.undo_label
    press(hand, KEY.Key_Z, CONTROL)
    assert hand.document.redo_label == label, "Ctrl+Z is not undo here"
    no_trace(hand)
    press(hand, KEY.Key_Z, CONTROL | SHIFT)
    assert hand.document.undo_label == label


def _by_dialog(hand: Hand, key: Qt.Key, kind: type, modifiers: Qt.KeyboardModifier = CONTROL) -> None:
    press(hand, key, modifiers)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, kind)
    no_trace(hand)
    QTest.keyClick(dialog, KEY.Key_Escape)
    assert QApplication.activeModalWidget() is None
    come_back(hand)


def by_dialog(hand: Hand) -> None:
    _by_dialog(hand, KEY.Key_D, DatasetDialog, CONTROL | SHIFT)


def by_list_of_shortcuts(hand: Hand) -> None:
    _by_dialog(hand, KEY.Key_Slash, ShortcutsDialog)


def by_connect_dialog(hand: Hand) -> None:
    _by_dialog(hand, KEY.Key_K, ConnectDialog)


def by_menu(hand: Hand) -> None:
    """A menu of the window opens, and closes again."""
    menu = popups.menu_bar(hand.window, KEY.Key_E)
    QTest.keyClick(menu, KEY.Key_Escape)
    press(hand, KEY.Key_Escape)
    hand.canvas.setFocus()


def by_run(hand: Hand) -> None:
    trainer = hand.window.studio.trainer
    press(hand, KEY.Key_F5)
    assert trainer.running
    no_trace(hand)
    press(hand, KEY.Key_F5, SHIFT)
    hand.desk.until(lambda: not trainer.running, "the end of the run")
    if hand.document.undo_label.startswith("Train"):  # what a run has learned is a step of its own
        hand.document.undo()


WAYS = [
    by_escape,
    by_tab,
    by_another_window,
    by_undo,
    by_dialog,
    by_list_of_shortcuts,
    by_connect_dialog,
    by_menu,
    by_run,
]


@pytest.mark.parametrize("way", WAYS)
def test_every_gesture_is_broken_off_without_a_trace(hand: Hand, way: Callable[[Hand], None]) -> None:
    document, canvas = hand.document, hand.canvas
    document.edit("Before", hand.graph.rename("n5", "head"))
    canvas.setFocus()
    for start in GESTURES:
        name = f"{start.__name__} {way.__name__}"
        canvas.zoom_to(1.0)
        canvas.centerOn(canvas.projection.content().center())
        document.select({"n4"})
        canvas.notes.select({NOTE})
        before, noted = document.sketch, canvas.notes.selection
        begin(hand, start)
        to_the_edge(hand)
        way(hand)
        no_trace(hand)
        let_go(hand)
        assert document.sketch == before, name
        if way is not by_run:  # its own steps are in between
            assert document.undo_label == "Before", name
        assert (document.selection, canvas.notes.selection) == ({"n4"}, noted), name
        no_trace(hand)
        # The hand is free: what is done next is what is meant.
        hand.click(on_note(hand, NOTE))
        assert canvas.notes.selection == {NOTE}, name
        assert document.selection == frozenset(), name
        canvas.hover.forget()


def test_deleting_by_the_keys_of_the_window_in_the_middle_of_every_gesture(hand: Hand) -> None:
    document, canvas = hand.document, hand.canvas
    canvas.setFocus()
    for start in GESTURES:
        for key, modifiers in ((KEY.Key_Delete, Qt.KeyboardModifier.NoModifier), (KEY.Key_Delete, SHIFT)):
            canvas.zoom_to(1.0)
            canvas.centerOn(canvas.projection.content().center())
            document.select({"n4"})
            before = document.sketch
            begin(hand, start)
            doomed, notes = document.selection - {"n1", "n2"}, canvas.notes.selection
            press(hand, key, modifiers)
            no_trace(hand)
            assert before.graph.nodes.keys() - hand.graph.nodes.keys() == doomed, start.__name__
            assert before.graph.notes.keys() - hand.graph.notes.keys() == notes, start.__name__
            after = document.sketch
            let_go(hand)
            assert document.sketch == after, start.__name__
            press(hand, KEY.Key_Z, CONTROL)
            assert document.sketch == before, start.__name__
            assert not document.can_undo, start.__name__
            no_trace(hand)
