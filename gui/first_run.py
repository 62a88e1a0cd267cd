"""When a window has come onto the screen: only then is its place known, and a question can stand before it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QWidget


class FirstSight(QObject):
    """``seen`` comes once, after the window was shown by the desktop and laid out; soon, if it is on screen already."""

    seen = Signal()

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        widget.winId()  # makes the window of the desktop, if there is none yet
        window = widget.windowHandle()
        if window.isExposed():
            QTimer.singleShot(0, self.seen.emit)
        else:
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Expose and isinstance(watched, QWindow) and watched.isExposed():
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self.seen.emit)
        return False
