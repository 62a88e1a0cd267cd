"""The form for a row: the warning beside an answer that stands on values nobody has trained on."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.data import catalogue
from gui import theme
from gui.panels.fields import TextField
from gui.theme.contrast import ratio
from gui.tryout.table import TablePanel


@pytest.fixture
def table(qtbot, qapp: QApplication) -> TablePanel:
    made = TablePanel()
    qtbot.addWidget(made)
    made.resize(320, 500)
    made.show_schema(catalogue.schema("houses"), [100.0, 3.0, 20.0, 5.0])
    made.show()
    qtbot.waitExposed(made)
    return made


def test_the_warning_stands_beside_the_answer_until_it_no_longer_holds(table: TablePanel) -> None:
    assert not table.warning.isVisible()
    table.show_prediction(np.array([120.0]), "", ["area is 12,000, far above.", "So does 1 more column."])
    assert table.warning.isVisible()
    assert table.warning.text() == "area is 12,000, far above. So does 1 more column."
    assert "120" in table.answer.text()
    table.show_prediction(np.array([120.0]), "", [])
    assert not table.warning.isVisible()


def test_without_an_answer_nothing_is_doubted(table: TablePanel) -> None:
    table.show_prediction(None, "Press Train.", ["area is 12,000, far above."])
    assert not table.warning.isVisible()


def type_into(field: TextField, words: str) -> None:
    field.edit.setFocus()
    QTest.keyClick(field.edit, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field.edit, words) if words else QTest.keyClick(field.edit, Qt.Key.Key_Backspace)


@pytest.mark.parametrize(
    ("words", "said"), [("abc", "must be a number, not 'abc'"), ("", "is empty"), ("1e99", "1e99")]
)
def test_what_is_no_number_has_no_answer_and_the_column_is_named(table: TablePanel, words: str, said: str) -> None:
    asked: list[np.ndarray] = []
    table.prediction_wanted.connect(asked.append)
    table.show_prediction(np.array([120.0]), "")
    field = table.form.field("0")
    assert isinstance(field, TextField)
    type_into(field, words)
    QTest.keyClick(field.edit, Qt.Key.Key_Return)
    count = len(asked)
    assert "120" not in table.answer.text()
    assert "area (m²)" in table.warning.text()
    assert said in table.warning.text()
    assert field.edit.text() == words, "it stays there to be mended"
    table.show_prediction(np.array([120.0]), "")  # of the row before, late, or of other weights
    assert "120" not in table.answer.text()
    table.ask()
    assert len(asked) == count, "there is no row to ask about"
    type_into(field, "85")
    assert asked[-1].tolist() == [[85.0, 3.0, 20.0, 5.0]]
    table.show_prediction(np.array([140.0]), "")
    assert "140" in table.answer.text()
    assert not table.warning.isVisible()


def test_escape_brings_the_number_and_its_answer_back(table: TablePanel) -> None:
    asked: list[np.ndarray] = []
    table.prediction_wanted.connect(asked.append)
    field = table.form.field("1")
    assert isinstance(field, TextField)
    type_into(field, "7x")
    QTest.keyClick(field.edit, Qt.Key.Key_Escape)
    assert field.edit.text() == "3"
    assert asked[-1].tolist() == [[100.0, 3.0, 20.0, 5.0]]
    assert not table.warning.isVisible()


def test_answers_are_in_ordinary_figures(table: TablePanel) -> None:
    table.show_prediction(np.array([273_791.4]), "")
    assert table.answer.text() == "price (thousands): 273,800"
    table.show_prediction(np.array([0.00004325]), "")
    assert table.answer.text().endswith(" 0.00004325")


@pytest.mark.parametrize("dataset", ["always-five", "breast-cancer", "houses", "iris"])
def test_the_answer_is_seen_without_scrolling(qtbot, qapp: QApplication, dataset: str) -> None:
    schema = catalogue.schema(dataset)
    made = TablePanel()
    qtbot.addWidget(made)
    made.show_schema(schema, [0.0] * len(schema.columns))
    made.resize(280, 372)
    made.show()
    qtbot.waitExposed(made)
    values = schema.target.kind == "values"
    count = max(schema.target.size, 1 if values else 2)
    made.show_prediction(np.full(count, 0.5), "Still learning.", ["Far outside."] * 2)
    for label in (made.answer, made.warning, made.status, *([] if values else [made.bars])):
        seen = QRect(label.mapTo(made, QPoint()), label.size())
        assert label.visibleRegion().boundingRect().size() == label.size()
        assert made.rect().contains(seen)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_the_warning_can_be_read(table: TablePanel, qapp: QApplication, name: str) -> None:
    theme.apply(qapp, name)
    table.show_prediction(np.array([120.0]), "", ["area is 12,000, far above."])
    table.warning.ensurePolished()
    colours = theme.current()
    assert table.warning.property("role") == "warning"
    assert ratio(colours.warning_text, colours.panel) >= 4.5
    theme.apply(qapp, "light")
