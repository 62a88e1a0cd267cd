"""The labels of wires: written above the nodes, so that a narrow gap cannot hide them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from engine.graph.graph import Wire
from gui.canvas import text
from gui.canvas.items import NodeItem, WireItem
from gui.canvas.node_layout import MARGIN, PORT_RADIUS
from gui.canvas.scene_repaint import SceneRepaint
from gui.canvas.spatial_index import Box, Places, box_of
from gui.theme.style import current

LABEL_LAP = 4.0
"""By how much a label may lie over the upper or lower edge of a layer."""


class Labels:
    """Paints them, and has them painted again where something changed.

    ``places`` tells where they lie, ``bodies`` where the nodes do.
    """

    def __init__(
        self,
        nodes: Mapping[str, NodeItem],
        wires: Mapping[Wire, WireItem],
        places: Places[Wire],
        bodies: Places[str],
        repaint: SceneRepaint,
    ) -> None:
        self._nodes, self._wires, self._places, self._bodies = nodes, wires, places, bodies
        self._repaint = repaint

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Write those that come into a rectangle of the canvas."""
        theme = current()
        painter.setFont(text.face("number"))
        ground = QColor(theme.canvas)
        ground.setAlphaF(0.8)
        pen = QPen(QColor(theme.quiet))
        for wire in sorted(self._places.within(box_of(rect)), key=self._places.box):
            item = self._wires[wire]
            if not item.look.dim and not self.hides(item):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(ground)
                painter.drawRoundedRect(item.label_box, 3.0, 3.0)
                painter.setPen(pen)
                painter.drawText(item.label_box, Qt.AlignmentFlag.AlignCenter, item.label)

    def moved(self, before: QRectF, after: QRectF) -> None:
        """One of them is another, or lies elsewhere: those it lay on, or lies on now, may be left out or not."""
        if not self._repaint.shows_details:  # there are none from afar
            return
        for box in (before, after):
            self._repaint.at(box)
            if not box.isEmpty():
                for wire in self._places.within(box_of(box)):
                    self._repaint.at(self._wires[wire].label_box)

    def gone(self, line: WireItem) -> None:
        """The wire of one of them was taken away."""
        self._places.take(line.wire)
        self.moved(line.label_box, QRectF())

    def something_changed_at(self, boxes: Iterable[Box]) -> None:
        """Labels that come near may be left out now, or no more."""
        for left, top, right, bottom in boxes:
            for wire in self._places.within((left - MARGIN, top - MARGIN, right + MARGIN, bottom + MARGIN)):
                self._repaint.at(self._wires[wire].label_box)

    def hides(self, line: WireItem) -> bool:
        """Whether a wire's label is left out.

        It would lie on a layer that the wire has nothing to do with, a problem's sign or another label.
        """
        box = line.label_box
        ends = {self._box(line.wire.source), self._box(line.wire.target)}
        words = box.adjusted(0.0, LABEL_LAP, 0.0, -LABEL_LAP)
        for id in self._bodies.within(box_of(box.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN))):
            node = self._nodes[id]
            if self._box(id) not in ends and node.body.adjusted(-PORT_RADIUS, 0.0, PORT_RADIUS, 0.0).intersects(words):
                return True
            if node.look.problem and node.badge.intersects(box):
                return True
        mine = self._places.box(line.wire)
        return any(other < mine for other in self._places.boxes_within(mine))

    def _box(self, id: str) -> str:
        """The node that one sees in place of a layer: the one that it is snapped onto, or itself."""
        item = self._nodes[id]
        return id if item.host is None else item.host.id
