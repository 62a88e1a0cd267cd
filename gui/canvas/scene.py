"""The projection: items for the nodes and wires of a drawing, changed only where the drawing changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from PySide6.QtCore import QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QGraphicsScene

from engine.graph.analysis import Analysis
from engine.graph.graph import Graph, Node, Wire
from engine.inspection.costs import Costs
from gui.canvas import text
from gui.canvas.faces import Blocks, face_of
from gui.canvas.geometry import MARGIN, PORT_RADIUS, Face
from gui.canvas.items import NodeItem, WireItem
from gui.canvas.notes.layer import NoteLayer
from gui.canvas.painting import FULL_DETAIL
from gui.canvas.places import Box, Places, around, box_of
from gui.canvas.routing import route
from gui.canvas.sheet import Sheet
from gui.theme.style import current

WORLD = 32_000.0
"""Half the side of the canvas at first; it grows in steps of this size, so that Qt rarely sorts its items anew."""

LABEL_LAP = 4.0
"""By how much a label may lie over the upper or lower edge of a layer."""
MANY = 60
"""When more nodes than this moved, every wire that may pass one is led anew without asking which."""


class CanvasScene(QGraphicsScene):
    """Shows a drawing. ``nodes`` and ``wires`` hold the items by what they stand for, ``notes`` those of its notes."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sheet = Sheet()
        self.nodes: dict[str, NodeItem] = {}
        self.wires: dict[Wire, WireItem] = {}
        self.notes = NoteLayer(self, self.sheet, self._repaint)
        self.graph = Graph()
        self.analysis: Analysis | None = None
        self.blocks = Blocks()
        self.pictures: list[QImage] = []
        self._previewed: set[str] = set()
        self._selected: frozenset[str] = frozenset()
        self._worst: dict[str, tuple[str, int]] = {}
        """The worst problem of a node and how many it has, as shown."""
        self._obstacles: Places[str] = Places()
        self._passing: Places[Wire] = Places(cell=1024.0)
        """The wires that may have to go around nodes, and where a node would change their way."""
        self.setSceneRect(-WORLD, -WORLD, 2 * WORLD, 2 * WORLD)

    # Drawing the difference

    def show_graph(self, graph: Graph) -> None:
        """Make the items stand for ``graph``: adds, removes and changes only what differs from the last one."""
        before, self.graph = self.graph, graph
        self.sheet.version += 1
        moved = self._previewed.copy()
        self._previewed.clear()
        touched: set[str] = set()
        gone: list[Wire] = []
        new: list[Wire] = []
        if graph.wires is not before.wires:
            kept = set(graph.wires)
            gone = [w for w in self.wires if w not in kept]
            new = [w for w in graph.wires if w not in self.wires]
        for wire in gone:
            touched.update((wire.source, wire.target))
            old = self.wires.pop(wire)
            self._passing.take(wire)
            self._repaint(old.label_box)
            self.sheet.labels.take(wire)
            self.sheet.plain.gone(wire)
            self.removeItem(old)
        stirred: list[Box] = []
        for id in [id for id in self.nodes if id not in graph.nodes]:
            self.removeItem(self.nodes.pop(id))
            self.sheet.snapshots.forget(id)
            self.sheet.plain.gone(id)
            self._worst.pop(id, None)
            stirred.append(self._obstacles.box(id))
            self._obstacles.take(id)
            self._repaint_labels(stirred[-1:])
        self._selected = frozenset(self._selected & self.nodes.keys())
        for wire in new:
            touched.update((wire.source, wire.target))
        rerun = set(touched)
        known = before.nodes
        for id, node in graph.nodes.items():
            if known.get(id) is node and id not in touched and id not in moved and id in self.nodes:
                continue
            item = self.nodes.get(id)
            if item is None:
                item = self.nodes[id] = NodeItem(id, self.sheet)
                item.show_face(self._face(node), self.pictures)
                item.setPos(*node.position)
                self.addItem(item)
                rerun.add(id)
                self._stir(id, stirred)
                continue
            looks_same = id not in touched and _only_moved(known.get(id), node)
            if not looks_same and self._show_face(item, node):
                rerun.add(id)
            if (item.x(), item.y()) != node.position:
                self._put(item, node.position)
                rerun.add(id)
            if id in rerun:
                self._stir(id, stirred)
        for wire in new:
            self.wires[wire] = WireItem(wire, self.sheet)
        self._rerun(rerun, stirred)
        for wire in new:
            self.addItem(self.wires[wire])
        self.notes.show(graph.notes)
        self._grow(stirred)

    def show_analysis(self, analysis: Analysis) -> None:
        """Write the shapes on the wires and the problems on the nodes."""
        self.analysis = analysis
        worst: dict[str, tuple[str, int]] = {}
        for problem in analysis.problems:
            if problem.node is not None:
                severity, count = worst.get(problem.node, (problem.severity, 0))
                rank = {"error": 0, "warning": 1, "hint": 2}
                worse = min(severity, problem.severity, key=lambda s: rank.get(s, 3))
                worst[problem.node] = (worse, count + 1)
        for id in worst.keys() | self._worst.keys():
            severity, count = worst.get(id, ("", 0))
            if id in self.nodes and self._worst.get(id) != worst.get(id):
                self.nodes[id].set_look(problem=severity, count=count)
                self._repaint_labels([self._obstacles.box(id)])
        self._worst = {id: told for id, told in worst.items() if id in self.nodes}
        shapes = analysis.shapes
        for wire, line in self.wires.items():
            shape = shapes.get(wire.source)
            if shape is not line.flowing:
                box = line.label_box
                if line.set_shape(shape):
                    self._label_changed(box, line.label_box)
        for kind in ("Input", "Output") if self.blocks.inside else ("Input",):
            for node in self.graph.of_kind(kind):
                self._reface(node)

    def show_selection(self, selection: frozenset[str]) -> None:
        """Show exactly these nodes as selected."""
        for id in self._selected ^ selection:
            if id in self.nodes:
                self.nodes[id].set_look(selected=id in selection)
        self._selected = frozenset(selection & self.nodes.keys())

    def show_costs(self, costs: Costs | None) -> None:
        """Show on every layer what it was measured to cost; None for nothing."""
        for id, item in self.nodes.items():
            cost = costs.layers.get(id) if costs is not None else None
            if costs is None or cost is None or not costs.heaviest_ms:
                item.set_look(cost=0.0, heavy=False)
            else:
                item.set_look(cost=cost.total_ms / costs.heaviest_ms, heavy=id in costs.heavy)

    def show_blocks(self, blocks: Blocks, pictures: list[QImage] | None = None) -> None:
        """Show other words or pictures on the data block and the goal block."""
        self.blocks = blocks
        if pictures is not None:
            self.pictures = pictures
        for node in (*self.graph.of_kind("Input"), *self.graph.of_kind("Output")):
            self._reface(node)

    def dress(self) -> None:
        """The theme changed: colours and fonts are taken from it anew."""
        text.forget()
        self.notes.dress()
        for id, item in self.nodes.items():
            item.measure_again()
            self._stir(id, [])
        for wire in self.wires.values():
            self._run(wire)
            wire.measure_again()
        self.invalidate()

    def _face(self, node: Node) -> Face:
        shape = self.analysis.shapes.get(node.id) if self.analysis and node.kind in ("Input", "Output") else None
        return face_of(self.graph, node, self.blocks, "" if shape is None else shape.label())

    def _reface(self, node: Node) -> None:
        if self._show_face(self.nodes[node.id], node):
            stirred: list[Box] = []
            self._stir(node.id, stirred)
            self._rerun({node.id}, stirred)

    def _run(self, item: WireItem) -> bool:
        wire = item.wire
        start, end = self.nodes[wire.source].output_point(), self.nodes[wire.target].input_point(wire.input)
        found = route(start, end, self._obstacles)
        if found.area is None:
            self._passing.take(wire)
        else:
            self._passing.put(wire, found.area)
        if item.scene() is None:  # it is new: nobody has seen it yet
            item.run(found.curve)
            return False
        before = item.sceneBoundingRect()
        changed = item.run(found.curve)
        if changed:
            self._repaint(before)
        return changed

    def _stir(self, id: str, stirred: list[Box]) -> None:
        """A node may lie elsewhere or be larger now: note where it was and where it is."""
        before = self._obstacles.box(id) if self._obstacles.knows(id) else None
        box = box_of(self.nodes[id].body)
        if self._obstacles.put(id, box):
            there = [box] if before is None else [before, box]
            stirred += there
            self._repaint_labels(there)

    def _rerun(self, ids: Iterable[str], stirred: list[Box] | None = None) -> None:
        """Run the wires of these nodes, and those that pass where something was stirred."""
        wires = {w: None for id in ids if id in self.graph.nodes for w in self._wires_of(id)}
        if stirred:
            passed = self._passing if len(stirred) > MANY else (w for box in stirred for w in self._passing.within(box))
            wires.update(dict.fromkeys(list(passed)))
        for wire in wires:
            item = self.wires.get(wire)
            if item is not None:
                box = item.label_box
                if self._run(item):
                    self._label_changed(box, item.label_box)

    def _wires_of(self, id: str) -> tuple[Wire, ...]:
        return (*self.graph.incoming(id), *self.graph.outgoing(id))

    def _label_changed(self, before: QRectF, after: QRectF) -> None:
        self._repaint(before)
        self._repaint(after)

    def _put(self, item: NodeItem, position: tuple[float, float]) -> None:
        self._repaint(item.sceneBoundingRect())
        item.setPos(*position)
        self.sheet.changed(item)

    def _show_face(self, item: NodeItem, node: Node) -> bool:
        before = item.sceneBoundingRect()
        changed = item.show_face(self._face(node), self.pictures)
        if changed:
            self._repaint(before)
        return changed

    def _repaint(self, box: QRectF) -> None:
        """Have a piece of the view painted anew: a label, or the place that an item leaves.

        Qt notes the place an item leaves only when it comes to look through its changed items, and a view that is
        painted before that (another update was due, or ``update`` of the scene, which paints at once) forgets it:
        a picture of the item stays behind. So the place is handed to the view here, and not through the scene.
        """
        if box.isEmpty():
            return
        for view in self.views():
            if view.transform().m11() < FULL_DETAIL:
                continue  # from afar every change has all of it painted
            view.viewport().update(view.mapFromScene(box).boundingRect().adjusted(-2, -2, 2, 2))

    def repaint_nodes(self, ids: Iterable[str]) -> None:
        """Have these nodes painted again where they are."""
        for id in ids:
            if id in self.nodes:
                self._repaint(self.nodes[id].sceneBoundingRect())

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
        for id, position in positions.items():
            if id in self.nodes:
                self._put(self.nodes[id], position)
                self._previewed.add(id)
                self._stir(id, [])
        self._rerun(positions)

    def settle(self) -> None:
        """Put every previewed node back where the drawing has it."""
        ids = [id for id in self._previewed if id in self.graph.nodes]
        for id in ids:
            self._put(self.nodes[id], self.graph.nodes[id].position)
            self._stir(id, [])
        self._previewed.clear()
        self._rerun(ids)

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
        boxes = around([self._obstacles.box(id) for id in shown])
        return boxes.united(self.notes.content()) if ids is None else boxes

    def items_near(self, point: QPointF, reach: float) -> Iterator[NodeItem | WireItem]:
        """Items whose bounds come near a point, the topmost first."""
        box = QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach)
        for item in self.items(box, Qt.ItemSelectionMode.IntersectsItemBoundingRect, Qt.SortOrder.DescendingOrder):
            if isinstance(item, NodeItem | WireItem):
                yield item

    def _repaint_labels(self, boxes: list[Box]) -> None:
        """Something changed there: labels that come near may be left out now, or no more."""
        for left, top, right, bottom in boxes:
            for wire in self.sheet.labels.within((left - MARGIN, top - MARGIN, right + MARGIN, bottom + MARGIN)):
                self._repaint(self.wires[wire].label_box)

    def _hides(self, line: WireItem) -> bool:
        """Whether a wire's label would lie on a layer that it has nothing to do with, or on a problem's sign."""
        box, ends = line.label_box, (line.wire.source, line.wire.target)
        words = box.adjusted(0.0, LABEL_LAP, 0.0, -LABEL_LAP)
        for id in self._obstacles.within(box_of(box.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN))):
            node = self.nodes[id]
            if id not in ends and node.body.adjusted(-PORT_RADIUS, 0.0, PORT_RADIUS, 0.0).intersects(words):
                return True
            if node.look.problem and node.badge.intersects(box):
                return True
        return False

    # Labels of wires: written above the nodes, so that a narrow gap cannot hide them.

    def drawForeground(self, painter: QPainter, rect: QRectF | object) -> None:
        scale = painter.worldTransform().m11()
        if scale < FULL_DETAIL or not isinstance(rect, QRectF):
            return
        theme = current()
        painter.setFont(text.face("small-number"))
        ground = QColor(theme.canvas)
        ground.setAlphaF(0.8)
        pen = QPen(QColor(theme.quiet))
        labels = self.sheet.labels
        for wire in sorted(labels.within(box_of(rect)), key=labels.box):
            item = self.wires[wire]
            if not item.look.dim and not self._hides(item):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(ground)
                painter.drawRoundedRect(item.label_box, 3.0, 3.0)
                painter.setPen(pen)
                painter.drawText(item.label_box, Qt.AlignmentFlag.AlignCenter, item.label)


def _only_moved(before: Node | None, node: Node) -> bool:
    """Whether a layer shows the same as before, elsewhere. The two ends show more than they are: never those."""
    return (
        before is not None
        and node.kind not in ("Input", "Output")
        and before.params is node.params
        and before.block is node.block
        and (before.kind, before.name, before.note) == (node.kind, node.name, node.note)
        and (before.bypassed, before.frozen) == (node.bypassed, node.frozen)
    )
