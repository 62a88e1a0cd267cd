"""The layers' table and the gallery with keys alone: the menu key, Alt and a letter, arrows, Enter, Esc."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.graph import templates
from gui.gallery.card import GalleryCard
from gui.gallery.dialog import GalleryDialog
from tests import popups
from tests.desktop import PATIENCE_MS

KEY = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
NAMES = ["linear1", "relu1", "linear2", "relu2", "linear3"]


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key in the window that has the keyboard, as the system would."""
    window = QApplication.activeWindow()
    assert window is not None
    QTest.keyClick(window.windowHandle(), key, modifiers)
    QApplication.processEvents()


@pytest.fixture
def table(desk):  # type: ignore[no-untyped-def]
    """The table of layers, on show and with the keyboard in it."""
    results = desk.window.results
    bar = results.tabBar()
    desk.click(bar, bar.tabRect(results.indexOf(results.layers)).center())
    results.layers.table.setFocus(Qt.FocusReason.TabFocusReason)
    assert QApplication.focusWidget() is results.layers.table
    return results.layers.table


def test_the_menu_of_the_table_by_the_menu_key(desk, table, tmp_path: Path) -> None:
    press(KEY.Key_Down)
    menu = popups.menu_key(desk.window)
    assert popups.words() == ["Copy the table", "Export as CSV…", "Sort by", "Measure layers"]
    assert table.viewport().rect().contains(table.viewport().mapFromGlobal(menu.pos()))
    QApplication.clipboard().clear()
    popups.choose("Copy the table")
    copied = QApplication.clipboard().text().splitlines()
    assert [line.split("\t")[0] for line in copied] == ["layer", *NAMES, "total"]

    path = tmp_path / "layers.csv"
    desk.answers.file_for_table = lambda _suggestion: path
    popups.menu_key(desk.window)
    popups.choose("Export as CSV…")
    assert exported(path) == [*NAMES, "total"]

    popups.menu_key(desk.window)
    popups.choose("Measure layers")
    desk.until(lambda: desk.window.studio.measuring.costs is not None, "figures")
    assert "–" not in [table.layers.index(row, 6).data() for row in range(5)]


def test_esc_closes_the_menu_of_the_table(desk, table) -> None:
    popups.menu_key(desk.window)
    press_in_front(KEY.Key_Down)
    press_in_front(KEY.Key_Escape)
    assert QApplication.activePopupWidget() is None
    assert QApplication.focusWidget() is table
    assert not desk.window.studio.measuring.running


def press_in_front(key: Qt.Key) -> None:
    QTest.keyClick(popups.opened(), key)


def exported(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return [line["layer"] for line in csv.DictReader(file)]


def test_the_table_is_exported_through_the_menu_of_the_window(desk, tmp_path: Path) -> None:
    """Whether the table is on show or not, and wherever the keyboard is."""
    path = tmp_path / "layers.csv"
    suggested: list[Path] = []
    desk.answers.file_for_table = lambda suggestion: suggested.append(suggestion) or path
    desk.window.canvas.setFocus()
    assert not desk.window.results.layers.isVisible()
    popups.menu_bar(desk.window, KEY.Key_F)
    popups.choose("Export the table of layers…")
    assert suggested[0].suffix == ".csv"
    assert exported(path) == [*NAMES, "total"]
    assert desk.window.status.text == "Wrote layers.csv."
    assert not desk.window.document.can_undo


def open_gallery(desk) -> GalleryDialog:  # type: ignore[no-untyped-def]
    desk.window.canvas.setFocus()
    popups.menu_bar(desk.window, KEY.Key_F)
    popups.choose("New from a template…")
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, GalleryDialog)
    dialog.activateWindow()  # the offscreen platform does not by itself
    assert QApplication.focusWidget() is dialog.search
    return dialog


def focused() -> str:
    card = QApplication.focusWidget()
    assert isinstance(card, GalleryCard)
    return card.entry.name


def test_a_template_is_chosen_in_the_gallery_by_words(desk) -> None:
    dialog = open_gallery(desk)
    QTest.keyClicks(QApplication.focusWidget(), "lecun")
    press(KEY.Key_Return)
    assert not dialog.isVisible()
    assert desk.graph == templates.build("lenet-5")
    assert desk.window.document.analysis.ready
    assert not desk.window.document.dirty


def test_a_template_is_chosen_in_the_gallery_by_arrows(desk) -> None:
    dialog = open_gallery(desk)
    wanted = "digit-mlp"
    press(KEY.Key_Down)
    for _card in dialog.cards:
        if focused() == wanted:
            break
        press(KEY.Key_Right)
    assert focused() == wanted
    press(KEY.Key_Return)
    assert not dialog.isVisible()
    assert desk.graph == templates.build(wanted)
    # With the keyboard back in the window one goes on.
    desk.window.activateWindow()  # the offscreen platform forgets to, after a dialog
    assert QTest.qWaitForWindowActive(desk.window, PATIENCE_MS)
    desk.window.canvas.setFocus()
    press(KEY.Key_A, CONTROL)
    assert desk.window.document.selection == desk.graph.nodes.keys()


def test_esc_in_the_gallery_changes_nothing(desk) -> None:
    before = desk.window.document.sketch
    dialog = open_gallery(desk)
    press(KEY.Key_Down)
    press(KEY.Key_Escape)
    assert not dialog.isVisible()
    assert desk.window.document.sketch == before


def test_a_template_from_the_menu_new_by_keys(desk) -> None:
    popups.menu_bar(desk.window, KEY.Key_F)
    popups.choose("New", templates.describe("digit-mlp").title)
    assert desk.graph == templates.build("digit-mlp")
