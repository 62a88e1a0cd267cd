"""The settings of the program: every preference with its explanation, storage, shortcuts, import and export."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine.graph.parameters import BadParameter, Choice, Parameter
from engine.running import torch_preload
from gui.dialogs import Dialogs
from gui.panels.fields import Field, field_for
from gui.panels.shortcuts_dialog import ShortcutsDialog
from gui.plain_text import PlainLabel
from gui.preferences.declared import AUTOMATIC, AWAKE, DEVICES, NOTIFY, PREFERENCES, Preference, preference
from gui.preferences.storage_card import StorageCard
from gui.preferences.store import preferences
from gui.preferences.transfer import SettingsFileError, export_settings, import_settings
from gui.shortcuts import Shortcuts
from gui.system.awake import can_stay_awake
from gui.system.notification import can_notify
from gui.theme.style import set_role

FIELD_WIDTH = 210
FRAME = QSize(16, 48)
"""About how much a title bar and borders take."""
LOOK_MS = 200
"""How often is looked whether the devices are known."""
EXPORT_NAME = "sketchnet-settings.json"


class _Entry(QWidget):
    """What a search shows or hides as a whole, found by its ``words``."""

    def __init__(self, *words: str) -> None:
        super().__init__()
        self.words = " ".join(words).casefold()


class _Row(_Entry):
    """One setting: its title and field, below them what it does. ``said`` are further words to find it by."""

    def __init__(self, title: str, help: str, editor: QWidget, said: Iterable[str] = ()) -> None:
        super().__init__(title, help, *said)
        self.name, self.help = PlainLabel(title), PlainLabel(help)
        self.name.setBuddy(editor)
        self.help.setWordWrap(True)
        set_role(self.help, "caption")
        editor.setFixedWidth(FIELD_WIDTH)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        grid.addWidget(self.name, 0, 0)
        grid.addWidget(editor, 0, 1)
        grid.addWidget(self.help, 1, 0, 1, 2)


def _always() -> bool:
    return True


_NEEDS: dict[str, Callable[[], bool]] = {NOTIFY: can_notify, AWAKE: can_stay_awake}
"""What must be so on this computer for a preference to mean anything."""


class SettingsDialog(QDialog):
    """Every change counts at once or says when it does; there is nothing to confirm."""

    def __init__(self, shortcuts: Shortcuts, dialogs: Dialogs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shortcuts, self._dialogs = shortcuts, dialogs
        self.setWindowTitle("Settings")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(QSize(640, 660).boundedTo(self.screen().availableGeometry().size() - FRAME))
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search settings…")
        self.search.setAccessibleName("Search settings")
        self.search.setClearButtonEnabled(True)
        self.fields: dict[str, Field] = {}
        """The editors on show, by the names of the preferences."""
        self._sections: list[tuple[PlainLabel, list[_Entry]]] = []
        self.device_words = PlainLabel("Loading PyTorch…")
        self.keys = QPushButton("Change shortcuts…")
        self.keys.setAutoDefault(False)
        self.storage = StorageCard(dialogs)
        self.nothing, self.said = PlainLabel(), PlainLabel()
        self.import_, self.export = QPushButton("Import…"), QPushButton("Export…")
        self.reset, self.close_button = QPushButton("Reset all…"), QPushButton("Close")
        self._column = QVBoxLayout()
        self._lay_out()
        self.search.textChanged.connect(self._find)
        self.search.installEventFilter(self)
        self.keys.clicked.connect(self._change_shortcuts)
        self.storage.said.connect(self._say)
        self.import_.clicked.connect(self._import)
        self.export.clicked.connect(self._export)
        self.reset.clicked.connect(self._reset)
        self.close_button.clicked.connect(self.accept)
        self.finished.connect(self.storage.close_threads)
        preferences().changed.connect(self._changed)
        self._looking = QTimer(self)
        self._looking.setInterval(LOOK_MS)
        self._looking.timeout.connect(self._show_devices)
        self._looking.start()
        self._show_devices()
        self.search.setFocus()

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(10)
        body = QWidget()
        set_role(body, "panel")
        self._column.setContentsMargins(0, 0, 12, 0)
        self._column.setSpacing(12)
        body.setLayout(self._column)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it follows what has the keyboard
        scroll.setWidget(body)
        set_role(self.nothing, "caption")
        self.nothing.hide()
        self.said.setWordWrap(True)
        self.said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.said.hide()
        for part in (self.search, self.nothing):
            whole.addWidget(part)
        whole.addWidget(scroll, 1)
        self._fill()  # before the buttons, which Tab comes to last
        whole.addWidget(self.said)
        ending = QHBoxLayout()
        for button in (self.import_, self.export, self.reset):
            button.setAutoDefault(False)
            ending.addWidget(button)
        ending.addStretch(1)
        self.close_button.setAutoDefault(False)
        ending.addWidget(self.close_button)
        whole.addLayout(ending)
        self.import_.setToolTip("Take over the settings and shortcuts of a file")
        self.export.setToolTip("Write the settings and shortcuts to a file, for another computer")
        self.reset.setToolTip("Give every setting and shortcut its default")

    def _fill(self) -> None:
        groups: dict[str, list[Preference]] = {}
        for entry in PREFERENCES:
            if not _NEEDS.get(entry.name, _always)():
                continue  # it would do nothing here
            groups.setdefault(entry.parameter.group, []).append(entry)
        for title, entries in groups.items():
            self._section(title, [self._row(entry) for entry in entries])
        words = "Every action with its keys; a key that is taken is told."
        self._section("Keyboard", [_Row("Shortcuts", words, self.keys, ("keys keyboard",))])
        self._section("Storage", [_Stored(self.storage)])
        self._column.addStretch(1)

    def _section(self, title: str, rows: Sequence[_Entry]) -> None:
        heading = PlainLabel(title)
        set_role(heading, "section")
        if self._sections:
            self._column.addSpacing(8)
        self._column.addWidget(heading)
        for row in rows:
            self._column.addWidget(row)
        self._sections.append((heading, list(rows)))

    def _row(self, entry: Preference) -> _Row:
        parameter = entry.parameter
        help = f"{parameter.help} {entry.when}".strip()
        field = self._field(parameter)
        labels = parameter.labels if isinstance(parameter, Choice) else ()
        row = _Row(parameter.title, help, field, (*labels, parameter.group))
        if parameter.name == "device":
            field.hide()
            grid = row.layout()
            assert isinstance(grid, QGridLayout)
            self.device_words.setFixedWidth(FIELD_WIDTH)
            set_role(self.device_words, "quiet")
            grid.addWidget(self.device_words, 0, 1)
        return row

    def _field(self, parameter: Parameter) -> Field:
        field = field_for(parameter, preferences().value(parameter.name))
        field.edited.connect(self._edited)
        self.fields[parameter.name] = field
        return field

    # Devices, which are known once torch is loaded

    @Slot()
    def _show_devices(self) -> None:
        if not torch_preload.is_loaded():
            return
        self._looking.stop()
        from engine.training.machine import available

        found = available()
        if len(found) == 1:  # nothing to choose
            self.device_words.setText(f"{DEVICES[found[0]]} (no GPU found)")
            return
        old = self.fields["device"]
        parameter = preference("device").parameter
        options = (AUTOMATIC, *found)
        labels = (f"Automatic ({DEVICES[found[0]]})", *(DEVICES[name] for name in found))
        assert isinstance(parameter, Choice)
        field = self._field(replace(parameter, options=options, labels=labels))
        field.setFixedWidth(FIELD_WIDTH)
        row = old.parentWidget()
        grid = row.layout() if row is not None else None
        assert isinstance(row, _Row)
        assert isinstance(grid, QGridLayout)
        self.device_words.hide()
        grid.replaceWidget(old, field)
        row.name.setBuddy(field)
        old.deleteLater()

    # Choosing

    @Slot(object)
    def _edited(self, value: object) -> None:
        sender = self.sender()
        for name, field in self.fields.items():
            if field is sender:
                try:
                    preferences().set(name, value)
                except BadParameter as error:
                    self._say(str(error))
                return

    @Slot(str)
    def _changed(self, name: str) -> None:
        if name in self.fields:
            self.fields[name].set_value(preferences().value(name))

    @Slot()
    def _change_shortcuts(self) -> None:
        ShortcutsDialog(self._shortcuts, self).open()

    # Finding

    @Slot(str)
    def _find(self, words: str) -> None:
        """Show the entries in which every word is."""
        typed = words.casefold().split()
        any_left = False
        for heading, rows in self._sections:
            left = False
            for row in rows:
                fits = all(word in row.words for word in typed)
                row.setVisible(fits)
                left = left or fits
            heading.setVisible(left)
            any_left = any_left or left
        self.nothing.setText(f"No setting matches “{words.strip()}”.")
        self.nothing.setVisible(not any_left)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
                self.focusNextChild()
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return bool(super().eventFilter(watched, event))

    # Import, export, reset

    @Slot(str)
    def _say(self, sentence: str) -> None:
        self.said.setText(sentence)
        self.said.setAccessibleName(sentence)
        self.said.show()

    @Slot()
    def _export(self) -> None:
        path = self._dialogs.settings_to_save(Path.home() / EXPORT_NAME)
        if path is None:
            return
        try:
            export_settings(path, preferences(), self._shortcuts)
        except SettingsFileError as error:
            self._say(str(error))
        else:
            self._say(f"Wrote {path}.")

    @Slot()
    def _import(self) -> None:
        path = self._dialogs.settings_to_open(Path.home())
        if path is None:
            return
        try:
            self._say(import_settings(path, preferences(), self._shortcuts).words)
        except SettingsFileError as error:
            self._say(f"{error} Nothing was changed.")

    @Slot()
    def _reset(self) -> None:
        if self._dialogs.reset_settings():
            preferences().reset()
            self._shortcuts.reset_all()
            self._say("All settings and shortcuts have their defaults.")


class _Stored(_Entry):
    """The rows of the storage card."""

    def __init__(self, card: StorageCard) -> None:
        super().__init__("storage datasets caches empty logs recovery crash reports settings folder disk size space")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)
