"""The form for a row: the warning beside an answer that stands on values nobody has trained on."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from engine.data import catalogue
from gui import theme
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


@pytest.mark.parametrize("name", ["light", "dark"])
def test_the_warning_can_be_read(table: TablePanel, qapp: QApplication, name: str) -> None:
    theme.apply(qapp, name)
    table.show_prediction(np.array([120.0]), "", ["area is 12,000, far above."])
    table.warning.ensurePolished()
    colours = theme.current()
    assert table.warning.property("role") == "warning"
    assert ratio(colours.warning_text, colours.panel) >= 4.5
    theme.apply(qapp, "light")
