"""The settings dialog, used with mouse and keys, and files of settings that anyone may have made."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPushButton

from engine.data import folders
from engine.data.storage import DiskUse
from engine.graph.parameters import BadParameter
from engine.running import torch_preload
from engine.training import machine_choice
from gui import theme
from gui.panels.shortcuts_dialog import ShortcutsDialog
from gui.preferences.declared import AWAKE, NOTIFY, PREFERENCES
from gui.preferences.dialog import SettingsDialog
from gui.preferences.store import Preferences, preferences
from gui.preferences.transfer import SettingsFileError, export_settings, import_settings
from gui.settings_file import settings
from gui.window import Window

PLAIN = Qt.KeyboardModifier.NoModifier


@dataclass
class Asked:
    """Answers the questions of the dialog."""

    path: Path | None = None
    yes: bool = True
    questions: list[str] = field(default_factory=list)

    def settings_to_open(self, _folder: Path) -> Path | None:
        return self.path

    def settings_to_save(self, suggestion: Path) -> Path | None:
        self.questions.append(suggestion.name)
        return self.path

    def empty_caches(self, size: str, files: str) -> bool:
        self.questions.append(f"{files} {size}")
        return self.yes

    def reset_settings(self) -> bool:
        self.questions.append("reset")
        return self.yes


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def dialog(desk, chosen, asked, qtbot):
    made = SettingsDialog(desk.window.menus.shortcuts, asked, desk.window)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    made.open()
    qtbot.waitUntil(lambda: made.storage.downloads.text() != "Measuring…")
    yield made
    made.close()
    made.deleteLater()


def combo(dialog: SettingsDialog, name: str) -> QComboBox:
    found = dialog.fields[name].findChild(QComboBox)
    assert found is not None
    return found


def choose_by_keys(dialog: SettingsDialog, name: str, down: int) -> None:
    box = combo(dialog, name)
    box.setFocus()
    for _ in range(abs(down)):
        QTest.keyClick(box, Qt.Key.Key_Down if down > 0 else Qt.Key.Key_Up)


def test_it_opens_by_its_key_and_from_the_menu(desk, chosen, qtbot) -> None:
    QTest.keySequence(desk.window, "Ctrl+,")
    found = QApplication.activeModalWidget()
    assert isinstance(found, SettingsDialog)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is found.search)
    found.close()
    assert desk.window.commands["settings"] in [
        action for menu in desk.window.menuBar().actions() for action in menu.menu().actions()
    ]


def test_every_preference_is_there_has_a_name_and_is_reached_by_tab(dialog, qtbot) -> None:
    assert set(dialog.fields) == {entry.name for entry in PREFERENCES} - {NOTIFY, AWAKE}
    reached = set()
    QTest.keyClick(dialog.search, Qt.Key.Key_Tab)
    for _ in range(80):
        widget = QApplication.focusWidget()
        assert widget is not None
        assert widget.accessibleName() or (isinstance(widget, QPushButton) and widget.text()), widget
        reached.add(widget)
        QTest.keyClick(widget, Qt.Key.Key_Tab)
    shown = {entry.focusProxy() for entry in dialog.fields.values() if entry.isVisible()}
    assert len(shown) >= len(PREFERENCES) - 3
    assert shown <= reached
    assert {dialog.keys, dialog.import_, dialog.export, dialog.reset, dialog.close_button} <= reached
    buddies = {label.buddy() for label in dialog.findChildren(QLabel)}
    assert set(dialog.fields.values()) <= buddies


def test_a_theme_counts_at_once_and_the_menu_follows(desk, dialog) -> None:
    choose_by_keys(dialog, "theme", 2)
    assert theme.current().name == "dark"
    assert settings().value("theme") == "dark"
    appearance = [a for a in desk.window.menus._themes.actions() if a.isChecked()]
    assert [a.data() for a in appearance] == ["dark"]
    appearance[0].actionGroup().actions()[1].trigger()
    assert theme.current().name == "light"
    assert combo(dialog, "theme").currentData() == "light"


def test_threads_and_autosave_are_put_into_force(desk, dialog) -> None:
    choose_by_keys(dialog, "threads", 1)
    assert machine_choice.threads() == 1
    choose_by_keys(dialog, "threads", -1)
    assert machine_choice.threads() is None
    choose_by_keys(dialog, "autosave", 2)
    assert desk.window.studio.trainer.least_keep_s == 30
    assert desk.window.session.journal_ms == 30_000


def test_where_there_is_one_device_nothing_is_to_be_chosen(dialog, qtbot) -> None:
    torch_preload.load()
    qtbot.waitUntil(lambda: dialog.device_words.text() != "Loading PyTorch…")
    from engine.training import machine

    if machine.available() == ("cpu",):
        assert not dialog.fields["device"].isVisible()
        assert dialog.device_words.text().startswith("CPU")


def test_of_several_devices_those_that_are_there_can_be_chosen(desk, chosen, asked, monkeypatch, qtbot) -> None:
    from engine.training import machine

    torch_preload.load()
    monkeypatch.setattr(machine, "available", lambda: ("cuda", "cpu"))
    made = SettingsDialog(desk.window.menus.shortcuts, asked, desk.window)
    made.open()
    box = combo(made, "device")
    assert [box.itemData(n) for n in range(box.count())] == ["auto", "cuda", "cpu"]
    choose_by_keys(made, "device", 2)
    assert machine_choice.device() == "cpu"
    assert machine.choose_device("auto").type == "cpu"
    assert chosen.value("device") == "cpu"
    machine_choice.use_device("mps")  # it is not there any more
    assert machine.choose_device("auto").type == "cuda"
    made.close()


def test_searching_shows_what_has_every_word(dialog) -> None:
    QTest.keyClicks(dialog.search, "cpu thr")
    assert dialog.fields["threads"].isVisible()
    assert not dialog.fields["theme"].isVisible()
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    assert QApplication.focusWidget() in dialog.fields["threads"].findChildren(QComboBox)
    dialog.search.setFocus()
    dialog.search.selectAll()
    QTest.keyClicks(dialog.search, "no such thing")
    assert dialog.nothing.isVisible()
    QTest.keyClick(dialog.search, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert dialog.search.text() == ""
    assert dialog.fields["theme"].isVisible()


def test_the_list_of_shortcuts_opens_over_it(dialog) -> None:
    QTest.mouseClick(dialog.keys, Qt.MouseButton.LeftButton)
    found = QApplication.activeModalWidget()
    assert isinstance(found, ShortcutsDialog)
    found.close()


def test_a_key_changed_in_one_window_counts_in_the_others(desk, dialog) -> None:
    other = Window()
    desk.window.menus.shortcuts.give("train", [QKeySequence("F9")])
    assert other.commands["train"].shortcut() == QKeySequence("F9")
    other.menus.shortcuts.reset_all()
    assert desk.window.commands["train"].shortcut() == QKeySequence("F5")
    other.close()
    other.deleteLater()


def test_caches_are_emptied_after_saying_what_goes(dialog, asked, qtbot) -> None:
    folder = folders.cache() / "strokes"
    for path in folder.glob("*"):
        path.unlink()
    for path in (folders.cache() / "arrays").glob("*.arrays"):
        path.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "made.npz").write_bytes(bytes(2_000))
    (folder / "of mine.txt").write_bytes(b"stays")
    dialog.storage.measure()
    qtbot.waitUntil(lambda: dialog.storage.caches_use == DiskUse(2_000, 1))
    assert dialog.storage.caches.text() == "2.0 kB in 1 file"
    asked.yes = False
    QTest.mouseClick(dialog.storage.empty, Qt.MouseButton.LeftButton)
    assert asked.questions == ["1 file 2.0 kB"]
    assert (folder / "made.npz").exists()
    asked.yes = True
    QTest.mouseClick(dialog.storage.empty, Qt.MouseButton.LeftButton)
    assert [path.name for path in folder.iterdir()] == ["of mine.txt"]
    assert dialog.said.text() == "Removed 1 file with 2.0 kB."
    qtbot.waitUntil(lambda: dialog.storage.caches.text() == "Nothing")
    assert not dialog.storage.empty.isEnabled()
    (folder / "of mine.txt").unlink()


def test_settings_go_to_a_file_and_come_back(dialog, asked, chosen, tmp_path: Path, desk) -> None:
    asked.path = tmp_path / "mine.json"
    chosen.set("theme", "dark")
    chosen.set("start", "empty")
    desk.window.menus.shortcuts.give("train", [QKeySequence("F9"), QKeySequence("Ctrl+9")])
    QTest.mouseClick(dialog.export, Qt.MouseButton.LeftButton)
    assert asked.questions == ["sketchnet-settings.json"]
    written = json.loads(asked.path.read_text())
    assert written["settings"]["theme"] == "dark"
    assert written["shortcuts"] == {"train": ["F9", "Ctrl+9"]}
    QTest.mouseClick(dialog.reset, Qt.MouseButton.LeftButton)
    assert (chosen.value("theme"), chosen.value("start")) == ("system", "last")
    assert desk.window.commands["train"].shortcut() == QKeySequence("F5")
    QTest.mouseClick(dialog.import_, Qt.MouseButton.LeftButton)
    assert dialog.said.text() == f"Imported {len(PREFERENCES)} settings and 1 shortcut."
    assert (chosen.value("theme"), chosen.value("start")) == ("dark", "empty")
    assert theme.current().name == "dark"
    assert desk.window.commands["train"].shortcuts() == [QKeySequence("F9"), QKeySequence("Ctrl+9")]
    assert combo(dialog, "start").currentData() == "empty"


def test_what_is_not_known_stays_out_and_is_said(desk, chosen, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    entries = {"theme": "purple", "geometry": "x", "threads": 3, "start": "empty", "restore_layout": "yes"}
    keys = {"train": ["F9"], "nothing": ["F8"], "pause": ["Return"], "stop": 5, "step": [["F2"]]}
    path.write_text(
        json.dumps({"sketchnet": "settings", "format": 1, "settings": entries, "shortcuts": keys, "more": 1})
    )
    done = import_settings(path, chosen, desk.window.menus.shortcuts)
    assert (done.settings, done.shortcuts) == (1, 1)
    assert len(done.left_out) == 9
    assert "Theme must be one of" in " ".join(done.left_out)
    assert done.words.endswith("6 other entries left out.")
    assert chosen.value("theme") == "system"
    assert settings().value("geometry") is None
    assert desk.window.commands["pause"].shortcut() == QKeySequence("F6")
    desk.window.menus.shortcuts.reset_all()


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"{}",
        b'{"sketchnet": "settings"}',
        b'{"sketchnet": "settings", "format": 99}',
        b'{"sketchnet": "settings", "format": 1, "settings": []}',
        b'{"sketchnet": "settings", "format": 1, "settings": {"theme": "dark"}, "shortcuts": 5}',
        b"[" * 100_000,
        b'{"sketchnet": "settings", "format": 1, "settings": {"theme": ' + b"9" * 5_000 + b"}}",
        b"\xff\xfe\0",
        b"[General]\ntheme=dark\n",
        b"x" * (2**20 + 1),
    ],
)
def test_a_file_that_makes_no_sense_changes_nothing(desk, chosen, tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(text)
    with pytest.raises(SettingsFileError, match=r"bad\.json"):
        import_settings(path, chosen, desk.window.menus.shortcuts)
    assert chosen.value("theme") == "system"


def test_a_file_that_cannot_be_written_is_said(desk, chosen, tmp_path: Path) -> None:
    with pytest.raises(SettingsFileError):
        export_settings(tmp_path / "no" / "folder.json", chosen, desk.window.menus.shortcuts)


@pytest.mark.parametrize("stored", ["purple", "", "@Invalid()", "[1, 2]", "x" * 10_000])
def test_a_stored_value_that_makes_no_sense_is_the_default(chosen, stored: str) -> None:
    for entry in PREFERENCES:
        settings().setValue(entry.name, stored)
        assert chosen.value(entry.name) == entry.parameter.default


def test_a_value_that_is_not_declared_is_refused(chosen: Preferences) -> None:
    with pytest.raises(BadParameter):
        chosen.set("theme", "purple")
    with pytest.raises(KeyError):
        chosen.set("geometry", "x")
    assert preferences() is chosen
