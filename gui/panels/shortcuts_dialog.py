"""The list of all shortcuts: found by searching, changed by pressing keys, with conflicts told in words."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.canvas.hints import HINTS
from gui.plain_text import PlainLabel
from gui.shortcuts import KeyRefused, ShortcutEntry, Shortcuts, keys_shown, shown
from gui.theme.style import set_role

_NAME = int(Qt.ItemDataRole.UserRole)
_SPOKEN = int(Qt.ItemDataRole.AccessibleTextRole)
FIXED = "Mouse and fixed keys"


class ShortcutsDialog(QDialog):
    """Every action by group; below, the keys of the chosen one."""

    def __init__(self, shortcuts: Shortcuts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shortcuts = shortcuts
        self._items: dict[str, QTreeWidgetItem] = {}
        self.setWindowTitle("Keyboard shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(760, 660)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search by action or key…")
        self.search.setAccessibleName("Search shortcuts")
        self.search.setClearButtonEnabled(True)
        self.tree = QTreeWidget()
        self.tree.setAccessibleName("Shortcuts")
        self.tree.setHeaderLabels(["Action", "Where", "Keys"])
        self.tree.setUniformRowHeights(True)
        header = self.tree.header()
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        header.resizeSection(0, 330)  # the last column takes what is left
        self.nothing = PlainLabel()
        set_role(self.nothing, "caption")
        self.nothing.hide()
        self.title, self.words = PlainLabel(), PlainLabel()
        self.words.setWordWrap(True)
        self.words.setMinimumHeight(34)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.field = KeyField()
        self.use, self.also = QPushButton("Use"), QPushButton("Use as well")
        self.swap = QPushButton("Swap")
        self.none, self.back = QPushButton("No key"), QPushButton("Reset")
        self.all_back, self.close_button = QPushButton("Reset all"), QPushButton("Close")
        self._lay_out()
        self._fill()
        self.search.textChanged.connect(self._find)
        self.search.installEventFilter(self)
        self.tree.currentItemChanged.connect(self._show_current)
        self.tree.itemActivated.connect(self._edit)
        self.field.keySequenceChanged.connect(self._judge)
        self.use.clicked.connect(self._use)
        self.also.clicked.connect(self._also)
        self.swap.clicked.connect(self._swap)
        self.none.clicked.connect(self._none)
        self.back.clicked.connect(self._reset)
        self.all_back.clicked.connect(self._reset_all)
        self.close_button.clicked.connect(self.accept)
        shortcuts.changed.connect(self._refresh)
        self.tree.setCurrentItem(next(iter(self._items.values())))
        self.search.setFocus()

    def _lay_out(self) -> None:
        set_role(self.title, "strong")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        for part in (self.search, self.nothing):
            column.addWidget(part)
        column.addWidget(self.tree, 1)
        column.addWidget(self.title)
        editing = QHBoxLayout()
        editing.addWidget(self.field, 1)
        for button in (self.use, self.also, self.swap, self.none, self.back):
            button.setAutoDefault(False)
            editing.addWidget(button)
        column.addLayout(editing)
        column.addWidget(self.words)
        ending = QHBoxLayout()
        ending.addWidget(self.all_back)
        ending.addStretch(1)
        ending.addWidget(self.close_button)
        for button in (self.all_back, self.close_button):
            button.setAutoDefault(False)
        column.addLayout(ending)
        self.use.setToolTip("Replace the action's keys with this one")
        self.also.setToolTip("Add this key to those the action has")
        self.swap.setToolTip("Take the key from the action that has it, and give that action this one's key")
        self.none.setToolTip("Remove the action's keys")
        self.back.setToolTip("Reset the action to its default keys")
        self.all_back.setToolTip("Reset every action to its default keys")

    def _fill(self) -> None:
        groups: dict[str, QTreeWidgetItem] = {}
        for entry in self._shortcuts.entries.values():
            if entry.group not in groups:
                groups[entry.group] = self._group(entry.group)
            item = QTreeWidgetItem(groups[entry.group])
            item.setText(0, entry.title)
            item.setText(1, entry.where)
            item.setData(0, _NAME, entry.name)
            item.setToolTip(0, entry.action.statusTip())
            self._items[entry.name] = item
        fixed = self._group(FIXED)
        for what, how in HINTS:
            item = QTreeWidgetItem(fixed)
            item.setText(0, f"{what}: {how}")
            item.setToolTip(0, f"{what}: {how}")
            item.setFirstColumnSpanned(True)
        self._refresh()

    def _group(self, name: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem(self.tree)
        item.setText(0, name)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        item.setExpanded(True)
        return item

    @property
    def entry(self) -> ShortcutEntry | None:
        """The chosen action; None for a heading or a key that is fixed."""
        item = self.tree.currentItem()
        name = item.data(0, _NAME) if item is not None else None
        return self._shortcuts.entries.get(name) if name else None

    def choose(self, name: str) -> None:
        """Choose an action by its name."""
        self.tree.setCurrentItem(self._items[name])

    # Showing

    @Slot()
    def _refresh(self) -> None:
        for name, item in self._items.items():
            entry = self._shortcuts.entries[name]
            keys = " or ".join(keys_shown(entry)) or "–"
            item.setText(2, keys)
            told = f"{entry.title}, {keys if entry.keys else 'no key'}, {entry.where}"
            item.setData(0, _SPOKEN, told + (", changed" if entry.changed else ""))
            face = item.font(2)
            face.setBold(entry.changed)
            item.setFont(2, face)
        self._show_current()

    @Slot()
    def _show_current(self, *_items: object) -> None:
        entry = self.entry
        self.title.setText(entry.title if entry is not None else "Choose an action to change its keys.")
        self.field.setKeySequence(QKeySequence())
        self._judge()

    @Slot()
    def _judge(self, *_keys: object) -> None:
        """Say whether the action can have the key in the field."""
        entry, key = self.entry, self.field.keySequence()
        self.field.setEnabled(entry is not None)
        able, holder, words, role = False, None, "", "quiet"
        if entry is None:
            words = "Keys and mouse in this group are fixed." if self.tree.currentItem() is not None else ""
        elif key.isEmpty():
            keys = " or ".join(keys_shown(entry))
            words = f"Now: {keys or 'no key'}. Focus the field and press another key."
        else:
            try:
                self._shortcuts.check(entry.name, key)
                able, words, role = True, f"{shown(key)} is free.", "good"
            except KeyRefused as error:
                words, holder, role = str(error), error.holder, "error"
        self.words.setText(words)
        self.words.setAccessibleName(words)
        self.field.setAccessibleDescription(words)
        set_role(self.words, role)
        self.use.setEnabled(able)
        self.also.setEnabled(able and entry is not None and bool(entry.keys))
        self.swap.setVisible(holder is not None)
        self.swap.setText(f"Swap with “{holder.title}”" if holder is not None else "Swap")
        self.none.setEnabled(entry is not None and bool(entry.keys))
        self.back.setEnabled(entry is not None and entry.changed)
        self.all_back.setEnabled(any(e.changed for e in self._shortcuts.entries.values()))

    @Slot(str)
    def _find(self, words: str) -> None:
        """Show what answers to every word: in its name, its explanation, its group or its keys."""
        typed = words.casefold().split()
        any_left = False
        for group in _children(self.tree.invisibleRootItem()):
            left = 0
            for item in _children(group):
                said = f"{group.text(0)} {item.text(0)} {item.toolTip(0)} {item.text(1)} {item.text(2)}".casefold()
                fits = all(word in said for word in typed)
                item.setHidden(not fits)
                if fits and typed and not any_left and not left:
                    self.tree.setCurrentItem(item)
                left += fits
            group.setHidden(not left)
            any_left = any_left or bool(left)
        self.nothing.setText(f"No shortcut matches “{words.strip()}”.")
        self.nothing.setVisible(not any_left)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self.tree.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._edit()
                return True
        return bool(super().eventFilter(watched, event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.field.hasFocus():
            (self.use if self.use.isEnabled() else self.swap).click()
            return
        super().keyPressEvent(event)

    # Changing

    @Slot()
    def _edit(self, *_item: object) -> None:
        if self.entry is not None:
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _try(self, keys: list[QKeySequence]) -> None:
        entry = self.entry
        if entry is None:
            return
        try:
            self._shortcuts.give(entry.name, keys)
        except KeyRefused as error:
            self.words.setText(str(error))
            set_role(self.words, "error")

    @Slot()
    def _use(self) -> None:
        self._try([self.field.keySequence()])

    @Slot()
    def _also(self) -> None:
        if self.entry is not None:
            self._try([*self.entry.keys, self.field.keySequence()])

    @Slot()
    def _swap(self) -> None:
        if self.entry is not None and self.swap.isVisible():
            self._shortcuts.take(self.entry.name, self.field.keySequence())

    @Slot()
    def _none(self) -> None:
        self._try([])

    @Slot()
    def _reset(self) -> None:
        if self.entry is not None:
            self._try(list(self.entry.defaults))

    @Slot()
    def _reset_all(self) -> None:
        self._shortcuts.reset_all()


def _children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    found = (item.child(number) for number in range(item.childCount()))
    return [child for child in found if child is not None]


class KeyField(QKeySequenceEdit):
    """Takes the next key pressed, but lets one leave: Tab goes on, Esc and Enter are the dialog's."""

    def __init__(self) -> None:
        super().__init__()
        self.setMaximumSequenceLength(1)
        self.setAccessibleName("New key")
        self.setToolTip("Press the new key for the action")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
            return
        super().keyPressEvent(event)
