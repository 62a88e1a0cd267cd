"""What the network should learn: the kinds that fit the data, each with its picture and sentence, one of them chosen.

Below them are templates to begin with: open to view where the drawing is for something else, behind a button else.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from engine.graph import templates
from engine.tasks.kind import TaskKind
from gui.document import Document
from gui.panels.task_choice import begin_with, choose_kind, is_for_something_else, kinds_offered, templates_for
from gui.panels.template_button import TemplateButton
from gui.plain_text import PlainLabel, caption
from gui.theme import icons
from gui.theme.style import current, set_role
from gui.theme.tokens import RADII

_UNFIT = "The diagram is for something else. Repair it, or begin with:"
_OPEN, _CLOSE = "Begin with a template…", "Hide the templates"


class TaskChooser(QWidget):
    """Cards with a radio button each, and below them the templates to begin with."""

    shown = Signal(QWidget, QWidget)
    """What was chosen or asked for lies between these two now, to be brought into view."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._kind: TaskKind | None = None
        self._is_open = False
        self.cards: dict[str, KindCard] = {}
        """By the name of the kind, in their order."""
        self.offers: dict[str, TemplateButton] = {}
        """By the name of the template."""
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(self._chosen)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.words = PlainLabel(_UNFIT)
        self.words.setWordWrap(True)
        set_role(self.words, "caption")
        self.opener = QPushButton(_OPEN)
        """Shows and hides the templates where the drawing fits as it is."""
        set_role(self.opener, "link")
        self.opener.clicked.connect(self._toggle)
        self._column.addWidget(self.words)
        self._column.addWidget(self.opener, 0, Qt.AlignmentFlag.AlignLeft)
        self.words.hide()
        self.opener.hide()

    def show_kinds(self, chosen: TaskKind | None) -> None:
        """Offer the kinds that fit the document's data, of which ``chosen`` is the one there is."""
        fitting = kinds_offered(self._document.recipe) or ()
        if tuple(self.cards) != tuple(kind.name for kind in fitting):
            self._rebuild(fitting)
        for name, card in self.cards.items():
            card.show_chosen(chosen is not None and name == chosen.name)
        if chosen is not self._kind:
            self._kind, self._is_open = chosen, False
        self._offer()

    def _rebuild(self, kinds: tuple[TaskKind, ...]) -> None:
        for card in self.cards.values():
            self._group.removeButton(card.button)
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = {kind.name: KindCard(kind) for kind in kinds}
        for place, card in enumerate(self.cards.values()):
            self._group.addButton(card.button)
            self._column.insertWidget(place, card)

    @Slot(QAbstractButton)
    def _chosen(self, button: QAbstractButton) -> None:
        kind = next((card.kind for card in self.cards.values() if card.button is button), None)
        if kind is not None:
            choose_kind(self._document, kind)
            self._document.settle()

    # Templates

    def _offer(self) -> None:
        wanted = templates_for(self._document, self._kind)
        unfit = is_for_something_else(self._document, self._kind)
        self.words.setVisible(unfit and bool(wanted))
        self.opener.setVisible(not unfit and bool(wanted))
        self.opener.setText(_CLOSE if self._is_open else _OPEN)
        shown = wanted if unfit or self._is_open else ()
        if tuple(self.offers) == tuple(template.name for template in shown):
            return
        for button in self.offers.values():
            self._column.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.offers = {one.name: TemplateButton(one.title, one.summary, one.draw()) for one in shown}
        # Where the drawing is for something else they stand right below what was chosen.
        place = self._column.count()
        card = None if self._kind is None else self.cards.get(self._kind.name)
        if unfit and card is not None:
            self._column.removeWidget(self.words)
            place = self._column.indexOf(card) + 1
            self._column.insertWidget(place, self.words)
            place += 1
        for number, button in enumerate(self.offers.values()):
            button.clicked.connect(self._begin)
            self._column.insertWidget(place + number, button)
        if self.offers and card is not None:
            self.shown.emit(card if unfit else self.opener, list(self.offers.values())[-1])

    @Slot()
    def _toggle(self) -> None:
        self._is_open = not self._is_open
        self._offer()

    @Slot()
    def _begin(self) -> None:
        sender = self.sender()
        name = next((name for name, button in self.offers.items() if button is sender), None)
        if name is not None:
            self._is_open = False
            begin_with(self._document, templates.describe(name))


class KindCard(QFrame):
    """One kind: its picture, a radio button with its title, and its sentence; a click anywhere chooses it."""

    def __init__(self, kind: TaskKind, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = kind
        set_role(self, "card")
        self.picture = KindPicture(kind.picture)
        self.button = QRadioButton(caption(kind.title))
        self.button.setAccessibleDescription(kind.summary)
        words = PlainLabel(kind.summary)
        words.setWordWrap(True)
        set_role(words, "caption")
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 8, 10, 8)
        row.setSpacing(10)
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(self.button)
        column.addWidget(words)
        row.addLayout(column, 1)

    def show_chosen(self, chosen: bool) -> None:
        """Show whether this is what is learned."""
        self.button.setChecked(chosen)
        self.picture.show_chosen(chosen)
        if self.property("chosen") != chosen:
            self.setProperty("chosen", chosen)
            set_role(self, "card")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.button.click()
        super().mouseReleaseEvent(event)


class KindPicture(QWidget):
    """The picture of a kind on a square, which has the accent colour where the kind is chosen."""

    SIDE = 36

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.chosen = False
        self.setFixedSize(QSize(self.SIDE, self.SIDE))

    def show_chosen(self, chosen: bool) -> None:
        """Show whether the kind is chosen."""
        self.chosen = chosen
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.accent if self.chosen else theme.field))
        painter.drawRoundedRect(QRectF(self.rect()), RADII.field, RADII.field)
        drawn = QRectF(self.rect()).adjusted(6.0, 6.0, -6.0, -6.0)
        icons.paint_icon(painter, self.name, drawn, theme.on_accent if self.chosen else theme.quiet)
        painter.end()
