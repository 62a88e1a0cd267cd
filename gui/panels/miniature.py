"""A drawing as a small picture: a box in the colour of its family for each layer, and its wires."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from engine.graph.boxes import folded
from engine.graph.graph import Graph
from engine.graph.layout.placement import estimated
from gui.theme.style import current

_MOST = 0.16
"""Pixels for each canvas unit at most: small drawings keep small boxes."""
_LEAST_SIDE = 3.0


def paint_miniature(painter: QPainter, graph: Graph, room: QRectF) -> None:
    """Paint a drawing into the middle of ``room``, in the colours of the theme."""
    graph = folded(graph)
    boxes = {id: QRectF(*node.position, *estimated(graph, id)) for id, node in graph.nodes.items()}
    if not boxes:
        return
    whole = QRectF()
    for box in boxes.values():
        whole = whole.united(box)
    scale = min(room.width() / whole.width(), room.height() / whole.height(), _MOST)
    left = room.center().x() - whole.center().x() * scale
    top = room.center().y() - whole.center().y() * scale
    shown = {
        id: QRectF(
            left + box.x() * scale,
            top + box.y() * scale,
            max(box.width() * scale, _LEAST_SIDE),
            max(box.height() * scale, _LEAST_SIDE),
        )
        for id, box in boxes.items()
    }
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(current().faint), 1.0))
    for wire in graph.wires:
        source, target = shown[wire.source], shown[wire.target]
        painter.drawLine(QLineF(source.right(), source.center().y(), target.left(), target.center().y()))
    painter.setPen(Qt.PenStyle.NoPen)
    for id, box in shown.items():
        painter.setBrush(QColor(current().family_colour(graph.nodes[id].declaration.family)))
        painter.drawRoundedRect(box, 1.5, 1.5)
    painter.restore()
