"""Nodes are shown as pictures that are kept: few are painted in a frame, and what is seen is always the last look."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from engine.graph.graph import Graph, empty
from gui.canvas import items, snapshots
from gui.theme import style

COLUMNS, ROWS = 9, 8


def crowd() -> Graph:
    """More layers in view than one frame paints."""
    graph = empty().move({"n1": (0, -200), "n2": (1200, -200)})
    for number in range(COLUMNS * ROWS):
        graph = graph.add("ReLU", position=(160 * (number % COLUMNS), 100 * (number // COLUMNS)))
    return graph


@pytest.fixture
def painted(monkeypatch) -> list[str]:
    """The names on the nodes that were painted stroke by stroke."""
    names: list[str] = []
    really = items.paint_node

    def noted(painter, face, *rest) -> None:
        names.append(face.detail)
        really(painter, face, *rest)

    monkeypatch.setattr(items, "paint_node", noted)
    return names


def frame(hand) -> QImage:
    return hand.canvas.viewport().grab().toImage()


def settled(hand) -> QImage:
    kept, shown = hand.canvas.projection.sheet.snapshots, frame(hand)
    while kept.owes:
        kept.take_owed()
        shown = frame(hand)
    return shown


def from_nothing(hand) -> QImage:
    """What the canvas shows when every node is painted stroke by stroke."""
    view = hand.canvas.viewport()
    image = QImage(view.size() * view.devicePixelRatio(), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(view.devicePixelRatio())
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    target = QRectF(view.rect())
    image.fill(style.current().canvas)
    hand.canvas.projection.render(
        painter, target, hand.canvas.mapToScene(view.rect()).boundingRect(), Qt.AspectRatioMode.IgnoreAspectRatio
    )
    painter.end()
    return image


def test_a_frame_paints_few_nodes_and_the_next_ones_the_rest(make_hand, qtbot, painted) -> None:
    hand = make_hand(crowd())
    hand.canvas.zoom_to(0.6)
    hand.canvas.centerOn(hand.canvas.projection.content().center())
    hand.canvas.projection.sheet.snapshots.take_owed()
    for id in hand.graph.nodes:
        hand.canvas.projection.nodes[id].measure_again()
    painted.clear()
    frame(hand)
    assert 0 < len(painted) <= snapshots.FRESH
    qtbot.waitUntil(lambda: len(set(painted)) > COLUMNS * ROWS)  # without anything being done
    painted.clear()
    hand.canvas.pan_by(QPointF(24, 16).toPoint())
    frame(hand)
    assert len(painted) <= snapshots.FRESH
    settled(hand)
    painted.clear()
    frame(hand)
    assert painted == []


def test_in_the_midst_of_a_zoom_what_is_known_is_stretched(make_hand, qtbot, painted) -> None:
    hand = make_hand(crowd())
    hand.canvas.zoom_to(0.6)
    hand.canvas.centerOn(hand.canvas.projection.content().center())
    settled(hand)
    painted.clear()
    hand.canvas.zoom_by(1.1)
    frame(hand)
    assert 0 < len(painted) <= snapshots.FRESH_ZOOMING
    sharp = settled(hand)
    hand.canvas.zoom_by(1.1)
    frame(hand)
    hand.canvas.zoom_by(1 / 1.1)
    assert settled(hand) == sharp


@pytest.mark.usefixtures("letters")  # so that what changes is not in the part of a line that is cut
def test_every_change_is_seen_at_once(hand, qtbot) -> None:
    hand.canvas.zoom_to(1.0)
    hand.canvas.centerOn(hand.canvas.projection.content().center())
    looks = [settled(hand)]
    for edit in (
        lambda: hand.document.select(["n3"]),
        lambda: hand.document.edit("x", hand.graph.set_params("n3", out_channels=48)),
        lambda: hand.document.edit("x", hand.graph.move({"n3": (200, 40)})),
        lambda: hand.document.edit("x", hand.graph.rename("n3", "eyes")),
        lambda: hand.document.edit("x", hand.graph.remove(["n5"])),
        lambda: hand.canvas.emphasis.show_found(["n3"]),
    ):
        edit()
        looks.append(settled(hand))
        assert looks[-1] != looks[-2]
    hand.canvas.emphasis.show_found(None)
    while hand.document.can_undo:
        hand.document.undo()
    hand.document.select([])
    assert settled(hand) == looks[0]


def test_a_kept_picture_is_what_would_be_painted(hand, qtbot, qapp) -> None:
    for name in ("dark", "light"):
        style.apply(qapp, name)
        hand.canvas.zoom_to(1.0)
        hand.canvas.centerOn(QPointF(360, 120))
        shown, painted = settled(hand), from_nothing(hand)
        for id in ("n3", "n4", "n5"):
            area = hand.canvas.viewportTransform().mapRect(hand.canvas.projection.nodes[id].body).toRect()
            assert difference(shown, painted, area.adjusted(8, 3, -8, -3)) < 12


def difference(one: QImage, other: QImage, area: QRect) -> int:
    """By how much the colours of two pictures differ at most: letters on nothing are mixed a little otherwise."""
    left, top, right, bottom = (round(edge * one.devicePixelRatio()) for edge in area.getCoords())
    points = [(x, y) for x in range(left, right) for y in range(top, bottom)]
    return max(
        abs(a - b)
        for x, y in points
        for a, b in zip(one.pixelColor(x, y).getRgb(), other.pixelColor(x, y).getRgb(), strict=True)
    )


def test_forgotten_when_gone_or_when_there_are_too_many(make_hand, qtbot, monkeypatch) -> None:
    hand = make_hand(crowd())
    kept = hand.canvas.projection.sheet.snapshots
    hand.canvas.zoom_to(2.0)
    hand.canvas.centerOn(200, 100)
    settled(hand)
    assert kept.bytes > 0
    monkeypatch.setattr(snapshots, "MOST_BYTES", round(1.3 * kept.bytes))
    for place in (500, 800, 1100):
        hand.canvas.centerOn(place, 600)
        settled(hand)
        assert kept.bytes <= snapshots.MOST_BYTES
    hand.document.edit("x", hand.graph.remove([id for id in hand.graph.nodes if id not in ("n1", "n2")]))
    hand.document.edit("x", hand.graph.move({"n1": (90_000, 0), "n2": (90_000, 400)}))
    hand.canvas.projection.show_graph(Graph())
    assert kept.bytes == 0
