"""A view of results out of its tab: in a window of its own, as large as the main window's middle, and what stands in
its tab meanwhile."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QGuiApplication, QKeyEvent, QMouseEvent, QScreen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui import theme
from gui.focus import is_plain, press_by_enter
from gui.on_screen import stay_on_screen
from gui.plain_text import PlainLabel
from gui.theme.style import hairline

FIRST_SIZE = QSize(760, 520)
_STEP = 28
"""How far a window that has no place yet lies from the one before it, in pixels."""


class DetachedView(QWidget):
    """A window with one view. ``closing(name)`` says that somebody closes it; the view is to be taken out then."""

    closing = Signal(str)

    def __init__(self, name: str, title: str, view: QWidget, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.name, self.view, self._main = name, view, parent.window()
        theme.set_role(self, "panel")
        self.setWindowTitle(title)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(view)
        self.setMinimumSize(320, 220)
        view.show()
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.screenRemoved.connect(self._stay_on_screen)

    def place(self, geometry: QByteArray | None, actions: list[QAction], number: int) -> None:
        """Show it where it was, or over its main window, a little aside for each ``number``; ``actions`` work in it."""
        self.addActions(actions)
        main = self._main
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(FIRST_SIZE.boundedTo(main.screen().availableGeometry().size()))
            middle = main.frameGeometry().center() - self.rect().center()
            self.move(middle.x() + number * _STEP, middle.y() + number * _STEP)
        self._stay_on_screen()
        self.show()

    def release(self) -> QWidget:
        """Take the view out and be gone; the view belongs to nobody then."""
        self._column.removeWidget(self.view)
        self.view.hide()
        self.view.setParent(None)
        self.hide()
        self.deleteLater()
        return self.view

    @Slot()
    def toggle_full_screen(self) -> None:
        """Fill the screen, or be a window again."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    @Slot(QScreen)
    def _stay_on_screen(self, *_gone: QScreen) -> None:
        """Where a screen is gone, no window may lie where nobody sees it."""
        stay_on_screen(self, _gone)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and is_plain(event) and self.isFullScreen():
            self.toggle_full_screen()
        elif not press_by_enter(event, self.focusWidget()):
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        event.accept()
        self.closing.emit(self.name)


class EnlargedView(QWidget):
    """The place for one view over the middle of the window, with a way back above it."""

    back_wanted = Signal()
    detach_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "panel")
        self.view: QWidget | None = None
        self.title = PlainLabel()
        self.title.setFont(theme.font("title"))
        self.detach, self.back = QPushButton("Detach"), QPushButton("Back")
        self.detach.setToolTip("Show it in a window of its own")
        self.back.setToolTip("Back to its place (Esc)")
        self.detach.clicked.connect(self.detach_wanted)
        self.back.clicked.connect(self.back_wanted)
        self.head = QWidget()
        head = QHBoxLayout(self.head)
        head.setContentsMargins(theme.SPACING.wide, theme.SPACING.small, theme.SPACING.wide, theme.SPACING.small)
        head.addWidget(self.title, 1)
        head.addWidget(self.detach)
        head.addWidget(self.back)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.head)
        self._column.addWidget(hairline())

    def hold(self, view: QWidget, title: str) -> None:
        """Take a view in."""
        self.view = view
        self.title.setText(title)
        self._column.addWidget(view, 1)
        view.show()

    def release(self) -> None:
        """Let the view go; it belongs to nobody then."""
        view, self.view = self.view, None
        if view is not None:
            self._column.removeWidget(view)
            view.hide()
            view.setParent(None)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click on the title goes back, as one on the tab went here."""
        if self.head.geometry().contains(event.position().toPoint()):
            self.back_wanted.emit()


class StandIn(QWidget):
    """What stands in the tab of a view that is elsewhere: where it is, and a button that brings it back."""

    back_wanted = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.words = PlainLabel("This view is in a window of its own.")
        theme.set_role(self.words, "quiet")
        self.back = QPushButton("Put it back here")
        self.back.clicked.connect(self._ask)
        column = QVBoxLayout(self)
        column.setSpacing(theme.SPACING.small)
        column.addStretch(1)
        for widget in (self.words, self.back):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    @Slot()
    def _ask(self) -> None:
        self.back_wanted.emit(self.name)
