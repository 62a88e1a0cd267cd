"""The drawing as a tree: its layers, notes and frames are rows, and the layers inside a block are the rows under it.

What is inside a block is looked up when somebody opens it. Rows that stay are kept, so that a reader keeps its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from engine.graph.advice.analysis import Analysis
from engine.graph.graph import Graph
from engine.graph.layers.kind import ENDS
from engine.graph.nesting import Path
from engine.graph.outline import Line, outline
from engine.text import printable
from gui.canvas.titles import set_title
from gui.document import Document
from gui.panels.outline_rows import Entry, NoteRow, OutlineRow
from gui.plain_text import plain_tip

_Index = QModelIndex | QPersistentModelIndex
_USUAL = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_EDITABLE = _USUAL | Qt.ItemFlag.ItemIsEditable
_FLAT = {flags: flags | Qt.ItemFlag.ItemNeverHasChildren for flags in (_USUAL, _EDITABLE)}


@dataclass(eq=False)
class _Level:
    """The rows of one drawing: the one on screen, or the inside of a block. Indexes name it by its number."""

    number: int
    path: Path
    """The ids of the blocks it is in, from the drawing on screen."""
    above: _Level | None
    analysis: Analysis
    rows: list[Entry] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    inner: dict[str, _Level] = field(default_factory=dict)
    """The insides that were opened, by the id of the block."""
    made_of: tuple[object, ...] = ()
    """The block and what arrives at it: while they are the same, so is the inside."""
    graph: Graph = field(default_factory=Graph)
    """The drawing that the rows tell of."""
    lines: tuple[Line, ...] = ()
    layers: dict[str, OutlineRow] = field(default_factory=dict)

    def tell_of(self, graph: Graph, inside: bool) -> list[OutlineRow]:
        """A row for each node of a drawing. A thousand are asked for after every edit: most are those of before."""
        before, self.graph = self.graph, graph
        nodes, known, analysis = graph.nodes, before.nodes, self.analysis
        if not _wired_alike(before, graph):
            self.lines, known = outline(graph), {}
        changed = {id for id, node in nodes.items() if known.get(id) is not node}
        rows = []
        for line in self.lines:
            shape, problems, row = analysis.shapes.get(line.id), analysis.of(line.id), self.layers.get(line.id)
            same = row is not None and row.shape is shape and row.problems == problems and row.inside == inside
            if row is None or not same or line.id in changed or not changed.isdisjoint(line.sources):
                sources = tuple(nodes[source].name for source in line.sources)
                row = OutlineRow(line, nodes[line.id], shape, problems, sources, inside)
            rows.append(row)
        self.layers = {row.id: row for row in rows}
        return rows


class OutlineModel(QAbstractItemModel):
    """Follows a document when told to ``refresh``. ``size_of``: how large a node of the drawing is shown."""

    def __init__(
        self, document: Document, size_of: Callable[[str], tuple[float, float]], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._size_of = document, size_of
        self._count = 0
        self._levels: dict[int, _Level] = {}
        self._top = self._level((), None, document.analysis)

    def _level(self, path: Path, above: _Level | None, analysis: Analysis) -> _Level:
        self._count += 1
        level = self._levels[self._count] = _Level(self._count, path, above, analysis)
        return level

    def _forget(self, level: _Level) -> None:
        self._levels.pop(level.number, None)
        for inner in level.inner.values():
            self._forget(inner)

    @property
    def rows(self) -> list[Entry]:
        """The rows of the drawing on screen: its layers in the order data run, then its notes and frames."""
        return self._top.rows

    @property
    def has_blocks(self) -> bool:
        """Whether any row can be opened."""
        return any(row.has_inside for row in self._top.rows)

    # Following

    def prepare(self) -> None:
        """Make the rows that the next ``refresh`` shows: half of its work, when everything in the drawing is new."""
        self._top.analysis = self._document.analysis
        self._rows(self._document.graph)

    def refresh(self) -> None:
        """Show the document's drawing as it is now: the difference is inserted, removed or changed."""
        self._top.analysis = self._document.analysis
        self._update(self._top, self._document.graph)

    def _rows(self, graph: Graph) -> list[Entry]:
        notes = (NoteRow(note, graph, self._size_of) for note in graph.notes.values())
        return [*self._top.tell_of(graph, bool(self._document.path)), *notes]

    def _update(self, level: _Level, graph: Graph) -> None:
        """Bring the rows of a level up to date, and those of the insides that were opened."""
        self._replace(level, self._rows(graph) if level is self._top else _rows_inside(level, graph))
        for id, inner in list(level.inner.items()):
            row = level.rows[level.places[id]]
            assert isinstance(row, OutlineRow)
            made_of = _made_of(row, level.analysis)
            if made_of == inner.made_of:
                continue
            inner.made_of = made_of
            if row.node.block is None:
                self._replace(inner, [])
                self._forget(level.inner.pop(id))
            else:
                inner.analysis = level.analysis.enter(id)
                self._update(inner, row.node.block.graph)

    def _put(self, level: _Level, rows: list[Entry]) -> None:
        level.rows = rows
        level.places = {row.id: number for number, row in enumerate(rows)}

    def _replace(self, level: _Level, rows: list[Entry]) -> None:
        before, after = [row.id for row in level.rows], [row.id for row in rows]
        shorter = min(len(before), len(after))
        start = next((k for k in range(shorter) if before[k] != after[k]), shorter)
        end = next((k for k in range(shorter - start) if before[-1 - k] != after[-1 - k]), shorter - start)
        gone, come = len(before) - start - end, len(after) - start - end
        parent = self._index_of(level)
        if gone:
            self.beginRemoveRows(parent, start, start + gone - 1)
            self._put(level, level.rows[:start] + level.rows[start + gone :])
            for id in before[start : start + gone]:
                if id in level.inner:
                    self._forget(level.inner.pop(id))
            self.endRemoveRows()
        if come:
            self.beginInsertRows(parent, start, start + come - 1)
            self._put(level, level.rows[:start] + rows[start : start + come] + level.rows[start:])
            self.endInsertRows()
        pairs = enumerate(zip(level.rows, rows, strict=True))
        changed = [k for k, (old, new) in pairs if new is not old and not new.looks_like(old)]
        level.rows = rows
        if changed:
            self.dataChanged.emit(self.index(changed[0], 0, parent), self.index(changed[-1], 0, parent), [])

    # Opening blocks

    def hasChildren(self, parent: _Index = QModelIndex()) -> bool:
        entry = self.entry(parent)
        return bool(self._top.rows) if entry is None else entry.has_inside

    def canFetchMore(self, parent: _Index) -> bool:
        entry = self.entry(parent)
        return entry is not None and entry.has_inside and entry.id not in self._levels[parent.internalId()].inner

    def fetchMore(self, parent: _Index) -> None:
        """Look up what is inside a block."""
        entry = self.entry(parent)
        if not isinstance(entry, OutlineRow) or entry.node.block is None or not self.canFetchMore(parent):
            return
        level = self._levels[parent.internalId()]
        inner = self._level((*level.path, entry.id), level, level.analysis.enter(entry.id))
        inner.made_of = _made_of(entry, level.analysis)
        level.inner[entry.id] = inner
        self._replace(inner, _rows_inside(inner, entry.node.block.graph))

    # What Qt asks

    def index(self, row: int, column: int = 0, parent: _Index = QModelIndex()) -> QModelIndex:
        level = self._under(parent)
        if level is None or column != 0 or not 0 <= row < len(level.rows):
            return QModelIndex()
        return self.createIndex(row, 0, level.number)

    def parent(self, index: _Index | None = None) -> QModelIndex | QObject | None:  # type: ignore[override]
        if index is None:
            return super().parent()
        level = self._levels.get(index.internalId()) if index.isValid() else None
        return QModelIndex() if level is None else self._index_of(level)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        level = self._under(parent)
        return 0 if level is None else len(level.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:
        return 1

    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        entry = self.entry(index)
        if entry is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return printable(entry.name)
        if role == Qt.ItemDataRole.EditRole:
            return entry.editable
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return entry.spoken()
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(entry.told())
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return entry.described()
        return None

    def setData(self, index: _Index, value: object, role: int = int(Qt.ItemDataRole.EditRole)) -> bool:
        """Rename a node of the drawing. A name that is refused is told by the document, and the old one stays."""
        entry, id, name = self.entry(index), self.id_at(index), str(value).strip()
        if role != Qt.ItemDataRole.EditRole or not isinstance(entry, OutlineRow) or not id or name == entry.editable:
            return False
        if entry.node.block is not None:
            return set_title(self._document, id, name)
        return self._document.try_edit(f"Rename to {name}", lambda graph: graph.rename(id, name))

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        # A list that is opened asks a thousand times. Of rows that cannot be opened it then asks no more than this.
        row = self.entry(index)
        if row is None:
            return Qt.ItemFlag.NoItemFlags
        flags = _EDITABLE if index.internalId() == self._top.number and isinstance(row, OutlineRow) else _USUAL
        return flags if row.has_inside else _FLAT[flags]

    # Places

    def _under(self, parent: _Index) -> _Level | None:
        """The level whose rows stand under an index; None while it was not opened."""
        if not parent.isValid():
            return self._top
        level, entry = self._levels.get(parent.internalId()), self.entry(parent)
        return None if level is None or entry is None else level.inner.get(entry.id)

    def _index_of(self, level: _Level) -> QModelIndex:
        """Where the block stands whose inside a level is; invalid for the drawing on screen."""
        if level.above is None:
            return QModelIndex()
        return self.createIndex(level.above.places[level.path[-1]], 0, level.above.number)

    def entry(self, index: _Index) -> Entry | None:
        """What a row stands for."""
        level = self._levels.get(index.internalId()) if index.isValid() else None
        return level.rows[index.row()] if level is not None and index.row() < len(level.rows) else None

    def index_of(self, id: str, path: Path = ()) -> QModelIndex:
        """Where a node or note of the drawing on screen is, or a node inside a block that is open; else invalid."""
        level = self._top
        for block in path:
            if block not in level.inner:
                return QModelIndex()
            level = level.inner[block]
        number = level.places.get(id)
        return QModelIndex() if number is None else self.createIndex(number, 0, level.number)

    def path_at(self, index: _Index) -> Path:
        """The ids of the blocks a layer is in, from the drawing on screen, and then its own; () for a note or none."""
        entry = self.entry(index)
        return (*self._levels[index.internalId()].path, entry.id) if isinstance(entry, OutlineRow) else ()

    def ids_on_screen(self, indexes: Iterable[_Index]) -> set[str]:
        """The nodes and notes there, without what is inside blocks."""
        top = self._top
        return {top.rows[index.row()].id for index in indexes if index.internalId() == top.number}

    def id_at(self, index: _Index) -> str:
        """Which node of the drawing on screen is there; "" for none, for a note and for a layer inside a block."""
        path = self.path_at(index)
        return path[0] if len(path) == 1 else ""

    def note_at(self, index: _Index) -> str:
        """Which note or frame is there; "" for none."""
        entry = self.entry(index)
        return entry.id if isinstance(entry, NoteRow) else ""


def _wired_alike(one: Graph, other: Graph) -> bool:
    """Whether both have the same kinds of nodes under the same ids, in the same order, and the same wires."""
    return one.wires == other.wires and _kinds(one) == _kinds(other)


def _kinds(graph: Graph) -> list[tuple[object, ...]]:
    return [(node.id, node.kind, node.block) for node in graph.nodes.values()]


def _rows_inside(level: _Level, graph: Graph) -> list[Entry]:
    """What is inside a block, without its two ends."""
    return [row for row in level.tell_of(graph, True) if row.node.kind not in ENDS]


def _made_of(row: OutlineRow, analysis: Analysis) -> tuple[object, ...]:
    return row.node.block, row.node.params, analysis.nodes[row.id].inputs
