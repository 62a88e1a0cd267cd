"""Making a wire without a mouse: where it comes from and where it goes to, each chosen from a list."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.graph.graph import Wire
from engine.graph.outline import outline
from gui.canvas.diagram_view import DiagramView
from gui.canvas.faces import input_ports
from gui.canvas.fitting import WireFit, judge, possible
from gui.plain_text import PlainLabel
from gui.theme.icons import family_icon
from gui.theme.style import current, set_role

_KEY = int(Qt.ItemDataRole.UserRole)
_SPOKEN = int(Qt.ItemDataRole.AccessibleTextRole)


class ConnectDialog(QDialog):
    """Two lists and a sentence about the wire between what is chosen in them; Enter makes it, as one step of undo."""

    def __init__(self, view: DiagramView, source: str, target: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._view = view
        self.setWindowTitle("Connect")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.sources, self.targets = _List("From"), _List("To")
        self.reason = PlainLabel()
        self.reason.setWordWrap(True)
        self.reason.setMinimumHeight(36)
        self.reason.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.connect_button = QPushButton("Connect")
        self.connect_button.setDefault(True)
        self.buttons.addButton(self.connect_button, QDialogButtonBox.ButtonRole.AcceptRole)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        grid = QGridLayout()
        grid.setSpacing(8)
        for place, (words, part) in enumerate((("&From", self.sources), ("&To", self.targets))):
            label = PlainLabel(words)
            label.setBuddy(part)
            set_role(label, "strong")
            grid.addWidget(label, 0, place)
            grid.addWidget(part, 1, place)
        column.addLayout(grid, 1)
        column.addWidget(self.reason)
        column.addWidget(self.buttons)
        self.resize(520, 420)
        self._fill_sources(source, target)
        self.sources.currentItemChanged.connect(self._fill_targets)
        self.targets.currentItemChanged.connect(self._judge)
        for part in (self.sources, self.targets):
            part.itemDoubleClicked.connect(self.accept)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._wanted = target
        self._fill_targets()
        (self.targets if source else self.sources).setFocus()

    @property
    def wire(self) -> Wire | None:
        """The wire between what is chosen."""
        source, target = self.sources.currentItem(), self.targets.currentItem()
        if source is None or target is None:
            return None
        node, port = target.data(_KEY)
        return Wire(str(source.data(_KEY)), "out", node, port)

    def _fill_sources(self, chosen: str, target: str) -> None:
        graph, analysis = self._view.document.graph, self._view.document.analysis
        chosen = chosen or self._first_free(target)
        for line in outline(graph):
            node = graph.nodes[line.id]
            if not node.declaration.has_output:
                continue
            shape = analysis.shapes.get(line.id)
            item = QListWidgetItem(family_icon(node.declaration.family), node.name)
            item.setData(_KEY, line.id)
            gives = f", gives {shape.label()}" if shape is not None else ""
            item.setData(_SPOKEN, f"{node.name}, {node.declaration.name}{gives}")
            self.sources.addItem(item)
            if line.id == chosen or (not chosen and line.id != target and self.sources.currentRow() < 0):
                self.sources.setCurrentItem(item)

    def _first_free(self, target: str) -> str:
        """The first node whose data suits an input that has no wire, of ``target`` if there is one; "" for none."""
        graph, analysis = self._view.document.graph, self._view.document.analysis
        taken = {(w.target, w.input) for w in graph.wires}
        lines = outline(graph)
        ports = [
            (line.id, port)
            for line in lines
            if target in ("", line.id)
            for port in input_ports(graph, graph.nodes[line.id])
            if (line.id, port) not in taken
        ]
        for line in lines if ports else ():
            if graph.nodes[line.id].declaration.has_output:
                wires = (Wire(line.id, "out", id, port) for id, port in ports if id != line.id)
                if any(judge(graph, analysis, wire).good for wire in wires):
                    return line.id
        return ""

    @Slot()
    def _fill_targets(self, *_items: object) -> None:
        """List every input there is; those that cannot be reached from the source stay, to say why."""
        graph, analysis = self._view.document.graph, self._view.document.analysis
        source = self.sources.currentItem()
        before = self.targets.currentItem()
        wanted = before.data(_KEY)[0] if before is not None else self._wanted
        self.targets.clear()
        if source is None:
            self._judge()
            return
        fits = possible(graph, analysis, source.data(_KEY), "out", True)
        best: QListWidgetItem | None = None
        rank = -1
        for line in outline(graph):
            node = graph.nodes[line.id]
            ports = input_ports(graph, node)
            taken = {w.input: graph.nodes[w.source].name for w in graph.incoming(line.id)}
            for port in ports:
                fit = fits.get((line.id, port), WireFit(False, False))
                words = node.name if len(ports) == 1 else f"{node.name}, input {port.removeprefix('in') or port}"
                words += f"  (from {taken[port]})" if port in taken else ""
                item = QListWidgetItem(family_icon(node.declaration.family), words)
                item.setData(_KEY, (line.id, port))
                spoken = words if fit.good else f"{words}, {'does not fit' if fit.possible else 'not possible'}"
                item.setData(_SPOKEN, spoken)
                if not fit.good:
                    item.setForeground(QColor(current().quiet))
                self.targets.addItem(item)
                # What was asked for, else the first free input that what the source gives suits.
                new = Wire(source.data(_KEY), "out", line.id, port) not in graph.wires
                found = 8 * (line.id == wanted) + (4 * fit.possible + fit.good) * new + 2 * (port not in taken)
                if found > rank:
                    best, rank = item, found
        if best is not None:
            self.targets.setCurrentItem(best)
        self._judge()

    @Slot()
    def _judge(self, *_items: object) -> None:
        wire, document = self.wire, self._view.document
        if wire is None:
            fit = WireFit(False, False, "There is nothing to connect.")
        elif wire in document.graph.wires:
            fit = WireFit(False, False, "These are connected already.")
        else:
            fit = judge(document.graph, document.analysis, wire)
        self.connect_button.setEnabled(fit.possible)
        self.reason.setText(fit.reason)
        set_role(self.reason, "quiet" if fit.good else "warning" if fit.possible else "error")
        if self.isVisible() and not fit.good:
            self._view.announce(fit.reason)

    @Slot()
    def accept(self, *_values: object) -> None:
        """Make the wire, taking the place of what sat on that input; stay open where that is refused."""
        wire, document = self.wire, self._view.document
        if wire is None or not self.connect_button.isEnabled():
            self._view.announce(self.reason.text())
            return
        if document.try_edit("Connect", lambda graph: graph.replace_input(wire)):
            super().accept()


class _List(QListWidget):
    """A list that leaves Enter to the dialog, and goes over to its neighbour with Left and Right."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setUniformItemSizes(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
        elif event.key() == Qt.Key.Key_Right:
            self.focusNextChild()
        elif event.key() == Qt.Key.Key_Left:
            self.focusPreviousChild()
        else:
            super().keyPressEvent(event)
