"""Someone who has only the keyboard, at the outline of a window."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from gui.canvas.connect_dialog import ConnectDialog

PLAIN = Qt.KeyboardModifier.NoModifier
Key = Qt.Key


class Reader:
    """Someone who has only the keyboard, at the outline."""

    def __init__(self, desk) -> None:
        self.desk, self.window = desk, desk.window
        self.document, self.list = desk.window.document, desk.window.outline.list
        self.said: list[str] = []
        self.refused: list[str] = []
        desk.window.canvas.announcer.said.connect(self.said.append)
        self.document.complain.connect(self.refused.append)

    def key(self, key: Qt.Key | str, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        popup = QApplication.activePopupWidget()
        QTest.keyClick(popup or QApplication.focusWidget() or self.window, key, modifiers)
        QApplication.processEvents()

    def type(self, words: str) -> None:
        QTest.keyClicks(QApplication.focusWidget(), words)

    @property
    def here(self) -> str:
        id = self.list.here
        return self.document.graph.nodes[id].name if id else ""

    def go(self, name: str) -> None:
        """To a row by its name, from the top, by arrow keys."""
        self.key(Key.Key_Home)
        for _row in range(self.list.model().rowCount()):
            if self.here == name:
                return
            self.key(Key.Key_Down)
        raise AssertionError(f"no row {name}")

    def rows(self) -> list[str]:
        return [row.name for row in self.list.rows.rows]

    def spoken(self, name: str) -> str:
        node = self.document.graph.find(name)
        assert node is not None
        return str(self.list.rows.index_of(node.id).data(Qt.ItemDataRole.AccessibleTextRole))

    def pairs(self) -> set[tuple[str, str]]:
        graph = self.document.graph
        return {(graph.nodes[w.source].name, graph.nodes[w.target].name) for w in graph.wires}

    def dialog(self) -> ConnectDialog:
        found = QApplication.activeModalWidget()
        assert isinstance(found, ConnectDialog)
        return found

    # Rows

    def words(self) -> str:
        """What is read out of the row that has the keyboard."""
        return str(self.list.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole))

    def read_to(self, beginning: str) -> None:
        """To a row by what it says, from the top, by arrow keys."""
        self.key(Key.Key_Home)
        for _row in range(400):
            if self.words().startswith(beginning):
                return
            before = self.list.currentIndex()
            self.key(Key.Key_Down)
            if self.list.currentIndex() == before:
                break
        raise AssertionError(f"no row {beginning}")

    def menu(self) -> QMenu:
        """What the system makes of the menu key: the menu of the row."""
        asked = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
        QApplication.sendEvent(self.window.windowHandle(), asked)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        return menu

    def dismiss(self) -> None:
        """Close a menu with Esc, and come back to the window, as the system sees to."""
        self.key(Key.Key_Escape)
        self.window.activateWindow()
        QApplication.processEvents()

    def choose(self, words: str) -> None:
        """An entry of the menu of the row, by arrow keys."""
        menu = self.menu()
        for _entry in menu.actions():
            self.key(Key.Key_Down)
            if menu.activeAction() is not None and menu.activeAction().text() == words:
                self.key(Key.Key_Return)
                self.window.activateWindow()
                QApplication.processEvents()
                return
        raise AssertionError(f"no entry {words}: {[action.text() for action in menu.actions()]}")
