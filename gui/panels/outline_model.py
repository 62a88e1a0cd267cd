"""The drawing as rows of a list: one node each, with words that a screen reader can say."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from engine.graph.graph import Node
from engine.graph.outline import Line, outline
from engine.graph.problems import Problem
from engine.graph.shapes import Shape
from gui.canvas.faces import detail_of
from gui.document import Document

_Index = QModelIndex | QPersistentModelIndex
_BLOCKS = {"Input": "Data block", "Output": "Goal block"}


@dataclass(frozen=True)
class Row:
    """What one row shows. Words are made from it when they are asked for."""

    line: Line
    node: Node
    shape: Shape | None
    problems: tuple[Problem, ...]
    sources: tuple[str, ...]
    """The names of the nodes that feed it."""

    @property
    def kind(self) -> str:
        """What the node is, in words."""
        return _BLOCKS.get(self.node.kind, self.node.declaration.name)

    @property
    def origin(self) -> str:
        """Where its data come from, where that is not plainly the row above: "from conv1 and relu2"."""
        if not self.line.connected:
            return "not connected"
        if self.line.follows or not self.sources:
            return ""
        return "from " + _listed(self.sources)

    @property
    def state(self) -> str:
        """ "bypassed", "frozen", both or neither."""
        return ", ".join(w for w, on in (("bypassed", self.node.bypassed), ("frozen", self.node.frozen)) if on)

    @property
    def trouble(self) -> str:
        """ "1 problem", "2 hints", or nothing; errors hide the rest."""
        for severity, word in (("error", "problem"), ("warning", "warning"), ("hint", "hint")):
            count = sum(problem.severity == severity for problem in self.problems)
            if count:
                return f"{count} {word}{'' if count == 1 else 's'}"
        return ""

    @property
    def severity(self) -> str:
        """The worst there is: "error", "warning", "hint" or ""."""
        return self.problems[0].severity if self.problems else ""

    @property
    def detail(self) -> str:
        """The second line: where its data come from, the kind, its settings."""
        parts = [self.state, self.origin, self.kind, detail_of(self.node)]
        return " · ".join(part for part in parts if part)

    def spoken(self) -> str:
        """The whole row in words: "conv1, Conv2d, 32 filters, 3×3, same, gives 32×28×28, 1 problem"."""
        gives = f"gives {self.shape.label()}" if self.shape is not None and self.node.declaration.has_output else ""
        comes = self.origin or (f"from {_listed(self.sources)}" if self.sources else "")
        parts = [self.node.name, self.kind, detail_of(self.node).replace(" · ", ", "), self.state, gives, comes]
        return ", ".join(part for part in (*parts, self.trouble) if part)


def _listed(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


class OutlineModel(QAbstractListModel):
    """Follows a document when told to ``refresh``. Rows that stay are kept, so that a reader keeps its place."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.rows: list[Row] = []
        self._places: dict[str, int] = {}

    def refresh(self) -> None:
        """Show the document's drawing as it is now: the difference is inserted, removed or changed."""
        graph, analysis = self._document.graph, self._document.analysis
        nodes = graph.nodes
        rows = [
            Row(
                line,
                nodes[line.id],
                analysis.shapes.get(line.id),
                analysis.of(line.id),
                tuple(nodes[source].name for source in line.sources),
            )
            for line in outline(graph)
        ]
        self._replace(rows)
        self._places = {row.line.id: number for number, row in enumerate(self.rows)}

    def _replace(self, rows: list[Row]) -> None:
        before, after = [row.line.id for row in self.rows], [row.line.id for row in rows]
        shorter = min(len(before), len(after))
        start = next((k for k in range(shorter) if before[k] != after[k]), shorter)
        end = next((k for k in range(shorter - start) if before[-1 - k] != after[-1 - k]), shorter - start)
        gone, come = len(before) - start - end, len(after) - start - end
        if gone:
            self.beginRemoveRows(QModelIndex(), start, start + gone - 1)
            del self.rows[start : start + gone]
            self.endRemoveRows()
        if come:
            self.beginInsertRows(QModelIndex(), start, start + come - 1)
            self.rows[start:start] = rows[start : start + come]
            self.endInsertRows()
        changed = [k for k, (old, new) in enumerate(zip(self.rows, rows, strict=True)) if old != new]
        self.rows = rows
        if changed:
            self.dataChanged.emit(self.index(changed[0]), self.index(changed[-1]))

    # What Qt asks

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return row.node.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.spoken()
        if role == Qt.ItemDataRole.ToolTipRole:
            told = [row.spoken(), *(problem.message for problem in row.problems)]
            return "\n".join(told)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return " ".join(problem.message for problem in row.problems) or row.node.declaration.summary
        return None

    def setData(self, index: _Index, value: object, role: int = int(Qt.ItemDataRole.EditRole)) -> bool:
        """Rename a node. A name that is refused is told by the document, and the old one stays."""
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        node, name = self.rows[index.row()].node, str(value).strip()
        if name == node.name:
            return False
        return self._document.try_edit(f"Rename to {name}", lambda graph: graph.rename(node.id, name))

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable

    # Places

    def index_of(self, id: str) -> QModelIndex:
        """Where a node is; invalid when it is not shown."""
        number = self._places.get(id)
        return QModelIndex() if number is None else self.index(number)

    def id_at(self, index: _Index) -> str:
        """Which node is there; "" for none."""
        return self.rows[index.row()].line.id if index.isValid() else ""
