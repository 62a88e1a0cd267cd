"""Where the point lies that is tried out in the form: marked on the map of points, and on the line through pairs."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest


def test_the_point_tried_out_is_marked_on_the_map(desk) -> None:
    desk.use("points-2d", epochs=1, dataset_options__samples=60)
    plot = desk.window.results.space.plot
    form = desk.window.tryout.table
    desk.until(lambda: plot.mark is not None, "the form's first point is marked")
    assert plot.mark == pytest.approx(tuple(form.row()[0]), abs=1e-6)
    view = plot.plot.viewport()
    place = plot.plot.mapFromScene(plot.plot.getViewBox().mapViewToScene(QPointF(0.5, 0.25)))
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
    assert plot.mark == pytest.approx((0.5, 0.25), abs=0.05)
    assert plot.mark == pytest.approx(tuple(form.row()[0]), abs=1e-6)
    edit = form.form.field("0").edit
    desk.type_into(edit, "abc", enter=False)
    assert plot.mark is None, "there is no point"
    desk.type_into(edit, "-0.5")
    assert plot.mark[0] == pytest.approx(-0.5)


def test_the_input_tried_out_is_marked_on_the_line(desk) -> None:
    desk.use("line", epochs=1)
    desk.train_to_the_end()
    plot = desk.window.results.space.plot
    form = desk.window.tryout.table
    desk.until(lambda: plot.mark is not None, "the mark")
    x, y = plot.mark
    assert x == pytest.approx(form.row()[0][0], abs=1e-5)
    assert y == pytest.approx(plot.fit_at(x))
