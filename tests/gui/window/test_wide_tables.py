"""Tables of thousands of columns: what lists columns makes nothing of them before it is opened, and is searched."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListWidget

from engine.graph.columns import Column
from engine.graph.parameters import Choice
from gui.panels.column_choice import ColumnChoice
from gui.panels.fields import ChoiceField

NAMES = tuple(f"gene {number:05d}" for number in range(10_000))
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def target(qtbot) -> ChoiceField:
    choice = Choice(
        name="target",
        title="Target",
        default="",
        options=("", *NAMES),
        labels=("automatic: gene 09999", *NAMES),
        help="The column to be learned.",
    )
    field = ChoiceField(choice, "")
    qtbot.addWidget(field)
    field.resize(240, 40)
    field.show()
    qtbot.waitExposed(field)
    field.edited.connect(field.set_value)
    return field


def test_a_target_among_ten_thousand_is_found_by_typing(target: ChoiceField) -> None:
    assert target.combo.count() == 1, "no item is made before the list is opened"
    assert target.combo.currentText() == "automatic: gene 09999"
    QTest.keyClick(target.combo, Qt.Key.Key_Down)
    finder = target.combo.finder
    assert finder.isVisible()
    assert finder.note.text() == "10,001 found"
    QTest.keyClicks(finder.field, "0123")
    assert finder.note.text() == f"{sum('0123' in name for name in NAMES)} found"
    QTest.keyClicks(finder.field, "4")
    QTest.keyClick(finder.field, Qt.Key.Key_Return)
    assert target.value == "gene 01234"
    assert target.combo.currentText() == "gene 01234"
    assert not finder.isVisible()


def test_a_letter_opens_the_list_and_escape_leaves_what_there_was(target: ChoiceField) -> None:
    QTest.keyClick(target.combo, Qt.Key.Key_G)
    finder = target.combo.finder
    assert finder.field.text() == "g"
    QTest.keyClick(finder.field, Qt.Key.Key_Escape)
    assert not finder.isVisible()
    assert target.value == ""


def test_a_click_chooses_from_the_list(target: ChoiceField) -> None:
    QTest.mouseClick(target.combo, LEFT)
    finder = target.combo.finder
    finder.field.setText("09876")
    view = finder.list
    QTest.mouseClick(view.viewport(), LEFT, pos=view.visualRect(finder.names.index(0, 0)).center())
    assert target.value == "gene 09876"


def test_the_columns_of_a_data_block_are_listed_where_the_list_is_open(qtbot) -> None:
    choice = ColumnChoice()
    qtbot.addWidget(choice)
    choice.show()
    columns = [Column(name) for name in NAMES[:500]]
    choice.show_columns(columns, NAMES[:3], False, None)
    assert choice.list.count() == 0
    assert "3 of 500" in choice.opener.text()
    QTest.mouseClick(choice.opener, LEFT)
    assert ticked(choice.list) == list(NAMES[:3])
    choice.show_columns(columns, NAMES[:2], False, None)
    assert ticked(choice.list) == list(NAMES[:2])


def ticked(shown: QListWidget) -> list[str]:
    items = [shown.item(row) for row in range(shown.count())]
    return [item.text() for item in items if item.checkState() is Qt.CheckState.Checked]
