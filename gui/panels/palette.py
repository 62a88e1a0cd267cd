"""The palette: every layer by family, found by searching, taken by dragging, clicking or pressing Enter."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QEvent,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QDrag, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from engine.graph.blocks.shelf import SECTIONS, known
from engine.graph.layers import FAMILIES, LayerKind
from gui.canvas.drops import MIME
from gui.canvas.search import offered, search
from gui.panel_sizes import PALETTE
from gui.plain_text import PlainLabel, escaped
from gui.theme import icons
from gui.theme.fonts import font
from gui.theme.style import current, notifier, set_role
from gui.theme.tokens import RADII

ROW, HEADING = 26, 28
BADGE, BADGE_ABOVE = 24, 44
"""The size of what hangs at the pointer in a drag, and how far above it: a layer is held by its middle, and its upper
half is 32 high at a zoom of 100 %, more with large letters, and half a step of the grid more when it snaps."""
BEFORE_NAME, BEHIND_NAME = 34, 2
"""What a row needs beside its name, in pixels: the badge of the family, and an edge."""
MOST_FIRST_WIDTH = 280
_TITLES = {**FAMILIES, **SECTIONS}
_Index = QModelIndex | QPersistentModelIndex


class PaletteModel(QAbstractListModel):
    """Rows are families (str) and layers (LayerKind); while one searches, layers only, best first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[str | LayerKind] = []
        self.find("")

    def find(self, words: str) -> None:
        """Show the layers that answer to the words; all, by family, for none."""
        self.beginResetModel()
        if words.strip():
            self.rows = list(search(words))
        else:
            self.rows = []
            every = offered()
            for family in _TITLES:
                members = [kind for kind in every if kind.family == family]
                self.rows += [family, *members] if members else []
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        row = self.rows[index.row()]
        if isinstance(row, str):
            return _TITLES[row] if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip_of(row)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return row.summary
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if not index.isValid() or isinstance(self.rows[index.row()], str):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled

    def kind_at(self, index: _Index) -> LayerKind | None:
        """The layer in a row; None for a family's heading or no row."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        return None if isinstance(row, str) else row

    def first(self) -> QModelIndex:
        """The first row that is a layer."""
        for number, row in enumerate(self.rows):
            if not isinstance(row, str):
                return self.index(number)
        return QModelIndex()


def tip_of(kind: LayerKind) -> str:
    """What a layer does, as a tooltip."""
    torch = f"<div style='color:{current().quiet}'>{kind.torch_class}</div>" if kind.torch_class else ""
    return f"<div style='max-width:300px'><b>{escaped(kind.name)}</b><div>{escaped(kind.summary)}</div>{torch}</div>"


def mime_of(kind: str) -> QMimeData:
    """What a dragged layer carries."""
    data = QMimeData()
    data.setData(MIME, QByteArray(kind.encode("utf-8")))
    return data


def written(name: str, room: int) -> tuple[str, str]:
    """How a name is written where there is so much room: (role of the font, words), smaller before it is cut."""
    for role in ("text", "small"):
        measure = QFontMetrics(font(role))
        if measure.horizontalAdvance(name) <= room:
            return role, name
    return role, measure.elidedText(name, Qt.TextElideMode.ElideRight, room)


class _Rows(QStyledItemDelegate):
    """Paints a row: a heading in small capitals, or a layer with the badge of its family."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        model = index.model()
        assert isinstance(model, PaletteModel)
        heading = isinstance(model.rows[index.row()], str)
        return QSize(120, HEADING if heading and index.row() else ROW - 4 if heading else ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        assert isinstance(model, PaletteModel)
        row, theme, rect = model.rows[index.row()], current(), option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(row, str):
            painter.setFont(font("section"))
            painter.setPen(QColor(theme.quiet))
            box = rect.adjusted(8, 0, -4, -4)
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, _TITLES[row])
        else:
            state = option.state
            chosen = bool(state & QStyle.StateFlag.State_Selected)
            if chosen or state & QStyle.StateFlag.State_MouseOver:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(theme.selected if chosen else theme.hover))
                painter.drawRoundedRect(rect.adjusted(2, 1, -2, -1), RADII.field, RADII.field)
            middle = rect.center().y() + 0.5
            icons.paint_family(painter, row.family, QRectF(rect.left() + 9, middle - 8, 16, 16))
            box = rect.adjusted(BEFORE_NAME, 0, -BEHIND_NAME, 0)
            role, words = written(row.name, box.width())
            painter.setFont(font(role))
            painter.setPen(QColor(theme.text))
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
        painter.restore()


class _List(QListView):
    """A press that travels is a drag; one that does not is a click, which picks the layer up."""

    picked = Signal(str)
    wanted = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._pressed: QPoint | None = None
        self.setMouseTracking(True)
        self.setDragEnabled(False)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setSelectionMode(QListView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(_Rows(self))
        self.setAccessibleName("Layers")

    def _kind(self, index: _Index) -> str:
        model = self.model()
        assert isinstance(model, PaletteModel)
        kind = model.kind_at(index)
        return "" if kind is None else kind.name

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self._kind(self.indexAt(event.position().toPoint())):
            self._pressed = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        pressed = self._pressed
        if pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            super().mouseMoveEvent(event)
            return
        if (event.position().toPoint() - pressed).manhattanLength() >= QApplication.startDragDistance():
            self._pressed = None
            self._drag(self._kind(self.indexAt(pressed)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        super().mouseReleaseEvent(event)
        if pressed is not None and event.button() == Qt.MouseButton.LeftButton:
            self.picked.emit(self._kind(self.indexAt(pressed)))

    def _drag(self, kind: str) -> None:
        drag = QDrag(self)
        drag.setMimeData(mime_of(kind))
        drag.setPixmap(drag_picture(kind, self.devicePixelRatioF()))
        drag.setHotSpot(QPoint(BADGE // 2, BADGE + BADGE_ABOVE))
        drag.exec(Qt.DropAction.CopyAction)
        # While one drags, nobody tells the list that the pointer has left it: a row would stay lit. It is told later,
        # since Qt lights the row where the drag began once this move of the mouse is dealt with.
        QApplication.postEvent(self.viewport(), QEvent(QEvent.Type.Leave))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        kind = self._kind(self.currentIndex())
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and kind:
            (self.picked if _takes(event) else self.wanted).emit(kind)
            event.accept()
            return
        super().keyPressEvent(event)


def _takes(event: QKeyEvent) -> bool:
    """Whether Enter picks the layer up, as a click does, instead of adding it."""
    return bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)


class Palette(QWidget):
    """``picked``: a layer was clicked, or chosen with Shift+Enter, and is to be picked up; ``wanted``: it is to be
    added at once (Enter).
    ``unwanted``: a block of the user's is to be removed."""

    picked = Signal(str)
    wanted = Signal(str)
    unwanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("palette")
        self.setAccessibleName("Palette of layers")
        self.field = QLineEdit(self)
        self.field.setPlaceholderText("Search layers…")
        self.field.setAccessibleName("Search layers")
        self.field.setClearButtonEnabled(True)
        self.model = PaletteModel(self)
        self.list = _List(self)
        self.list.setModel(self.model)
        self.nothing = PlainLabel(parent=self)
        self.nothing.setWordWrap(True)
        set_role(self.nothing, "caption")
        self.nothing.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 12, 4, 0)
        self._edges = box.contentsMargins()
        box.setSpacing(8)
        field_row = QVBoxLayout()
        field_row.setContentsMargins(0, 0, 8, 0)
        field_row.addWidget(self.field)
        box.addLayout(field_row)
        box.addWidget(self.nothing)
        box.addWidget(self.list, 1)
        self.setMinimumWidth(150)
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.list.picked.connect(self.picked)
        self.list.wanted.connect(self.wanted)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._asked_for_menu)
        notifier().changed.connect(self._theme_changed)

    def first_width(self) -> int:
        """How wide it is until somebody makes it wider: every layer's name can be read, in wide letters too."""
        measure = QFontMetrics(font("small"))
        longest = max(measure.horizontalAdvance(kind.name) for kind in offered() if kind.family != "mine")
        bar = self.list.verticalScrollBar().sizeHint().width()
        needed = self._edges.left() + BEFORE_NAME + longest + BEHIND_NAME + bar + self._edges.right()
        return max(PALETTE, min(needed, MOST_FIRST_WIDTH))

    def clear_search(self) -> None:
        """Show all layers again."""
        self.field.clear()

    @Slot()
    def refresh(self) -> None:
        """There are other blocks now."""
        self._search(self.field.text())

    @Slot(QPoint)
    def _asked_for_menu(self, at: QPoint) -> None:
        kind = self.model.kind_at(self.list.indexAt(at))
        if kind is not None:
            self.menu_for(kind.name).popup(self.list.viewport().mapToGlobal(at))

    def menu_for(self, name: str) -> QMenu:
        """What can be done with a row."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Add", partial(self.wanted.emit, name))
        if known(name).family == "mine":
            menu.addAction("Remove from My blocks", partial(self.unwanted.emit, name))
        return menu

    @Slot(str)
    def _search(self, words: str) -> None:
        self.model.find(words)
        empty = not self.model.rows
        self.nothing.setVisible(empty)
        if empty:
            self.nothing.setText(f"No layer matches “{words.strip()}”.")
        if words.strip() and not empty:
            self.list.setCurrentIndex(self.model.first())

    def _take_found(self, event: QKeyEvent) -> None:
        kind = self.model.kind_at(self.list.currentIndex())
        if kind is not None and self.field.text().strip():
            (self.picked if _takes(event) else self.wanted).emit(kind.name)

    @Slot()
    def _theme_changed(self) -> None:
        self.list.viewport().update()

    def row_of(self, kind: str) -> QRect:
        """Where a layer's row is, scrolled into view, in the coordinates of the list's viewport."""
        for number, row in enumerate(self.model.rows):
            if isinstance(row, LayerKind) and row.name == kind:
                self.list.scrollTo(self.model.index(number))
                return self.list.visualRect(self.model.index(number))
        return QRect()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape and self.field.text():
                self.field.clear()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take_found(event)
                return True
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self.list.setFocus(Qt.FocusReason.OtherFocusReason)
                if self.model.kind_at(self.list.currentIndex()) is None:
                    self.list.setCurrentIndex(self.model.first())
                return True
        return bool(super().eventFilter(watched, event))


def drag_picture(kind: str, ratio: float) -> QPixmap:
    """A small badge above the pointer, with nothing between the two: there the canvas draws the layer itself."""
    made = QPixmap(round(BADGE * ratio), round((BADGE + BADGE_ABOVE) * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    icons.paint_family(painter, known(kind).family, QRectF(2, 2, 20, 20))
    painter.end()
    return made
