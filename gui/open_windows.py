"""Which windows are open: each shows one project, and what one of them changes for all is told to the others."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QMainWindow

_NAME = "sketchnet-open-windows"


class OpenWindows(QObject):
    """Ask ``open_windows()`` for it. ``changed``: there are others now, or they are called something else.

    ``another_wanted``: a new window is to be opened.
    """

    changed = Signal()
    another_wanted = Signal()
    recent_changed = Signal()
    """The list of recent files is another."""
    blocks_changed = Signal()
    """The user's own blocks are others."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName(_NAME)
        self._windows: dict[QMainWindow, Callable[[], Path | None]] = {}
        """Each with what tells the file that it shows; the one in use last is the last."""

    @property
    def all(self) -> list[QMainWindow]:
        """In the order in which they were opened or used."""
        return list(self._windows)

    @property
    def front(self) -> QMainWindow | None:
        """The one in use now, or last."""
        return next(reversed(self._windows), None)

    def add(self, window: QMainWindow, file: Callable[[], Path | None]) -> None:
        """A window was opened; ``file`` tells which file it shows at the time."""
        if window not in self._windows:
            self._windows[window] = file
            self.changed.emit()

    def remove(self, window: QMainWindow) -> None:
        """A window was closed."""
        if self._windows.pop(window, None) is not None:
            self.changed.emit()

    def use(self, window: QMainWindow) -> None:
        """The user has turned to a window."""
        if window in self._windows and window is not self.front:
            self._windows[window] = self._windows.pop(window)

    def showing(self, path: Path) -> QMainWindow | None:
        """The window that shows a file, by whatever path; None where none does."""
        real = os.path.realpath(path)
        for window, file in self._windows.items():
            shown = file()
            if shown is not None and (os.path.realpath(shown) == real or _is_same(shown, path)):
                return window
        return None

    @Slot()
    def close_all(self) -> bool:
        """Close one after the other, the one in use first, until one is to stay. Returns whether all are closed."""
        return all(window.close() for window in reversed(self.all))


def open_windows() -> OpenWindows:
    """The application's own; made on first use. RuntimeError without an application."""
    app = QApplication.instance()
    if app is None:
        raise RuntimeError("Windows need a QApplication; none has been made yet.")
    found = app.findChild(OpenWindows, _NAME, Qt.FindChildOption.FindDirectChildrenOnly)
    return found if found is not None else OpenWindows(app)


def bring_to_front(window: QMainWindow, token: str = "") -> None:
    """Have the user see a window. ``token`` is what the desktop gave whoever asks for that."""
    if window.isMinimized():
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    if token:
        os.environ["XDG_ACTIVATION_TOKEN"] = token  # Qt looks for it there when it asks Wayland
    window.activateWindow()
    if token:
        os.environ.pop("XDG_ACTIVATION_TOKEN", None)


def _is_same(one: Path, other: Path) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False
