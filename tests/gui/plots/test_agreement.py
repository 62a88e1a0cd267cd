"""Predicted against actual, and the samples of a gallery."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.plots.agreement import DRAWN, AgreementPlot
from gui.plots.sample_gallery import MOST, SampleGallery


@pytest.fixture
def plot(qapp: QApplication, qtbot) -> AgreementPlot:
    theme.apply(qapp, "light")
    made = AgreementPlot()
    qtbot.addWidget(made)
    made.resize(800, 300)
    made.show()
    qtbot.waitExposed(made)
    return made


def at(widget, x: float, y: float) -> QPoint:
    return widget.mapFromScene(widget.getViewBox().mapViewToScene(QPointF(x, y)))


def test_both_axes_are_equal_and_the_line_is_where_both_are_the_same(plot) -> None:
    plot.set_values([[100.0], [300.0], [200.0]], [[110.0], [250.0], [200.0]], ["price"])
    QApplication.processEvents()
    across, up = plot.against.getViewBox().viewPixelSize()
    assert across == pytest.approx(up, rel=0.02)
    assert plot.lines[plot.against].angle == 45
    assert plot.against.getAxis("bottom").labelText == "Actual price"
    assert plot.against.getAxis("left").labelText == "Predicted"
    np.testing.assert_allclose(plot.scatters[plot.residuals].getData()[1], [10, -50, 0])
    (_, _), (low, high) = plot.residuals.getViewBox().viewRange()
    assert low == pytest.approx(-high)
    assert high > 50


def test_a_sample_is_told_on_hover_and_chosen_by_a_click(plot) -> None:
    plot.set_values([[100.0], [300.0]], [[110.0], [250.0]], ["price"])
    QApplication.processEvents()
    chosen: list[int] = []
    plot.chosen.connect(chosen.append)
    for widget, x, y in ((plot.against, 300, 250), (plot.residuals, 110, 10)):
        QTest.mouseMove(widget.viewport(), at(widget, x, y))
        QTest.mouseClick(widget.viewport(), Qt.MouseButton.LeftButton, pos=at(widget, x, y))
    assert chosen == [1, 0]
    assert plot.words_of(1) == "actual 300.0   predicted 250.0   off by −50.0"


def test_of_several_values_one_is_shown_and_what_is_not_finite_is_left_out(plot) -> None:
    plot.set_values([[1.0, 5.0], [2.0, 6.0]], [[1.5, np.inf], [2.5, 7.0]], ["a", "b"])
    assert plot.which.isVisible()
    plot.which.setCurrentIndex(1)
    np.testing.assert_array_equal(plot.drawn()[0], [6.0])
    plot.set_values([[1.0]], [[np.nan]], ["a"])
    assert not plot.which.isVisible()
    plot.grab()


def test_many_samples_are_thinned_and_wrong_shapes_refused(plot) -> None:
    values = np.linspace(0, 1, 50_000)[:, np.newaxis]
    plot.set_values(values, values, ["a"])
    assert 0 < len(plot.drawn()[0]) <= DRAWN
    with pytest.raises(ValueError, match="as many predictions"):
        plot.set_values([[1.0]], [[1.0], [2.0]], ["a"])
    plot.clear()
    assert plot.words.isVisible()


def test_a_gallery_shows_pictures_or_rows_and_tells_which_was_picked(qtbot) -> None:
    gallery = SampleGallery()
    qtbot.addWidget(gallery)
    gallery.resize(320, 240)
    gallery.show()
    chosen: list[int] = []
    gallery.chosen.connect(chosen.append)
    pictures = np.zeros((MOST + 5, 1, 28, 28), dtype=np.uint8)
    gallery.show_pictures(pictures, ["99 %"] * len(pictures), ["<b>"] * len(pictures))
    assert gallery.pictures.count() == MOST
    QApplication.processEvents()
    place = gallery.pictures.visualItemRect(gallery.pictures.item(1)).center()
    QTest.mouseClick(gallery.pictures.viewport(), Qt.MouseButton.LeftButton, pos=place)
    gallery.show_rows(np.array([[1.5, 2.0], [3.0, 4.0]]), ["x", "y"], ["60 %", "70 %"], "sure")
    assert [gallery.table.horizontalHeaderItem(place).text() for place in range(3)] == ["sure", "x", "y"]
    QApplication.processEvents()
    place = gallery.table.visualItemRect(gallery.table.item(1, 1)).center()
    QTest.mouseClick(gallery.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chosen == [1, 1]
    gallery.say("Nothing", "yet")
    assert gallery.table.rowCount() == gallery.pictures.count() == 0
