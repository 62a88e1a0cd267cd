"""The menu of all windows; it is there when there are at least two."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu

from gui.open_windows import bring_to_front, open_windows
from gui.plain_text import caption, titled


class WindowMenu(QObject):
    """Keeps ``menu`` of ``window`` up to date: an entry for each window, in the order of their titles."""

    def __init__(self, menu: QMenu, window: QMainWindow) -> None:
        super().__init__(window)
        self._menu, self._window = menu, window
        menu.aboutToShow.connect(self._fill)
        menu.triggered.connect(self._chosen)
        open_windows().changed.connect(self._offer)
        self._offer()

    @Slot()
    def _offer(self) -> None:
        self._menu.menuAction().setVisible(len(open_windows().all) > 1)

    @Slot()
    def _fill(self) -> None:
        self._menu.clear()
        for window in sorted(open_windows().all, key=titled):
            action = self._menu.addAction(caption(titled(window)))
            action.setCheckable(True)
            action.setChecked(window is self._window)
            action.setData(window.winId())

    @Slot(QAction)
    def _chosen(self, action: QAction) -> None:
        for window in open_windows().all:
            if window.winId() == action.data():
                bring_to_front(window)
