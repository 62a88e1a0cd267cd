"""The outline: the diagram as a list that can be read and worked with by keyboard and screen reader alone.

Painted items cannot be seen by a screen reader; rows of a list can. Everything the mouse does on the canvas can be done
from here, through the same commands and with the same keys.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRectF,
    QSize,
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
    QPen,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from engine.graph.graph import Wire
from gui.canvas.gestures.connect import Loose
from gui.canvas.quick_add import Purpose
from gui.canvas.view import Canvas
from gui.canvas.wiring import choose, follow, words_of
from gui.panels.outline_model import OutlineModel, Row
from gui.theme import icons
from gui.theme.fonts import font
from gui.theme.style import current, notifier
from gui.theme.tokens import RADII

ROW, INDENT = 40, 14
_Index = QModelIndex | QPersistentModelIndex
_MOVES = frozenset({Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Up, Qt.Key.Key_Down})


class OutlineList(QListView):
    """The rows. Arrows up and down go from row to row, left and right along the wires."""

    def __init__(self, canvas: Canvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._canvas, self._document = canvas, canvas.document
        self._following = False
        self._stale = True
        self.rows = OutlineModel(canvas.document, self)
        self.setModel(self.rows)
        self.setItemDelegate(_Rows(self))
        self.setObjectName("outline")
        self.setAccessibleName("Outline of the network")
        self.setAccessibleDescription(
            "Every layer in the order data run through it. Left goes to the layer that feeds it, Right to the one it "
            "feeds, Space adds a layer behind, Enter goes to the settings."
        )
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.add_after = self._action("add_after", "Add a layer behind…", "Space", self.ask_behind)
        self.add_before = self._action("add_before", "Add a layer before…", "Shift+Space", self.ask_before)
        actions = canvas.actions_
        self._shared = (
            actions.connect_nodes,
            actions.disconnect_nodes,
            actions.replace,
            actions.bypass,
            actions.freeze,
            actions.cut,
            actions.copy,
            actions.paste,
            actions.duplicate,
            actions.delete,
            actions.delete_with_wires,
            actions.select_all,
        )
        self.addActions(self._shared)
        self.selectionModel().selectionChanged.connect(self._chosen)
        self.doubleClicked.connect(self._activate)
        self._document.analysed.connect(self._changed)
        self._document.selection_changed.connect(self._follow)
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
        if self.isVisible():
            self._catch_up()

    def _catch_up(self) -> None:
        if self._stale:
            self._stale = False
            self._following = True
            self.rows.refresh()
            self._following = False
        self._follow()

    def showEvent(self, event: QShowEvent) -> None:
        self._catch_up()
        super().showEvent(event)

    @Slot()
    def _follow(self, *_values: object) -> None:
        """Select the rows of what is selected in the document."""
        if self._following or self._stale or not self.isVisible():
            return
        wanted = [self.rows.index_of(id) for id in self._document.selection]
        wanted = sorted((index for index in wanted if index.isValid()), key=QModelIndex.row)
        chosen = QItemSelection()
        for index in wanted:
            chosen.select(index, index)
        self._following = True
        keep = self.currentIndex() in wanted
        if wanted and not keep:
            self.selectionModel().setCurrentIndex(wanted[0], QItemSelectionModel.SelectionFlag.NoUpdate)
        self.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._following = False
        if wanted:
            self.scrollTo(self.currentIndex())

    @Slot()
    def _chosen(self, *_values: object) -> None:
        if self._following:
            return
        ids = [self.rows.id_at(index) for index in self.selectionModel().selectedIndexes()]
        self._following = True
        self._document.select(ids)
        self._following = False
        self._canvas.ensure_seen(ids)

    # Where one is

    @property
    def here(self) -> str:
        """The node of the row that has the keyboard; "" on an empty drawing."""
        return self.rows.id_at(self.currentIndex())

    def go_to(self, id: str) -> None:
        """Select one node and its row."""
        self._document.select([id])
        self._follow()
        self._canvas.ensure_seen([id])

    def _beside(self) -> QPoint:
        """Where a menu about the row opens, on the screen."""
        rect = self.visualRect(self.currentIndex())
        return self.viewport().mapToGlobal(QPoint(rect.left() + 36, rect.bottom()))

    def _along(self, forward: bool) -> None:
        if self.here:
            follow(self._document, self.here, forward, self, self._beside(), self.go_to)

    # Adding

    @Slot()
    def ask_behind(self) -> None:
        """Search for a layer to stand behind this one."""
        here, canvas = self.here, self._canvas
        if not here:
            return
        node = self._document.graph.nodes[here]
        if not node.declaration.has_output:
            self._document.complain.emit(f"Nothing comes behind {node.name}: it is the end.")
            return
        canvas.ensure_seen([here])
        at = canvas.projection.nodes[here].body.topRight() + QPointF(24.0, 0.0)
        canvas.quick_add.open_popup(Purpose(at, behind=here))

    @Slot()
    def ask_before(self) -> None:
        """Search for a layer to stand before this one: on a wire that feeds it, or at its free input."""
        here, canvas, graph = self.here, self._canvas, self._document.graph
        if not here:
            return
        node, port = graph.nodes[here], graph.open_input(here)
        wires = graph.incoming(here)
        if not wires and port is None:
            self._document.complain.emit(f"Nothing comes before {node.name}: it is the beginning.")
            return
        canvas.ensure_seen([here])
        choices = [(f"On the wire {words_of(graph, wire)}", partial(self._ask_on, wire)) for wire in wires]
        if not wires and port is not None:
            choices.append(("At the free input", partial(self._ask_at, here, port)))
        choose(self, self._beside(), choices)

    def _ask_on(self, wire: Wire) -> None:
        canvas = self._canvas
        at = canvas.projection.wires[wire].curve.point(0.5)
        canvas.quick_add.open_popup(Purpose(at, wire=wire))

    def _ask_at(self, id: str, port: str) -> None:
        item = self._canvas.projection.nodes[id]
        at = item.input_point(port) - QPointF(72.0, 0.0)
        self._canvas.quick_add.open_popup(Purpose(at, loose=Loose(id, port, False)))

    # Keys and menus

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, plain = event.key(), event.modifiers() == Qt.KeyboardModifier.NoModifier
        rename = self._canvas.actions_.rename
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and plain:
            self._along(key == Qt.Key.Key_Right)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.here:
            self._canvas.node_activated.emit(self.here)
        elif key == Qt.Key.Key_Escape:
            self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        elif QKeySequence(event.keyCombination()) in rename.shortcuts() and self.here:
            # The canvas's action renames on the canvas; here the name is edited in its row.
            self.edit(self.currentIndex())
        else:
            super().keyPressEvent(event)
            here = self.currentIndex()
            if key in _MOVES and plain and here.isValid() and not self.selectionModel().isSelected(here):
                # Where there was nowhere to move to, as with Home in the first row, Qt leaves that unselected.
                self.selectionModel().select(here, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    @Slot(QModelIndex)
    def _activate(self, index: _Index) -> None:
        self._canvas.node_activated.emit(self.rows.id_at(index))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._catch_up()
        if not self.currentIndex().isValid() and self.rows.rows:
            first = self.rows.index(0)
            self.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        if not keyboard and not self.indexAt(event.pos()).isValid():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self.own_actions)
        menu.addActions(self._shared[:3])
        menu.addSeparator()
        menu.addAction("Rename", partial(self.edit, self.currentIndex()))
        menu.addActions(self._shared[3:5])
        menu.addSeparator()
        menu.addActions(self._shared[5:-1])
        menu.popup(self._beside() if keyboard else event.globalPos())


class _Rows(QStyledItemDelegate):
    """Paints a row in two lines: badge, name and what it gives; below them the kind and where its data come from."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(140, ROW)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: _Index) -> None:
        left = option.rect.left() + 30
        editor.setGeometry(left, option.rect.top() + 4, option.rect.right() - left - 6, ROW - 8)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        assert isinstance(model, OutlineModel)
        row, theme, rect = model.rows[index.row()], current(), QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        box = rect.adjusted(2, 1, -2, -1)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.selected if chosen else theme.hover))
            painter.drawRoundedRect(box, RADII.field, RADII.field)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(theme.accent), theme.stroke(1.0)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), RADII.field, RADII.field)
        left = rect.left() + 8.0 + INDENT * row.line.depth
        if row.line.depth:
            painter.setPen(QPen(QColor(theme.border), theme.stroke(1.0)))
            x = rect.left() + 15.0
            painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))
        icons.paint_family(painter, row.node.declaration.family, QRectF(left, rect.top() + 4.0, 16.0, 16.0))
        self._words(painter, row, QRectF(left + 22.0, rect.top(), rect.right() - left - 30.0, rect.height()))
        painter.restore()

    def _words(self, painter: QPainter, row: Row, box: QRectF) -> None:
        theme = current()
        upper = QRectF(box.left(), box.top() + 2.0, box.width(), 20.0)
        lower = QRectF(box.left(), box.top() + 20.0, box.width(), 16.0)
        middle, right = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if row.shape is not None and row.node.declaration.has_output:
            painter.setFont(font("small-number"))
            painter.setPen(QColor(theme.quiet))
            label = row.shape.label()
            painter.drawText(upper, right, label)
            upper.setRight(upper.right() - painter.fontMetrics().horizontalAdvance(label) - 8)
        painter.setFont(font("strong"))
        painter.setPen(QColor(theme.text))
        elide = Qt.TextElideMode.ElideRight
        painter.drawText(upper, middle, painter.fontMetrics().elidedText(row.node.name, elide, int(upper.width())))
        painter.setFont(font("caption"))
        if row.trouble:
            colour = {"error": theme.error_text, "warning": theme.warning_text}.get(row.severity, theme.accent)
            painter.setPen(QColor(colour))
            painter.drawText(lower, right, row.trouble)
            lower.setRight(lower.right() - painter.fontMetrics().horizontalAdvance(row.trouble) - 8)
        painter.setPen(QColor(theme.quiet))
        painter.drawText(lower, middle, painter.fontMetrics().elidedText(row.detail, elide, int(lower.width())))


class Outline(QWidget):
    """The list with a line about the network above it."""

    def __init__(self, canvas: Canvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = OutlineList(canvas, self)
        self.hint = QLabel()
        self.hint.setWordWrap(True)
        self._named = (self.list.add_after, canvas.actions_.connect_nodes)
        for action in self._named:
            action.changed.connect(self._show_keys)
        self._show_keys()
        self.hint.setProperty("role", "caption")
        box = QVBoxLayout(self)
        box.setContentsMargins(4, 8, 4, 8)
        box.setSpacing(6)
        box.addWidget(self.list, 1)
        box.addWidget(self.hint)
        self.hint.setContentsMargins(8, 0, 8, 0)

    @Slot()
    def _show_keys(self) -> None:
        """Name the keys as they are now: the user may change them."""
        native = QKeySequence.SequenceFormat.NativeText
        keys = [action.shortcut().toString(native) for action in self._named]
        told = [f"{key} {does}" for key, does in zip(keys, ("adds behind a row", "connects"), strict=True) if key]
        self.hint.setText(", ".join((*told, "Left and Right go along the wires.")))
