"""Menus as a person uses them: opened by the mouse or by keys of the real window, and walked through with keys.

What is sent goes to the window as the system would send it, so that Qt finds the widget and makes of a right click
or of the menu key what it does on a screen. The offscreen platform makes no event of the menu key: what the other
platforms send to the window for it is sent here.
"""

from __future__ import annotations

from PySide6.QtCore import QDeadlineTimer, QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

PLAIN = Qt.KeyboardModifier.NoModifier


def opened() -> QMenu:
    """The menu in front."""
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu), f"no menu is open, but {menu}"
    return menu


def words() -> list[str]:
    """What the menu in front offers."""
    return [action.text() for action in opened().actions() if action.text()]


def right_click(widget: QWidget, at: QPoint) -> QMenu:
    """Click a place of a widget with the right button; returns the menu that opens."""
    window = widget.window()
    QTest.mouseClick(window.windowHandle(), Qt.MouseButton.RightButton, PLAIN, widget.mapTo(window, at))
    QApplication.processEvents()
    return opened()


def menu_key(window: QWidget) -> QMenu:
    """Press the menu key, wherever the keyboard is in a window; returns the menu that opens."""
    press_menu_key(window)
    return opened()


def press_menu_key(window: QWidget) -> None:
    """Press the menu key, whether a menu opens or not."""
    nowhere = QPoint(1, 1)  # where the mouse happens to be
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, nowhere, window.mapToGlobal(nowhere))
    QApplication.sendEvent(window.windowHandle(), event)
    QApplication.processEvents()


def menu_bar(window: QWidget, letter: Qt.Key) -> QMenu:
    """Open a menu of the menu bar by Alt and its letter."""
    QTest.keyClick(window.windowHandle(), letter, Qt.KeyboardModifier.AltModifier)
    QApplication.processEvents()
    return opened()


def choose(*path: str) -> None:
    """In the menu in front, go down to each of these entries and open it with Right; press Enter on the last."""
    for number, entry in enumerate(path):
        menu = opened()
        _go_to(menu, entry)
        if number < len(path) - 1:
            QTest.keyClick(menu, Qt.Key.Key_Right)
            QApplication.processEvents()
            assert opened() is not menu, f"{entry} opens no menu"
    QTest.keyClick(opened(), Qt.Key.Key_Return)
    QApplication.processEvents()


def click(*path: str) -> None:
    """Click each of these entries, of the menu in front and of those that they open."""
    for number, entry in enumerate(path):
        menu = opened()
        at = menu.actionGeometry(_find(menu, entry)).center()
        QTest.mouseMove(menu, at)
        QTest.mouseClick(menu, Qt.MouseButton.LeftButton, PLAIN, at)
        if number < len(path) - 1:  # a menu opens a moment after the press
            patience = QDeadlineTimer(60_000)
            while opened() is menu:
                assert not patience.hasExpired(), f"{entry} opens no menu"
                QApplication.processEvents()


def _find(menu: QMenu, entry: str) -> QAction:
    found = [action for action in menu.actions() if action.text() == entry]
    assert len(found) == 1, f"{entry!r} is not in the menu, which offers {words()}"
    assert found[0].isEnabled(), f"{entry!r} is not enabled"
    return found[0]


def _go_to(menu: QMenu, entry: str) -> None:
    wanted = _find(menu, entry)
    for _row in menu.actions():
        if menu.activeAction() is wanted:
            return
        QTest.keyClick(menu, Qt.Key.Key_Down)
    assert menu.activeAction() is wanted, f"the arrows do not reach {entry!r}"
