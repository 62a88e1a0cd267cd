"""The manual: a list of short entries that can be searched, and the one that is read."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QObject, Qt, QUrl, Slot
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QKeySequence,
    QShortcut,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFragment,
)
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from gui.manual import ENDING, ManualEntry, entries
from gui.plain_text import PlainLabel
from gui.theme.fonts import font
from gui.theme.style import current, notifier, set_role
from resources.manual import CONTENTS

_NAME = int(Qt.ItemDataRole.UserRole)
LINE_HEIGHT = 130.0
"""In per cent of what the letters need."""


class ManualWindow(QDialog):
    """Not modal: one reads while one works. Links lead from entry to entry, and Back (Alt+Left) to the one before."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Manual")
        self.resize(760, 540)
        self.search, self.list, self.text = QLineEdit(), QListWidget(), QTextBrowser()
        self.nothing, self.back = PlainLabel(), QPushButton("Back")
        self._items: dict[str, QListWidgetItem] = {}
        self._way: list[str] = []
        """The entries that were read, up to the present one."""
        self._lay_out()
        self._fill()
        self.search.textChanged.connect(self._find)
        self.search.installEventFilter(self)
        self.list.currentItemChanged.connect(self._chosen)
        self.text.anchorClicked.connect(self._follow)
        self.back.clicked.connect(self.go_back)
        QShortcut(QKeySequence("Alt+Left"), self, self.go_back)
        notifier().changed.connect(self._show)
        self.show_entry(next(iter(entries())))

    def _lay_out(self) -> None:
        self.search.setPlaceholderText("Search the manual…")
        self.search.setAccessibleName("Search the manual")
        self.search.setClearButtonEnabled(True)
        self.list.setAccessibleName("Entries of the manual")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.text.setAccessibleName("Entry")
        self.text.setOpenLinks(False)  # they lead to other entries, which are no files for it to look for
        self.text.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.back.setToolTip("Back to the previous entry (Alt+Left)")
        self.back.setAutoDefault(False)
        set_role(self.nothing, "caption")
        self.nothing.setWordWrap(True)
        self.nothing.hide()
        left, right = QWidget(), QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 8, 0)
        for part in (self.search, self.nothing, self.list):
            column.addWidget(part)
        column = QVBoxLayout(right)
        column.setContentsMargins(8, 0, 0, 0)
        head = QHBoxLayout()
        head.addStretch(1)
        head.addWidget(self.back)
        column.addWidget(self.text, 1)
        column.addLayout(head)
        sides = QSplitter()
        sides.setChildrenCollapsible(False)
        sides.addWidget(left)
        sides.addWidget(right)
        sides.setSizes([250, 480])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.addWidget(sides)

    def _fill(self) -> None:
        for heading, names in CONTENTS:
            item = QListWidgetItem(heading.upper(), self.list)
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            item.setFont(font("section"))
            for name in names:
                item = QListWidgetItem(entries()[name].title, self.list)
                item.setData(_NAME, name)
                self._items[name] = item

    # Reading

    @property
    def entry(self) -> ManualEntry:
        """The entry on show."""
        return entries()[self._way[-1]]

    def show_entry(self, name: str) -> None:
        """Show an entry; one that does not exist changes nothing."""
        if name not in self._items or (self._way and self._way[-1] == name):
            return
        self._way.append(name)
        self._show()

    @Slot()
    def go_back(self) -> None:
        """Show the entry that was read before."""
        if len(self._way) > 1:
            self._way.pop()
            self._show()

    @Slot()
    def _show(self) -> None:
        self.text.setMarkdown(self.entry.markdown)
        self._dress_text()
        self.back.setEnabled(len(self._way) > 1)
        item = self._items[self.entry.name]
        if item.isHidden():
            self.search.clear()
        self.list.setCurrentItem(item)

    def _dress_text(self) -> None:
        """Give lines and paragraphs room, the title the window's size, and links its colour."""
        theme, document = current(), self.text.document()
        self.text.setStyleSheet(f"QTextBrowser {{ background: {theme.panel}; border-color: {theme.panel}; }}")
        document.setDocumentMargin(8)
        cursor = QTextCursor(document)
        block = document.begin()
        while block.isValid():
            cursor.setPosition(block.position())
            lines = block.blockFormat()
            lines.setLineHeight(LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
            lines.setTopMargin(0)
            lines.setBottomMargin(8)
            cursor.setBlockFormat(lines)
            self._dress_words(block, cursor)
            block = block.next()

    def _dress_words(self, block: QTextBlock, cursor: QTextCursor) -> None:
        title = font("title")
        pieces = list(_pieces(block))
        for piece in pieces:
            letters = QTextCharFormat()
            if block.blockFormat().headingLevel():
                letters.setFont(title)
            if piece.charFormat().isAnchor():
                letters.setForeground(QColor(current().accent))
            cursor.setPosition(piece.position())
            cursor.setPosition(piece.position() + piece.length(), QTextCursor.MoveMode.KeepAnchor)
            cursor.mergeCharFormat(letters)

    @Slot(QUrl)
    def _follow(self, link: QUrl) -> None:
        self.show_entry(link.toString().removesuffix(ENDING))

    @Slot(QListWidgetItem, QListWidgetItem)
    def _chosen(self, item: QListWidgetItem | None, _before: QListWidgetItem | None) -> None:
        if item is not None and item.data(_NAME):
            self.show_entry(str(item.data(_NAME)))

    # Searching

    @Slot(str)
    def _find(self, words: str) -> None:
        """Leave the entries in which all of the words are, and show the one that is called so, or else the first."""
        found = [name for name, entry in entries().items() if entry.answers(words)]
        for name, item in self._items.items():
            item.setHidden(name not in found)
        self._hide_empty_headings()
        self.nothing.setVisible(not found)
        self.nothing.setText(f"No entry matches “{words.strip()}”.")
        if words.strip() and found:
            said = words.casefold().strip()
            self.show_entry(min(found, key=lambda name: _distance(entries()[name].title.casefold(), said)))

    def _hide_empty_headings(self) -> None:
        heading: QListWidgetItem | None = None
        for row in range(self.list.count()):
            item = self.list.item(row)
            if not item.data(_NAME):
                heading = item
                heading.setHidden(True)
            elif heading is not None and not item.isHidden():
                heading.setHidden(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self.list.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.text.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
        return bool(super().eventFilter(watched, event))


def _pieces(block: QTextBlock) -> Iterator[QTextFragment]:
    """The parts of a paragraph that are written alike."""
    iterator = block.begin()
    while not iterator.atEnd():
        yield iterator.fragment()
        iterator += 1


def _distance(title: str, said: str) -> int:
    """0 for a title that begins so, 1 for one in which it is, 2 for others; sorting keeps the order among equals."""
    return 0 if title.startswith(said) else 1 if said in title else 2
