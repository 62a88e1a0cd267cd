"""Bypass and freeze by the inspector's boxes, with real clicks and keys: the value, the diagram's pixels, undo."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QStyle, QStyleOptionButton

from gui import theme
from tests.pictures import shot


def tick(desk, box: QCheckBox, way: str) -> None:  # type: ignore[no-untyped-def]
    desk.window.inspector.ensureWidgetVisible(box)
    QApplication.processEvents()
    assert box.isVisible()
    if way == "space":
        box.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(desk.window.windowHandle(), Qt.Key.Key_Space)
        return
    option = QStyleOptionButton()
    box.initStyleOption(option)
    square = box.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, box)
    place: QPoint = box.mapTo(desk.window, square.center())
    QTest.mouseClick(desk.window.windowHandle(), Qt.MouseButton.LeftButton, pos=place)


def drawn(desk, id: str) -> QImage:  # type: ignore[no-untyped-def]
    canvas = desk.window.canvas
    box = canvas.viewportTransform().mapRect(canvas.projection.nodes[id].body).toAlignedRect()
    assert canvas.viewport().rect().contains(box)
    return shot(canvas.viewport(), box)


@pytest.mark.parametrize("shown", ["light", "dark"])
@pytest.mark.parametrize("way", ["mouse", "space"])
def test_the_boxes_of_the_inspector(desk, qapp, way: str, shown: str) -> None:
    theme.apply(qapp, shown)
    window, id = desk.window, desk.node("Linear")
    window.canvas.zoom_to(1.0)
    window.canvas.reveal(id)
    window.canvas.glide.finish()
    page = window.inspector.layer
    for box, state, label in ((page.bypass_box, "bypassed", "Bypass"), (page.freeze_box, "frozen", "Freeze")):
        assert not box.isChecked()
        plain = drawn(desk, id)
        tick(desk, box, way)
        assert getattr(desk.graph.nodes[id], state)
        assert box.isChecked()
        assert window.document.undo_label == label
        changed = drawn(desk, id)
        assert changed != plain
        window.document.undo()
        assert not box.isChecked()
        assert drawn(desk, id) == plain
        window.document.redo()
        assert drawn(desk, id) == changed
        tick(desk, box, way)
        assert not getattr(desk.graph.nodes[id], state)
        assert drawn(desk, id) == plain
    theme.apply(qapp, "light")


def test_a_layer_without_weights_cannot_be_frozen_there(desk) -> None:
    page = desk.window.inspector.layer
    desk.window.document.select({desk.node("ReLU")})
    assert page.bypass_box.isVisible()
    assert not page.freeze_box.isVisible()
