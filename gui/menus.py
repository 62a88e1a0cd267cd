"""The menu bar: every action there is, with its shortcut."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMainWindow, QMenu

from engine.graph import templates
from gui.canvas.actions import CanvasActions
from gui.files import Files
from gui.frame import menu_of
from gui.gallery.gallery import Gallery
from gui.keys_in_words import tell
from gui.open_windows import open_windows
from gui.panels.shortcuts_dialog import ShortcutsDialog
from gui.plain_text import caption, plain_tip
from gui.preferences.declared import APPEARANCES, SHORTCUTS
from gui.preferences.store import preferences
from gui.recent import recent_files, told_apart
from gui.shortcut_entries import entries
from gui.shortcuts import Shortcuts
from gui.window_menu import WindowMenu
from gui.workspace import Workspace
from resources import examples


class Menus(QObject):
    """Builds and serves the menus of a window."""

    def __init__(
        self,
        window: QMainWindow,
        studio: Workspace,
        files: Files,
        commands: dict[str, QAction],
        canvas: CanvasActions,
        outline: Iterable[QAction],
    ) -> None:
        super().__init__(window)
        self._window, self._studio, self._files = window, studio, files
        self._commands, self._canvas = commands, canvas
        self.recent = QMenu("Open recent", window)
        self.gallery = Gallery(files, window)
        self._file()
        self._edit()
        self._view()
        self._train()
        self._help()
        self.windows = WindowMenu(menu_of(window, "&Window"), window)
        studio.document.history_changed.connect(self._show_history)
        studio.state_changed.connect(self._show_history)
        commands["gallery"].triggered.connect(self.gallery.open)
        commands["new_window"].triggered.connect(open_windows().another_wanted)
        commands["close_window"].triggered.connect(window.close)
        commands["close"].triggered.connect(open_windows().close_all)
        commands["open"].triggered.connect(files.choose_and_open)
        commands["save"].triggered.connect(files.save)
        commands["save_as"].triggered.connect(files.save_as)
        commands["source"].triggered.connect(files.export_source)
        commands["source_training"].triggered.connect(files.export_source_with_training)
        commands["undo"].triggered.connect(studio.undo)
        commands["redo"].triggered.connect(studio.document.redo)
        commands["shortcuts"].triggered.connect(self.show_shortcuts)
        self._show_history()
        self.shortcuts = Shortcuts(entries(window.menuBar(), commands, canvas, outline), self)
        self.shortcuts.load()
        self.shortcuts.changed.connect(self._tell_keys)
        self._tell_keys()
        self.shortcuts.kept.connect(self._keys_kept)
        preferences().changed.connect(self._show_preference)
        commands["settings"].triggered.connect(self.show_settings)

    @Slot()
    def _tell_keys(self) -> None:
        tell((entry.name, entry.action) for entry in self.shortcuts.entries.values())

    def _menu(self, title: str, *names: str | None) -> QMenu:
        menu = menu_of(self._window, title)
        menu.setToolTipsVisible(True)
        self._add(menu, *names)
        return menu

    def _add(self, menu: QMenu, *names: str | None) -> None:
        for name in names:
            if name is None:
                menu.addSeparator()
            else:
                menu.addAction(self._commands[name])

    def _file(self) -> None:
        menu = self._menu("&File")
        new = menu.addMenu("New")
        new.setToolTipsVisible(True)
        first = [name for name in templates.names() if templates.describe(name).group == templates.GROUPS[0]]
        for name in ("empty", *(n for n in first if n != "empty")):
            described = templates.describe(name)
            action = new.addAction(described.title)
            action.setToolTip(described.summary)
            action.setData(name)
            if name == "empty":
                action.setShortcut("Ctrl+N")
                action.setObjectName("new")
                new.addSeparator()
        new.triggered.connect(self._new)
        self._add(menu, "gallery", "new_window", None, "open", "open_data", "open_folder")
        menu.addMenu(self.recent)
        shown = menu.addMenu("Examples")
        for name in examples.names():
            shown.addAction(name).setData(name)
        shown.setEnabled(bool(examples.names()))
        shown.triggered.connect(self._example)
        self._add(menu, None, "save", "save_as", None, "source", "source_training")
        picture = menu.addMenu("Export image")
        picture.setToolTipsVisible(True)
        self._add(picture, "picture_light", "picture_dark", "picture_transparent", None, "copy_picture")
        self._add(menu, "table", None, "close_window", "close")
        self.recent.triggered.connect(self._open_recent)
        self.fill_recent()

    def _edit(self) -> None:
        menu = self._menu("&Edit", "undo", "redo", None)
        for action in self._canvas.edit:
            if action is None:
                menu.addSeparator()
            else:
                menu.addAction(action)
        self._add(menu, None, "settings")

    def _view(self) -> None:
        menu = self._menu("&View")
        for action in self._canvas.view:
            if action is None:
                menu.addSeparator()
            else:
                menu.addAction(action)
        self._add(menu, None, "outline", None, "enlarge", "detach", None)
        appearance = menu.addMenu("Appearance")
        self._themes = QActionGroup(self)
        for name, words in APPEARANCES:
            action = appearance.addAction(words)
            action.setCheckable(True)
            action.setData(name)
            self._themes.addAction(action)
        self._show_preference("theme")
        self._themes.triggered.connect(self._appearance)

    def _train(self) -> None:
        run, pad = ("train", "again", "pause", "step", "stop", "test"), ("undo_stroke", "clear_pad")
        data = ("dataset", "look", "collect", "paint")
        self._menu("&Train", *run, "other_weights", None, "score", "measure", None, *data, None, *pad)

    def _help(self) -> None:
        self._menu("&Help", "explain", "manual", "tour", "shortcuts", None, "about")

    # Serving

    @Slot(QAction)
    def _new(self, action: QAction) -> None:
        self._files.new(str(action.data()))

    @Slot(QAction)
    def _example(self, action: QAction) -> None:
        self._files.open_example(str(action.data()))

    @Slot()
    def fill_recent(self) -> None:
        """Show the files opened lately."""
        self.recent.clear()
        files = recent_files()
        for path, label in zip(files, told_apart(files), strict=True):
            action = self.recent.addAction(caption(label))
            action.setToolTip(plain_tip(str(path)))
            action.setData(str(path))
        self.recent.setToolTipsVisible(True)
        self.recent.setEnabled(not self.recent.isEmpty())

    @Slot(QAction)
    def _open_recent(self, action: QAction) -> None:
        self._files.open(Path(str(action.data())))

    @Slot()
    def _show_history(self, *_values: object) -> None:
        document, studio = self._studio.document, self._studio
        for name, able, label in (
            ("undo", studio.can_undo, studio.undo_label),
            ("redo", document.can_redo, document.redo_label),
        ):
            action = self._commands[name]
            action.setEnabled(able)
            title = name.capitalize()
            action.setText(caption(f"{title}: {label.lower()}") if label else title)

    @Slot(QAction)
    def _appearance(self, action: QAction) -> None:
        preferences().set("theme", str(action.data()))

    @Slot()
    def _keys_kept(self) -> None:
        preferences().changed.emit(SHORTCUTS)

    @Slot(str)
    def _show_preference(self, name: str) -> None:
        """Another value was chosen, here, in the settings or in another window."""
        if name == "theme":
            chosen = preferences().value(name)
            for action in self._themes.actions():
                action.setChecked(action.data() == chosen)
        elif name == SHORTCUTS:
            self.shortcuts.load()

    @Slot()
    def show_shortcuts(self) -> None:
        """Open the list of shortcuts."""
        ShortcutsDialog(self.shortcuts, self._window).open()

    @Slot()
    def show_settings(self) -> None:
        """Open the settings of the program."""
        from gui.preferences.dialog import SettingsDialog  # not needed to show the window

        SettingsDialog(self.shortcuts, self._files.dialogs, self._window).open()
