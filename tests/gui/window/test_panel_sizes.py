"""The panels around the diagram: low curves in a small window, more for a table, and whatever somebody chose."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui.panel_sizes import LEAST_LOWER, TABLES
from gui.settings_file import settings

LEFT = Qt.MouseButton.LeftButton


def resize(desk, width: int, height: int) -> None:
    desk.window.resize(width, height)
    QApplication.processEvents()


def test_the_lower_panel_is_low_in_a_low_window_and_grows_for_a_table(desk) -> None:
    desk.use("empty")  # with data whose map would stand beside the curves they get the height of a table
    results = desk.window.results
    results.setCurrentWidget(results.curves_page)
    heights = []
    for height in (700, 800, 900, 1100):
        resize(desk, 1280, height)
        heights.append(results.height())
    assert heights == sorted(heights)
    assert heights[1] <= LEAST_LOWER + 8
    assert heights[0] < heights[-1]
    resize(desk, 1280, 800)
    results.setCurrentWidget(results.layers)
    assert results.height() >= TABLES
    results.setCurrentWidget(results.curves_page)
    assert results.height() <= LEAST_LOWER + 8


def test_points_beside_the_curves_get_the_height_of_a_table(desk) -> None:
    desk.use("points-2d")
    resize(desk, 1280, 800)
    assert desk.window.results.height() >= TABLES
    desk.use("empty")
    QApplication.processEvents()
    assert desk.window.results.height() <= LEAST_LOWER + 8


@pytest.mark.parametrize("chosen", [True, False])
def test_what_was_chosen_stays_and_is_there_at_the_next_start(desk, chosen: bool) -> None:
    desk.use("empty")
    window = desk.window
    resize(desk, 1280, 800)
    if chosen:
        handle = window.results.parentWidget().handle(1)
        at = handle.rect().center()
        QTest.mousePress(handle, LEFT, pos=at)
        QTest.mouseMove(handle, at - QPoint(0, 90))
        QTest.mouseRelease(handle, LEFT, pos=at - QPoint(0, 90))
    height = window.results.height()
    assert (height > LEAST_LOWER + 40) == chosen
    resize(desk, 1280, 760)
    resize(desk, 1280, 800)
    window.results.setCurrentWidget(window.results.problems)
    assert (window.results.height() == height) == chosen
    window.results.setCurrentWidget(window.results.curves_page)
    assert window.results.height() == height
    window.close()
    assert settings().contains("splitter/middle") == chosen
    assert not settings().contains("splitter/sides")
