"""Quick add: type a few letters, press Enter, and the layer is there."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFocusEvent, QHideEvent, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
)

from engine.graph.advice.suggestions import replacements
from engine.graph.graph import Wire
from engine.graph.layers.kind import ENDS
from gui.canvas.adding import Adding
from gui.canvas.diagram_view import DiagramView
from gui.canvas.fitting import fitting_kinds
from gui.canvas.gestures.connect import Loose
from gui.canvas.keyboard import KeyboardBefore
from gui.canvas.search import offered, search
from gui.canvas.wire_curve import Curve
from gui.plain_text import PlainLabel, plain_tip
from gui.theme.icons import family_icon
from gui.theme.style import current

WIDTH, HEIGHT = 300, 320
_APART = 12
"""How far from the layer it is about the panel lies, where it would cover it otherwise."""
_KIND = int(Qt.ItemDataRole.UserRole)
_SUMMARY = _KIND + 1


@dataclass(frozen=True)
class Purpose:
    """What the layer is for: to stand at a point, on a wire, at the end of a dragged wire, or behind a node."""

    at: QPointF
    wire: Wire | None = None
    loose: Loose | None = None
    behind: str = ""
    replaced: str = ""
    """The node that gives way to the layer."""


class QuickAdd(QFrame):
    """A small panel over the canvas. Esc, or going elsewhere, closes it without a trace."""

    def __init__(self, view: DiagramView, adding: Adding) -> None:
        super().__init__(view)
        self._view, self._adding = view, adding
        self._purpose = Purpose(QPointF())
        self._before = KeyboardBefore(view)
        """Who had the keyboard before, and gets it back."""
        self._fitting: tuple[str, ...] | None = None
        self._family = ""
        self.setObjectName("quick-add")
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.field = QLineEdit(self)
        self.field.setPlaceholderText("Search layers…")
        self.field.setAccessibleName("Search layers")
        self.said = PlainLabel(parent=self)
        self.said.setProperty("role", "caption")
        self.said.setWordWrap(True)
        self.list = QListWidget(self)
        self.list.setAccessibleName("Layers found")
        self.list.setIconSize(QSize(16, 16))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setUniformItemSizes(True)
        self.summary = PlainLabel(parent=self)
        self.summary.setProperty("role", "caption")
        self.summary.setWordWrap(True)
        self.summary.setMinimumHeight(34)
        self.summary.setAlignment(Qt.AlignmentFlag.AlignTop)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 8, 8, 8)
        box.setSpacing(6)
        for part in (self.field, self.said, self.list, self.summary):
            box.addWidget(part)
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(self._clicked)
        self.list.currentItemChanged.connect(self._explain)
        view.wire_dropped.connect(self._wire_dropped)
        self.hide()

    def ask(self, letters: str = "", wire: Wire | None = None) -> None:
        """Ask for a layer for a wire, else behind the one selected node, else where the pointer is."""
        view = self._view
        behind = self._adding.continued_from()
        wire = wire or view.selected_wire
        if wire is not None and wire in view.projection.wires:
            self.open_popup(Purpose(view.projection.wires[wire].curve.point(0.5), wire=wire), letters)
        elif behind:
            body = view.projection.nodes[behind].body
            self.open_popup(Purpose(body.topRight() + QPointF(24.0, 0.0), behind=behind), letters)
        else:
            middle = view.scene_at(QPointF(view.viewport().rect().center()))
            self.open_popup(Purpose(view.pointer or middle), letters)

    def ask_to_replace(self, id: str) -> None:
        """Ask for a layer that takes the place of another one."""
        if id in self._view.projection.nodes and self._view.document.graph.nodes[id].kind not in ENDS:
            self._view.ensure_seen([id])
            body = self._view.projection.nodes[id].body
            self.open_popup(Purpose(body.topRight() + QPointF(24.0, 0.0), replaced=id))

    @Slot(QPointF, object)
    def _wire_dropped(self, at: QPointF, loose: Loose) -> None:
        self.open_popup(Purpose(at, loose=loose))

    def open_popup(self, purpose: Purpose, letters: str = "") -> None:
        """Ask for a layer for a purpose, with some letters typed already."""
        view = self._view
        view.cancel()
        if not self.isVisible():
            self._before.remember()
        self._purpose = purpose
        self._fitting = None
        document, loose = view.document, purpose.loose
        source = loose.node if loose is not None else purpose.wire.source if purpose.wire else purpose.behind
        self._family = ""
        if purpose.replaced:
            self._fitting = replacements(document.graph, purpose.replaced, document.analysis)
            self._family = document.graph.nodes[purpose.replaced].declaration.family
        elif source:
            forward = loose is None or loose.forward
            self._fitting = fitting_kinds(document.graph, document.analysis, document.signature, source, forward)
        self.said.setText(self._purpose_words())
        self.said.setVisible(bool(self.said.text()))
        self.field.blockSignals(True)
        self.field.setText(letters)
        self.field.blockSignals(False)
        self._search(letters)
        corner = view.viewportTransform().map(purpose.at).toPoint()
        width, height = min(WIDTH, view.width() - 16), min(HEIGHT, view.height() - 16)
        left = max(8, min(corner.x(), view.width() - width - 8))
        top = max(8, min(corner.y(), view.height() - height - 8))
        self.setGeometry(self._beside(QRect(left, top, width, height)))
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        self.field.setCursorPosition(len(letters))

    def _beside(self, place: QRect) -> QRect:
        """The place, or one nearby where the panel does not cover the layer that it is about."""
        view, about = self._view, self._purpose.behind or self._purpose.replaced
        if about not in view.projection.nodes:
            return place
        body = view.viewportTransform().mapRect(view.projection.nodes[about].body).toAlignedRect()
        ways = (
            place,
            place.translated(0, body.top() - _APART - place.bottom()),
            place.translated(0, body.bottom() + _APART - place.top()),
            place.translated(body.left() - _APART - place.right(), 0),
            place.translated(body.right() + _APART - place.left(), 0),
        )
        free = (way for way in ways if view.rect().contains(way) and not way.intersects(body))
        return next(free, place)

    def close_popup(self) -> None:
        """Close without adding anything."""
        if self.isVisible():
            if self.field.hasFocus():
                self._before.give_back(Qt.FocusReason.PopupFocusReason)
            self.hide()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._view.viewport().update()

    def paint_wire(self, painter: QPainter) -> None:
        """Paint the wire that was dropped, for as long as one looks for the layer at its end."""
        loose = self._purpose.loose
        if not self.isVisible() or loose is None or loose.node not in self._view.projection.nodes:
            return
        item, end = self._view.projection.nodes[loose.node], self._purpose.at
        fixed = item.output_point() if loose.forward else item.input_point(loose.port)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(current().accent), 2.5))
        painter.setBrush(QColor(current().accent))
        curve = Curve(fixed, end) if loose.forward else Curve(end, fixed)
        painter.strokePath(curve.path(), painter.pen())
        painter.drawEllipse(end, 3.5, 3.5)

    def _purpose_words(self) -> str:
        nodes, purpose = self._view.document.graph.nodes, self._purpose
        if purpose.replaced:
            return f"In place of {nodes[purpose.replaced].name}"
        if purpose.wire is not None:
            return self._view.words_between(purpose.wire)
        if purpose.loose is not None:
            name = nodes[purpose.loose.node].name
            return f"Fed by {name}" if purpose.loose.forward else f"Feeds {name}"
        return f"After {nodes[purpose.behind].name}" if purpose.behind else ""

    @Slot(str)
    def _search(self, words: str) -> None:
        found = search(words, offered())
        if self._purpose.replaced:
            found = [
                kind for kind in found if kind.name != self._view.document.graph.nodes[self._purpose.replaced].kind
            ]
        if self._fitting is not None:
            place = {name: number for number, name in enumerate(self._fitting)}
            typed = words.strip().casefold()
            # While nothing is typed the likeliest comes first; what was typed counts for more than that, and a layer
            # called by its name comes even where it does not fit: one may know what one does.
            found.sort(
                key=lambda kind: (
                    bool(self._family) and kind.family != self._family,
                    bool(typed) and not kind.name.casefold().startswith(typed),
                    kind.name not in place,
                    0 if typed else place.get(kind.name, 0),
                )
            )
        self.list.clear()
        for kind in found:
            fits = self._fitting is None or kind.name in self._fitting
            item = QListWidgetItem(family_icon(kind.family), kind.name if fits else f"{kind.name}  (does not fit)")
            item.setData(_KIND, kind.name)
            item.setData(_SUMMARY, kind.summary)
            item.setToolTip(plain_tip(kind.summary))
            self.list.addItem(item)
        if found:
            self.list.setCurrentRow(0)
        else:
            self.summary.setText(f"No layer matches “{words.strip()}”.")

    @Slot(QListWidgetItem, QListWidgetItem)
    def _explain(self, item: QListWidgetItem | None, _before: QListWidgetItem | None) -> None:
        self.summary.setText("" if item is None else str(item.data(_SUMMARY)))
        if item is not None and self.isVisible():
            # The keyboard stays in the field, so a screen reader would not hear of the row by itself.
            self._view.announce(f"{item.text()}: {item.data(_SUMMARY)}")

    @Slot(QListWidgetItem)
    def _clicked(self, item: QListWidgetItem) -> None:
        self._choose(str(item.data(_KIND)))

    def _choose(self, kind: str) -> None:
        purpose, adding = self._purpose, self._adding
        self.close_popup()
        nodes, wires = self._view.document.graph.nodes, self._view.document.graph.wires
        if purpose.replaced:
            adding.replace_by(kind, purpose.replaced)
        elif purpose.wire is not None and purpose.wire in wires:
            adding.add_on(kind, purpose.wire)
        elif purpose.loose is not None and purpose.loose.node in nodes:
            loose = purpose.loose
            end = Wire(loose.node, loose.port, loose.node, loose.port)
            adding.add_wired(kind, purpose.at, end, loose.forward)
        elif purpose.behind and purpose.behind in nodes:
            adding.add_behind(kind, purpose.behind)
        else:
            adding.add_at(kind, purpose.at)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field:
            if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                return self._key(event)
            menu = Qt.FocusReason.PopupFocusReason  # of the field itself: that is not going elsewhere
            if isinstance(event, QFocusEvent) and event.lostFocus() and event.reason() != menu:
                self.hide()
        return bool(super().eventFilter(watched, event))

    def _key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.close_popup()
            # Whoever came here with Tab and did not want a layer goes on from layer to layer with it.
            self._view.walking = True
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            item = self.list.currentItem()
            if item is not None:
                self._choose(str(item.data(_KIND)))
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8}.get(Qt.Key(key), -8)
            last = self.list.count() - 1
            if last >= 0:
                self.list.setCurrentRow(max(0, min(last, self.list.currentRow() + step)))
        else:
            return False
        return True
