"""Wires find their way around nodes they have nothing to do with."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import QPointF

from engine.graph.graph import Graph, empty, wire
from gui.canvas.routing import route
from gui.canvas.spatial_index import Places
from gui.canvas.wire_curve import Curve


def struck(hand) -> set[tuple[str, str, str]]:
    """Which wires pass through the body of which node that is not their own."""
    found = set()
    for w, line in hand.canvas.projection.wires.items():
        points = [line.curve.point(k / 120) for k in range(121)]
        for id, item in hand.canvas.projection.nodes.items():
            if id not in (w.source, w.target) and any(item.body.contains(p) for p in points):
                found.add((w.source, w.target, id))
    return found


def shortcut() -> Graph:
    """n3 → n4 → n5 → n6 in a row, and n3 → n6 past them."""
    graph = empty().move({"n1": (-200, 0), "n2": (1000, 0)})
    for kind, x in (("ReLU", 0), ("Conv2d", 200), ("ReLU", 440), ("Add", 640)):
        graph = graph.add(kind, position=(x, 0))
    for a, b, port in (
        ("n1", "n3", "in"),
        ("n3", "n4", "in"),
        ("n4", "n5", "in"),
        ("n5", "n6", "in1"),
        ("n3", "n6", "in2"),
    ):
        graph = graph.connect(wire(a, b, port))
    return graph


def fresh(hand):
    """The same drawing, projected from nothing."""
    scene = type(hand.canvas.projection)()
    scene.blocks = hand.canvas.projection.blocks
    scene.show_graph(hand.graph)
    return {w: item.curve for w, item in scene.wires.items()}


def now(hand):
    return {w: item.curve for w, item in hand.canvas.projection.wires.items()}


def test_a_shortcut_goes_around_the_path_it_skips(make_hand) -> None:
    hand = make_hand(shortcut())
    assert struck(hand) == set()
    line = hand.canvas.projection.wires[wire("n3", "n6", "in2")]
    assert line.curve.level is not None
    assert not 0 <= line.curve.level <= 64


def test_a_node_put_in_the_way_of_a_wire_is_gone_around(make_hand) -> None:
    graph = empty().move({"n1": (0, 0), "n2": (900, 0)}).connect(wire("n1", "n2"))
    hand = make_hand(graph.add("ReLU", position=(400, 300)))
    assert struck(hand) == set()
    start = hand.body("n3")
    # Dropped on a wire a loose layer is inserted, so it comes near it in two drags: with a wire of its own.
    hand.document.edit("Wire", hand.graph.add("ReLU", position=(400, 500)).connect(wire("n3", "n4")))
    hand.drag(start, start + QPointF(0, -300))
    assert hand.graph.nodes["n3"].position[1] < 64
    assert struck(hand) == set()
    assert now(hand) == fresh(hand)
    hand.document.undo()
    assert now(hand) == fresh(hand)
    hand.check()


def test_a_cancelled_drag_leaves_every_wire_as_it_was(make_hand) -> None:
    hand = make_hand(shortcut())
    before = now(hand)
    hand.hold(hand.body("n4"), hand.body("n4") + QPointF(60, -150))
    hand.canvas.cancel()
    assert now(hand) == before
    hand.check()


@pytest.mark.parametrize("seed", range(4))
def test_what_is_shown_after_many_edits_is_what_the_drawing_alone_gives(make_hand, seed) -> None:
    dice = random.Random(seed)
    hand = make_hand(shortcut())
    for _edit in range(25):
        ids = [id for id in hand.graph.nodes if id not in ("n1", "n2")]
        what = dice.random()
        spot = (dice.uniform(-100, 900), dice.uniform(-200, 300))
        if what < 0.5 and ids:
            hand.document.edit("Move", hand.graph.move({dice.choice(ids): spot}))
        elif what < 0.65:
            hand.document.edit("Add", hand.graph.add("Conv2d", position=spot))
        elif what < 0.75 and len(ids) > 2:
            hand.document.edit("Delete", hand.graph.remove([dice.choice(ids)]))
        elif what < 0.85:
            hand.document.undo()
        else:
            hand.document.try_edit("Wire", lambda g: g.connect(wire(*dice.sample(list(g.nodes), 2))))
        assert now(hand) == fresh(hand)


def test_a_wire_that_turns_back_runs_between_the_rows() -> None:
    obstacles = Places()
    for column in range(4):
        obstacles.put(f"a{column}", (200.0 * column, 0.0, 200.0 * column + 120, 64.0))
        obstacles.put(f"b{column}", (200.0 * column, 90.0, 200.0 * column + 120, 154.0))
        obstacles.put(f"c{column}", (200.0 * column, 274.0, 200.0 * column + 120, 338.0))
    found = route(QPointF(720, 32), QPointF(0, 306), obstacles).curve
    assert found.turns
    assert 160 < found.run < 270


def test_wires_between_neighbours_are_left_alone() -> None:
    obstacles = Places()
    obstacles.put("near", (60.0, -30.0, 90.0, 30.0))
    assert route(QPointF(0, 0), QPointF(150, 10), obstacles).curve == Curve(QPointF(0, 0), QPointF(150, 10))


def test_obstacles_are_found_where_they_are() -> None:
    dice = random.Random(3)
    obstacles, boxes = Places(), {}
    for step in range(300):
        id = f"n{dice.randrange(40)}"
        if id in boxes and step % 5 == 0:
            obstacles.take(id)
            del boxes[id]
            continue
        x, y = dice.uniform(-2000, 2000), dice.uniform(-2000, 2000)
        boxes[id] = (x, y, x + dice.uniform(20, 400), y + dice.uniform(20, 400))
        obstacles.put(id, boxes[id])
        area = (x - 300, y - 300, x + 300, y + 300)
        wanted = [b for b in boxes.values() if b[0] < area[2] and area[0] < b[2] and b[1] < area[3] and area[1] < b[3]]
        assert obstacles.boxes_within(area) == sorted(wanted)
        assert sorted(boxes[id] for id in obstacles.within(area)) == sorted(wanted)
        assert obstacles.any(area) == bool(wanted)
