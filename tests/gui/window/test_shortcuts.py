"""The shortcuts: listed, found, changed, kept; and never two actions for one key."""

from __future__ import annotations

import dataclasses
import json
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTreeWidgetItemIterator

from gui.canvas.hints import HINTS
from gui.panels.shortcuts_dialog import FIXED, ShortcutsDialog
from gui.settings_file import settings
from gui.shortcut_entries import entries
from gui.shortcuts import SETTING, KeyRefused, ShortcutEntry, Shortcuts, keys_shown, overlap, same, shown, unfit
from gui.window import Window

Key = Qt.Key
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
PLAIN = Qt.KeyboardModifier.NoModifier


def twice(shortcuts: Shortcuts) -> list[str]:
    """Keys that two actions have where both would work; asked of the actions themselves."""
    having: dict[str, list[ShortcutEntry]] = {}
    for entry in shortcuts.entries.values():
        for key in {key.toString().replace("Shift+?", "?") for key in entry.keys}:
            having.setdefault(key, []).append(entry)
    return [
        f"{key}: {one.title}, {other.title}"
        for key, found in having.items()
        for one, other in combinations(found, 2)
        if overlap(one.action, other.action)
    ]


@pytest.fixture
def shortcuts(desk) -> Shortcuts:
    return desk.window.menus.shortcuts


class Editor:
    """Someone at the list of shortcuts."""

    def __init__(self, desk) -> None:
        self.desk = desk

    @property
    def dialog(self) -> ShortcutsDialog:
        found = QApplication.activeModalWidget()
        assert isinstance(found, ShortcutsDialog)
        return found

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        self.dialog.field.setFocus()
        QTest.keyClick(self.dialog.field, key, modifiers)

    def close(self) -> None:
        QTest.keyClick(self.dialog, Key.Key_Escape)
        QApplication.processEvents()
        self.desk.window.activateWindow()
        QApplication.processEvents()


@pytest.fixture
def editor(desk) -> Editor:
    desk.window.canvas.setFocus()
    QTest.keySequence(desk.window, "?")
    return Editor(desk)


def test_every_action_and_every_hint_is_listed(desk, editor, shortcuts) -> None:
    window, tree = desk.window, editor.dialog.tree
    listed = {id(entry.action) for entry in shortcuts.entries.values()}
    for action in [*window.commands.values(), *window.canvas.actions_.all, *window.outline.list.own_actions]:
        assert id(action) in listed, action.text()
    groups = [tree.topLevelItem(number).text(0) for number in range(tree.topLevelItemCount())]
    assert groups == ["File", "Edit", "View", "Train", "Help", "Outline", FIXED]
    rows = sum(tree.topLevelItem(number).childCount() for number in range(tree.topLevelItemCount() - 1))
    assert rows == len(shortcuts.entries)
    fixed = tree.topLevelItem(tree.topLevelItemCount() - 1)
    told = [fixed.child(number).text(0) for number in range(fixed.childCount())]
    assert told == [f"{what}: {how}" for what, how in HINTS]
    QTest.keyClicks(editor.dialog.search, "Ctrl+Shift+arrows")
    shown = [row for row, words in enumerate(told) if not fixed.child(row).isHidden()]
    assert [told[row].partition(":")[0] for row in shown] == ["Make the selected note or frame larger or smaller"]


def test_the_program_comes_with_no_key_twice(desk, shortcuts) -> None:
    assert twice(shortcuts) == []


def test_a_key_is_found_changed_kept_and_works(desk, editor, shortcuts) -> None:
    dialog = editor.dialog
    QTest.keyClicks(dialog.search, "duplic")
    assert dialog.entry is shortcuts.entries["canvas.duplicate"]
    QTest.keyClick(dialog.search, Key.Key_Return)
    assert dialog.field.hasFocus()
    editor.press(Key.Key_J, CONTROL)
    assert dialog.words.text() == "Ctrl+J is free."
    QTest.keyClick(dialog.field, Key.Key_Return)
    assert [shown(key) for key in shortcuts.entries["canvas.duplicate"].keys] == ["Ctrl+J"]
    assert json.loads(settings().value(SETTING)) == {"canvas.duplicate": ["Ctrl+J"]}
    editor.close()
    window = desk.window
    window.document.select([desk.node("Linear")])
    window.canvas.setFocus()
    count = len(desk.graph.nodes)
    QTest.keyClick(window.canvas, Key.Key_D, CONTROL)
    assert len(desk.graph.nodes) == count, "the old key does nothing now"
    QTest.keyClick(window.canvas, Key.Key_J, CONTROL)
    assert len(desk.graph.nodes) == count + 1
    another = Window()
    try:
        assert [shown(k) for k in another.menus.shortcuts.entries["canvas.duplicate"].keys] == ["Ctrl+J"]
    finally:
        another.studio.close()
        another.deleteLater()


def test_a_conflict_is_told_refused_and_may_be_swapped(desk, editor, shortcuts) -> None:
    dialog = editor.dialog
    dialog.choose("train")
    editor.press(Key.Key_D, CONTROL)
    assert dialog.words.text() == "Ctrl+D belongs to “Duplicate” (Edit)."
    assert not dialog.use.isEnabled()
    with pytest.raises(KeyRefused, match="Duplicate"):
        shortcuts.give("train", [QKeySequence("Ctrl+D")])
    assert [shown(k) for k in shortcuts.entries["train"].keys] == ["F5"]
    assert dialog.swap.text() == "Swap with “Duplicate”"
    desk.click(dialog.swap)
    assert [shown(k) for k in shortcuts.entries["train"].keys] == ["Ctrl+D"]
    assert [shown(k) for k in shortcuts.entries["canvas.duplicate"].keys] == ["F5"]
    assert twice(shortcuts) == []
    assert "(Ctrl+D)" in desk.window.commands["train"].toolTip()
    dialog.choose("canvas.duplicate")
    desk.click(dialog.back)
    assert "belongs to “Train”" in dialog.words.text(), "a reset is refused as well while the key is taken"
    desk.click(dialog.all_back)
    assert [shown(k) for k in shortcuts.entries["train"].keys] == ["F5"]
    assert [shown(k) for k in shortcuts.entries["canvas.duplicate"].keys] == ["Ctrl+D"]
    assert settings().value(SETTING) is None


def test_a_second_key_and_no_key(desk, editor, shortcuts) -> None:
    dialog = editor.dialog
    dialog.choose("redo")
    editor.press(Key.Key_F12)
    desk.click(dialog.also)
    assert [shown(k) for k in shortcuts.entries["redo"].keys] == ["Ctrl+Shift+Z", "Ctrl+Y", "F12"]
    desk.click(dialog.none)
    assert shortcuts.entries["redo"].keys == ()
    shortcuts.load()
    assert shortcuts.entries["redo"].keys == ()
    desk.click(dialog.back)
    assert [shown(k) for k in shortcuts.entries["redo"].keys] == ["Ctrl+Shift+Z", "Ctrl+Y"]


def test_the_same_key_may_do_two_things_in_two_places(shortcuts) -> None:
    assert same(shortcuts.entries["add_after"].keys[0], shortcuts.entries["canvas.add_layer"].keys[0])
    assert not overlap(shortcuts.entries["add_after"].action, shortcuts.entries["canvas.add_layer"].action)
    assert overlap(shortcuts.entries["add_after"].action, shortcuts.entries["canvas.delete"].action)
    assert shortcuts.entries["canvas.delete"].where == "canvas and outline"


def test_keys_that_the_window_lives_by_are_refused(desk, editor, shortcuts) -> None:
    for words in ("Tab", "Esc", "Return", "Left", "Ctrl+Right", "Alt+Left", "A", "7", "Alt+F"):
        assert unfit(QKeySequence(words)), words
        with pytest.raises(KeyRefused):
            shortcuts.give("train", [QKeySequence(words)])
    assert not unfit(QKeySequence("Shift+A"))
    editor.dialog.choose("train")
    editor.press(Key.Key_A)
    assert "starts a search" in editor.dialog.words.text()
    assert not editor.dialog.use.isEnabled()
    assert not editor.dialog.swap.isVisible()


def test_the_field_lets_one_leave(editor) -> None:
    dialog = editor.dialog
    dialog.choose("train")
    editor.press(Key.Key_F9)
    QTest.keyClick(dialog.field, Key.Key_Tab)
    assert not dialog.field.hasFocus()
    dialog.field.setFocus()
    QTest.keyClick(dialog.field, Key.Key_Escape)
    assert not dialog.isVisible()


def test_searching_by_key_and_for_nothing(editor) -> None:
    dialog = editor.dialog
    QTest.keyClicks(dialog.search, "ctrl+shift+o")
    assert dialog.entry is not None
    assert dialog.entry.name == "outline"
    dialog.search.clear()
    QTest.keyClicks(dialog.search, "make coffee")
    assert dialog.nothing.isVisible()
    assert "make coffee" in dialog.nothing.text()


@pytest.mark.parametrize(
    "stored",
    ["{", "[1]", '{"train": 3, "nobody": ["F9"]}', '{"train": ["Tab", "A", "nonsense+key", "Ctrl+K, Ctrl+C"]}'],
)
def test_settings_that_make_no_sense_do_no_harm(shortcuts, stored) -> None:
    settings().setValue(SETTING, stored)
    shortcuts.load()
    assert twice(shortcuts) == []
    assert shortcuts.entries["train"].keys == shortcuts.entries["train"].defaults
    shortcuts.reset_all()


def test_settings_that_give_one_key_to_two_give_it_to_the_first(shortcuts) -> None:
    settings().setValue(SETTING, json.dumps({"train": ["Ctrl+D"], "pause": ["Ctrl+D", "F7"]}))
    shortcuts.load()
    assert [shown(k) for k in shortcuts.entries["train"].keys] == ["Ctrl+D"]
    assert [shown(k) for k in shortcuts.entries["pause"].keys] == ["F7"]
    assert shortcuts.entries["canvas.duplicate"].keys == (), "what the user gave goes before what it came with"
    assert twice(shortcuts) == []
    shortcuts.reset_all()
    assert twice(shortcuts) == []
    assert not any(entry.changed for entry in shortcuts.entries.values())


KEYS = ["Ctrl+D", "F5", "F6", "?", "Shift+?", "Ctrl+K", "Space", "Delete", "Ctrl+1", ".", "Shift+A", "F9", "Tab", "X"]


@tries(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_two_actions_ever_share_a_key(shortcuts, data) -> None:
    names = st.sampled_from(sorted(shortcuts.entries))
    shortcuts.reset_all()
    for _edit in range(data.draw(st.integers(1, 12))):
        what = data.draw(st.sampled_from(["give", "take", "reset", "load"]))
        name, keys = data.draw(names), data.draw(st.lists(st.sampled_from(KEYS), max_size=2))
        before = {entry.name: entry.keys for entry in shortcuts.entries.values()}
        try:
            if what == "give":
                shortcuts.give(name, [QKeySequence(key) for key in keys])
            elif what == "take" and keys:
                shortcuts.take(name, QKeySequence(keys[0]))
            elif what == "reset":
                shortcuts.reset(name)
            else:
                shortcuts.load()
                assert {entry.name: entry.keys for entry in shortcuts.entries.values()} == before
        except KeyRefused:
            assert {entry.name: entry.keys for entry in shortcuts.entries.values()} == before
        assert twice(shortcuts) == []
    shortcuts.reset_all()


def test_names_of_actions_are_their_own(desk) -> None:
    window = desk.window
    found = entries(window.menuBar(), window.commands, window.canvas.actions_, window.outline.list.own_actions)
    assert len({entry.name for entry in found}) == len(found)
    assert len({id(entry.action) for entry in found}) == len(found)


@pytest.mark.parametrize("opened", ["name", "search"])
def test_undo_in_a_field_over_the_diagram_takes_back_the_typing(desk, opened: str) -> None:
    window = desk.window
    document, canvas = window.document, window.canvas
    canvas.setFocus()
    document.edit("Before", document.graph.move({document.graph.last: (0.0, 400.0)}))
    document.select({desk.node("Linear")})
    if opened == "name":
        QTest.keyClick(canvas, Qt.Key.Key_F2)
        field = canvas.rename_field
    else:
        QTest.keyClick(canvas, Qt.Key.Key_Space)
        field = canvas.quick_add.field
    before = field.text()
    QTest.keyClicks(field, "words")
    QTest.keyClick(field, Qt.Key.Key_Z, CONTROL)
    assert field.text() == before
    assert field.hasFocus()
    for key in (Qt.Key.Key_D, Qt.Key.Key_B, Qt.Key.Key_G):
        QTest.keyClick(field, key, CONTROL)
    assert document.undo_label == "Before"
    assert field.hasFocus()


def test_keys_that_no_keyboard_has_are_not_listed(desk, editor, shortcuts) -> None:
    entry = next(entry for entry in shortcuts.entries.values() if entry.title == "Cut")
    old = [QKeySequence(keys) for keys in ("Ctrl+X", "F20", "Cut")]
    known = dataclasses.replace(entry, defaults=tuple(old))
    known.action.setShortcuts(old)
    assert keys_shown(known) == ["Ctrl+X"]
    # What somebody gives an action is shown whatever it is, and so is what is all it has.
    known.action.setShortcuts([*old, QKeySequence("F14")])
    assert keys_shown(known) == ["Ctrl+X", "F14"]
    known.action.setShortcuts([QKeySequence("F20")])
    assert keys_shown(known) == ["F20"]
    shortcuts.reset_all()
    places, rows = QTreeWidgetItemIterator(editor.dialog.tree), []
    while places.value() is not None:
        rows.append(places.value().text(2))
        places += 1
    assert not [keys for keys in rows if "F20" in keys or keys.endswith("Cut")]
