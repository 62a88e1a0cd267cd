"""The list of datasets: words as they are, points as points, wide tables within the dialog."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel

from engine.data import catalogue
from engine.training.recipe import Recipe
from gui.dataset_preview import DataPreview, look_at
from gui.panels.data_page import TableView
from gui.panels.dataset_dialog import DatasetDialog
from gui.panels.pictures import seen


@pytest.fixture
def preview(qapp):
    made = DataPreview()
    yield made
    made.close()


def test_words_are_shown_as_they_are(qtbot, preview) -> None:
    dialog = DatasetDialog("fashion-mnist", preview)
    qtbot.addWidget(dialog)
    summary = catalogue.entry("fashion-mnist").schema.summary
    assert "'" in summary
    (shown,) = [label for label in dialog.findChildren(QLabel) if label.text() == summary]
    assert shown.textFormat() == Qt.TextFormat.PlainText


@pytest.mark.parametrize(("name", "whole"), [("moons", True), ("line", True), ("iris", False), ("always-five", False)])
def test_data_that_can_be_seen_whole_is_drawn(qtbot, name, whole) -> None:
    picture = seen(look_at(Recipe(dataset=name)), QSize(120, 90), 1.0)
    assert (picture is not None) == whole
    if picture is not None:
        image = picture.toImage()
        colours = {image.pixel(x, y) for x in range(120) for y in range(90)}
        assert len(colours) > 3


def test_a_wide_table_shows_its_first_columns_and_the_answer(qtbot) -> None:
    look = look_at(Recipe(dataset="breast-cancer"))
    table = TableView(look)
    qtbot.addWidget(table)
    words = [label.text() for label in table.findChildren(QLabel)]
    assert words[0] == look.columns[0]
    assert f"… {len(look.columns) - 6} more" in words
    assert look.columns[-1] in words
    assert look.columns[7] not in words
    assert look.table is not None
    assert f"{np.asarray(look.table)[0][-1]:.4g}" in words
