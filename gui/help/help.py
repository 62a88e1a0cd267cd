"""The help of a window: F1, the manual and the tour, and which of them Esc closes first."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QPoint, Slot
from PySide6.QtGui import QAction, QCursor
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QMenu, QToolTip, QWhatsThis, QWidget
from shiboken6 import isValid

from gui.document import Document
from gui.help.card import WIDTH
from gui.help.declared_help import action_words
from gui.help.explain_card import ExplainCard
from gui.help.explanation import Explanation
from gui.help.lookup import HelpLookup
from gui.help.manual_window import ManualWindow
from gui.help.tour import SEEN, Tour
from gui.plain_text import escaped
from gui.settings_file import settings

_LEAST_HEIGHT = 300
"""A window lower than this, or hardly wider than a card, has no room for one."""


class Help(QObject):
    """Serves the menu Help."""

    def __init__(
        self,
        window: QMainWindow,
        document: Document,
        commands: Mapping[str, QAction],
        tour: Tour,
        say: Callable[[str], None],
    ) -> None:
        """``say``: has a screen reader say a sentence."""
        super().__init__(window)
        self._window, self._say = window, say
        self.lookup = HelpLookup(document)
        self._card: ExplainCard | None = None
        self.manual: ManualWindow | None = None
        self.tour = tour
        self._rested = QPoint()
        """Where the pointer was when the keyboard went to where it is, or something else was selected."""
        self._action = commands["explain"]
        self._action.triggered.connect(self.explain)
        commands["manual"].triggered.connect(self.open_manual)
        commands["tour"].triggered.connect(self.tour.start)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_changed)
        document.selection_changed.connect(self.remember_pointer)
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
        return not (settings().value(SEEN, False, bool) or settings().value("last") or settings().value("recent"))

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
                return self.lookup.under(under, at)
        if self.card is not None and focus is not None and self.card.isAncestorOf(focus):
            return None
        return self.lookup.focused(focus if focus is not None and focus.window() is host else host)

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
        self._say(found.spoken)

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
        self.remember_pointer()
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
    def remember_pointer(self, *_values: object) -> None:
        """What lies under the pointer counts only once it has moved from where it is now."""
        self._rested = QCursor.pos()
