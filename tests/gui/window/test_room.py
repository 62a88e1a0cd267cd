"""What one looks at has the room it needs: curves are high, columns whole, and no page is wider than its panel."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu

from engine.data import catalogue
from gui.panels.task_choice import TASK_KIND
from gui.toolbar import QUICK
from resources import examples
from tests.letters import NARROW, ORDINARY, WIDE

SIZES = pytest.mark.parametrize("size", [(960, 640), (1280, 800), (1440, 900)], ids=lambda size: f"{size[0]}x{size[1]}")
WIDTHS = pytest.mark.parametrize("letters", [NARROW, ORDINARY, WIDE], indirect=True)
LEAST_CURVE = {NARROW: 108, ORDINARY: 108, WIDE: 88}
"""How high the room for a curve is at least in a window of 1280 x 800, in pixels; with the widest letters the legend
needs a line of its own."""


def resize(desk, width: int, height: int) -> None:
    desk.window.resize(width, height)
    for _turn in range(3):
        QApplication.processEvents()


def open_example(desk, name: str) -> None:
    desk.window.files.open(examples.path(name))
    desk.until(lambda: not desk.window.canvas.projection.slices.pending, "the drawing")
    desk.until(lambda: desk.window.studio.schema is not None, "the data")
    QApplication.processEvents()


@WIDTHS
def test_the_curves_of_the_examples_are_high_and_what_they_are_of_is_whole(letters, desk) -> None:
    resize(desk, 1280, 800)
    results = desk.window.results
    for name in ("digits", "house-prices", "moons"):
        open_example(desk, name)
        for plot in results.curves.plots:
            assert plot.plot.getViewBox().sceneBoundingRect().height() >= LEAST_CURVE[letters], name
            for label in (plot.title, plot.told):
                assert label.isVisible()
                assert label.text()
                assert label.width() >= label.sizeHint().width(), name
            assert not plot.title.geometry().intersects(plot.told.geometry())
        tabs, tools = results.tabBar(), results.curves.tools
        last = tabs.mapTo(results, tabs.tabRect(tabs.count() - 1).bottomRight())
        assert tools.isVisible()
        assert tools.width() >= tools.sizeHint().width()
        assert tools.parentWidget() is not results or tools.x() > last.x()


@SIZES
def test_what_belongs_to_the_curves_is_there_with_them_and_only_then(letters, desk, size: tuple[int, int]) -> None:
    results = desk.window.results
    resize(desk, *size)
    for page in (results.test, results.curves_page, results.layers, results.problems, results.curves_page):
        results.setCurrentWidget(page)
        QApplication.processEvents()
        tools = results.curves.tools
        assert tools.isVisible() == (page is results.curves_page)
        if page is results.curves_page:
            assert results.rect().contains(tools.rect().translated(tools.mapTo(results, tools.rect().topLeft())))


@pytest.mark.parametrize("letters", [WIDE], indirect=True)
def test_no_page_of_the_inspector_is_wider_than_it(letters, desk) -> None:
    resize(desk, 960, 640)
    inspector = desk.window.inspector
    for dataset in ("strokes", "moons", "houses"):
        desk.use("empty", dataset=dataset)
        desk.until(lambda: desk.window.studio.look() is not None, "a look at the data")
        for id in (None, *desk.graph.nodes):
            desk.window.document.select([] if id is None else [id])
            QApplication.processEvents()
            assert inspector.widget().width() <= inspector.viewport().width(), (dataset, id)


def test_the_figures_of_all_classes_are_whole_in_a_window_of_usual_size(letters, desk) -> None:
    open_example(desk, "digits")
    resize(desk, 1280, 800)
    results = desk.window.results
    results.setCurrentWidget(results.test)
    QApplication.processEvents()
    numbers = results.test.numbers
    assert numbers.isVisible()
    assert numbers.horizontalHeader().length() <= numbers.viewport().width()
    title = numbers.horizontalHeader().fontMetrics().horizontalAdvance
    for number, column in enumerate(numbers.figures.columns):
        numbers.sortByColumn(number, Qt.SortOrder.DescendingOrder)
        assert numbers.columnWidth(number) >= max(title(column.title), numbers.sizeHintForColumn(number))


def test_the_names_of_ten_classes_have_a_line_each(letters, desk) -> None:
    open_example(desk, "digits")
    resize(desk, 1280, 800)
    results = desk.window.results
    results.setCurrentWidget(results.test)
    QApplication.processEvents()
    cell = results.test.matrix.cell(0, 0)
    assert cell.height() >= 14
    assert cell.width() >= 22  # with room for its count


def test_what_was_said_of_another_network_goes_with_it(desk) -> None:
    desk.use("houses")
    form = desk.window.tryout.table
    desk.until(lambda: form.status.text() != "", "a word about the untrained network")
    form.prediction_wanted.disconnect()  # the next answer takes as long as it likes
    open_example(desk, "house-prices")
    assert form.status.text() == ""


def test_the_pad_invites_to_draw_what_the_data_are_of(desk) -> None:
    desk.use("empty", dataset="strokes")
    pad = desk.window.tryout.pad.pad
    assert pad.empty_text == "Draw a digit here"
    if "fashion-mnist" in catalogue.names():
        desk.use("empty", dataset="fashion-mnist")
        assert pad.empty_text == "Draw here"
        assert "digit" not in pad.accessibleDescription()


def test_a_repair_is_read_whole_in_a_narrow_inspector(letters, desk) -> None:
    resize(desk, 960, 640)
    desk.use("empty", dataset="houses")
    desk.window.document.select([desk.node("Output")])
    desk.until(lambda: any(card.buttons for card in desk.window.inspector.goal.cards), "a repair")
    for _turn in range(3):
        QApplication.processEvents()
    buttons = [button for card in desk.window.inspector.goal.cards for button in card.buttons]
    for button in buttons:
        assert " ".join(button.lines(button.width())) == button.text()
        assert button.height() >= button.heightForWidth(button.width())
    assert any(len(button.lines(button.width())) > 1 for button in buttons)


@WIDTHS
def test_the_fields_of_the_toolbar_stand_in_line_and_are_not_squeezed(letters, desk) -> None:
    toolbar = desk.window.toolbar
    for width in (960, 1040, 1280):
        desk.use("points-2d")
        resize(desk, width, 640)
        desk.use("line")
        desk.window.document.edit("Add", desk.graph.add("ReLU"))
        for _turn in range(3):
            QApplication.processEvents()
        shown = [path for path in (TASK_KIND, *QUICK) if toolbar.field(path).isVisible()]
        assert width < 1280 or len(shown) == 1 + len(QUICK)
        fields = [toolbar.dataset, *(toolbar.field(path) for path in shown)]
        assert len({(field.y(), field.height()) for field in fields}) == 1
        assert len({toolbar.headings[path].geometry().bottom() for path in ("dataset", *shown)}) == 1
        for one, other in pairwise(sorted(fields, key=lambda field: field.x())):
            assert other.x() - one.geometry().right() > 4, width


@pytest.mark.parametrize("letters", [0.62], indirect=True)  # as wide as the bold titles are in many a face
def test_the_table_of_layers_is_whole_in_a_window_of_usual_size(letters, desk) -> None:
    open_example(desk, "digits")
    results = desk.window.results
    results.setCurrentWidget(results.layers)
    table = results.layers.table
    for size in ((1280, 800), (1440, 900)):
        resize(desk, *size)
        assert table.horizontalHeader().length() <= table.viewport().width(), size


def test_what_was_measured_is_told_in_three_lines_at_most_in_the_smallest_window(letters, desk) -> None:
    resize(desk, 960, 640)
    layers = desk.window.results.layers
    desk.window.results.setCurrentWidget(layers)
    layers.words.setText("A batch of 128 on the CPU, 1 thread: 486 ms forward and backward, 56 MB of activations.")
    for _turn in range(3):
        QApplication.processEvents()
    assert layers.words.height() < 4 * layers.words.fontMetrics().lineSpacing()
    assert layers.measure.isVisible()


def test_the_name_of_the_first_dataset_one_sees_is_whole_in_a_wide_window(letters, desk) -> None:
    open_example(desk, "digits")
    resize(desk, 1440, 900)
    toolbar = desk.window.toolbar
    schema = desk.window.studio.schema
    assert schema is not None
    assert toolbar.dataset.text() == schema.title


def test_no_entry_of_a_menu_has_a_picture_that_the_others_lack(desk) -> None:
    for menu in desk.window.menuBar().findChildren(QMenu):
        entries = [action for action in menu.actions() if action.text()]
        shown = {not action.icon().isNull() and action.isIconVisibleInMenu() for action in entries}
        assert len(shown) <= 1, menu.title()


def test_the_page_of_the_data_has_no_gap_while_they_are_loaded(desk) -> None:
    page = desk.window.inspector.data
    desk.use("empty", dataset="strokes")
    desk.window.document.select([desk.node("Input")])
    page.show_recipe(None)
    assert not page.pictures_label.isVisible()
    assert not page.counts_label.isVisible()
    desk.until(lambda: desk.window.studio.look() is not None, "a look at the data")
    page.show_recipe(desk.window.studio.look())
    assert page.pictures_label.isVisible()
    assert page.counts_label.isVisible()
