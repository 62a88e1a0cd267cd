"""The table of layers and their measured costs, in the whole window and through real events."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QStyleOptionViewItem

from engine.graph.graph import empty, wire
from engine.inspection.costs import Costs, bytes_words, time_words
from engine.inspection.summary import COLUMNS
from gui import measuring
from gui.canvas.tips import tip
from gui.document import DocumentState
from gui.panels.layer_model import TITLES
from gui.panels.layer_table import LayerTable
from gui.panels.layers_panel import LayersPanel
from tests.letters import NARROW, ORDINARY, WIDE

LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def layers(desk) -> Iterator[LayersPanel]:
    """The tab with the table, on show."""
    results = desk.window.results
    bar = results.tabBar()
    desk.click(bar, bar.tabRect(results.indexOf(results.layers)).center())
    assert results.layers.isVisible()
    return results.layers


def measured(desk) -> Costs:
    """Press F8 and wait."""
    QTest.keyClick(desk.window, Qt.Key.Key_F8)
    desk.until(lambda: not desk.window.studio.measuring.running, "the end of the measurement")
    costs = desk.window.studio.measuring.costs
    assert isinstance(costs, Costs)
    return costs


def column(table: LayerTable, number: int) -> list[str]:
    return [str(table.layers.index(row, number).data()) for row in range(table.layers.rowCount())]


def names(table: LayerTable) -> list[str]:
    return column(table, 0)


def click_row(table: LayerTable, row: int, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    at = table.visualRect(table.layers.index(row, 1)).center()
    QTest.mouseClick(table.viewport(), LEFT, modifiers, at)


def click_title(table: LayerTable, number: int) -> None:
    header = table.horizontalHeader()
    at = QPoint(header.sectionViewportPosition(number) + header.sectionSize(number) // 2, header.height() // 2)
    QTest.mouseClick(header.viewport(), LEFT, PLAIN, at)


def test_weights_stand_there_at_once_and_follow_edits(desk, layers) -> None:
    table = layers.table
    assert names(table) == ["linear1", "relu1", "linear2", "relu2", "linear3"]
    assert column(table, 3) == ["96", "0", "1,056", "0", "66"]
    assert set(column(table, 8)) == {"–"}
    linear = desk.node("Linear")
    desk.window.document.edit("Set", desk.graph.set_params(linear, out_features=64).set(linear, frozen=True))
    assert column(table, 3) == ["192", "0", "2,080", "0", "66"]
    assert column(table, 4) == ["0", "0", "2,080", "0", "66"]
    assert not table.isColumnHidden(4)
    totals = table.sum.model()
    assert [totals.index(0, k).data() for k in (0, 1, 3, 4)] == ["total", "5 layers", "2,338", "2,146"]


def test_measuring_on_request_fills_table_inspector_diagram_and_tooltips(desk) -> None:
    window = desk.window
    linear = desk.graph.find("linear2").id
    window.document.select([linear])
    figure = window.inspector.layer.figures["time"]
    assert figure.text() == "–"
    costs = measured(desk)
    layers = window.results.layers
    assert window.results.currentWidget() is layers
    cost = costs.layers[linear]
    assert costs.batch_size == desk.recipe().batch_size
    row = names(layers.table).index("linear2")
    assert column(layers.table, 5)[row] == bytes_words(cost.memory)
    assert column(layers.table, 6)[row] == time_words(cost.forward_ms)
    assert column(layers.table, 7)[row] == time_words(cost.backward_ms)
    assert column(layers.table, 8)[row] == f"{100 * costs.share(linear):.0f} %"
    assert figure.text() == time_words(cost.total_ms)
    assert time_words(cost.forward_ms) in figure.toolTip()
    item = window.canvas.projection.nodes[linear]
    assert item.look.cost == pytest.approx(cost.total_ms / costs.heaviest_ms)
    assert item.look.heavy == (linear in costs.heavy)
    window.canvas.fit_all()
    QTest.mouseMove(window.canvas.viewport(), window.canvas.viewportTransform().map(item.body.center()).toPoint())
    shown = window.canvas.viewport().toolTip()
    assert f"{100 * costs.share(linear):.0f} % of the time" in shown
    assert f"batch of {costs.batch_size:,}" in layers.words.text()
    assert not desk.window.document.can_undo


def test_inside_a_block_its_layers_have_figures_bars_and_tooltips_too(desk) -> None:
    window = desk.window
    document, canvas = window.document, window.canvas
    parts = [desk.graph.find(name).id for name in ("relu1", "linear2", "relu2")]
    document.select(parts)
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_G, CONTROL)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    (block,) = document.selection
    document.edit("Repeat", document.graph.set_params(block, repeat=2))
    document.select([])
    costs = measured(desk)
    layers, table = window.results.layers, window.results.layers.table
    outside = column(table, 6)
    document.select([block])
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert document.path == (block,)
    linear = document.graph.find("linear2").id
    inside = window.studio.measuring.costs
    cost = costs.inside[(block,)][linear]
    assert sum(each.parameters for each in inside.layers.values()) == costs.layers[block].parameters
    assert names(table) == ["relu1", "linear2", "relu2"]
    assert column(table, 6)[1] == time_words(cost.forward_ms)
    assert "–" not in column(table, 8)
    assert "2 repetitions" in layers.words.text()
    item = canvas.projection.nodes[linear]
    assert item.look.cost == pytest.approx(cost.total_ms / inside.heaviest_ms)
    assert max(shown.look.cost for shown in canvas.projection.nodes.values()) == 1.0
    QTest.mouseMove(canvas.viewport(), canvas.viewportTransform().map(item.body.center()).toPoint())
    shown = canvas.viewport().toolTip()
    assert time_words(cost.forward_ms) in shown
    assert "all layers in this block" in shown
    assert "all 2 repetitions" in shown
    document.select([linear])
    assert window.inspector.layer.figures["time"].text() == time_words(cost.total_ms)
    # Moving a layer inside changes nothing about the network; a setting does.
    document.edit("Move", document.graph.move({linear: (300.0, 500.0)}))
    assert column(table, 6)[1] == time_words(cost.forward_ms)
    document.select([])
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert document.path == ()
    assert column(table, 6) == outside
    document.enter(block)
    document.edit("Freeze", document.graph.set(linear, frozen=True))
    assert set(column(table, 6)) == {"–"}
    assert canvas.costs is None


def test_what_was_measured_is_dropped_when_the_network_changes(desk, layers) -> None:
    window, linear = desk.window, desk.node("Linear")
    measured(desk)
    window.document.edit("Move", desk.graph.move({linear: (300.0, 500.0)}).rename(linear, "first"))
    assert window.studio.measuring.costs is not None  # the same network
    assert "first" in names(layers.table)
    assert "–" not in column(layers.table, 6)
    window.document.set_recipe("Epochs", desk.recipe().with_setting("epochs", 9))
    assert window.studio.measuring.costs is not None
    window.document.edit("Set", desk.graph.set_params(linear, out_features=9))
    assert window.studio.measuring.costs is None
    assert set(column(layers.table, 6)) == {"–"}
    assert all(item.look.cost == 0.0 for item in window.canvas.projection.nodes.values())
    assert window.canvas.costs is None
    measured(desk)
    window.document.set_recipe("Batch", desk.recipe().with_setting("batch_size", 7))
    assert window.studio.measuring.costs is None


@pytest.mark.parametrize("width", [960, 1280, 1900])
def test_ordinary_names_are_read_in_full_at_every_width(desk, layers, width: int) -> None:
    desk.use("digit-cnn")
    long = "a_layer_with_such_a_long_name_that_it_could_push_all_figures_out_of_sight"
    desk.window.document.try_edit("Rename", lambda graph: graph.rename(desk.node("Flatten"), long))
    desk.window.resize(width, 800)
    QApplication.processEvents()
    table = layers.table
    column = table.columnWidth(0)
    for row, name in enumerate(names(table)):
        index = table.layers.index(row, 0)
        if name != long:
            assert table.itemDelegate().sizeHint(table_option(table), index).width() <= column, name
    assert 96 <= column <= max(180, table.width() // 4)
    assert table.columnWidth(0) == table.sum.columnWidth(0)
    bar = table.horizontalScrollBar()
    bar.setValue(bar.maximum())
    for number in range(len(TITLES)):
        assert table.columnViewportPosition(number) == table.sum.columnViewportPosition(number), TITLES[number]
    figures = table.visualRect(table.layers.index(0, len(TITLES) - 1))
    assert table.viewport().rect().contains(figures.center()), "the last column can be reached"


@pytest.mark.parametrize("letters", [NARROW, ORDINARY, WIDE], indirect=True)
def test_at_the_usual_size_every_column_is_in_view(letters, desk, layers) -> None:
    desk.use("digit-cnn")
    QApplication.processEvents()
    assert desk.window.width() == 1280
    assert layers.table.horizontalScrollBar().maximum() == 0


def test_a_large_table_is_filled_a_little_later_and_painted_after_that(desk, layers) -> None:
    graph = empty()
    for k in range(320):
        graph = graph.add("ReLU", position=(200.0 * k, 0.0))
    before = names(layers.table)
    desk.window.document.reset(DocumentState(graph, desk.recipe()))
    assert names(layers.table) == before
    desk.until(lambda: len(names(layers.table)) == 320, "the table is filled")
    desk.until(layers.table.updatesEnabled, "the table is painted")


def test_columns_are_as_wide_as_their_longest_text_wherever_it_stands(desk, layers) -> None:
    graph = empty()
    for k in range(90):
        graph = graph.add("Linear", position=(200.0 * k, 0.0)).set_params(f"n{k + 3}", out_features=3)
        graph = graph.connect(wire("n1" if k == 0 else f"n{k + 2}", graph.last))
    graph = graph.set_params(graph.last, out_features=12_345)
    desk.window.document.reset(DocumentState(graph, desk.recipe()))
    desk.window.resize(1900, 800)
    desk.until(lambda: len(names(layers.table)) == 90, "the table is filled")
    table = layers.table
    assert column(table, 3)[-1] == "49,380"
    for number in range(1, len(TITLES) - 1):
        needed = max(table.sizeHintForIndex(table.layers.index(row, number)).width() for row in range(90))
        assert table.needed_width(number) == needed, TITLES[number]
        assert table.columnWidth(number) >= needed


def table_option(table: LayerTable) -> QStyleOptionViewItem:
    option = QStyleOptionViewItem()
    table.initViewItemOption(option)
    return option


def test_the_table_sorts_by_a_click_on_a_title_and_back(desk, layers) -> None:
    table = layers.table
    click_title(table, 3)  # of figures one looks for the largest
    assert names(table) == ["linear2", "linear1", "linear3", "relu1", "relu2"]
    assert table.layers.headerData(3, Qt.Orientation.Horizontal) == "parameters ↓"
    measured(desk)
    # New figures keep the order that was asked for.
    assert names(table)[0] == "linear2"
    click_title(table, 3)
    assert names(table) == ["relu1", "relu2", "linear3", "linear1", "linear2"]
    assert table.layers.headerData(3, Qt.Orientation.Horizontal) == "parameters ↑"
    click_title(table, 3)
    assert names(table) == ["linear1", "relu1", "linear2", "relu2", "linear3"]
    click_title(table, 6)
    times = [desk.window.studio.measuring.costs.layers[desk.graph.find(name).id].forward_ms for name in names(table)]
    assert times == sorted(times, reverse=True)
    click_title(table, 0)
    assert names(table) == ["linear1", "linear2", "linear3", "relu1", "relu2"]


def test_a_row_selects_in_the_diagram_and_the_other_way_round(desk, layers) -> None:
    table, window = layers.table, desk.window
    window.canvas.zoom_to(2.0)
    click_title(table, 3)
    click_row(table, 0)
    linear = desk.graph.find("linear2").id
    assert window.document.selection == {linear}
    seen = window.canvas.viewportTransform().mapRect(window.canvas.projection.nodes[linear].body)
    assert window.canvas.viewport().rect().contains(seen.center().toPoint())
    relu = desk.graph.find("relu1").id
    click_row(table, 3, CONTROL)
    assert window.document.selection == {linear, relu}
    # From the diagram.
    window.canvas.fit_all()
    body = window.canvas.projection.nodes[relu].body
    QTest.mouseClick(
        window.canvas.viewport(), LEFT, PLAIN, window.canvas.viewportTransform().map(body.center()).toPoint()
    )
    rows = [index.row() for index in table.selectionModel().selectedRows()]
    assert [names(table)[row] for row in rows] == ["relu1"]
    # A selection survives sorting.
    click_title(table, 3)
    rows = [index.row() for index in table.selectionModel().selectedRows()]
    assert [names(table)[row] for row in rows] == ["relu1"]
    assert window.document.selection == {relu}
    # With the keyboard.
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert window.document.selection == {desk.graph.find(names(table)[rows[0] + 1]).id}


def test_the_table_is_copied_and_exported(desk, layers, tmp_path: Path) -> None:
    costs = measured(desk)
    path = tmp_path / "layers.csv"
    desk.answers.file_for_table = lambda _suggestion: path
    desk.click(layers.export)
    read = list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8"), newline="")))
    assert [line["layer"] for line in read] == ["linear1", "relu1", "linear2", "relu2", "linear3", "total"]
    assert int(read[-1]["parameters"]) == 1218
    assert float(read[0]["forward (ms)"]) == pytest.approx(costs.layers[desk.node("Linear")].forward_ms, abs=1e-6)
    path.unlink()
    desk.do("table")
    assert path.exists()
    layers.table.setFocus()
    QTest.keyClick(layers.table, Qt.Key.Key_C, CONTROL)
    copied = list(csv.DictReader(io.StringIO(QApplication.clipboard().text()), delimiter="\t"))
    assert copied == read
    assert list(copied[0]) == list(COLUMNS)
    QApplication.clipboard().clear()
    desk.click(layers.copy)
    assert QApplication.clipboard().text().startswith("layer\t")
    desk.answers.file_for_table = lambda _suggestion: tmp_path / "missing" / "layers.csv"
    desk.do("table")
    assert "could not be written: there is no folder" in desk.answers.told[-1]
    desk.answers.file_for_table = lambda _suggestion: None
    desk.do("table")


def test_its_menu_copies_exports_and_measures(desk, layers) -> None:
    table = layers.table
    table.customContextMenuRequested.emit(QPoint(20, 20))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    words = [action.text() for action in menu.actions() if action.text()]
    assert words == ["Copy the table", "Export as CSV…", "Sort by", "Measure layers"]
    action = next(action for action in menu.actions() if action.text() == "Measure layers")
    QTest.mouseClick(menu, LEFT, PLAIN, menu.actionGeometry(action).center())
    desk.until(lambda: desk.window.studio.measuring.costs is not None, "figures")


def test_it_is_sorted_by_keyboard_alone(desk, layers) -> None:
    table = layers.table
    table.setFocus()

    def orders() -> QMenu:
        # What the system makes of the menu key and of Shift+F10 and sends to the window, which finds the widget.
        asked = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
        QApplication.sendEvent(desk.window.windowHandle(), asked)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        while menu.activeAction() is None or menu.activeAction().text() != "Sort by":
            QTest.keyClick(menu, Qt.Key.Key_Down)
        QTest.keyClick(menu, Qt.Key.Key_Right)
        inner = QApplication.activePopupWidget()
        assert isinstance(inner, QMenu)
        assert inner is not menu
        return inner

    def sort(words: str) -> None:
        menu = orders()
        for _row in menu.actions():
            if menu.activeAction().text() == words:
                break
            QTest.keyClick(menu, Qt.Key.Key_Down)
        assert menu.activeAction().text() == words
        QTest.keyClick(menu, Qt.Key.Key_Return)

    def state() -> dict[str, tuple[bool, bool]]:
        menu = orders()
        told = {a.text(): (a.isChecked(), a.isEnabled()) for a in menu.actions() if a.text()}
        QTest.keyClick(menu, Qt.Key.Key_Escape)
        QTest.keyClick(QApplication.activePopupWidget(), Qt.Key.Key_Escape)
        return told

    before = state()
    assert before["The order they run in"] == (True, True)
    assert before["Ascending"] == before["Descending"] == (False, False)
    assert "Trainable" not in before, "a column that is not shown"
    sort("Parameters")
    assert names(table) == ["relu1", "relu2", "linear3", "linear1", "linear2"]
    sort("Descending")
    assert names(table) == ["linear2", "linear1", "linear3", "relu1", "relu2"]
    assert table.layers.headerData(3, Qt.Orientation.Horizontal) == "parameters ↓"
    assert [words for words, (checked, _on) in state().items() if checked] == ["Parameters", "Descending"]
    sort("Layer")
    assert names(table) == ["relu2", "relu1", "linear3", "linear2", "linear1"]
    sort("The order they run in")
    assert names(table) == ["linear1", "relu1", "linear2", "relu2", "linear3"]
    assert QApplication.focusWidget() is table


def test_never_beside_a_run_and_by_itself_after_one(desk, layers, monkeypatch: pytest.MonkeyPatch) -> None:
    studio = desk.window.studio
    monkeypatch.setattr(measuring, "AFTER_RUN_MS", 1)
    desk.use("points-2d", epochs=100_000, dataset_options__samples=200)
    desk.do("train")
    desk.until(lambda: desk.steps() > 0, "the first step")
    assert not layers.measure.isEnabled()
    assert "during training" in layers.words.text()
    QTest.keyClick(desk.window, Qt.Key.Key_F8)
    assert not studio.measuring.running
    assert "during training" in desk.window.status.text
    desk.do("stop")
    desk.until(lambda: not desk.trainer.running, "the end of the run")
    desk.until(lambda: studio.measuring.costs is not None, "figures after the run")
    assert set(studio.measuring.costs.layers) == {desk.graph.find(name).id for name in names(layers.table)}
    assert layers.measure.isEnabled()


def test_a_run_waits_until_a_measurement_has_given_way(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    studio = desk.window.studio
    entered, free, order = threading.Event(), threading.Event(), []
    give_way = studio.trainer.give_way

    def stubborn(bench: measuring._Bench) -> None:
        assert bench.cancelled.wait(60)
        assert free.wait(60)
        order.append("measurement over")

    def before() -> None:
        entered.set()
        give_way()
        order.append("run begins")

    monkeypatch.setattr(measuring._Bench, "_measure", stubborn)
    studio.trainer.give_way = before
    assert studio.measuring.start()
    desk.do("train")
    desk.until(entered.is_set, "the run's thread")
    for _ in range(200):
        QApplication.processEvents()
    free.set()
    desk.until(lambda: not desk.trainer.running, "the end of the run")
    assert order == ["measurement over", "run begins"]
    assert studio.measuring.costs is None


def test_an_edit_while_it_measures_leaves_nothing(desk, layers) -> None:
    studio = desk.window.studio
    desk.click(layers.measure)
    assert studio.measuring.running
    assert layers.measure.text() == "Measuring…"
    desk.window.document.edit("Set", desk.graph.set_params(desk.node("Linear"), out_features=5))
    desk.until(lambda: not studio.measuring.running, "the end")
    assert studio.measuring.costs is None
    assert layers.measure.text() == "Measure layers"
    assert set(column(layers.table, 6)) == {"–"}


def test_what_cannot_be_measured_is_said(desk, layers) -> None:
    window = desk.window
    window.document.edit("Remove", desk.graph.remove([desk.graph.find("linear3").id]))
    assert not layers.measure.isEnabled()
    QTest.keyClick(window, Qt.Key.Key_F8)
    assert "ready to train" in window.status.text
    window.document.undo()
    graph = desk.graph
    first = next(w for w in graph.wires if w.source == graph.of_kind("Input")[0].id)
    graph = graph.add("BatchNorm1d")
    window.document.edit("Norm", graph.between(graph.last, first))
    window.document.set_recipe("Batch", desk.recipe().with_setting("batch_size", 1))
    QTest.keyClick(window, Qt.Key.Key_F8)
    assert not window.studio.measuring.running
    assert window.studio.measuring.costs is None
    assert "ready to train" in window.status.text


def test_a_layer_that_fails_while_it_is_measured_is_named_and_selected(desk, layers, monkeypatch) -> None:
    window = desk.window

    def fails(*_given: object) -> None:
        raise RuntimeError("the plug was pulled\nat some line")

    monkeypatch.setattr("torch.nn.ReLU.forward", fails)
    QTest.keyClick(window, Qt.Key.Key_F8)
    desk.until(lambda: not window.studio.measuring.running, "the end of the measurement")
    assert window.studio.measuring.costs is None
    said = "relu1 could not work on what it was given: the plug was pulled."
    assert said in window.status.text
    assert said in layers.words.text()
    assert window.document.selection == {desk.graph.find("relu1").id}
    assert set(column(layers.table, 6)) == {"–"}
    assert layers.measure.isEnabled()
    monkeypatch.undo()
    measured(desk)
    assert said not in layers.words.text()


def test_closing_the_window_while_it_measures(desk) -> None:
    desk.window.studio.measuring.start()
    assert desk.window.studio.measuring.running
    desk.window.close()
    assert not desk.window.studio.measuring.running


def test_a_wires_tooltip_names_its_axes_and_says_how_much_flows(desk) -> None:
    canvas = desk.window.canvas
    desk.use("digit-cnn")
    canvas.fit_all()
    relu, pool = desk.graph.find("relu2"), desk.graph.find("pool2")
    item = next(i for w, i in canvas.projection.wires.items() if (w.source, w.target) == (relu.id, pool.id))
    at = canvas.viewportTransform().map(item.curve.middle).toPoint()
    QTest.mouseMove(canvas.viewport(), QPoint(3, 3))
    QTest.mouseMove(canvas.viewport(), at)
    told = canvas.viewport().toolTip()
    assert "32 channels × 14 high × 14 wide" in told
    assert "6,272 numbers, 25 kB per sample in float32" in told
    assert tip(canvas.document, canvas.hover.now) == canvas.viewport().toolTip()
    assert canvas.scene_at(QPointF(at)).x() == pytest.approx(item.curve.middle.x(), abs=2)


def test_the_switch_of_the_map_is_remembered(desk) -> None:
    action = desk.window.canvas.actions_.show_map
    assert action.isChecked()
    action.trigger()
    desk.window.close()
    again = type(desk)()
    assert not again.window.canvas.actions_.show_map.isChecked()
    assert not again.window.canvas.minimap.switched_on
    again.window.show()
    again.window.canvas.zoom_to(4.0)
    assert not again.window.canvas.minimap.isVisible()
    again.leave()
