"""The gallery as a dialog: search, cards in groups, chosen with the mouse or with arrows and Enter."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from gui.arrows import ARROWS
from gui.gallery.card import HEIGHT, WIDTH, GalleryCard
from gui.gallery.entries import GalleryEntry
from gui.gallery.preparing import Preparing
from gui.plain_text import PlainLabel
from gui.theme.style import notifier, set_role

_GAP, _HEADING = 12, 34


class GalleryDialog(QDialog):
    """Choose a template or an example. ``chosen`` brings the entry; the dialog is closed by then."""

    chosen = Signal(object)

    def __init__(self, entries: tuple[GalleryEntry, ...], preparing: Preparing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("New from a template")
        self.resize(3 * (WIDTH + _GAP) + 58, 660)
        self.setMinimumSize(WIDTH + 70, HEIGHT + 140)
        self._preparing = preparing
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search templates and examples")
        self.search.setAccessibleName("Search templates and examples")
        self.search.setClearButtonEnabled(True)
        self._content = QWidget()
        set_role(self._content, "scrolled")
        self.area = QScrollArea()
        self.area.setWidget(self._content)
        self.area.setWidgetResizable(False)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 8, 8)
        column.setSpacing(8)
        column.addWidget(self.search)
        column.addWidget(self.area, 1)
        self.cards: list[GalleryCard] = []
        self._headings: dict[str, QLabel] = {}
        self.nothing_found = PlainLabel("No template or example matches. Try fewer words.", self._content)
        set_role(self.nothing_found, "quiet")
        for entry in entries:
            if entry.group not in self._headings:
                self._headings[entry.group] = PlainLabel(entry.group, self._content)
                set_role(self._headings[entry.group], "section")
            card = GalleryCard(entry, self._content)
            card.installEventFilter(self)
            card.clicked.connect(self._chosen)
            self.cards.append(card)
        self.search.textChanged.connect(self._arrange)
        self.search.installEventFilter(self)
        self.area.viewport().installEventFilter(self)
        preparing.ready.connect(self._ready)
        notifier().changed.connect(self._prepare)

    # What is shown

    @property
    def shown(self) -> list[GalleryCard]:
        """The cards that the search leaves, in their order."""
        wanted = self.search.text()
        return [card for card in self.cards if card.entry.matches(wanted)]

    @property
    def columns(self) -> int:
        """How many cards stand side by side."""
        return max(1, (self.area.viewport().width() + _GAP) // (WIDTH + _GAP))

    @Slot()
    def _arrange(self, *_values: object) -> None:
        columns, shown = self.columns, self.shown
        width = self.area.viewport().width()
        wide = min((width - (columns - 1) * _GAP) // columns, WIDTH + 80) if width > WIDTH else WIDTH
        y = 0
        for group, heading in self._headings.items():
            cards = [card for card in shown if card.entry.group == group]
            heading.setVisible(bool(cards))
            if not cards:
                continue
            heading.setGeometry(2, y, width, _HEADING)
            y += _HEADING
            for number, card in enumerate(cards):
                row, place = divmod(number, columns)
                card.setGeometry(place * (wide + _GAP), y + row * (HEIGHT + _GAP), wide, HEIGHT)
            y += -(-len(cards) // columns) * (HEIGHT + _GAP)
        for card in self.cards:
            card.setVisible(card in shown)
        self.nothing_found.setVisible(not shown)
        self.nothing_found.setGeometry(2, 8, width, 24)
        self._content.resize(width, max(y, 40))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.search.clear()
        self.search.setFocus()
        self.area.verticalScrollBar().setValue(0)
        self._arrange()
        self._prepare()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._preparing.stop()

    @Slot()
    def _prepare(self) -> None:
        for card in self.cards:
            card.show_known(self._preparing.known.get(card.entry), self._preparing.picture(card.entry))
        if self.isVisible():
            self._preparing.start([card.entry for card in self.cards], self.devicePixelRatioF())

    @Slot(object)
    def _ready(self, entry: GalleryEntry) -> None:
        for card in self.cards:
            if card.entry == entry:
                card.show_known(self._preparing.known.get(entry), self._preparing.picture(entry))

    # Choosing

    @Slot()
    def _chosen(self) -> None:
        card = self.sender()
        if isinstance(card, GalleryCard):
            self._choose(card)

    def _choose(self, card: GalleryCard) -> None:
        self.accept()
        self.chosen.emit(card.entry)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if watched is self.search:
                return self._searching(event)
            if isinstance(watched, GalleryCard):
                return self._walking(watched, event)
        if event.type() == QEvent.Type.Resize and watched is self.area.viewport():
            self._arrange()
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, GalleryCard):
            self.area.ensureWidgetVisible(watched, 0, _HEADING + _GAP)
        return bool(super().eventFilter(watched, event))

    def _searching(self, event: QKeyEvent) -> bool:
        shown = self.shown
        if event.key() == Qt.Key.Key_Down and shown:
            shown[0].setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if shown and self.search.text().strip():
                self._choose(shown[0])
            return True
        return False

    def _walking(self, card: GalleryCard, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key in ARROWS:
            self._go(card, *ARROWS[key])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.shown[0 if key == Qt.Key.Key_Home else -1].setFocus(Qt.FocusReason.OtherFocusReason)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(card)
        elif event.text().isalnum() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            # Typing searches, wherever one is.
            self.search.setFocus(Qt.FocusReason.OtherFocusReason)
            self.search.setText(event.text())
        else:
            return False
        return True

    def _go(self, card: GalleryCard, dx: int, dy: int) -> None:
        """The next card in a direction; to the left and right in reading order; up from the first row is the search."""
        shown = self.shown
        if dx:
            place = shown.index(card) + dx
            found = shown[place] if 0 <= place < len(shown) else None
        else:
            found = min(self._in_direction(card, dy), default=(0, 0, None), key=lambda one: one[:2])[2]
            if found is None and dy < 0:
                self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        if found is not None:
            found.setFocus(Qt.FocusReason.OtherFocusReason)

    def _in_direction(self, card: GalleryCard, dy: int) -> Iterator[tuple[int, int, GalleryCard | None]]:
        here: QPoint = card.pos()
        for other in self.shown:
            down = (other.y() - here.y()) * dy
            if down > 0:
                yield down, abs(other.x() - here.x()), other

    def sizeHint(self) -> QSize:
        return QSize(3 * (WIDTH + _GAP) + 58, 660)
