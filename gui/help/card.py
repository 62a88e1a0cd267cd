"""A card that lies over a window beside what it speaks of, and takes neither the keyboard nor the mouse from it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QLayout, QWidget

from gui.help.placing import EDGE, beside
from gui.theme.style import current, notifier, set_role

WIDTH = 328


class HelpCard(QFrame):
    """As wide as WIDTH and as high as its words. ``escape`` is Esc, wherever the keyboard is in the window."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self.host = host
        set_role(self, "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        self.escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        notifier().changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        # A card on a card of the same colour needs an edge that is seen.
        self.setStyleSheet(f"#{self.objectName()} {{ border-color: {current().accent}; }}" if self.objectName() else "")

    def lie_beside(self, things: Sequence[QRect]) -> None:
        """Lie beside the first of these places on the screen, and on none of them."""
        host, layout = self.host, self.layout()
        assert isinstance(layout, QLayout)
        width = min(WIDTH, host.width() - 2 * EDGE)
        high = min(layout.totalHeightForWidth(width), host.height() - 2 * EDGE)
        here = [QRect(host.mapFromGlobal(thing.topLeft()), thing.size()) for thing in things]
        place = beside(here, QSize(width, high), host.rect())
        if place != self.geometry():
            self.setGeometry(place)
        self.raise_()
