"""The help of a window: F1, the manual and the tour, and which of them Esc closes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Slot
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QToolTip, QWhatsThis, QWidget
from shiboken6 import isValid

from gui.help.card import WIDTH
from gui.help.declared_help import action_words
from gui.help.explain_card import ExplainCard
from gui.help.explanation import Explanation
from gui.help.lookup import HelpLookup
from gui.help.manual_window import ManualWindow
from gui.help.tour import SEEN, Tour
from gui.plain_text import escaped
from gui.recent import settings

if TYPE_CHECKING:
    from gui.window import Window

_LEAST_HEIGHT = 300
"""A window lower than this, or hardly wider than a card, has no room for one."""


class Help(QObject):
    """Serves the menu Help."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._finder = HelpLookup(window.document)
        self._card: ExplainCard | None = None
        self.manual: ManualWindow | None = None
        self.tour = Tour(window)
        self._rested = QPoint()
        """Where the pointer was when the keyboard went to where it is, or something else was selected."""
        self._action = window.commands["explain"]
        self._action.triggered.connect(self.explain)
        window.commands["manual"].triggered.connect(self.open_manual)
        window.commands["tour"].triggered.connect(self.tour.start)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_changed)
        window.document.selection_changed.connect(self._remember_pointer)
        for menu in window.menuBar().findChildren(QMenu):
            menu.aboutToShow.connect(self._explain_entries)

    @property
    def card(self) -> ExplainCard | None:
        """The explanation on show."""
        return self._card if self._card is not None and isValid(self._card) and self._card.isVisible() else None

    @property
    def cards(self) -> list[QWidget]:
        """What lies over the window and can be reached by Tab."""
        return [card for card in (self.card, self.tour.card) if card is not None and card.window() is self._window]

    # Starting

    def is_first_start(self) -> bool:
        """Whether nobody has worked with the program on this computer yet, as far as the settings tell."""
        known = settings().value(SEEN, False, bool) or settings().value("last") or settings().value("recent")
        return not known and not self._window.files.will_ask(None)

    # The manual

    @Slot()
    def open_manual(self) -> None:
        """Open the manual where it was read last."""
        self.show_entry("")

    @Slot(str)
    def show_entry(self, name: str) -> None:
        """Open the manual at an entry."""
        if self.manual is None:
            self.manual = ManualWindow(self._window)
        self.manual.show_entry(name)
        self.manual.show()
        self.manual.raise_()
        self.manual.activateWindow()
        (self.manual.text if name else self.manual.search).setFocus()

    # Explaining

    @Slot()
    def explain(self) -> None:
        """Explain what is under the pointer or has the keyboard; once more, open the manual about it."""
        host = QApplication.activeModalWidget() or QApplication.activeWindow() or self._window
        found = self._find(host)
        card = self.card
        if card is not None and (found is None or found.is_about_the_same(card.explanation)):
            card.open_manual()
        elif found is not None:
            self._show(host, found)

    def _find(self, host: QWidget) -> Explanation | None:
        """What is to be explained; None where the pointer is on the explanation."""
        at, focus = QCursor.pos(), QApplication.focusWidget()
        under = QApplication.widgetAt(at)
        if under is not None and under.window() is host:
            if self.card is not None and (under is self.card or self.card.isAncestorOf(under)):
                return None
            if at != self._rested or focus is None:
                return self._finder.under(under, at)
        if self.card is not None and focus is not None and self.card.isAncestorOf(focus):
            return None
        return self._finder.focused(focus if focus is not None and focus.window() is host else host)

    def _show(self, host: QWidget, found: Explanation) -> None:
        self.close_card()
        QToolTip.hideText()  # it would cover the words that say more
        if host.width() < 2 * WIDTH or host.height() < _LEAST_HEIGHT:  # a small question
            QWhatsThis.showText(found.place.bottomLeft(), f"<b>{escaped(found.title)}</b>{found.body}", host)
            return
        card = ExplainCard(host, found)
        card.more.connect(self.show_entry)
        card.closed.connect(self._closed)
        self._card = card
        if self.tour.card is not None:
            self.tour.card.escape.setEnabled(False)  # Esc is for what was opened last
        card.appear()
        self._window.canvas.announcer.say(found.spoken)

    @Slot()
    def close_card(self) -> None:
        """Close the explanation, if there is one."""
        if self.card is not None:
            self.card.put_away()

    @Slot()
    def _closed(self) -> None:
        self._card = None
        if self.tour.card is not None:
            self.tour.card.escape.setEnabled(True)

    @Slot()
    def _explain_entries(self) -> None:
        """A menu takes all keys while it is open; at F1 it shows what an entry of it has for that."""
        menu = self.sender()
        for action in menu.actions() if isinstance(menu, QMenu) else ():
            if not action.isSeparator() and action.menu() is None:
                action.setWhatsThis(action_words(action))

    # Knowing what somebody is about

    @Slot(QWidget, QWidget)
    def _focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        self._remember_pointer()
        window = now.window() if now is not None else None
        # A window in front of this one takes its keys away: it needs the action itself.
        if isinstance(window, QDialog) and self._action not in window.actions() and self._is_over(window):
            window.addAction(self._action)

    def _is_over(self, dialog: QWidget | None) -> bool:
        """Whether a dialog is one of this window, or one of its dialogs."""
        while dialog is not None and dialog is not self._window:
            dialog = dialog.parentWidget()
        return dialog is not None

    @Slot()
    def _remember_pointer(self, *_values: object) -> None:
        self._rested = QCursor.pos()
