"""Adding a layer without a mouse gesture, or putting one in another's place: each ends in one edit."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF

from engine.graph.advice.joining import first_feeder, joined
from engine.graph.blocks import shelf
from engine.graph.graph import Graph, Wire
from engine.graph.layers.kind import INPUT
from engine.graph.rewiring import replace_kind
from gui.canvas import text
from gui.canvas.diagram_view import DiagramView
from gui.canvas.edits import after, free_place, insert
from gui.canvas.faces import Blocks, face_of
from gui.canvas.grid import snapped
from gui.canvas.node_layout import NodeLayout, layout


def layout_of_kind(kind: str) -> NodeLayout:
    """How a new layer of a kind is shown."""
    sample = shelf.add(Graph(), kind)
    return layout(face_of(sample, sample.nodes[sample.last], Blocks()), text.width, text.shortened)


def size_of_kind(kind: str) -> tuple[float, float]:
    """How large a new layer of a kind is shown."""
    place = layout_of_kind(kind)
    return (place.width, 2 * place.level)


class Adding:
    """Adds layers to the drawing in view."""

    def __init__(self, view: DiagramView) -> None:
        self._view = view

    def continued_from(self) -> str:
        """The node that the next layer follows: the one selected, else the data where nothing is drawn yet; or ""."""
        ids = self._view.selected_nodes()
        if len(ids) == 1 and self._view.document.graph.nodes[ids[0]].declaration.has_output:
            return ids[0]
        return first_feeder(self._view.document.graph)

    def add(self, kind: str) -> bool:
        """Add a layer behind the one selected node, or in the middle of what is seen."""
        behind = self.continued_from()
        if behind or kind == INPUT:
            return self.add_behind(kind, behind)
        view = self._view
        return self.add_at(kind, view.scene_at(QPointF(view.viewport().rect().center())))

    def _add_below_data(self) -> bool:
        """Add another data block below the first one."""
        size = size_of_kind(INPUT)

        def change(graph: Graph) -> Graph:
            first = graph.inputs[0].position if graph.inputs else (0.0, 0.0)
            return graph.add(INPUT, position=free_place(graph, first, size, self._view.size_of))

        return self._added(INPUT, change)

    def add_behind(self, kind: str, id: str) -> bool:
        """Add a layer behind a node, on its wire when it has exactly one; another data block below the first."""
        if kind == INPUT:
            return self._add_below_data()
        size = size_of_kind(kind)
        return self._added(kind, lambda graph: after(graph, kind, id, size, self._view.size_of))

    def add_on(self, kind: str, wire: Wire) -> bool:
        """Add a layer in the middle of a wire, making room."""
        size = size_of_kind(kind)
        return self._added(kind, lambda graph: insert(graph, kind, wire, size, self._view.size_of, None))

    def add_at(self, kind: str, middle: QPointF) -> bool:
        """Add a layer around a point, or below what stands there."""
        width, height = size_of_kind(kind)
        corner = snapped(middle.x() - width / 2, middle.y() - height / 2)

        def change(graph: Graph) -> Graph:
            return shelf.add(graph, kind, position=free_place(graph, corner, (width, height), self._view.size_of))

        return self._added(kind, change)

    def add_wired(self, kind: str, at: QPointF, end: Wire, forward: bool) -> bool:
        """Add a layer whose port lies at a point, to the nearest place of the grid, and connect it to a dragged wire.

        ``end`` names the end that is fixed: its source when ``forward``, else its target. The wire's loose end
        was at the point, so it stays where it is.
        """
        place = layout_of_kind(kind)
        port = place.inputs[0][1] if forward and place.inputs else place.output or QPointF()
        corner = snapped(at.x() - port.x(), at.y() - port.y())

        def change(graph: Graph) -> Graph:
            graph = shelf.add(graph, kind, position=corner)
            id = graph.last
            if forward:
                port = graph.open_input(id)
                return graph.connect(Wire(end.source, end.output, id, port)) if port is not None else graph
            if not graph.nodes[id].declaration.has_output:
                return graph
            return graph.replace_input(Wire(id, "out", end.target, end.input))

        return self._added(kind, change)

    def _added(self, kind: str, change: Callable[[Graph], Graph]) -> bool:
        document = self._view.document
        before = set(document.graph.nodes)

        def joining(graph: Graph) -> Graph:
            added = change(graph)
            return joined(added, added.last, document.signature)

        if not document.try_edit(f"Add {kind}", joining):
            return False
        new = [id for id in document.graph.nodes if id not in before]
        document.select(new)
        self._view.walking = False  # what was just added is continued from
        self._view.ensure_seen(new)
        self._view.announce(f"Added {', '.join(document.graph.nodes[id].name for id in new)}")
        return True

    def replace_by(self, kind: str, id: str) -> bool:
        """Make a layer one of another kind, keeping its wires and what matches of its settings."""
        document = self._view.document
        if id not in document.graph.nodes:
            return False
        label = f"Replace {document.graph.nodes[id].name} with {kind}"
        return document.try_edit(label, lambda graph: replace_kind(graph, id, kind))
