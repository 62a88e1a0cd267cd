"""The curves of a run, under real mouse events."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import ArrayLike
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.training.channel import LOSS
from engine.training.metric_kinds import ABSOLUTE_ERROR
from gui import theme
from gui.plots.curves import Curves
from gui.plots.series import DRAWN
from tests.pictures import shot


def rows(count: int, every: int = 100) -> list[dict[str, float]]:
    return [
        {
            "epoch": epoch,
            "step": epoch * every,
            "train_loss": 1.0 / epoch,
            "validation_loss": 1.2 / epoch,
            "train_accuracy": 1 - 0.5 / epoch,
            "validation_accuracy": 1 - 0.6 / epoch,
            "validation_mae": 3.0 / epoch,
        }
        for epoch in range(1, count + 1)
    ]


def of(loss: ArrayLike, accuracy: ArrayLike) -> dict[str, ArrayLike]:
    """What steps have brought; of these channels the plots show some."""
    return {"loss": loss, "accuracy": accuracy, "mae": accuracy}


@pytest.fixture
def curves(qapp: QApplication, qtbot) -> Curves:
    theme.apply(qapp, "light")
    made = Curves()
    qtbot.addWidget(made)
    made.resize(900, 300)
    made.show()
    qtbot.waitExposed(made)
    return made


def fill(curves: Curves, count: int = 1000) -> None:
    steps = np.arange(1, count + 1)
    curves.set_data(steps, of(2.0 * np.exp(-steps / count * 3), steps / count), rows(count // 100))


def test_without_data_it_says_what_to_do(curves) -> None:
    assert curves.is_empty()
    assert curves.empty.isVisible()
    fill(curves)
    assert not curves.empty.isVisible()
    assert curves.plots[0].isVisible()
    curves.clear()
    assert curves.empty.isVisible()
    assert curves.plots[0].told.text() == curves.plots[1].told.text() == ""


def test_appending_is_the_same_as_setting(curves, qtbot) -> None:
    other = Curves()
    qtbot.addWidget(other)
    fill(curves)
    steps = np.arange(1, 1001)
    for part in np.array_split(steps, 13):
        other.append(part, of(2.0 * np.exp(-part / 1000 * 3), part / 1000), rows(10))
    for plot, again in ((curves.plots[0], other.plots[0]), (curves.plots[1], other.plots[1])):
        for name, (x, y) in plot.drawn().items():
            np.testing.assert_array_equal(x, again.drawn()[name][0])
            np.testing.assert_array_equal(y, again.drawn()[name][1])


def test_validation_comes_from_the_rows_of_the_history(curves) -> None:
    fill(curves)
    x, y = curves.plots[0].drawn()["validation"]
    np.testing.assert_array_equal(x, np.arange(100, 1001, 100))
    np.testing.assert_allclose(y, [1.2 / epoch for epoch in range(1, 11)])


def test_a_history_without_steps_is_drawn_from_its_rows_until_steps_come(curves) -> None:
    curves.set_data([], of([], []), rows(5))
    np.testing.assert_allclose(curves.plots[0].drawn()["raw"][1], [1.0 / epoch for epoch in range(1, 6)])
    curves.append([501, 502], of([0.1, 0.2], [0.9, 0.9]))
    np.testing.assert_array_equal(curves.plots[0].drawn()["raw"][0], [501, 502])


def test_never_more_points_than_a_screen_shows(curves) -> None:
    fill(curves, 50_000)
    for name in ("raw", "smooth", "validation"):
        assert len(curves.plots[0].drawn()[name][0]) <= DRAWN
    assert len(curves.plots[0].training) == 50_000


def test_smoothing_never_hides_the_raw_curve(curves) -> None:
    fill(curves)
    raw = curves.plots[0].drawn()["raw"]
    assert len(curves.plots[0].drawn()["smooth"][0]) == 0
    curves.slider.setFocus()
    QTest.keyClick(curves.slider, Qt.Key.Key_End)
    assert curves.slider.value() == 100
    again = curves.plots[0].drawn()
    np.testing.assert_array_equal(again["raw"][1], raw[1])
    assert len(again["smooth"][0]) > 100
    assert curves.plots[0].raw_curve.isVisible()
    assert 60 <= curves.plots[0].raw_curve.opts["pen"].color().alpha() < 255


def test_logarithmic_loss_and_back(curves) -> None:
    fill(curves)
    before = curves.plots[0].drawn()["raw"][1]
    QTest.mouseClick(curves.log_switch, Qt.MouseButton.LeftButton, pos=QPoint(8, curves.log_switch.height() // 2))
    assert curves.log_switch.isChecked()
    np.testing.assert_allclose(curves.plots[0].drawn()["raw"][1], np.log10(before))
    np.testing.assert_allclose(curves.plots[1].drawn()["raw"][1][-1], 1.0)  # accuracy stays as it is
    (_, _), (bottom, top) = curves.plots[0].view()
    assert bottom <= np.log10(before.min())
    assert np.log10(before.max()) <= top
    curves.log_switch.setChecked(False)
    np.testing.assert_array_equal(curves.plots[0].drawn()["raw"][1], before)


def test_zero_on_a_logarithmic_axis_breaks_the_line_and_says_so(curves) -> None:
    curves.log_switch.setChecked(True)
    curves.set_data([1, 2, 3], of([1.0, 0.0, 0.5], [0.1, 0.2, 0.3]))
    np.testing.assert_array_equal(np.isnan(curves.plots[0].drawn()["raw"][1]), [False, True, False])
    assert "logarithmic" in curves.warning.text()


def test_nan_breaks_the_line_and_says_where(curves) -> None:
    fill(curves)
    assert not curves.warning.isVisible()
    curves.append([1001, 1002], of([np.nan, np.inf], [0.5, 0.5]))
    assert curves.warning.isVisible()
    assert "step 1,001" in curves.warning.text()
    assert np.isnan(curves.plots[0].drawn()["raw"][1][-1])
    curves.clear()
    assert not curves.warning.isVisible()


def test_the_axes_grow_in_steps_and_not_with_every_point(curves) -> None:
    curves.set_data(np.arange(1, 102), of(np.full(101, 2.1), np.full(101, 0.2)))
    first = curves.plots[0].view()
    moves: list[object] = []
    curves.plots[0].plot.getViewBox().sigRangeChanged.connect(lambda *_: moves.append(1))
    for step in range(102, 140):
        curves.append([step], of([2.2], [0.3]))
    assert moves == []
    assert curves.plots[0].view() == first
    curves.append([160], of([2.2], [0.3]))
    assert curves.plots[0].view()[0] == (0.0, 200.0)


def test_a_zoom_by_hand_stays_until_a_double_click(curves) -> None:
    fill(curves)
    box = curves.plots[0].plot.getViewBox()
    box.setXRange(200, 300, padding=0)
    box.sigRangeChangedManually.emit(box.state["mouseEnabled"])
    curves.append([1600], of([0.1], [0.9]))
    assert curves.plots[0].view()[0] == (200.0, 300.0)
    viewport = curves.plots[0].plot.viewport()
    QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=viewport.rect().center())
    assert curves.plots[0].view()[0] == (0.0, 2000.0)


def hover(curves: Curves, step: float) -> None:
    plot = curves.plots[0].plot
    (_, _), (bottom, top) = curves.plots[0].view()
    scene = plot.getViewBox().mapViewToScene(QPointF(step, (bottom + top) / 2))
    QTest.mouseMove(plot.viewport(), plot.mapFromScene(scene))


def test_hovering_tells_the_values_of_the_nearest_step_in_both_plots(curves, qtbot) -> None:
    fill(curves)
    hover(curves, 500)
    qtbot.waitUntil(lambda: curves.plots[0].step_line.isVisible())
    step = round(curves.plots[0].step_line.value())
    assert abs(step - 500) <= 4
    assert curves.plots[1].step_line.isVisible()
    expected = 2.0 * np.exp(-step / 1000 * 3)
    assert curves.plots[0].step_line.label.toPlainText() == f"step {step:,}"
    assert curves.plots[0].told.text() == f"{expected:.4g} / 0.24"
    assert curves.plots[1].told.text() == f"{step / 10:.1f} % / 88.0 %"
    curves.plots[0].hovered.emit(float("nan"))
    assert not curves.plots[0].step_line.isVisible()
    assert curves.plots[1].told.text().startswith("100.0 % / ")


def test_regression_shows_its_error_instead(curves) -> None:
    curves.set_channels((LOSS, ABSOLUTE_ERROR.channel))
    fill(curves)
    assert curves.plots[1].title.text() == "Mean absolute error"
    np.testing.assert_allclose(curves.plots[1].drawn()["validation"][1], [3.0 / epoch for epoch in range(1, 11)])
    assert curves.plots[1].told.text() == "1 / 0.3"


def test_lines_differ_in_more_than_colour(curves) -> None:
    fill(curves)
    assert curves.plots[0].validation_curve.opts["pen"].style() != curves.plots[0].raw_curve.opts["pen"].style()
    assert len(curves.plots[0].validation_dots.getData()[0]) == 10


def test_colours_follow_the_theme(curves, qapp) -> None:
    fill(curves)
    for chosen in (theme.DARK, theme.LIGHT):
        theme.apply(qapp, chosen)
        assert curves.plots[0].raw_curve.opts["pen"].color().name().upper() == chosen.training
        assert curves.plots[0].validation_curve.opts["pen"].color().name().upper() == chosen.validation
        image = shot(curves.plots[0].plot)
        assert image.pixelColor(image.width() - 3, 3).name().upper() == chosen.panel


def test_unequal_lengths_are_refused(curves) -> None:
    with pytest.raises(ValueError, match="as many values"):
        curves.append([1, 2], of([0.1], [0.2, 0.3]))


def test_the_floor_is_there_before_the_first_step_and_goes_with_the_run(curves) -> None:
    curves.set_floor(0.113, 'always "1", 11.3 %')
    assert curves.plots[1].isVisible()
    assert curves.plots[1].floor.words == 'always "1", 11.3 %'
    assert curves.plots[1].floor.line.isVisible()
    assert curves.plots[1].floor.line.value() == 0.113
    assert curves.plots[1].floor.line.pen.style() == Qt.PenStyle.DashLine
    assert not curves.plots[0].floor.line.isVisible()
    fill(curves)
    curves.clear()
    assert curves.plots[1].floor.value is None
    assert curves.empty.isVisible()


def test_the_floor_of_an_error_lies_within_the_axis(curves) -> None:
    curves.set_channels((LOSS, ABSOLUTE_ERROR.channel))
    fill(curves)
    curves.set_floor(98.4, "always the mean, {312}")
    assert curves.plots[1].view()[1][1] >= 98.4
    assert curves.plots[1].floor.words == "always the mean, {312}", "names may hold braces"


def test_one_early_outlier_does_not_flatten_the_rest_and_is_marked(curves) -> None:
    steps = np.arange(1, 1001)
    loss = 2.0 * np.exp(-steps / 300)
    loss[0] = 7_123.0
    curves.set_data(steps, of(loss, steps / 1000))
    assert curves.plots[0].view()[1][1] < 4
    assert curves.plots[0].outside.isVisible()
    assert curves.plots[0].outside.text() == "▲ up to 7,123 at step 1"
    assert list(curves.plots[0].beyond_marks.getData()[0]) == [1]
    curves.log_switch.setChecked(True)
    assert curves.plots[0].view()[1][1] > 3, "powers of ten show all of it"
    assert not curves.plots[0].outside.isVisible()
    curves.clear()
    curves.log_switch.setChecked(False)
    fill(curves)
    assert not curves.plots[0].outside.isVisible()
    assert len(curves.plots[0].beyond_marks.getData()[0]) == 0


def test_a_loss_that_blows_up_is_shown_to_the_top(curves) -> None:
    steps = np.arange(1, 201)
    curves.set_data(steps, of(np.where(steps < 180, 1.0, 900.0), np.full(200, 0.1)))
    assert curves.plots[0].view()[1][1] >= 900
    assert not curves.plots[0].outside.isVisible()


def test_a_single_point_is_seen(curves) -> None:
    curves.append([1], of([2.31], [0.1]))
    x, y = curves.plots[0].lone_dots.getData()
    assert (list(x), list(y)) == ([1], [2.31])
    assert curves.plots[0].view()[0][1] > 1, "it does not lie on the edge"
    curves.append([2], of([2.2], [0.1]))
    assert len(curves.plots[0].lone_dots.getData()[0]) == 0
    curves.clear()
    curves.append([1, 2, 3], of([1.0, np.nan, 2.0], [0.1, 0.2, 0.3]))
    assert list(curves.plots[0].lone_dots.getData()[0]) == [1, 3]


def test_axes_have_names_and_the_loss_says_which_it_is(curves) -> None:
    fill(curves)
    curves.set_units(("mean squared error of the standardised targets", "of price <b>"))
    assert curves.plots[0].unit.text() == "mean squared error of the standardised targets"
    assert curves.plots[1].unit.text() == "of price <b>"
    for plot in (curves.plots[0], curves.plots[1]):
        assert plot.plot.getAxis("bottom").labelText == "step"
        assert plot.plot.getAxis("bottom").label.isVisible()


@pytest.mark.parametrize("scale", [1.0, 3e17, 4e-7])
@pytest.mark.parametrize("logarithmic", [False, True])
def test_both_axes_have_numbers_at_every_size(curves, scale, logarithmic) -> None:
    curves.resize(620, 200)
    curves.log_switch.setChecked(logarithmic)
    steps = np.arange(1, 101)
    curves.set_data(steps, of(scale * (1 + 0.2 * np.sin(steps)), steps / 100))
    QApplication.processEvents()
    for side, turned in (("left", 1), ("bottom", 0)):
        axis = curves.plots[0].plot.getAxis(side)
        low, high = curves.plots[0].view()[turned]
        (spacing, places), *rest = axis.tickValues(low, high, axis.height() if turned else axis.width())
        assert rest == []
        written = axis.tickStrings(places, 1.0, spacing)
        assert len(set(written)) >= 2
        assert all(written)


def test_marks_stand_in_both_plots_are_told_on_hover_and_go_with_the_run(curves) -> None:
    fill(curves)
    curves.add_mark(300, "learning rate 0.001")
    curves.add_mark(700, "best weights {1}")
    curves.add_mark(800, "best weights {1}")
    assert curves.marks() == [(300, "learning rate 0.001"), (800, "best weights {1}")]
    assert len(curves.plots[1].changes) == 2
    assert curves.plots[0].words_at(302) == "step 302 · learning rate 0.001"
    assert curves.plots[0].words_at(500) == "step 500"
    for number in range(100):
        curves.add_mark(number, f"mark {number}")
    assert len(curves.marks()) <= 24
    with pytest.raises(ValueError, match="step"):
        curves.add_mark(np.nan, "nowhere")
    curves.clear()
    assert curves.marks() == []
