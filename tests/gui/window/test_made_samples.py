"""What a generator makes is seen while it learns: points over the real ones, images on a wall."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.exceptions import capture_exceptions
from shiboken6 import isValid

from gui import theme
from gui.tasks.gan.made_points import MadePoints
from gui.tasks.gan.samples import PICTURES, POINTS, SamplesView
from gui.tasks.gan.wall import Wall


def view_of(desk) -> SamplesView:
    desk.window.resize(1500, 900)
    view = desk.window.results.view("samples")
    assert isinstance(view, SamplesView)
    desk.until(view.isVisible, "the samples beside the curves")
    return view


def trained(desk) -> None:
    desk.do("train")
    desk.until(lambda: not desk.trainer.running and desk.window.session.trained is not None, "the end of the run")


def test_made_points_lie_over_the_real_ones_with_the_critics_scores_behind(desk) -> None:
    desk.use("gan-points", epochs=3)
    view = view_of(desk)
    assert not view.another.isVisible()
    desk.until(lambda: len(view.plot.places) > 0, "the real points")
    trained(desk)
    desk.until(lambda: len(view.plot.made) == POINTS, "made points")
    desk.until(lambda: "score" in view.plot.words_at(0.0, 0.0), "the critic's scores")
    before = view.plot.made.copy()
    QTest.mouseClick(view.another, Qt.MouseButton.LeftButton)
    desk.until(lambda: not np.array_equal(view.plot.made, before), "samples of other noise")
    desk.use("points-2d")
    assert desk.window.results.view("samples") is None


def test_a_plot_that_is_gone_does_not_hear_of_another_theme(qapp) -> None:
    window = QWidget()
    plot = MadePoints(window)  # held here as it would be until garbage is collected
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not isValid(plot)
    with capture_exceptions() as caught:
        theme.apply(qapp, "dark")
        theme.apply(qapp, "light")
    assert not caught


@pytest.mark.parametrize("size", [(300, 200), (900, 120), (100, 700)])
def test_the_wall_shows_all_images_however_large_it_is(qtbot, size: tuple[int, int]) -> None:
    wall = Wall()
    qtbot.addWidget(wall)
    wall.resize(*size)
    columns, side = wall.layout_of(PICTURES)
    assert columns * side <= size[0]
    assert -(-PICTURES // columns) * side <= size[1]
    wall.show_pictures(np.full((PICTURES, 1, 28, 28), 200, dtype=np.uint8))
    assert len(wall.images) == PICTURES
    assert not wall.grab().isNull()
