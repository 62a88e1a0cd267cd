"""The ways into a drawing: what has the keyboard when, and what the first and the last layer are joined to."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QPlainTextEdit, QPushButton, QWidget

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
    assert "Add the first layer" in status._state.text()
    assert "✕" not in status._state.text()
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
