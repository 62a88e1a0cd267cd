"""The manual: every entry is found, read and left by its links, and the settings that point to one point to one."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListWidgetItem

from engine.graph.blocks.shelf import shelf
from engine.graph.layers import kinds
from engine.training.recipe import Recipe
from gui import manual
from gui.help import declared_help
from gui.help.manual_window import ManualWindow
from gui.help.window_parts import PARTS
from gui.panels.fields import explained
from resources import manual as files

ENTRIES = manual.entries()
CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def window(desk) -> ManualWindow:
    QTest.keyClick(desk.window, Qt.Key.Key_F1, CONTROL)
    QApplication.processEvents()
    found = desk.window.help.manual
    assert found.isVisible()
    return found


def shown(window: ManualWindow) -> list[str]:
    """The titles in the list."""
    rows = [window.list.item(row) for row in range(window.list.count())]
    return [item.text() for item in rows if not item.isHidden() and item.flags()]


def test_the_contents_list_every_file_once() -> None:
    listed = [name for _heading, names in files.CONTENTS for name in names]
    assert sorted(listed) == list(files.names())
    assert list(ENTRIES) == listed


@pytest.mark.parametrize("name", files.names())
def test_an_entry_has_a_title_some_sentences_and_links_that_lead_somewhere(name: str) -> None:
    entry = ENTRIES[name]
    assert entry.markdown.startswith(f"# {entry.title}\n")
    assert 3 < len(entry.title) < 40
    sentences = re.findall(r"[.!?](?=\s|$)", entry.markdown)
    assert 3 <= len(sentences) <= 12
    for link in entry.links:
        assert link.endswith(manual.ENDING)
        assert link.removesuffix(manual.ENDING) in ENTRIES, f"{name} links to {link}"
        assert link.removesuffix(manual.ENDING) != name
    assert entry.links, "an entry is a way to others"


def test_every_entry_is_reached_by_links() -> None:
    led_to = {link.removesuffix(manual.ENDING) for entry in ENTRIES.values() for link in entry.links}
    # What is about the program instead of a term is reached from the list and from the parts of the window.
    pointed_to = {part.entry for part in PARTS.values()} | set(declared_help._ACTIONS.values())
    assert set(ENTRIES) - led_to - pointed_to == set()


def test_titles_are_different() -> None:
    assert len({entry.title.casefold() for entry in ENTRIES.values()}) == len(ENTRIES)


def test_settings_that_point_to_the_manual_exist_and_so_do_the_entries() -> None:
    recipe = Recipe()
    paths = set(recipe.paths())
    for kind in ("SGD", "Adam"):
        paths |= set(recipe.with_setting("optimizer.kind", kind).paths())
    paths |= {f"{kind.family}.{p.name}" for kind in kinds().values() for p in kind.parameters}
    assert manual.SETTINGS.keys() - paths == set()
    assert set(manual.SETTINGS.values()) - ENTRIES.keys() == set()


def test_layers_parts_and_actions_point_to_entries_that_exist(desk) -> None:
    for kind in (*kinds().values(), *shelf()):
        assert manual.of_layer(kind) in ENTRIES, kind.name
    assert {part.entry for part in PARTS.values() if part.entry} - ENTRIES.keys() == set()
    assert set(declared_help._ACTIONS.values()) - ENTRIES.keys() == set()
    assert declared_help._ACTIONS.keys() - desk.window.menus.shortcuts.entries.keys() == set()


def test_a_tooltip_says_f1_exactly_where_there_is_an_entry(desk) -> None:
    toolbar = desk.window.toolbar
    assert "F1: more" in toolbar.field("optimizer.learning_rate").toolTip()
    desk.window.document.select([desk.node("Output")])
    forms = desk.window.inspector.goal.forms.values()
    fields = {path: field for form in forms for path, field in form.fields.items()}
    assert len(fields) > 8
    for path, field in fields.items():
        tip = field.focusProxy().toolTip() or field.toolTip()
        assert ("F1: more" in tip) == (path in manual.SETTINGS), path
    desk.window.document.select([desk.node("Linear")])
    form = desk.window.inspector.layer.form
    assert "F1: more" in form.field("out_features").toolTip()
    assert "F1: more" not in form.field("last_axis").toolTip()
    parameter = form.field("out_features").parameter
    assert "F1" not in explained(parameter)
    assert "F1" in explained(replace(parameter, help="Other words."), "dense.out_features")


def test_a_field_goes_on_pointing_to_the_manual_after_a_mistake(desk) -> None:
    edit = desk.window.toolbar.field("batch_size").edit
    desk.type_into(edit, "many", enter=False)
    assert "F1" not in edit.toolTip(), "what is wrong comes first"
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert "F1: more" in edit.toolTip()


def test_the_manual_is_searched_and_leaves_the_window_free(desk, window) -> None:
    assert not window.isModal()
    assert window.search.hasFocus()
    everything = shown(window)
    assert everything == [entry.title for entry in ENTRIES.values()]
    QTest.keyClicks(window.search, "LOSS")
    assert window.entry.name == "loss", "what is called so comes before what only speaks of it"
    assert "Overfitting" in shown(window)
    assert "Freeze" not in shown(window)
    window.search.setText("LOSS xyzzy")
    assert shown(window) == []
    assert window.nothing.text() == "No entry matches “LOSS xyzzy”."
    assert window.entry.name == "loss", "what is read stays"
    window.search.clear()
    assert shown(window) == everything
    desk.do("step")
    desk.until(lambda: desk.trainer.paused, "a step beside the open manual")
    desk.trainer.stop()
    desk.until(lambda: not desk.trainer.running, "the end of the run")


def test_links_lead_on_and_back(window) -> None:
    window.show_entry("loss")
    assert "cross-entropy" in window.text.toPlainText()
    window.text.anchorClicked.emit(QUrl("gradient.md"))
    assert window.entry.name == "gradient"
    assert window.list.currentItem().text() == "Gradient"
    QTest.keyClick(window, Qt.Key.Key_Left, ALT)
    assert window.entry.name == "loss"
    for nothing in ("nowhere.md", "https://example.org/loss.md", "../../pyproject.toml", ""):
        window.text.anchorClicked.emit(QUrl(nothing))
        assert window.entry.name == "loss"
    while window.back.isEnabled():
        window.go_back()
    before = window.entry
    window.go_back()
    assert window.entry is before


def test_the_list_is_walked_by_keys_past_its_headings(window) -> None:
    QTest.keyClick(window.search, Qt.Key.Key_Down)
    assert window.list.hasFocus()
    read = []
    for _entry in ENTRIES:
        read.append(window.entry.name)
        QTest.keyClick(window.list, Qt.Key.Key_Down)
    assert read == list(ENTRIES)
    assert isinstance(window.list.item(0), QListWidgetItem)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_a_link_to_what_the_search_hides_ends_the_search(window) -> None:
    QTest.keyClicks(window.search, "harmonic")
    assert window.entry.name == "precision-recall"
    window.show_entry("seed")
    assert window.search.text() == ""
    assert window.list.currentItem().text() == "Seed"


def test_the_manual_opens_where_it_was_read_last(desk, window) -> None:
    window.show_entry("seed")
    window.close()
    desk.do("manual")
    assert desk.window.help.manual is window
    assert window.entry.name == "seed"
