"""A residual network of twenty layers from an empty canvas with the keyboard alone, and back again step by step."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui.canvas.connect_dialog import ConnectDialog
from tests.desktop import PATIENCE_MS
from tests.journeys.conftest import PLAIN, Hand

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
BLOCKS = 3


class Keys:
    """Presses keys wherever the keyboard is, and nothing else."""

    def __init__(self, hand: Hand) -> None:
        self.window, self.document = hand.window, hand.window.document

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        QTest.keyClick(QApplication.activePopupWidget() or QApplication.focusWidget(), key, modifiers)
        QApplication.processEvents()
        if QApplication.activeWindow() is None:  # the offscreen platform forgets to give it back after a dialog
            self.window.activateWindow()
            assert QTest.qWaitForWindowActive(self.window, PATIENCE_MS)

    def type(self, words: str) -> None:
        QTest.keyClicks(QApplication.focusWidget(), words)

    def shortcut(self, keys: str) -> None:
        QTest.keySequence(self.window, keys)
        QApplication.processEvents()

    @property
    def selected(self) -> str:
        """The name of the one layer that is selected."""
        (id,) = self.document.selection
        return self.document.graph.nodes[id].name

    def add(self, kind: str) -> str:
        """Quick add behind the layer just added, by its name."""
        count = len(self.document.graph.nodes)
        self.press(Key.Key_Space)
        self.type(kind)
        self.press(Key.Key_Return)
        assert len(self.document.graph.nodes) == count + 1
        assert self.document.graph.nodes[self.document.graph.last].kind == kind
        return self.selected

    def go(self, name: str) -> None:
        """To a row of the outline, by typing the beginning of its name or by the arrows."""
        self.press(Key.Key_Home)
        for _row in self.document.graph.nodes:
            if self.selected == name:
                return
            self.press(Key.Key_Down)
        raise AssertionError(f"There is no row {name}.")

    def connect(self, source: str, target: str) -> None:
        """From the outline: choose the source's row, then the target from the list."""
        self.go(source)
        self.press(Key.Key_K, CONTROL)
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, ConnectDialog)
        assert dialog.sources.currentItem().text() == source
        self.press(Key.Key_Home)
        for _row in range(dialog.targets.count()):
            words = dialog.targets.currentItem().text()
            if words.startswith(target) and "(from" not in words:
                break
            self.press(Key.Key_Down)
        assert dialog.connect_button.isEnabled(), dialog.reason.text()
        self.press(Key.Key_Return)
        assert QApplication.activeModalWidget() is None


def test_a_residual_network_of_twenty_layers_with_the_keyboard_alone(hand: Hand) -> None:
    keys, document = Keys(hand), hand.window.document
    empty = document.graph
    assert not document.analysis.ready
    keys.shortcut("Ctrl+Shift+O")
    assert QApplication.focusWidget() is hand.window.outline.list
    keys.go("data")
    skips: list[tuple[str, str]] = []
    keys.add("Conv2d")
    here = keys.add("ReLU")
    for _block in range(BLOCKS):
        start = here
        for kind in ("Conv2d", "ReLU", "Conv2d"):
            keys.add(kind)
        skips.append((start, keys.add("Add")))
        here = keys.add("ReLU")
    keys.add("MaxPool2d")
    pool = keys.add("GlobalAvgPool")
    last = keys.add("Linear")
    for start, end in skips:
        keys.connect(start, end)
    keys.connect(last, "goal")

    # The last layer is to give one number for each digit: its units, in the settings.
    keys.go(last)
    keys.press(Key.Key_Return)
    assert hand.window.inspector.isAncestorOf(QApplication.focusWidget())
    keys.press(Key.Key_A, CONTROL)
    keys.type("answer")
    keys.press(Key.Key_Return)

    graph, analysis = document.graph, document.analysis
    layers = [node for node in graph.nodes.values() if node.kind not in ("Input", "Output")]
    assert len(layers) == 20
    assert analysis.ready, [problem.message for problem in analysis.problems]
    assert analysis.shapes[graph.find(pool).id].sizes == (32,)
    assert set(analysis.order) == set(graph.nodes), "everything lies on the way from the data to the goal"
    pairs = {(graph.nodes[w.source].name, graph.nodes[w.target].name) for w in graph.wires}
    assert set(skips) <= pairs
    assert len([w for w in graph.wires if graph.nodes[w.target].kind == "Add"]) == 2 * BLOCKS
    assert set(hand.window.canvas.projection.wires) == set(graph.wires)

    steps = 0
    keys.shortcut("Ctrl+Shift+O")
    while document.can_undo:
        keys.shortcut("Ctrl+Z")
        steps += 1
        assert set(hand.window.canvas.projection.nodes) == set(document.graph.nodes)
    assert document.graph == empty or document.graph.nodes == empty.nodes
    assert steps == 20 + BLOCKS + 1 + 1, "each layer, each wire and the setting is one step"
    while document.can_redo:
        keys.shortcut("Ctrl+Shift+Z")
    assert document.graph == graph
    assert document.analysis.ready
