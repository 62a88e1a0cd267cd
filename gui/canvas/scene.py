"""The projection: items for the nodes and wires of a drawing, changed only where the drawing changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, KeysView, Mapping
from itertools import islice
from typing import Any

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from engine.graph.advice.analysis import Analysis
from engine.graph.graph import Graph, Node, Wire
from engine.graph.snapping import carried, riders, snapped_onto
from engine.inspection.costs import Costs
from gui.canvas import text
from gui.canvas.differing import differences, only_moved
from gui.canvas.faces import Blocks, face_of
from gui.canvas.incremental import Slices
from gui.canvas.items import NodeItem, WireItem
from gui.canvas.node_layout import Face
from gui.canvas.notes.layer import NoteLayer
from gui.canvas.painting import FULL_DETAIL
from gui.canvas.scene_repaint import SceneRepaint
from gui.canvas.shared_state import Sheet
from gui.canvas.snapped_boxes import SnappedBoxes
from gui.canvas.spatial_index import Box, around
from gui.canvas.wire_router import WireRouter

WORLD = 32_000.0
"""Half the side of the canvas at first; it grows in steps of this size, so that Qt rarely sorts its items anew."""

INDEX_DEPTH = 12
"""How often Qt halves the canvas to find items: as for 4,096, so that it need not sort all anew as they become more."""
AT_ONCE = 100
"""How many nodes and wires may differ for the difference to be drawn within one frame."""


class CanvasScene(QGraphicsScene):
    """Shows a drawing. ``nodes`` and ``wires`` hold the items by what they stand for, ``notes`` those of its notes.

    A large difference is drawn over several frames (``slices``). Nobody has to know: whoever asks for the items
    meanwhile has the rest of them drawn first, and what is to be shown on them is shown when they are there.
    ``begins`` says that such a difference is about to be drawn: nothing has changed yet.
    """

    begins = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sheet = Sheet()
        self.slices = Slices(self)
        self._nodes: dict[str, NodeItem] = {}
        self._wires: dict[Wire, WireItem] = {}
        self._repaint = SceneRepaint(self)
        self.notes = NoteLayer(self, self.sheet, self._repaint.at)
        self.graph = Graph()
        self.analysis: Analysis | None = None
        self.blocks = Blocks()
        self.pictures: list[QImage] = []
        self.previewed: set[str] = set()
        """The nodes that are shown elsewhere than the drawing has them."""
        self._selected: frozenset[str] = frozenset()
        self._boxes = SnappedBoxes()
        self.shown_problems: dict[str, tuple[str, int]] = {}
        """The severity of the worst problem of a node and how many it has, as shown."""
        self.router = WireRouter(self._nodes, self._wires, self.sheet.labels, self._repaint)
        self.setBspTreeDepth(INDEX_DEPTH)
        self.setSceneRect(-WORLD, -WORLD, 2 * WORLD, 2 * WORLD)

    @property
    def nodes(self) -> dict[str, NodeItem]:
        """The items of all nodes, by their ids."""
        self.slices.finish()
        return self._nodes

    @property
    def drawn(self) -> KeysView[str]:
        """The nodes that have their items already; to ask for these draws nothing, unlike asking for ``nodes``."""
        return self._nodes.keys()

    @property
    def wires(self) -> dict[Wire, WireItem]:
        """The items of all wires."""
        self.slices.finish()
        return self._wires

    def then(self, work: Callable[[], object]) -> None:
        """Call ``work`` when all is drawn: at once, unless a large difference is being drawn."""
        self.slices.do(work() for _ in range(1))

    # Drawing the difference

    def show_graph(self, graph: Graph) -> None:
        """Make the items stand for ``graph``: adds, removes and changes only what differs from the last one."""
        self.slices.finish()
        much = sum(1 for _ in islice(differences(self.graph, graph), AT_ONCE + 1)) > AT_ONCE
        if much:
            self.begins.emit()
        before, self.graph = self.graph, graph
        self.sheet.version += 1
        moved = self.previewed.copy()
        self.previewed.clear()
        self.notes.show(graph.notes)
        self.slices.do(self._drawn(before, graph, moved), much=much)

    def _drawn(self, before: Graph, graph: Graph, moved: set[str]) -> Iterator[None]:
        try:
            yield from self._show_graph(before, graph, moved)
        except Exception:
            # Whatever went wrong shall not stay wrong: the next drawing is drawn from nothing.
            for wire in list(self._wires):
                self._remove_wire(wire)
            for id in list(self._nodes):
                self._remove_node(id)
            self._boxes.clear()
            self.graph = Graph()
            raise

    def _show_graph(self, before: Graph, graph: Graph, moved: set[str]) -> Iterator[None]:
        touched: set[str] = set()
        gone: list[Wire] = []
        new: list[Wire] = []
        if graph.wires is not before.wires:
            kept = set(graph.wires)
            gone = [w for w in self._wires if w not in kept]
            new = [w for w in graph.wires if w not in self._wires]
        for wire in gone:
            touched.update((wire.source, wire.target))
            self._remove_wire(wire)
            yield
        stirred: list[Box] = []
        unsettled: set[str] = set()
        for id in [id for id in self._nodes if id not in graph.nodes]:
            unsettled.update(self._boxes.box_of(id))
            stirred.append(self._remove_node(id))
            yield
        self._selected = frozenset(self._selected & self._nodes.keys())
        for wire in new:
            touched.update((wire.source, wire.target))
        rerun = set(touched)
        known = before.nodes
        for id, node in graph.nodes.items():
            if known.get(id) is node and id not in touched and id not in moved and id in self._nodes:
                continue
            looks_same = id not in touched and only_moved(known.get(id), node)
            boxed = self._boxes.box_of(id) if self._boxes else ()
            if boxed or snapped_onto(graph, id) is not None:
                unsettled.update(boxed or (id,))
            elif riders(graph, id):
                unsettled.add(id)
            if self._show_node(id, node, looks_same=looks_same or id in unsettled):
                rerun.add(id)
            if id in rerun:
                stirred += self.router.node_changed(id)
            yield
        for id in self._settle_boxes(unsettled):
            rerun.add(id)
            stirred += self.router.node_changed(id)
            yield
        for wire in new:
            item = self._wires[wire] = WireItem(wire, self.sheet)
            self.router.lead(item)
            self.addItem(item)
            yield
        yield from self.router.lead_again(graph, rerun, stirred, but=set(new))
        self._grow(stirred)

    def _show_node(self, id: str, node: Node, *, looks_same: bool) -> bool:
        """Make the item stand for a node; returns whether wires may have to be led to other places."""
        item = self._nodes.get(id)
        if item is None:
            item = NodeItem(id, self.sheet)
            item.show_face(self._face(node), self.pictures)
            item.setPos(*node.position)
            self.addItem(item)
            self._nodes[id] = item
            return True
        changed = not looks_same and self._show_face(item, node)
        if (item.x(), item.y()) != node.position:
            self._put(item, node.position)
            return True
        return changed

    def _settle_boxes(self, ids: set[str]) -> Iterator[str]:
        """Show these nodes, which were or are in boxes with others, as they are now; yields each that is shown."""
        graph = self.graph
        for host, chips in self._boxes.settle(graph, ids):
            item = self._nodes[host]
            item.tail = (host, *chips)[-1]
            self._show_face(item, graph.nodes[host])
            yield host
            for number, id in enumerate(chips):
                self._show_chip(id, item, number)
                yield id

    def _show_chip(self, id: str, host: NodeItem, number: int) -> bool:
        item = self._nodes[id]
        item.tail = id
        before = item.sceneBoundingRect()
        changed = item.show_chip(self._face(self.graph.nodes[id]), host, number)
        if changed:
            self._repaint.at(before)
        return changed

    def _remove_wire(self, wire: Wire) -> None:
        item = self._wires.pop(wire)
        self.router.wire_gone(item)
        self.sheet.plain.gone(wire)
        self.removeItem(item)

    def _remove_node(self, id: str) -> Box:
        """Take a node away; returns where it lay."""
        self.removeItem(self._nodes.pop(id))
        self.sheet.snapshots.forget(id)
        self.sheet.plain.gone(id)
        self.shown_problems.pop(id, None)
        return self.router.node_gone(id)

    def show_analysis(self, analysis: Analysis) -> None:
        """Write the shapes on the wires and the problems on the nodes."""
        self.analysis = analysis
        self.slices.do(self._show_analysis(analysis))

    def _show_analysis(self, analysis: Analysis) -> Iterator[None]:
        troubled = {problem.node for problem in analysis.problems if problem.node is not None}
        worst = {id: (analysis.of(id)[0].severity, len(analysis.of(id))) for id in troubled}
        for id in worst.keys() | self.shown_problems.keys():
            severity, count = worst.get(id, (None, 0))
            if id in self._nodes and self.shown_problems.get(id) != worst.get(id):
                self._nodes[id].set_look(problem=severity, count=count)
                self.router.problem_changed(id)
                yield
        self.shown_problems = {id: told for id, told in worst.items() if id in self._nodes}
        shapes = analysis.shapes
        for wire, line in self._wires.items():
            shape = shapes.get(wire.source)
            if shape is not line.flowing:
                box = line.label_box
                if line.set_shape(shape):
                    self.router.labels.moved(box, line.label_box)
                yield
        for kind in ("Input", "Output") if self.blocks.inside else ("Input",):
            for node in self.graph.of_kind(kind):
                self._reface(node)

    def show_selection(self, selection: frozenset[str]) -> None:
        """Show exactly these nodes as selected."""
        self.slices.do(self._show_selection(selection))

    def _show_selection(self, selection: frozenset[str]) -> Iterator[None]:
        for id in self._selected ^ selection:
            if id in self._nodes:
                self._nodes[id].set_look(selected=id in selection)
                for chip in self._boxes.chips(id):
                    self._nodes[chip].find_level()
                yield
        self._selected = frozenset(selection & self._nodes.keys())

    def show_costs(self, costs: Costs | None) -> None:
        """Show on every layer what it was measured to cost; None for nothing."""
        self.slices.do(self._show_costs(costs))

    def _show_costs(self, costs: Costs | None) -> Iterator[None]:
        for id, item in self._nodes.items():
            cost = costs.layers.get(id) if costs is not None else None
            if costs is None or cost is None or not costs.heaviest_ms:
                item.set_look(cost=0.0, heavy=False)
            else:
                item.set_look(cost=cost.total_ms / costs.heaviest_ms, heavy=id in costs.heavy)
            yield

    def show_blocks(self, blocks: Blocks, pictures: list[QImage] | None = None) -> None:
        """Show other words or pictures on the data block and the goal block."""
        self.blocks = blocks
        if pictures is not None:
            self.pictures = pictures
        self.then(self._reface_ends)

    def _reface_ends(self) -> None:
        for node in (*self.graph.of_kind("Input"), *self.graph.of_kind("Output")):
            self._reface(node)

    def dress(self) -> None:
        """The theme changed: colours and fonts are taken from it anew."""
        text.forget()
        self.notes.dress()
        for id, item in sorted(self.nodes.items(), key=lambda pair: pair[1].host is not None):
            item.measure_again()
            self.router.node_changed(id)
        for wire in self.wires.values():
            self.router.lead(wire)
            wire.measure_again()
        self.invalidate()

    def _face(self, node: Node) -> Face:
        shape = self.analysis.shapes.get(node.id) if self.analysis and node.kind in ("Input", "Output") else None
        return face_of(self.graph, node, self.blocks, "" if shape is None else shape.label())

    def _reface(self, node: Node) -> None:
        if self._show_face(self._nodes[node.id], node):
            self._lead_now({node.id}, self.router.node_changed(node.id))

    def _lead_now(self, ids: Iterable[str], stirred: list[Box] | None = None) -> None:
        for _ in self.router.lead_again(self.graph, ids, stirred):
            pass

    def _put(self, item: NodeItem, position: tuple[float, float]) -> None:
        self._repaint.at(item.sceneBoundingRect())
        item.setPos(*position)
        self.sheet.changed(item)

    def _show_face(self, item: NodeItem, node: Node) -> bool:
        before = item.sceneBoundingRect()
        changed = item.show_face(self._face(node), self.pictures)
        if changed:
            self._repaint.at(before)
        return changed

    def repaint_nodes(self, ids: Iterable[str]) -> None:
        """Have these nodes painted again where they are."""
        for id in ids:
            if id in self._nodes:
                self._repaint.at(self._nodes[id].sceneBoundingRect())

    def _grow(self, stirred: list[Box]) -> None:
        rect, items = self.sceneRect(), around(stirred).united(self.notes.content())
        if items.isNull() or rect.contains(items.adjusted(-4000, -4000, 4000, 4000)):
            return
        reach = max(abs(v) for v in (items.left(), items.top(), items.right(), items.bottom())) + 4000.0
        half = WORLD * (int(reach / WORLD) + 1)
        self.setSceneRect(-half, -half, 2 * half, 2 * half)

    # What gestures show for a while

    def preview(self, positions: Mapping[str, tuple[float, float]]) -> None:
        """Show nodes somewhere else without changing the drawing. ``settle`` puts them back."""
        nodes = self.nodes
        positions = carried(self.graph, {id: place for id, place in positions.items() if id in self.graph.nodes})
        for id, position in positions.items():
            if id in nodes:
                self._put(nodes[id], position)
                self.previewed.add(id)
                self.router.node_changed(id)
        self._lead_now(positions)

    def settle(self) -> None:
        """Put every previewed node back where the drawing has it."""
        ids = [id for id in self.previewed if id in self.graph.nodes]
        for id in ids:
            self._put(self.nodes[id], self.graph.nodes[id].position)
            self.router.node_changed(id)
        self.previewed.clear()
        self._lead_now(ids)

    def mark(self, id: str, before: str = "") -> str:
        """Show one node as the one that is meant, and ``before`` no more; "" is none. Returns ``id``."""
        for which, on in ((before, False), (id, True)):
            if which in self.nodes:
                self.nodes[which].set_look(marked=on)
        return id

    # Reading

    def content(self, ids: Iterable[str] | None = None) -> QRectF:
        """The rectangle around the given nodes (all, and all notes, when None); null when there are none."""
        shown = self.nodes if ids is None else (id for id in ids if id in self.nodes)
        boxes = self.router.area(shown)
        return boxes.united(self.notes.content()) if ids is None else boxes

    def whole(self) -> QRectF:
        """The rectangle around all of the drawing: wires that turn back reach beyond the layers."""
        around = self.content()
        for wire in self.wires.values():
            around = around.united(wire.path().boundingRect())
        return around

    def items(self, *arguments: Any, **words: Any) -> list[QGraphicsItem]:
        """As Qt has it, but all of them, also while a large difference is being drawn."""
        self.slices.finish()
        return super().items(*arguments, **words)

    def any_within(self, area: QRectF) -> bool:
        """Whether any node lies in an area."""
        self.slices.finish()
        return self.router.any_within(area)

    def items_near(self, point: QPointF, reach: float) -> Iterator[NodeItem | WireItem]:
        """Items whose bounds come near a point, the topmost first."""
        box = QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach)
        for item in self.items(box, Qt.ItemSelectionMode.IntersectsItemBoundingRect, Qt.SortOrder.DescendingOrder):
            if isinstance(item, NodeItem | WireItem):
                yield item

    def drawForeground(self, painter: QPainter, rect: QRectF | object) -> None:
        if painter.worldTransform().m11() >= FULL_DETAIL and isinstance(rect, QRectF):
            self.router.labels.paint(painter, rect)
