"""Asking for a layer by key, double click or a dropped wire, and finding it by what it is for."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt

from engine.graph.graph import wire
from gui.canvas.search import search

SHIFT = Qt.KeyboardModifier.ShiftModifier
EMPTY = QPointF(560, 240)


def picture(hand) -> bytes:  # type: ignore[no-untyped-def]
    image = hand.canvas.viewport().grab().toImage()
    return bytes(image.constBits())


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("shrink image", {"MaxPool2d", "AvgPool2d"}),
        ("make the image smaller", {"MaxPool2d", "AvgPool2d", "PixelUnshuffle"}),
        ("bigger image", {"Upsample", "ConvTranspose2d"}),
        ("against overfitting", {"Dropout"}),
        ("nn.ReLU", {"ReLU"}),
        ("pooling", {"MaxPool2d", "AvgPool2d"}),
    ],
)
def test_layers_are_found_by_what_they_are_for(words, kinds) -> None:
    found = [kind.name for kind in search(words)]
    assert kinds <= set(found[:6]), found
    assert "Linear" not in found


def test_tab_behind_a_clicked_layer_asks_for_the_next_one(hand) -> None:
    popup = hand.canvas.quick_add
    hand.click(hand.body("n3"))
    hand.key(Qt.Key.Key_Tab)
    assert popup.isVisible()
    assert popup.said.text() == "After conv1"
    assert popup.list.item(0).text() == "ReLU"
    hand.key(Qt.Key.Key_Down)
    hand.key(Qt.Key.Key_Return)
    new = hand.graph.last
    assert hand.graph.nodes[new].kind == "BatchNorm2d"
    assert {("n3", new), (new, "n4")} <= hand.pairs()
    assert hand.document.selection == {new}
    # And on: the layer just added is one to continue from.
    hand.key(Qt.Key.Key_Tab)
    assert popup.said.text() == "After norm1"
    hand.key(Qt.Key.Key_Escape)
    hand.check()
    hand.document.undo()
    assert not hand.document.can_undo


def test_tab_walks_once_a_walk_has_begun_or_the_question_was_refused(hand) -> None:
    popup = hand.canvas.quick_add
    hand.click(hand.body("n3"))
    hand.key(Qt.Key.Key_Tab)
    hand.key(Qt.Key.Key_Escape)
    assert hand.canvas.hasFocus()
    order = list(hand.graph.topological())
    hand.key(Qt.Key.Key_Tab)
    assert not popup.isVisible()
    assert hand.document.selection == {order[order.index("n3") + 1]}
    hand.click(hand.body("n4"))
    hand.key(Qt.Key.Key_Backtab, SHIFT)
    assert not popup.isVisible()
    assert hand.document.selection == {order[order.index("n4") - 1]}
    hand.key(Qt.Key.Key_Tab)
    assert hand.document.selection == {"n4"}
    assert not hand.document.can_undo
    hand.check()


def test_a_walk_goes_on_after_an_edit_on_the_way(hand) -> None:
    order = list(hand.graph.topological())
    hand.key(Qt.Key.Key_Tab)
    hand.key(Qt.Key.Key_Tab)
    hand.key(Qt.Key.Key_Down)
    hand.key(Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert hand.graph.nodes[order[1]].frozen
    hand.key(Qt.Key.Key_Tab)
    assert hand.document.selection == {order[2]}
    assert not hand.canvas.quick_add.isVisible()


def test_tab_on_a_selected_wire_asks_for_a_layer_on_it(hand) -> None:
    hand.click(hand.middle("n3", "n4"))
    hand.key(Qt.Key.Key_Tab)
    assert hand.canvas.quick_add.said.text() == "Between conv1 and relu1"
    hand.key(Qt.Key.Key_Return)
    assert ("n3", "n4") not in hand.pairs()
    hand.check()


@pytest.mark.parametrize("words", ["flat", "add", "maxpool2d"])
def test_the_dropped_wire_stays_where_it_is(hand, words) -> None:
    hand.drag(hand.output("n4"), EMPTY)
    hand.canvas.viewport().grab()
    hand.type(words)
    hand.key(Qt.Key.Key_Return)
    new = hand.graph.last
    (made,) = hand.graph.incoming(new)
    assert made.source == "n4"
    end = hand.canvas.projection.wires[made].curve.end
    assert (end - EMPTY).manhattanLength() <= 8.0  # the grid is 8 wide
    hand.document.undo()
    assert not hand.document.can_undo
    hand.check()


def test_a_wire_dropped_backwards_is_fed_by_what_usually_comes_before(hand) -> None:
    hand.drag(hand.input("n5"), QPointF(120, 260))
    popup = hand.canvas.quick_add
    assert popup.said.text() == "Feeds linear1"
    first = [popup.list.item(k).text() for k in range(popup.list.count())]
    assert first.index("Flatten") < first.index("Conv2d")
    hand.type("flatten")
    hand.key(Qt.Key.Key_Return)
    new = hand.graph.last
    made = wire(new, "n5")
    assert made in hand.graph.wires
    start = hand.canvas.projection.wires[made].curve.start
    assert (start - QPointF(120, 260)).manhattanLength() <= 8.0
    hand.check()


def test_the_question_leaves_no_trace_when_it_is_refused(hand) -> None:
    before = picture(hand)
    hand.drag(hand.output("n4"), EMPTY)
    assert picture(hand) != before
    hand.key(Qt.Key.Key_Escape)
    hand.move(QPointF(-60, 300))
    assert picture(hand) == before
    assert not hand.document.can_undo
    hand.check()


@pytest.mark.parametrize("corner", [(1.0, 1.0), (0.0, 1.0), (1.0, 0.0), (0.5, 0.9)])
def test_the_panel_does_not_cover_the_layer_it_is_about(hand, corner) -> None:
    canvas = hand.canvas
    canvas.zoom_to(1.0)
    body = canvas.projection.nodes["n4"].body
    room, shown = canvas.viewport().rect(), canvas.viewportTransform().mapRect(body)
    wanted = QPointF(
        8 + corner[0] * (room.width() - shown.width() - 16), 8 + corner[1] * (room.height() - shown.height() - 16)
    )
    canvas.pan_by((wanted - shown.topLeft()).toPoint())
    hand.click(hand.body("n4"))
    hand.key(Qt.Key.Key_Tab)
    popup = canvas.quick_add
    assert popup.isVisible()
    lies = canvas.viewportTransform().mapRect(body).toAlignedRect()
    assert canvas.rect().contains(popup.geometry())
    assert not popup.geometry().intersects(lies)
    hand.key(Qt.Key.Key_Escape)
