"""The bar over the canvas that finds layers and notes: the rest is faded, Enter goes to the next match."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QToolButton

from engine.graph.advice.layer_search import LayerSearch
from gui.canvas.announce import node_words
from gui.canvas.diagram_view import DiagramView
from gui.canvas.emphasis import Emphasis
from gui.canvas.navigation import View
from gui.canvas.notes.notes import Notes
from gui.plain_text import PlainLabel
from gui.theme.icons import icon
from gui.theme.style import notifier, set_role

WIDTH, EDGE = 460, 12
EXAMPLES = "conv, 32×14×14, 64 channels, kernel 3"
_HELP = (
    "Finds layers by name or kind (conv), by the shape they give (32×14×14, 64 channels), by a setting (kernel 3, "
    "p=0.5, units 128) or a state (frozen, bypassed), and notes and frames by their words. Enter goes to the next one, "
    "Shift+Enter back, Esc closes."
)


class FindBar(QFrame):
    """Hidden until ``open_bar``. Closing it leaves what is selected."""

    def __init__(self, view: DiagramView, notes: Notes, emphasis: Emphasis) -> None:
        super().__init__(view)
        self._view, self._notes, self._emphasis = view, notes, emphasis
        self._finder: LayerSearch | None = None
        self._found: tuple[str, ...] = ()
        self._place = -1
        self._left: tuple[float, QPointF, View] | None = None
        """The zoom and the middle of the view that typing has left, and the view it went to."""
        self.setObjectName("find-bar")
        set_role(self, "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.field = QLineEdit(self)
        self.field.setPlaceholderText(EXAMPLES)
        self.field.setAccessibleName("Find layers and notes")
        self.field.setAccessibleDescription(_HELP)
        self.field.setToolTip(_HELP)
        self.field.setMaxLength(200)
        self.count = PlainLabel(parent=self)
        set_role(self.count, "quiet")
        self.count.setMinimumWidth(76)
        self.count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.back = self._button("Previous (Shift+Enter)", "chevron-up")
        self.next = self._button("Next (Enter)", "chevron-down")
        self.close_button = self._button("Close (Esc)", "close")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 6, 6)
        row.setSpacing(4)
        row.addWidget(self.field, 1)
        row.addWidget(self.count)
        row.addSpacing(4)
        for button in (self.back, self.next, self.close_button):
            row.addWidget(button)
        self.field.textChanged.connect(self._typed)
        self.field.installEventFilter(self)
        self.back.clicked.connect(self.go_back)
        self.next.clicked.connect(self.go_on)
        self.close_button.clicked.connect(self.close_bar)
        view.installEventFilter(self)
        view.document.analysed.connect(self._search_again)
        notifier().changed.connect(self._dress)
        self._dress()
        self.hide()

    def _button(self, words: str, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setAutoRaise(True)
        button.setToolTip(words)
        button.setAccessibleName(words)
        return button

    @Slot()
    def _dress(self) -> None:
        for button in (self.back, self.next, self.close_button):
            button.setIcon(icon(button.objectName()))

    @property
    def found(self) -> tuple[str, ...]:
        """The ids of the nodes and notes that were found, in reading order."""
        return self._found

    # Opening and closing

    @Slot()
    def open_bar(self) -> None:
        """Ask what to find; what was asked last stands there still, to be typed over."""
        self._view.cancel()
        self._lie()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        self._search(self.field.text())

    @Slot()
    def close_bar(self) -> None:
        """Close, light everything again, and go back to where typing has led away from; the selection stays."""
        if self.isHidden():
            return
        left, self._left = self._left, None
        if left is not None and left[2] == self._view.view_now:
            self._view.zoom_to(left[0])
            self._view.centerOn(left[1])
        inside = self.isAncestorOf(self.window().focusWidget() or self._view)
        self.hide()
        self._emphasis.show_found(None)
        if inside:
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    # Finding

    @Slot(str)
    def _typed(self, words: str) -> None:
        self._search(words)
        self._show_first()

    def _show_first(self) -> None:
        """Bring the first one found into view, if none is."""
        view = self._view
        if not self._found or any(view.sees_box(self._body(id)) for id in self._found):
            return
        middle = view.scene_at(QPointF(view.viewport().rect().center()))
        scale, middle = (view.scale_now, middle) if self._left is None else self._left[:2]
        view.centerOn(self._body(self._found[0]).center())
        self._left = (scale, middle, view.view_now)

    def _body(self, id: str) -> QRectF:
        """Where a layer or a note lies."""
        projection = self._view.projection
        item = projection.nodes.get(id)
        return projection.notes.items[id].body if item is None else item.body

    @Slot(object)
    def _search_again(self, _analysis: object) -> None:
        """The drawing changed: what is found may be something else."""
        self._finder = None
        if not self.isHidden():
            here = self._found[self._place] if 0 <= self._place < len(self._found) else ""
            self._search(self.field.text())
            if here in self._found:
                self._place = self._found.index(here)
                self._tell()

    @Slot(str)
    def _search(self, words: str) -> None:
        document = self._view.document
        if self._finder is None:
            self._finder = LayerSearch(document.graph, document.analysis)
        self._found = self._finder.find(words)
        self._place = -1
        self._emphasis.show_found(self._found if words.strip() else None)
        self._tell()
        for button in (self.back, self.next):
            button.setEnabled(bool(self._found))

    def _tell(self) -> None:
        count = len(self._found)
        if not self.field.text().strip():
            words = ""
        elif not count:
            words = "no matches"
        else:
            words = f"{self._place + 1} of {count}" if self._place >= 0 else f"{count:,} found"
        if words != self.count.text():
            self.count.setText(words)
            self._view.announce(words)

    @Slot()
    def go_on(self) -> None:
        """Select the next one found, and bring it to the middle."""
        self._step(1)

    @Slot()
    def go_back(self) -> None:
        """Select the one before."""
        self._step(-1)

    def _step(self, by: int) -> None:
        if not self._found:
            return
        view = self._view
        now = view.document.selection | self._notes.selection
        selected = [place for place, id in enumerate(self._found) if id in now]
        if self._place >= 0:
            self._place = (self._place + by) % len(self._found)
        elif len(selected) == 1:
            # From where one is, if that is one of them.
            self._place = (selected[0] + by) % len(self._found)
        else:
            self._place = 0 if by > 0 else len(self._found) - 1
        self._left = None  # whoever goes on to one of them wants to be there
        id = self._found[self._place]
        if id in view.projection.notes.items:
            self._notes.reveal(id)
            words = self._notes.words(id)
        else:
            view.document.select({id})
            words = node_words(view.document, id)
        view.centerOn(self._body(id).center())
        self._tell()
        view.announce(words)

    # Events

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._view and event.type() == QEvent.Type.Resize:
            self._lie()
        elif watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        return bool(super().eventFilter(watched, event))

    def _key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif key == Qt.Key.Key_Down:
            self._step(1)
        elif key == Qt.Key.Key_Up:
            self._step(-1)
        elif key == Qt.Key.Key_Escape:
            self.close_bar()
        else:
            return False
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        else:
            super().keyPressEvent(event)

    def _lie(self) -> None:
        width = min(WIDTH, self._view.width() - 2 * EDGE)
        self.setGeometry(self._view.width() - width - EDGE, EDGE, width, self.sizeHint().height())
