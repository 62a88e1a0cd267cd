"""Which way the wires on screen run: led around the nodes, and led anew where a node came, went or moved."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping

from PySide6.QtCore import QPointF, QRectF

from engine.graph.graph import Graph, Wire
from gui.canvas.items import NodeItem, WireItem
from gui.canvas.labels import Labels
from gui.canvas.routing import route
from gui.canvas.scene_repaint import SceneRepaint
from gui.canvas.spatial_index import NOWHERE, Box, Places, around, box_of
from gui.canvas.wire_curve import Curve

MANY = 60
"""When more nodes than this moved, every wire that may pass one is led anew without asking which."""


class WireRouter:
    """Leads wires around what it was told lies where.

    ``nodes`` and ``wires`` are the items on screen, which others add and remove.
    """

    def __init__(
        self,
        nodes: Mapping[str, NodeItem],
        wires: Mapping[Wire, WireItem],
        label_places: Places[Wire],
        repaint: SceneRepaint,
    ) -> None:
        self._nodes, self._wires, self._repaint = nodes, wires, repaint
        self.obstacles: Places[str] = Places()
        """Where the nodes lie."""
        self.passing: Places[Wire] = Places(cell=1024.0)
        """The wires that may have to go around nodes, and where a node would change their way."""
        self.labels = Labels(nodes, wires, label_places, self.obstacles, repaint)

    def lead(self, item: WireItem) -> bool:
        """Lead a wire between the nodes at its ends; returns whether one that was seen before runs elsewhere now."""
        wire = item.wire
        source, target = self._nodes[wire.source], self._nodes[wire.target]
        if target.host is not None and target.pos() == target.host.pos():
            self.passing.take(wire)
            body = source.body
            begin = body.center() if source.host is not None else QPointF(body.center().x(), body.top() + 20.0)
            return item.run(Curve(begin, target.body.center()), inner=True)
        start, end = source.output_point(), target.input_point(wire.input)
        found = route(start, end, self.obstacles)
        if found.area is None:
            self.passing.take(wire)
        else:
            self.passing.put(wire, found.area)
        if item.scene() is None:  # it is new: nobody has seen it yet
            item.run(found.curve, min(source.y(), target.y()))
            return False
        before = item.sceneBoundingRect()
        changed = item.run(found.curve, min(source.y(), target.y()))
        if changed:
            self._repaint.at(before)
        return changed

    def lead_again(
        self, graph: Graph, ids: Iterable[str], stirred: list[Box] | None = None, but: Container[Wire] = ()
    ) -> Iterator[None]:
        """Lead the wires of these nodes, and those that pass where something was stirred, except some; in steps."""
        wires: dict[Wire, None] = {}
        for id in ids:
            if id in graph.nodes:
                wires.update((w, None) for w in (*graph.incoming(id), *graph.outgoing(id)) if w not in but)
                yield
        if stirred:
            passing = self.passing
            passed = passing if len(stirred) > MANY else (w for box in stirred for w in passing.within(box))
            wires.update((w, None) for w in list(passed) if w not in but)
        for wire in wires:
            item = self._wires.get(wire)
            if item is not None:
                box = item.label_box
                if self.lead(item):
                    self.labels.moved(box, item.label_box)
                yield

    def node_changed(self, id: str) -> list[Box]:
        """A node may lie elsewhere or be larger now; returns where it was and where it is, nothing where it stayed."""
        before = self.obstacles.box(id) if self.obstacles.knows(id) else None
        box = box_of(self._nodes[id].body)
        if not self.obstacles.put(id, box):
            return []
        stirred = [box] if before is None else [before, box]
        self.labels.something_changed_at(stirred)
        return stirred

    def node_gone(self, id: str) -> Box:
        """A node was taken away; returns where it lay."""
        box = self.obstacles.box(id) if self.obstacles.knows(id) else NOWHERE
        self.obstacles.take(id)
        self.labels.something_changed_at([box])
        return box

    def wire_gone(self, item: WireItem) -> None:
        """A wire was taken away."""
        self.passing.take(item.wire)
        self.labels.gone(item)

    def problem_changed(self, id: str) -> None:
        """The sign of a problem came or went on a node: labels keep clear of it."""
        self.labels.something_changed_at([self.obstacles.box(id)])

    def area(self, ids: Iterable[str]) -> QRectF:
        """The rectangle around these nodes; null when there are none."""
        return around([self.obstacles.box(id) for id in ids])

    def any_within(self, area: QRectF) -> bool:
        """Whether any node lies in an area."""
        return self.obstacles.any(box_of(area))
