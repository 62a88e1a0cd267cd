"""A table is dropped on the window and looked at; what its columns are for is chosen there, and can be undone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.data.fields import Role
from gui.data.data_window import DataWindow
from tests.journeys.conftest import LEFT, Hand
from tests.journeys.test_own_data import drop

pytestmark = pytest.mark.usefixtures("nothing_read")


@pytest.fixture
def houses(tmp_path: Path) -> Path:
    """Sixty houses: a street that is missing at times, an area, a skewed rent, a price."""
    chance = np.random.default_rng(0)
    rows = ["street,area,rent,price"]
    for number in range(60):
        area = int(chance.integers(40, 200))
        street = "" if number % 10 == 0 else ("Elm", "Oak", "Ash")[number % 3]
        rows.append(f"{street},{area},{np.exp(chance.normal(3, 1)):.1f},{area * 12.5 + number:.1f}")
    path = tmp_path / "houses.csv"
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


def looked_at(hand: Hand, path: Path) -> DataWindow:
    """Drop a table and press *Look at the data*."""
    window, document = hand.window, hand.window.document
    drop(hand, path)
    hand.until(lambda: document.recipe.dataset_options.get("path") == str(path), "the table being read")
    button = window.inspector.data.look_button
    hand.until(button.isVisible, "the button on the page of the data")
    QTest.mouseClick(button, LEFT)
    dialog = window.looking.dialog
    assert dialog is not None
    hand.until(lambda: dialog.rows.rowCount() > 0 and bool(dialog.rows.fields), "its rows")
    return dialog


def click_head(dialog: DataWindow, column: int) -> None:
    head = dialog.view.horizontalHeader()
    at = QPoint(head.sectionViewportPosition(column) + head.sectionSize(column) // 2, head.height() // 2)
    QTest.mouseClick(head.viewport(), LEFT, pos=at)


def choose_once(dialog: DataWindow, role: Role) -> None:
    """Choose what the column on show is for, whatever comes of it."""
    box = dialog.page.role
    box.setCurrentIndex(box.findData(role.value))
    box.activated.emit(box.currentIndex())


def choose(hand: Hand, dialog: DataWindow, role: Role) -> None:
    """Choose what the column on show is for, with the keys of its list."""
    box, name = dialog.page.role, dialog.page.column_name
    box.setFocus()
    while (steps := box.findData(role.value) - box.currentIndex()) != 0:
        before = box.currentIndex()
        QTest.keyClick(box, Qt.Key.Key_Up if steps < 0 else Qt.Key.Key_Down)
        assert box.currentIndex() != before
        now = Role(box.currentData())
        hand.until(lambda now=now: roles(dialog).get(name) is now, f"{name} as {now.value}", 20)


def roles(dialog: DataWindow) -> dict[str, Role]:
    return {field.name: field.role for field in dialog.rows.fields}


def test_a_dropped_table_is_looked_at_row_by_row(hand: Hand, houses: Path) -> None:
    dialog = looked_at(hand, houses)
    rows = dialog.rows
    assert (rows.rowCount(), rows.columnCount()) == (60, 4)
    lines = houses.read_text("utf-8").splitlines()[1:]
    shown = [[rows.index(row, column).data() for column in range(4)] for row in range(60)]
    assert shown == [[cell or "–" for cell in line.split(",")] for line in lines]
    right = Qt.AlignmentFlag.AlignRight
    assert [bool(rows.index(0, column).data(Qt.ItemDataRole.TextAlignmentRole) & right) for column in range(4)] == [
        False,
        True,
        True,
        True,
    ]
    assert "price is predicted from 3 columns" in dialog.facts.text()
    assert dialog.page.column_name == "price"
    click_head(dialog, 0)
    assert dialog.page.column_name == "street"
    assert "6 of 60 rows missing (10 %)" in dialog.page.figures.text()


def test_what_a_column_is_for_is_chosen_and_undone(hand: Hand, houses: Path) -> None:
    dialog, document = looked_at(hand, houses), hand.window.document
    before = document.recipe
    click_head(dialog, 0)
    for role in (Role.UNUSED, Role.GROUP, Role.INPUT):
        choose(hand, dialog, role)
        assert roles(dialog)["street"] is role
        assert roles(dialog)["price"] is Role.TARGET
    click_head(dialog, 1)
    choose(hand, dialog, Role.TARGET)
    assert roles(dialog)["price"] is Role.INPUT
    assert not dialog.page.role.isEnabled()
    click_head(dialog, 2)
    assert dialog.page.log.isVisible()
    dialog.page.log.click()
    hand.until(lambda: any(field.log for field in dialog.rows.fields), "the logarithm")
    while document.recipe != before:
        assert document.can_undo
        hand.window.commands["undo"].trigger()
        QApplication.processEvents()
    hand.until(lambda: roles(dialog).get("price") is Role.TARGET, "the roles there were")


def test_a_column_that_says_the_split_is_chosen(hand: Hand, tmp_path: Path) -> None:
    path = tmp_path / "told.csv"
    rows = [f"{n},{n % 7},{('train', 'train', 'test', 'other')[n % 4]},{('learn', 'a')[n % 2]}" for n in range(40)]
    path.write_text("size,price,where,kind\n" + "\n".join(rows).replace("other", "training") + "\n", "utf-8")
    dialog, document = looked_at(hand, path), hand.window.document
    said: list[str] = []
    document.complain.connect(said.append)
    click_head(dialog, 3)
    choose_once(dialog, Role.PARTS)
    assert "'learn' in row 1, and not train, validation or test" in said[-1]
    assert dialog.page.role.currentData() == roles(dialog)["kind"].value
    click_head(dialog, 2)
    choose_once(dialog, Role.PARTS)
    assert document.recipe.dataset_options["parts"] == "where"
    hand.until(lambda: "10 test" in dialog.split.words.text(), "the rows that are for the test")
    hand.window.commands["undo"].trigger()
    assert not document.recipe.dataset_options.get("parts")


def test_the_window_goes_with_the_table(hand: Hand, houses: Path) -> None:
    dialog = looked_at(hand, houses)
    hand.window.session.new("points-2d")
    hand.until(lambda: hand.window.looking.dialog is None, "the window closing")
    assert not dialog.isVisible()
    assert not hand.window.commands["look"].isEnabled()
    assert not hand.window.inspector.data.look_button.isVisibleTo(hand.window)


def test_the_window_shows_how_the_rows_are_divided(hand, houses) -> None:
    dialog = looked_at(hand, houses)
    hand.until(lambda: dialog.split.isVisible(), "the split")
    counts = [int(words.split()[0]) for words in dialog.split.words.text().split(" · ")]
    assert sum(counts) == 60
    assert dialog.split.bar.accessibleDescription() == dialog.split.words.text()
    hand.window.document.try_setting("Share", "test", 0.5)
    hand.until(lambda: int(dialog.split.words.text().split(" · ")[2].split()[0]) >= 28, "the other shares")
