"""What is bypassed, frozen or heavy can be seen: the pixels of the diagram, in both themes, from near and from afar."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage

from engine.graph.grouping import group
from engine.inspection.costs import Costs, LayerCost
from gui import theme
from gui.canvas.node_layout import DETAIL_MIDDLE, PADDING, TITLE_MIDDLE
from gui.canvas.painting import far_bar
from tests.gui.canvas.conftest import SIGNATURE, Hand
from tests.pictures import shot

CONTROL = Qt.KeyboardModifier.ControlModifier
NEAR, AFAR = 1.0, 0.3


@pytest.fixture(params=["light", "dark"])
def seen(request: pytest.FixtureRequest, hand: Hand, qapp) -> Iterator[Hand]:
    """The small drawing in a theme, at its own size."""
    theme.apply(qapp, request.param)
    look_at(hand, NEAR)
    yield hand
    theme.apply(qapp, "light")


def look_at(hand: Hand, scale: float) -> None:
    hand.canvas.zoom_to(scale)
    hand.canvas.centerOn(hand.canvas.projection.content().center())


def picture(hand: Hand) -> QImage:
    hand.canvas.viewport().repaint()
    return shot(hand.canvas.viewport())


def part(hand: Hand, box: QRectF) -> QImage:
    """What is painted in a box of the canvas."""
    on_screen: QRect = hand.canvas.viewportTransform().mapRect(box).toAlignedRect()
    assert hand.canvas.viewport().rect().contains(on_screen)
    return picture(hand).copy(on_screen)


def node(hand: Hand, id: str) -> QImage:
    return part(hand, hand.canvas.projection.nodes[id].body)


def colours(image: QImage) -> list[QColor]:
    return [image.pixelColor(x, y) for y in range(image.height()) for x in range(image.width())]


def strongest(image: QImage) -> int:
    """How far the ink that stands out most is from the ground of a node."""
    ground = QColor(theme.current().panel).lightness()
    return max(abs(colour.lightness() - ground) for colour in colours(image))


def filling(hand: Hand, id: str) -> QColor:
    """What a node is filled with: the colour inside its edge that is there most often, whatever is written on it."""
    inside = hand.canvas.projection.nodes[id].body.adjusted(10, 10, -10, -10)
    counted = Counter(colour.name() for colour in colours(part(hand, inside)))
    return QColor(counted.most_common(1)[0][0])


def by_key(hand: Hand, id: str, key: Qt.Key) -> None:
    """Select a layer with the mouse, press Ctrl and a key, and select nothing again."""
    hand.click(hand.body(id))
    hand.key(key, CONTROL)
    hand.click(hand.canvas.projection.content().bottomLeft())
    assert hand.document.selection == frozenset()
    hand.canvas.hover.forget()


def edge_changes(hand: Hand, id: str) -> int:
    """How often the colour changes along the upper edge of a node."""
    body = hand.canvas.projection.nodes[id].body
    row = part(hand, QRectF(body.left() + 16, body.top() - 1, body.width() - 32, 3))
    middle = row.height() // 2
    ink = [row.pixelColor(x, middle) for x in range(row.width())]
    return sum(a != b for a, b in itertools.pairwise(ink))


def test_bypass_is_seen(seen: Hand) -> None:
    hand = seen
    item = hand.canvas.projection.nodes["n3"]
    title = item.body.adjusted(8, 6, -8, -6)
    before, ink, others = node(hand, "n3"), strongest(part(hand, title)), node(hand, "n5")
    assert edge_changes(hand, "n3") == 0
    by_key(hand, "n3", Qt.Key.Key_B)
    assert hand.graph.nodes["n3"].bypassed
    title = item.body.adjusted(8, 6, -8, -6)
    assert edge_changes(hand, "n3") > 12, "the edge is not dashed"
    assert strongest(part(hand, title)) < 0.75 * ink, "what is written on it is not faded"
    assert node(hand, "n5") == others
    by_key(hand, "n3", Qt.Key.Key_B)
    assert node(hand, "n3") == before


def test_bypass_is_seen_from_afar(seen: Hand) -> None:
    hand = seen
    look_at(hand, AFAR)
    plain = filling(hand, "n3")
    by_key(hand, "n3", Qt.Key.Key_B)
    hollow = filling(hand, "n3")
    assert hollow == QColor(theme.current().panel)
    assert hollow != plain
    by_key(hand, "n3", Qt.Key.Key_B)
    assert filling(hand, "n3") == plain


def test_the_lock_of_a_frozen_layer_is_seen(seen: Hand) -> None:
    hand = seen
    item = hand.canvas.projection.nodes["n3"]
    before = node(hand, "n3")
    by_key(hand, "n3", Qt.Key.Key_L)
    assert hand.graph.nodes["n3"].frozen
    ground = QColor(theme.current().panel)

    def lock() -> QImage:
        """What is painted where the lock is to be: at the right end, wherever the words make that."""
        return part(hand, QRectF(item.place.width - PADDING - 13, TITLE_MIDDLE - 7, 14, 14).translated(item.pos()))

    def inked() -> int:
        return sum(abs(colour.lightness() - ground.lightness()) > 40 for colour in colours(lock()))

    drawn = lock()
    assert 10 < inked() < drawn.width() * drawn.height() / 2, "no lock is drawn"
    by_key(hand, "n3", Qt.Key.Key_B)  # with both states both are seen
    assert edge_changes(hand, "n3") > 12
    assert 10 < inked() < drawn.width() * drawn.height() / 2, "the lock is gone"
    by_key(hand, "n3", Qt.Key.Key_B)
    assert lock() == drawn
    by_key(hand, "n3", Qt.Key.Key_L)
    assert node(hand, "n3") == before


@pytest.mark.parametrize("folded", [False, True])
def test_a_layer_and_a_block_with_a_note_are_marked(seen: Hand, folded: bool) -> None:
    hand = seen
    if folded:
        hand.document.edit("x", group(hand.graph, ["n3", "n4"], "Part"))
    id = hand.graph.last if folded else "n3"
    before = node(hand, id)
    hand.document.edit("x", hand.graph.set(id, note="why?"))
    item = hand.canvas.projection.nodes[id]
    sign = QRectF(item.place.width - PADDING - 13, DETAIL_MIDDLE - 7, 14, 14).translated(item.pos())
    ground = QColor(theme.current().panel).lightness()
    assert len([c for c in colours(part(hand, sign)) if abs(c.lightness() - ground) > 40]) > 10, "no sign is drawn"
    hand.document.undo()
    assert node(hand, id) == before


def costs(hand: Hand, **times: float) -> Costs:
    layers = {id: LayerCost(ms, ms, 0, 0, 0, 0) for id, ms in times.items()}
    return Costs(hand.graph, SIGNATURE, 64, "cpu", "float32", 1, 10, layers)


def share_of(image: QImage, colour: str) -> float:
    """The part of an image that is of one colour."""
    found = colours(image)
    return sum(one == QColor(colour) for one in found) / len(found)


@pytest.mark.parametrize("scale", [NEAR, AFAR])
def test_a_heavy_layer_stands_out_in_the_colour_of_warnings(seen: Hand, scale: float) -> None:
    hand = seen
    graph = hand.graph.add("Dropout", position=(440, 200))
    hand.document.edit("x", graph.connect(type(graph.wires[0])("n4", "out", graph.last, "in")))
    look_at(hand, scale)
    before = {id: node(hand, id) for id in ("n3", "n4", graph.last)}
    hand.canvas.set_costs(costs(hand, n3=30.0, n4=3.0, **{graph.last: 2.0}))
    heavy = hand.canvas.projection.nodes["n3"]
    assert heavy.look.heavy
    warning = theme.current().warning
    bar = far_bar(heavy.place, heavy.look) if scale == AFAR else QRectF(4, heavy.place.height - 6, 60, 5)
    drawn = part(hand, bar.adjusted(8, 0, -8, -1).translated(heavy.pos()))
    assert share_of(drawn, warning) > 0.3, "no bar in the colour of warnings"
    for id in ("n4", graph.last):
        assert share_of(node(hand, id), warning) == 0.0
        # What is merely measured has a quiet bar from near, and none from afar.
        assert (node(hand, id) == before[id]) == (scale == AFAR)
    hand.canvas.set_costs(None)
    assert {id: node(hand, id) for id in before} == before
