"""Confusion matrix, numbers for each class, and points in the plane."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.plots.class_tables import ClassTables
from gui.plots.confusion import ConfusionMatrix
from gui.plots.line_words import straight_line
from gui.plots.numbers import ClassNumbers
from gui.plots.points import PointsPlot
from gui.theme.contrast import ratio
from tests.pictures import shot

IRIS = ["setosa", "versicolor", "virginica"]
COUNTS = [[50, 0, 0], [0, 47, 3], [0, 2, 48]]


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> None:
    theme.apply(qapp, "light")


def shown(qtbot, widget, width: int, height: int):
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


# -- confusion --------------------------------------------------------------------------------------------------


@pytest.fixture
def matrix(qtbot) -> ConfusionMatrix:
    made = shown(qtbot, ConfusionMatrix(), 360, 360)
    made.set_matrix(COUNTS, IRIS)
    return made


def colour(matrix: ConfusionMatrix, row: int, column: int) -> str:
    corner = matrix.cell(row, column).topLeft().toPoint() + QPoint(4, 4)
    return shot(matrix).pixelColor(corner).name()


def test_the_shade_is_the_share_of_the_row(matrix) -> None:
    assert colour(matrix, 0, 0).upper() == theme.LIGHT.accent
    assert colour(matrix, 0, 1).upper() == theme.LIGHT.field
    assert ratio(colour(matrix, 1, 2), theme.LIGHT.field) > ratio(colour(matrix, 2, 1), theme.LIGHT.field) > 1.05
    tenfold = [[500, 0, 0], [0, 47, 3], [0, 2, 48]]
    before = colour(matrix, 1, 2)
    matrix.set_matrix(tenfold, IRIS)
    assert colour(matrix, 1, 2) == before


def test_hovering_a_cell_says_what_was_read_as_what(matrix) -> None:
    QTest.mouseMove(matrix, matrix.cell(1, 2).center().toPoint())
    assert matrix.selected() == (1, 2)
    assert matrix.accessibleDescription() == 'Actual "versicolor" predicted as "virginica": 3 of 50 (6.0 %)'
    QTest.mouseMove(matrix, QPoint(1, 1))
    assert matrix.selected() is None
    assert matrix.accessibleDescription() == (
        '145 of 150 right. Most often mixed up: "versicolor" predicted as "virginica" (3 times).'
    )


def test_the_arrow_keys_walk_the_cells_and_stop_at_the_edge(matrix) -> None:
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Up):
        QTest.keyClick(matrix, key)
    assert matrix.selected() == (0, 1)
    QTest.keyClick(matrix, Qt.Key.Key_Up)
    assert matrix.selected() == (0, 1)


@pytest.mark.parametrize("size", [2, 10, 100, 300, 1_000])
def test_any_number_of_classes_has_cells(matrix, size) -> None:
    matrix.set_matrix(np.eye(size, dtype=int) * 7, [f"class {index}" for index in range(size)])
    for row, column in ((0, 0), (size - 1, size - 1), (size - 1, 0)):
        assert matrix.cell_at(matrix.cell(row, column).center()) == (row, column)
        assert matrix.rect().toRectF().contains(matrix.cell(row, column))
    assert matrix.cell_at(QPointF(0, 0)) is None
    matrix.grab()


def test_a_class_that_never_came_up_has_no_share(matrix) -> None:
    matrix.set_matrix([[0, 0], [1, 9]], ["a", "b"])
    assert matrix.words(0, 0) == 'Actual "a" correctly predicted as "a": 0 of 0 (–)'


def test_the_empty_matrix_is_explained(matrix) -> None:
    matrix.clear()
    assert matrix.counts() is None
    assert matrix.accessibleDescription() == matrix.empty_text
    assert matrix.cell_at(QPointF(100, 100)) is None
    matrix.grab()


@pytest.mark.parametrize(
    ("counts", "names"), [([[1]], ["a"]), ([[1, 2]], ["a", "b"]), ([[1, -2], [0, 1]], ["a", "b"]), (COUNTS, ["a"])]
)
def test_what_is_no_confusion_matrix_is_refused(matrix, counts, names) -> None:
    with pytest.raises(ValueError, match="Expected"):
        matrix.set_matrix(counts, names)


def of_many(classes: int) -> tuple[np.ndarray, list[str]]:
    """Counts of which class 7 is read as class 250 nine times, and 3 as 5 four times."""
    counts = np.eye(classes, dtype=int) * 20
    counts[7, 250], counts[3, 5] = 9, 4
    return counts, [f"species {index:04d}" for index in range(classes)]


def test_hundreds_of_classes_are_zoomed_into_and_told(matrix) -> None:
    matrix.set_matrix(*of_many(300))
    assert matrix.can_zoom()
    words = 'Actual "species 0007" predicted as "species 0250": 9 of 29 (31.0 %)'
    assert matrix.words(7, 250) == words
    at = matrix.cell(7, 250).center()
    for _ in range(12):
        turn(matrix, at, 120)
    assert matrix.cell(7, 250).contains(at), "what lies under the mouse stays there"
    assert matrix.cell(7, 250).width() > 22
    assert matrix.accessibleDescription() == words
    seen = matrix.cell(7, 250).intersected(matrix.grid()).topLeft().toPoint() + QPoint(4, 4)
    assert shot(matrix).pixelColor(seen).name().upper() != theme.LIGHT.field.upper()
    QTest.keyClick(matrix, Qt.Key.Key_Home)
    assert matrix.part.is_whole
    QTest.mouseClick(matrix.zoom_buttons[0], Qt.MouseButton.LeftButton)
    assert not matrix.part.is_whole


def test_a_mistake_among_a_thousand_classes_is_seen_from_afar(matrix) -> None:
    matrix.set_matrix(*of_many(1_000))
    image, grid = matrix.grab().toImage(), matrix.grid()  # every pixel of the screen: one of them may be all there is
    ratio = image.devicePixelRatio()
    across = grid.width() / 1_000
    at = QPointF(grid.x() + 250.5 * across, grid.y() + 7.5 * grid.height() / 1_000) * ratio
    reach = range(-round(ratio) - 1, round(ratio) + 2)
    near = {image.pixelColor(round(at.x()) + x, round(at.y()) + y).name().upper() for x in reach for y in reach}
    assert near - {theme.LIGHT.field.upper()}


def test_a_part_of_the_matrix_is_dragged_and_not_taken_for_a_click(matrix, qtbot) -> None:
    matrix.set_matrix(*of_many(300))
    matrix.show_cell(100, 100)
    before, chosen = matrix.part, []
    matrix.cell_chosen.connect(lambda *cell: chosen.append(cell))
    middle = matrix.grid().center().toPoint()
    QTest.mousePress(matrix, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(matrix, middle - QPoint(40, 20))
    QTest.mouseRelease(matrix, Qt.MouseButton.LeftButton, pos=middle - QPoint(40, 20))
    assert matrix.part.left > before.left
    assert matrix.part.top > before.top
    assert not chosen
    QTest.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=matrix.cell(100, 100).center().toPoint())
    assert chosen == [(100, 100)]


def test_the_keys_take_the_part_along(matrix) -> None:
    matrix.set_matrix(*of_many(300))
    matrix.show_cell(10, 10)
    for _ in range(40):
        QTest.keyClick(matrix, Qt.Key.Key_Right)
    row, column = matrix.selected()
    assert matrix.grid().adjusted(-1, -1, 1, 1).contains(matrix.cell(row, column))
    few = ConfusionMatrix()
    few.resize(360, 360)
    few.set_matrix(COUNTS, IRIS)
    assert not few.can_zoom()


def turn(matrix: ConfusionMatrix, at: QPointF, by: int) -> None:
    none, plain = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    place = matrix.mapToGlobal(at)
    event = QWheelEvent(at, place, QPoint(), QPoint(0, by), none, plain, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(matrix, event)


def test_the_pairs_mixed_up_of_many_classes_are_listed_and_searched(qtbot) -> None:
    tables = shown(qtbot, ClassTables(), 420, 400)
    counts, names = of_many(300)
    share = np.full(300, 0.5)
    tables.set_figures(names, counts, share, share, share)
    assert tables.search.isVisible()
    QTest.mouseClick(tables.choice, Qt.MouseButton.LeftButton, pos=tables.choice.tabRect(1).center())
    pairs = tables.mix_ups
    assert pairs.isVisible()
    assert [[pairs.text(row, column) for column in range(4)] for row in range(2)] == [
        ["species 0007", "species 0250", "9", "31.0 %"],
        ["species 0003", "species 0005", "4", "16.7 %"],
    ]
    with qtbot.waitSignal(tables.cell_chosen) as chosen:
        pairs.sortByColumn(2, Qt.SortOrder.AscendingOrder)
        QTest.mouseClick(
            pairs.viewport(), Qt.MouseButton.LeftButton, pos=pairs.visualRect(pairs.model().index(1, 0)).center()
        )
    assert chosen.args == [7, 250]
    QTest.keyClicks(tables.search, "0007")
    assert len(pairs.figures.order) == 1
    QTest.mouseClick(tables.choice, Qt.MouseButton.LeftButton, pos=tables.choice.tabRect(0).center())
    assert [tables.numbers.text(row, 0) for row in range(tables.numbers.model().rowCount())] == ["species 0007"]
    assert tables.note.text() == "1 of 300"
    QTest.keyClicks(tables.search, "x")
    assert tables.note.text() == "No class of this name."
    tables.set_figures(names[:3], counts[:3, :3], share[:3], share[:3], share[:3])
    assert not tables.search.isVisible()
    assert tables.numbers.model().rowCount() == 3


# -- numbers ----------------------------------------------------------------------------------------------------


def test_numbers_are_written_sorted_and_explained(qtbot) -> None:
    table = shown(qtbot, ClassNumbers(), 420, 200)
    table.set_numbers(["a", "b", "c"], [0.9, float("nan"), 0.995], [1.0, 0.0, 0.5], [0.95, 0.0, 0.66], [10, 2000, 3])
    written = [[table.text(row, column) for column in range(5)] for row in range(3)]
    assert written == [
        ["a", "90.0 %", "100.0 %", "95.0 %", "10"],
        ["b", "–", "0.0 %", "0.0 %", "2,000"],
        ["c", "99.5 %", "50.0 %", "66.0 %", "3"],
    ]
    assert "never came up" in table.figures.index(1, 1).data(Qt.ItemDataRole.ToolTipRole)
    table.sortByColumn(2, Qt.SortOrder.AscendingOrder)
    assert [table.text(row, 0) for row in range(3)] == ["b", "c", "a"]  # 100 % is more than 50 %
    header = Qt.Orientation.Horizontal
    assert all(table.figures.headerData(column, header, Qt.ItemDataRole.ToolTipRole) for column in range(5))


def test_new_numbers_replace_the_old_ones_even_when_sorted(qtbot) -> None:
    table = shown(qtbot, ClassNumbers(), 420, 200)
    table.set_numbers(["a", "b", "c"], [0.1, 0.2, 0.3], [0.1, 0.2, 0.3], [0.1, 0.2, 0.3], [1, 2, 3])
    table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    table.set_numbers(["x", "y"], [0.5, 0.6], [0.5, 0.6], [0.5, 0.6])
    assert [[table.text(row, column) for column in range(4)] for row in range(2)] == [
        ["x", "50.0 %", "50.0 %", "50.0 %"],
        ["y", "60.0 %", "60.0 %", "60.0 %"],
    ]
    assert table.isColumnHidden(4)
    with pytest.raises(ValueError, match="one for each class"):
        table.set_numbers(["x", "y"], [0.5], [0.5, 0.6], [0.5, 0.6])


# -- points -----------------------------------------------------------------------------------------------------


@pytest.fixture
def points(qtbot) -> PointsPlot:
    return shown(qtbot, PointsPlot(), 400, 360)


def test_classes_differ_in_colour_and_sign(points) -> None:
    xy = np.random.default_rng(0).normal(size=(300, 2))
    points.set_points(xy, np.arange(300) % 3, ["red", "green", "<blue>"])
    assert len(points.scatters) == 3
    assert len({scatter.opts["symbol"] for scatter in points.scatters}) == 3
    assert len({scatter.opts["brush"].color().name() for scatter in points.scatters}) == 3
    assert "&lt;blue&gt;" in points.legend.text()
    left, right, bottom, top = points.extent()
    assert left < xy[:, 0].min() < xy[:, 0].max() < right
    assert bottom < xy[:, 1].min() < xy[:, 1].max() < top


def test_a_thousand_classes_are_drawn_as_quickly_as_ten_and_the_legend_stays_short(points) -> None:
    xy = np.random.default_rng(0).normal(size=(1_500, 2))
    points.set_points(xy, np.arange(1_500) % 1_000, [f"place {index}" for index in range(1_000)])
    assert len(points.scatters) == 10
    assert sum(len(scatter.getData()[0]) for scatter in points.scatters) == 1_500
    assert "place 9" in points.legend.text()
    assert points.legend.text().endswith("and 990 more")
    grid = np.zeros((10, 10, 1_000), dtype=np.float32)
    grid[..., 777] = 1.0
    points.set_surface(grid, (-1.0, 1.0, -1.0, 1.0))
    assert points.words_at(0.0, 0.0).endswith("place 777 100 %")


def test_no_more_points_than_can_be_told_apart(points) -> None:
    points.set_points(np.zeros((50_000, 2)), np.arange(50_000) % 2)
    assert sum(len(scatter.getData()[0]) for scatter in points.scatters) <= 2000


def test_what_is_not_certain_is_no_hundred_percent_on_the_map_either(points) -> None:
    points.set_points([[-1.0, -1.0], [1.0, 1.0]], [0, 1], ["low", "high"])
    points.set_surface(np.full((20, 20), 0.9999), (-1.0, 1.0, -1.0, 1.0))
    assert points.words_at(0.0, 0.9).endswith("high > 99.9 %")


def test_the_surface_lies_where_it_was_computed_and_answers_to_hover(points) -> None:
    points.set_points([[-1.0, -1.0], [1.0, 1.0]], [0, 1], ["low", "high"])
    grid = np.zeros((20, 20))
    grid[10:] = 1.0  # the upper half of the plane is surely the second class
    points.set_surface(grid, (-1.0, 1.0, -1.0, 1.0))
    assert points.words_at(0.0, 0.9).endswith("high 100 %")
    assert points.words_at(0.0, -0.9).endswith("low 100 %")
    assert points.words_at(0.0, 5.0) == "0, 5"
    box = points.plot.getViewBox()

    def tint(x: float, y: float) -> tuple[int, int, int]:
        at = points.plot.mapFromScene(box.mapViewToScene(QPointF(x, y)))
        return shot(points.plot).pixelColor(at).toTuple()[:3]

    above, below = tint(0.3, 0.6), tint(0.3, -0.6)
    assert above[0] > above[2]  # orange
    assert below[2] > below[0]  # blue
    points.set_surface(None)
    assert tint(0.3, 0.6) == tint(0.3, -0.6)


def test_hovering_fills_the_readout(points) -> None:
    points.set_points([[-1.0, -1.0], [1.0, 1.0]], [0, 1])
    QTest.mouseMove(points.plot.viewport(), points.plot.viewport().rect().center())
    assert points.readout.text()


def test_a_line_through_pairs(points) -> None:
    points.set_points([[0.0, 1.0], [2.0, 5.0]])
    points.set_fit([2.0, 0.0], [5.0, 1.0])
    x, y = points.fitted_line.getData()
    np.testing.assert_array_equal(x, [0.0, 2.0])
    np.testing.assert_array_equal(y, [1.0, 5.0])
    assert points.words_at(1.0, 0.0).endswith("network 3")
    points.clear()
    assert points.legend.text() == points.empty_text


def test_a_straight_line_is_told_in_numbers_and_no_other_line_is(points) -> None:
    points.set_points([[0.0, 1.0], [2.0, 5.0]])
    points.set_fit([0.0, 1.0, 2.0], [1.0, 3.0, 5.0])
    points.resize(900, 300)
    QApplication.processEvents()
    assert points.legend.text() == "The network has found y = 2.000 x + 1.000"
    points.set_fit([0.0, 1.0, 2.0], [1.0, 3.1, 5.0])
    assert points.legend.text() == ""
    assert straight_line(np.array([0.0, 1.0]), np.array([-1.0, 0.0])) == "y = 1.000 x − 1.000"
    assert straight_line(np.array([0.0, 1.0]), np.array([np.nan, 0.0])) == ""


def test_wrong_shapes_are_refused(points) -> None:
    with pytest.raises(ValueError, match="N × 2"):
        points.set_points([[1.0, 2.0, 3.0]])
    with pytest.raises(ValueError, match="class from 0"):
        points.set_points([[1.0, 2.0]], [0, 1])
    with pytest.raises(ValueError, match="extent"):
        points.set_surface(np.zeros((3, 3)))
    with pytest.raises(ValueError, match="as many"):
        points.set_fit([1.0], [1.0, 2.0])


def test_both_themes_paint_without_complaint(points, qapp) -> None:
    points.set_points([[-1.0, -1.0], [1.0, 1.0]], [0, 1])
    for chosen in (theme.DARK, theme.LIGHT):
        theme.apply(qapp, chosen)
        points.grab()
        assert points.plot.backgroundBrush().color().name().upper() == chosen.panel


# -- names and cells of the matrix ------------------------------------------------------------------------------

FASHION = ["T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "trainer", "bag", "ankle boot"]


def test_the_matrix_uses_the_room_beside_it(qtbot, letters) -> None:
    wide = shown(qtbot, ConfusionMatrix(), 700, 260)
    wide.set_matrix(np.eye(10, dtype=int) * 7, [str(index) for index in range(10)])
    grid = wide.grid()
    assert grid.width() > 1.5 * grid.height()
    assert grid.right() > 0.8 * wide.width()
    assert grid.bottom() < wide.height() - 40


def test_names_without_room_side_by_side_are_turned_or_shortened(qtbot, letters) -> None:
    matrix = shown(qtbot, ConfusionMatrix(), 460, 400)
    matrix.set_matrix(np.eye(10, dtype=int) * 7, FASHION)
    assert matrix.turned()
    matrix.resize(1200, 400)
    assert not matrix.turned()
    matrix.resize(520, 200)
    assert not matrix.turned(), "there is no height to spare"
    below = QPointF(matrix.cell(9, 9).center().x(), matrix.grid().bottom() + 8)
    assert matrix.name_at(below) == "ankle boot"
    assert matrix.name_at(QPointF(matrix.grid().x() - 8, matrix.cell(4, 0).center().y())) == "coat"
    assert matrix.name_at(matrix.grid().center()) == ""


def test_a_cell_is_chosen_by_click_or_key_if_there_is_something_in_it(matrix, qtbot) -> None:
    chosen: list[tuple[int, int]] = []
    matrix.cell_chosen.connect(lambda *cell: chosen.append(cell))
    for cell in ((1, 2), (0, 1)):
        QTest.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=matrix.cell(*cell).center().toPoint())
    assert chosen == [(1, 2)], "nobody was predicted so in the other"
    QTest.mouseMove(matrix, matrix.cell(2, 1).center().toPoint())
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space):
        QTest.keyClick(matrix, key)
    assert chosen == [(1, 2), (2, 1), (2, 1)]


def test_the_plane_has_equal_scales_and_pairs_have_not(points) -> None:
    points.resize(900, 260)
    points.set_points([[0.0, 0.0], [1.0, 1.0]], [0, 1], axes=("x", "y <b>"))
    QApplication.processEvents()
    across, up = points.plot.getViewBox().viewPixelSize()
    assert across == pytest.approx(up, rel=0.02)
    assert points.plot.getAxis("bottom").labelText == "x"
    assert "&lt;b&gt;" in points.plot.getAxis("left").labelText
    points.set_points([[0.0, 0.0], [1.0, 1000.0]])
    QApplication.processEvents()
    across, up = points.plot.getViewBox().viewPixelSize()
    assert up > 50 * across


def test_what_the_network_has_found_is_large(points) -> None:
    points.resize(600, 360)  # room for the sentence in the widest of typefaces
    points.set_points([[0.0, 1.0], [2.0, 5.0]])
    small = points.legend.font().pixelSize()
    points.set_fit([0.0, 1.0, 2.0], [1.0, 3.0, 5.0])
    assert points.legend.font().pixelSize() >= 18 > small
    points.set_points([[0.0, 1.0], [2.0, 5.0]], [0, 1])
    assert points.legend.font().pixelSize() == small


def test_what_is_said_without_data_is_not_cut_off(qtbot) -> None:
    points = shown(qtbot, PointsPlot(), 250, 240)
    assert points.legend.text() == points.empty_text
    assert points.legend.fontMetrics().horizontalAdvance(points.empty_text) <= points.legend.width()


@pytest.mark.parametrize("width", [250, 330, 420, 900])
@pytest.mark.parametrize("hovered", [False, True])
def test_what_was_found_is_as_large_as_there_is_room_for(qtbot, width, hovered) -> None:
    points = PointsPlot()
    qtbot.addWidget(points)
    points.resize(width, 240)
    points.show()
    x = np.linspace(-3, 3, 20)
    points.set_points(np.column_stack([x, 2 * x + 1]), axes=("x", "y"))
    points.set_fit(x, 1.992 * x + 0.997)
    if hovered:
        points.read_out(points.words_at(0.5, 1.0))
    QApplication.processEvents()
    assert points.legend.fontMetrics().horizontalAdvance(points.legend.text()) <= points.legend.width() or (
        points.legend.font().pixelSize() == 12
    )
    assert "y = 1.992 x + 0.997" in points.legend.text()
    if width == 900:
        assert points.legend.font().pixelSize() == 20
