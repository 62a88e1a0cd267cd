"""The ways into a drawing: what has the keyboard when, and what the first and the last layer are joined to."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QWidget,
)

from tests.desktop import PATIENCE_MS

CONTROL = Qt.KeyboardModifier.ControlModifier


def press(desk, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:  # type: ignore[no-untyped-def]
    """Press a key wherever the keyboard is."""
    desk.window.activateWindow()
    assert QTest.qWaitForWindowActive(desk.window, PATIENCE_MS)
    QTest.keyClick(QApplication.focusWidget() or desk.window, key, modifiers)
    QApplication.processEvents()


def pairs(desk) -> set[tuple[str, str]]:  # type: ignore[no-untyped-def]
    names = {id: node.name for id, node in desk.graph.nodes.items()}
    return {(names[w.source], names[w.target]) for w in desk.graph.wires}


def in_view(widget: QWidget, around: QWidget) -> bool:
    """Whether all of a widget is seen inside another one."""
    return around.rect().contains(widget.rect().translated(widget.mapTo(around, QPoint())))


def test_after_new_the_diagram_has_the_keyboard_and_letters_add_layers(desk) -> None:
    desk.use("points-2d")
    palette = desk.window.palette_panel
    palette.field.setFocus()
    QTest.keyClicks(palette.field, "drop")
    press(desk, Qt.Key.Key_N, CONTROL)
    assert desk.window.canvas.hasFocus()
    assert palette.field.text() == ""
    QTest.keyClicks(desk.window.canvas, "flat")
    press(desk, Qt.Key.Key_Return)
    assert pairs(desk) == {("data", "flatten1"), ("flatten1", "goal")}
    desk.window.document.undo()
    assert not desk.window.document.can_undo, "the layer and its wires are one step"


def test_the_first_layer_put_down_by_the_mouse_is_fed_by_the_data(desk) -> None:
    desk.use("empty")
    canvas = desk.window.canvas
    canvas.pick_up("Conv2d")
    middle = canvas.viewport().rect().center() + QPoint(0, 60)
    QTest.mouseMove(canvas.viewport(), middle)
    assert canvas.gesture.feeder == desk.node("Input"), "the ghost shows the wire that there will be"
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert pairs(desk) == {("data", "conv1")}


def test_a_drawing_not_begun_is_told_calmly(desk) -> None:
    desk.use("empty")
    status = desk.window.status
    assert "Add the first layer" in status.state_label.text()
    assert "✕" not in status.state_label.text()
    desk.do("train")
    assert desk.troubles == []
    assert "Nothing is drawn yet" in status.text
    press(desk, Qt.Key.Key_Space)
    desk.until(lambda: bool(desk.graph.wires), "a network by the repair that has the keyboard")
    assert desk.window.document.analysis.ready


@pytest.mark.parametrize("size", [(960, 640), (1440, 900)])
def test_training_with_an_error_brings_the_keyboard_to_the_first_repair(desk, size) -> None:
    desk.use("points-2d")
    desk.window.resize(*size)
    document = desk.window.document
    last = desk.graph.incoming(desk.node("Output"))[0]
    document.edit("Disconnect", desk.graph.disconnect(last))
    press(desk, Qt.Key.Key_F5)
    problems = desk.window.results.problems
    focus = QApplication.focusWidget()
    assert isinstance(focus, QPushButton)
    assert focus is problems.cards[0].buttons[0]
    assert in_view(focus, problems.viewport())
    press(desk, Qt.Key.Key_Space)
    assert document.analysis.ready
    press(desk, Qt.Key.Key_Escape)
    assert desk.window.canvas.hasFocus()


def test_the_repair_of_an_error_inside_the_drawing_is_found_from_inside_a_block(desk) -> None:
    desk.use("digit-cnn")
    document = desk.window.document
    document.edit("Disconnect", desk.graph.disconnect(desk.graph.incoming(desk.node("Output"))[0]))
    canvas = desk.window.canvas
    document.select([next(id for id, node in desk.graph.nodes.items() if node.kind == "Conv2d")])
    canvas.folding.group()
    assert document.enter(desk.node("Block"))
    desk.do("train")
    QApplication.processEvents()
    assert document.path == ()
    assert QApplication.focusWidget() is desk.window.results.problems.cards[0].buttons[0]


def fields(desk) -> list[QWidget]:  # type: ignore[no-untyped-def]
    kinds = (QLineEdit, QAbstractSpinBox, QPlainTextEdit)
    shown = [w for w in desk.window.findChildren(QWidget) if isinstance(w, kinds) and w.isVisible() and w.isEnabled()]
    return [w for w in shown if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.focusProxy() is None]


@pytest.mark.parametrize("kind", ["Linear", "Input", "Output", ""])
def test_esc_leads_from_every_field_back_to_the_diagram(desk, kind) -> None:
    desk.use("points-2d")
    window = desk.window
    for tab in (window.palette_panel, window.outline):
        window.left.setCurrentWidget(tab)
        for page in range(window.results.count()):
            window.results.setCurrentIndex(page)
            window.document.select([desk.node(kind)] if kind else [])
            QApplication.processEvents()
            found = fields(desk)
            assert found
            for field in found:
                field.setFocus()
                QTest.keyClicks(field, "7")
                for _twice in range(2):  # once for what was typed, once to leave
                    if not window.canvas.hasFocus():
                        press(desk, Qt.Key.Key_Escape)
                assert window.canvas.hasFocus(), (field.accessibleName(), field.parentWidget())


def wait_for_points(desk) -> None:  # type: ignore[no-untyped-def]
    look = desk.window.studio.look
    desk.until(lambda: look() is not None and bool(len(desk.window.results.space.plot.places)), "the points")
    QApplication.processEvents()


@pytest.mark.parametrize("size", [(1280, 800), (1440, 900)])
def test_what_a_network_has_found_stands_beside_the_curves_at_once(desk, size) -> None:
    desk.window.resize(*size)
    desk.use("points-2d")
    results = desk.window.results
    wait_for_points(desk)
    assert results.currentWidget() is results.curves_page
    assert results.space.isVisible()
    assert results.curves.isVisible()
    assert results.indexOf(results.space) < 0, "it is not on a tab as well"
    assert results.space.height() > 180
    desk.use("empty", dataset="iris")
    desk.until(lambda: not results.space.isVisible(), "data with four columns, which cannot be seen whole")


def test_in_a_narrow_window_it_is_on_a_tab(desk) -> None:
    desk.window.resize(960, 640)
    desk.use("points-2d")
    results = desk.window.results
    wait_for_points(desk)
    assert results.isTabVisible(results.indexOf(results.space))
    assert results.tabText(results.indexOf(results.space)) == "Decision"
    results.setCurrentWidget(results.space)
    desk.window.resize(1440, 900)
    QApplication.processEvents()
    assert results.currentWidget() is results.curves_page
    assert results.space.isVisible()
    desk.window.resize(960, 640)
    QApplication.processEvents()
    assert not results.space.isVisible()
    results.setCurrentWidget(results.space)
    assert results.space.isVisible()


@pytest.mark.parametrize(("template", "dataset"), [("points-2d", "moons"), ("points-2d", "spirals"), ("line", "line")])
def test_a_click_on_the_map_tries_the_network_there(desk, template, dataset) -> None:
    desk.window.resize(1440, 900)
    desk.use(template, dataset=dataset)
    wait_for_points(desk)
    plot = desk.window.results.space.plot
    table = desk.window.tryout.table
    desk.until(lambda: desk.window.tryout.currentWidget() is table, "the form")
    view = plot.plot.viewport()
    place = view.rect().center() + QPoint(20, -10)
    at = plot.place_at(place)
    assert at is not None
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
    row = table.row()[0]
    assert len(row) == (1 if dataset == "line" else 2)
    for value, clicked in zip(row, at, strict=False):
        assert abs(value - clicked) < 0.01 * max(1.0, abs(clicked))
    before = row.tolist()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseMove(view, place + QPoint(60, 30))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=place + QPoint(60, 30))
    assert table.row()[0].tolist() == before, "a drag is no click"


def test_from_a_repair_esc_leads_to_the_diagram_and_enter_makes_the_repair(desk) -> None:
    desk.use("empty")
    handle = desk.window.windowHandle()
    QTest.keyClick(handle, Qt.Key.Key_F5)
    desk.until(lambda: isinstance(QApplication.focusWidget(), QPushButton), "the keyboard on the first repair")
    QTest.keyClick(handle, Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is desk.window.canvas
    QTest.keyClick(handle, Qt.Key.Key_F5)
    desk.until(lambda: isinstance(QApplication.focusWidget(), QPushButton), "the keyboard on the first repair")
    QTest.keyClick(handle, Qt.Key.Key_Return)
    assert desk.window.document.whole_analysis.ready


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_presses_whichever_button_has_the_keyboard(desk, key) -> None:
    document = desk.window.document
    document.select({desk.node("Linear")})
    desk.window.inspector.layer.more_button.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(desk.window.windowHandle(), key)
    assert desk.window.inspector.layer.why_label.isVisible()
    document.edit("Add", desk.graph.add("ReLU"))
    buttons = desk.window.toolbar.findChildren(QToolButton)
    button = next(one for one in buttons if desk.window.commands["undo"] in one.actions())
    button.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(desk.window.windowHandle(), key)
    assert not document.can_undo
