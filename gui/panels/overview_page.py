"""The inspector's page when nothing is selected: the network as a whole. Its layers are listed in the outline."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from engine.graph.block import layers_of
from engine.graph.nesting import block_at, reachable
from gui.document import Document
from gui.elided import ElidedLabel
from gui.panels.figures import layer_words, parameter_words
from gui.plain_text import PlainLabel, plain_tip
from gui.theme.style import set_role


class OverviewPage(QWidget):
    """What there is in a few words, and the way to the list of it."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.title_label, self.facts_label = ElidedLabel("The network"), PlainLabel()
        self.outline = QPushButton("Read it as a list")
        self.outline.setToolTip("Show the outline: every layer in a list, for keyboard and screen reader")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        set_role(self.title_label, "title")
        set_role(self.facts_label, "quiet")
        set_role(self.outline, "link")
        self.facts_label.setWordWrap(True)
        column.addWidget(self.title_label)
        column.addWidget(self.facts_label)
        column.addWidget(self.outline, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)

    def show_network(self) -> None:
        """Tell of the document's drawing."""
        graph, analysis = self._document.graph, self._document.analysis
        # Asked while blocks come and go, of which some may be gone already.
        path = reachable(self._document.whole, self._document.path)
        self.title_label.setText(block_at(self._document.whole, path).title if path else "The network")
        self.title_label.setToolTip(plain_tip(self.title_label.text()))
        running = set(analysis.order)
        counts = {id: layers_of(node) for id, node in graph.nodes.items() if node.kind not in ("Input", "Output")}
        layers = sum(count for id, count in counts.items() if id in running)
        others = sum(counts.values()) - layers
        if not counts:
            self.facts_label.setText(
                "Empty so far. Drag a layer from the left, double-click the canvas, or press a letter to add one. "
                "The first layer is connected to the data automatically, and the last one to the goal if it fits."
            )
            return
        ends = "from its input to its output" if path else "from data to goal"
        words = f"{layer_words(layers)} {ends} · {parameter_words(analysis)}"
        if others:
            words += f" · {layer_words(others)} not connected to the goal"
        self.facts_label.setText(words)
