"""What a layer being placed would follow: the layer it is dropped on, or the free output nearest to its left."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF

from engine.graph.advice.suggestions import fitting
from engine.graph.blocks.shelf import declaration as declared
from engine.graph.snapping import SNAPPING, tail
from gui.canvas.diagram_view import DiagramView
from gui.canvas.items import NodeItem


def host_under(view: DiagramView, kind: str, at: QPointF, *, but: str = "") -> str:
    """The node under a point that a layer of a kind snaps onto (not ``but``), or "" when there is none.

    On a node that others are snapped onto it is the last of them, on one of those itself it is that one.
    """
    declaration = declared(kind)
    if declaration is None or declaration.family not in SNAPPING:
        return ""
    for item in view.projection.items_near(at, 1.0):
        if isinstance(item, NodeItem) and item.id != but and item.body.contains(at):
            id = item.id if item.host is not None else tail(view.document.graph, item.id)
            return id if id != but and takes(view, id, kind) else ""
    return ""


def takes(view: DiagramView, id: str, kind: str) -> bool:
    """Whether a layer of the kind can follow the node."""
    document = view.document
    return kind in fitting(document.graph, id, document.analysis, document.signature)


def feeder_for(view: DiagramView, kind: str, port: QPointF, previous: str) -> str:
    """The node that feeds the next layer of a chain, whose input lies at ``port``; "" when there is none.

    It is ``previous`` when that can feed it, else the nearest node to the left whose output is free and fits.
    """
    graph, items = view.document.graph, view.projection.nodes
    declaration = declared(kind)
    if declaration is None or not (declaration.inputs or declaration.variadic):
        return ""
    free = [id for id, node in graph.nodes.items() if node.declaration.has_output and not graph.outgoing(id)]
    if previous in free and takes(view, previous, kind):
        return previous
    far = {id: items[id].output_point() - port for id in free}
    left = [id for id in free if far[id].x() <= 0]
    for id in sorted(left, key=lambda id: math.hypot(far[id].x(), far[id].y())):
        if takes(view, id, kind):
            return id
    return ""
