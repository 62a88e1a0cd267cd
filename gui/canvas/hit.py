"""What lies under a point: a port before a badge, a badge before a node, a node before a wire."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF

from engine.graph.graph import Wire
from gui.canvas.items import NodeItem, WireItem
from gui.canvas.node_layout import BADGE_RADIUS
from gui.canvas.scene import CanvasScene

PORT_REACH = 12.0
WIRE_REACH = 7.0
END_REACH = 30.0
"""Within this distance of a wire's end, outside the port, one takes hold of that end."""


@dataclass(frozen=True)
class Hit:
    """``what`` is canvas, node, input, output, badge or wire; ``end`` is "source" or "target" near a wire's end.

    On the canvas ``note`` is the note that lies there, and ``end`` then "corner" or "body".
    """

    what: str = "canvas"
    node: str = ""
    port: str = ""
    wire: Wire | None = None
    end: str = ""
    note: str = ""


NOTHING = Hit()


def hit(scene: CanvasScene, point: QPointF, scale: float = 1.0, *, ports: bool = True) -> Hit:
    """What lies under ``point`` at a zoom; small things are easier to hit than they are large, as far as they may."""
    reach = min(24.0, max(PORT_REACH, 8.0 / scale))
    near = list(scene.items_near(point, reach))
    nodes = [item for item in near if isinstance(item, NodeItem)]
    if ports:
        found = _port(nodes, point, reach)
        if found is not None:
            return found
    for item in nodes:
        if item.look.problem and _distance(item.pos() + item.place.badge, point) <= BADGE_RADIUS + 2.0:
            return Hit("badge", item.id)
    for item in nodes:
        if item.body.contains(point):
            return Hit("node", item.id)
    wire = wire_at(scene, point, scale)
    if wire is None:
        note, part = scene.notes.at(point, scale)
        return Hit(note=note, end=part) if note else NOTHING
    curve = scene.wires[wire].curve
    to_start, to_end = _distance(curve.start, point), _distance(curve.end, point)
    end = ""
    if min(to_start, to_end) <= min(END_REACH, _distance(curve.start, curve.end) / 3):
        end = "source" if to_start < to_end else "target"
    return Hit("wire", wire=wire, end=end)


def wire_at(scene: CanvasScene, point: QPointF, scale: float = 1.0, reach: float = WIRE_REACH) -> Wire | None:
    """The wire that passes nearest, if one is near enough."""
    reach = min(24.0, max(reach, 5.0 / scale))
    best: tuple[float, Wire] | None = None
    for item in scene.items_near(point, reach):
        if isinstance(item, WireItem):
            distance = item.curve.distance(point)
            if distance <= reach and (best is None or distance < best[0]):
                best = (distance, item.wire)
    return None if best is None else best[1]


def _port(nodes: list[NodeItem], point: QPointF, reach: float) -> Hit | None:
    best: tuple[float, Hit] | None = None
    for item in nodes:
        if item.host is not None:
            continue  # its only free port is that of the node which it is snapped onto
        ends = [(item.id, port, item.pos() + at, "input") for port, at in item.place.inputs]
        if item.place.output is not None:
            ends.append((item.tail, "out", item.output_point(), "output"))
        for id, port, at, what in ends:
            distance = _distance(at, point)
            if distance <= reach and (best is None or distance < best[0]):
                best = (distance, Hit(what, id, port))
    return None if best is None else best[1]


def _distance(a: QPointF, b: QPointF) -> float:
    return math.hypot(a.x() - b.x(), a.y() - b.y())
