"""The outline: the diagram as a tree that can be read and worked with by keyboard and screen reader alone.

Painted items cannot be seen by a screen reader; rows can. Everything the mouse does on the canvas can be done from
here, through the same commands and with the same keys. What is inside a block is read under its row, and changed
where one has stepped inside.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import groupby

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    Qt,
    Slot,
)
from PySide6.QtGui import (
    QAction,
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QMenu, QTreeView, QWidget

from engine.graph.graph import Graph
from engine.graph.nesting import Path, inside
from gui.canvas import key_capture
from gui.canvas.actions import CanvasActions
from gui.canvas.incremental import Slices
from gui.canvas.tools import CanvasTools
from gui.canvas.wiring import choose, follow, wires_of
from gui.deferred_paint import paint_in_next_frame
from gui.panels import outline_adding, outline_menu
from gui.panels.outline_menu import RowCommands
from gui.panels.outline_model import OutlineModel
from gui.panels.outline_painting import INDENT, RowPainter
from gui.theme import icons
from gui.theme.style import current, notifier

_Index = QModelIndex | QPersistentModelIndex
LARGE = 300
"""A larger drawing that is opened is read when the canvas has drawn it: until then both show the old one."""
_ASKING = frozenset(
    {
        QEvent.Type.ShortcutOverride,
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseButtonDblClick,
        QEvent.Type.ContextMenu,
    }
)
"""What the user does to the list: it is about what the list is to show, so that is shown before."""
_MOVES = frozenset({Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Up, Qt.Key.Key_Down})


class OutlineList(QTreeView):
    """The rows. Arrows up and down go from row to row, left and right along the wires; + and − open a block."""

    def __init__(self, tools: CanvasTools, actions: CanvasActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view, self._document, self._notes = tools.view, tools.view.document, tools.notes
        self._tools, self._actions = tools, actions
        self._following = False
        self._stale = True
        self._slices = Slices(self)
        self.rows = OutlineModel(self._document, tools.view.size_of, self)
        self.setModel(self.rows)
        self.setItemDelegate(RowPainter(self))
        self.setObjectName("outline")
        self.setAccessibleDescription(
            "Every layer in the order data run through it, then the notes. Left goes to the layer that feeds it, "
            "Right to the one it feeds, Space adds a layer after, Enter goes to the settings. Plus and minus show and "
            "hide the layers inside a block, Enter steps inside."
        )
        self.setFrameShape(QTreeView.Shape.NoFrame)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(INDENT)
        self.setExpandsOnDoubleClick(False)
        self.setUniformRowHeights(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QTreeView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.add_after = self._action("add_after", "Add a layer after…", "Space", self.ask_behind)
        self.add_before = self._action("add_before", "Add a layer before…", "Shift+Space", self.ask_before)
        self.addActions(outline_menu.shared(actions))
        self.selectionModel().selectionChanged.connect(self._chosen)
        self.doubleClicked.connect(self._activate)
        self._document.analysed.connect(self._changed)
        self._document.selection_changed.connect(self._follow)
        tools.notes.selected.connect(self._follow)
        notifier().changed.connect(self.viewport().update)

    def _action(self, name: str, words: str, key: str, run: object) -> QAction:
        action = QAction(words, self)
        action.setObjectName(name)
        action.setShortcut(QKeySequence(key))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(run)
        self.addAction(action)
        return action

    @property
    def own_actions(self) -> tuple[QAction, ...]:
        """What only the outline does."""
        return (self.add_after, self.add_before)

    # Following the document. Hidden, the list waits: a large drawing should not pay for what nobody reads.

    @Slot()
    def _changed(self, *_values: object) -> None:
        self._stale = True
        if not self.isVisible():
            return
        if self._document.opening and len(self._document.graph.nodes) > LARGE:
            self._view.projection.then(self._catch_up_in_steps)
        else:
            self._catch_up()

    def _catch_up_in_steps(self) -> None:
        self._slices.do(self._steps(), much=True)

    def _steps(self) -> Iterator[None]:
        """Make the rows, lay them out, paint them: each takes a good part of a frame when there are a thousand."""
        if not self._stale:
            return
        self.rows.prepare()
        yield
        paint_in_next_frame(self)
        self._catch_up()
        self.executeDelayedItemsLayout()

    def _catch_up(self) -> None:
        if self._stale:
            self._stale = False
            self._following = True
            self.rows.refresh()
            self.setRootIsDecorated(self.rows.has_blocks)
            self._following = False
        self._follow()
        if self.hasFocus():
            self._find_place()

    def showEvent(self, event: QShowEvent) -> None:
        self._catch_up()
        super().showEvent(event)

    @Slot()
    def _follow(self, *_values: object) -> None:
        """Select the rows of what is selected in the drawing; a row inside a block stands for nothing there."""
        if self._following or self._stale or not self.isVisible():
            return
        selection = self._document.selection | self._notes.selection
        if selection == self._selected():
            return
        wanted = [self.rows.index_of(id) for id in selection]
        wanted = sorted((index for index in wanted if index.isValid()), key=QModelIndex.row)
        chosen = QItemSelection()
        for _far, run in groupby(enumerate(wanted), lambda pair: pair[1].row() - pair[0]):
            together = [index for _number, index in run]  # Qt takes long over many ranges
            chosen.select(together[0], together[-1])
        self._following = True
        keep = self.currentIndex() in wanted
        if wanted and not keep:
            self.selectionModel().setCurrentIndex(wanted[0], QItemSelectionModel.SelectionFlag.NoUpdate)
        self.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._following = False
        if wanted:
            self.scrollTo(self.currentIndex())

    def _selected(self) -> set[str]:
        """The nodes and notes of the drawing on screen whose rows are selected."""
        return self.rows.ids_on_screen(self.selectionModel().selectedIndexes())

    @Slot()
    def _chosen(self, *_values: object) -> None:
        if self._following:
            return
        ids, document, notes = self._selected(), self._document, self._notes
        self._following = True
        document.select(ids)
        notes.select(ids)
        self._following = False
        self._view.ensure_seen(document.selection)
        notes.ensure_seen(notes.selection)

    # Where one is

    @property
    def here(self) -> str:
        """The node of the row that has the keyboard; "" on an empty drawing, on a note and inside a block."""
        self._catch_up()
        return self.rows.id_at(self.currentIndex())

    def go_to(self, id: str) -> None:
        """Select one node and its row."""
        self._document.select([id])
        self._follow()
        self._view.ensure_seen([id])

    def _find_place(self) -> None:
        """Some row has the keyboard while the list has it."""
        if not self.currentIndex().isValid() and self.rows.rows:
            self.selectionModel().setCurrentIndex(self.rows.index(0), QItemSelectionModel.SelectionFlag.NoUpdate)

    def beside(self) -> QPoint:
        """Where a menu about the row opens, on the screen."""
        rect = self.visualRect(self.currentIndex())
        return self.viewport().mapToGlobal(QPoint(rect.left() + 36, rect.bottom()))

    def _along(self, forward: bool) -> None:
        """Go along the wires of the row's layer, in the drawing that it is in."""
        path = self.rows.path_at(self.currentIndex())
        if not path:
            return
        blocks, here = path[:-1], path[-1]
        if not blocks:
            follow(self._document, here, forward, self, self.beside(), self.go_to)
            return
        graph: Graph = inside(self._document.graph, blocks)
        wires = wires_of(self._document, graph, here, forward)
        ends = dict.fromkeys(w.target if forward else w.source for w in wires)
        shown = [id for id in ends if not graph.nodes[id].is_end]
        if shown:
            choose(self, self.beside(), [(graph.nodes[id].name, partial(self._go_inside, blocks, id)) for id in shown])
        elif ends:
            says = "gives what leaves the block." if forward else "takes what enters the block."
            self._document.complain.emit(f"{graph.nodes[here].name} {says}")

    def _go_inside(self, blocks: Path, id: str) -> None:
        self.setCurrentIndex(self.rows.index_of(id, blocks))

    def enter_row(self) -> None:
        """Do what Enter does: write in the note, step to where the layer is, step inside the block, or to settings."""
        index = self.currentIndex()
        path, note = self.rows.path_at(index), self.rows.note_at(index)
        if note:
            self._notes.edit(note)
        elif len(path) > 1:
            self._document.go((*self._document.path, *path[:-1]))
            self.go_to(path[-1])
        elif path and not self._tools.folding.enter(path[0]):
            self._view.node_activated.emit(path[0])

    def edit_row(self) -> None:
        """Edit the name of the row's layer in the row, or what is written on its note where that lies."""
        note = self.rows.note_at(self.currentIndex())
        if note:
            self._notes.edit(note)
        elif self.here:
            self.edit(self.currentIndex())
        elif self.currentIndex().isValid():
            self._document.complain.emit("Step inside with Enter to change what is in the block.")

    # Adding

    @Slot()
    def ask_behind(self) -> None:
        """Search for a layer to stand behind this one."""
        if self.here:
            outline_adding.ask_behind(self._tools, self.here)

    @Slot()
    def ask_before(self) -> None:
        """Search for a layer to stand before this one: on a wire that feeds it, or at its free input."""
        if self.here:
            outline_adding.ask_before(self._tools, self.here, self, self.beside())

    def drawBranches(self, painter: QPainter, rect: QRect, index: _Index) -> None:
        # Not as Qt does, which paints the selection here too: the rows paint their own.
        theme = current()
        painter.fillRect(rect, QColor(theme.panel))
        if self.rows.hasChildren(index):
            sign = "chevron-down" if self.isExpanded(index) else "chevron-right"
            middle = QRectF(rect).center().y()
            icons.paint_icon(painter, sign, QRectF(rect.right() - INDENT + 2, middle - 6, 12, 12), theme.quiet)

    # Keys and menus

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() in _ASKING:
            self._catch_up()
        return super().viewportEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() in _ASKING:
            self._catch_up()
        asks = event.type() == QEvent.Type.ShortcutOverride
        if asks and isinstance(event, QKeyEvent) and key_capture.keeps(self, self.actions(), event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, plain = event.key(), event.modifiers() == Qt.KeyboardModifier.NoModifier
        rename, index = self._actions.rename, self.currentIndex()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and plain:
            self._along(key == Qt.Key.Key_Right)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid() and not self._edits():
            self.enter_row()
        elif key == Qt.Key.Key_Escape:
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)
        elif key == Qt.Key.Key_Minus and index.parent().isValid() and not self.isExpanded(index):
            self.setCurrentIndex(index.parent())  # from a layer inside to its block, which the next one closes
        elif key == Qt.Key.Key_Asterisk:
            self._open_all(index)
        elif QKeySequence(event.keyCombination()) in rename.shortcuts() and index.isValid():
            # The canvas's action renames on the canvas; here the name is edited in its row.
            self.edit_row()
        else:
            super().keyPressEvent(event)
            here = self.currentIndex()
            if key in _MOVES and plain and here.isValid() and not self.selectionModel().isSelected(here):
                # Where there was nowhere to move to, as with Home in the first row, Qt leaves that unselected.
                self.selectionModel().select(here, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _edits(self) -> bool:
        """Whether a name is being edited: the key that ends it comes here as well."""
        return self.state() == QAbstractItemView.State.EditingState

    def _open_all(self, index: QModelIndex) -> None:
        """Open a block and all blocks in it; Qt's own way opens only what was looked up before."""
        if self.rows.hasChildren(index):
            self.expand(index)
            for number in range(self.rows.rowCount(index)):
                self._open_all(self.rows.index(number, 0, index))

    @Slot(QModelIndex)
    def _activate(self, _index: _Index) -> None:
        self.enter_row()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._catch_up()
        self._find_place()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        if not keyboard and not self.indexAt(event.pos()).isValid():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        row = RowCommands(self.enter_row, self.edit_row, self.own_actions)
        outline_menu.fill(menu, self, self.rows, row, self._tools, self._actions)
        menu.popup(self.beside() if keyboard else event.globalPos())
