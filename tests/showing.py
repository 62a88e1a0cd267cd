"""Whether what a scene shows is the drawing: what every test that changes a drawing again and again looks at."""

from __future__ import annotations

from engine.graph.advice.analysis import analyse
from engine.graph.graph import Graph
from engine.graph.layers.kind import ENDS
from engine.graph.snapping import root, snapped_onto, tail
from engine.training.recipe import Recipe
from gui.canvas.faces import face_of
from gui.canvas.scene import CanvasScene
from gui.canvas.titles import titles_of
from gui.canvas.view import Canvas
from gui.document import Document, DocumentState


def shows_the_value(scene: CanvasScene, document: Document) -> None:
    """The items of a scene are what the drawing one is in says: which there are, where, in which state."""
    graph, analysis = document.graph, document.analysis
    assert scene.nodes.keys() == graph.nodes.keys()
    assert scene.wires.keys() == set(graph.wires)
    assert scene.notes.items.keys() == graph.notes.keys()
    assert len(scene.items()) == len(graph.nodes) + len(graph.wires) + len(graph.notes)
    worst: dict[str, list[str]] = {}
    for problem in analysis.problems:
        if problem.node is not None:
            worst.setdefault(problem.node, []).append(problem.severity)
    for id, item in scene.nodes.items():
        node, told = graph.nodes[id], worst.get(id, [])
        shape = analysis.shapes.get(id) if node.kind in ("Input", "Output") else None
        assert item.face == face_of(graph, node, scene.blocks, "" if shape is None else shape.label())
        states = (item.face.bypassed, item.face.frozen, item.face.noted)
        assert node.kind in ENDS or states == (node.bypassed, node.frozen, bool(node.note))
        assert (item.x(), item.y()) == node.position
        assert item.scene() is scene
        assert item.look.selected == (id in document.selection)
        assert not item.look.marked
        assert item.look.count == len(told)
        assert item.look.problem == next((s for s in ("error", "warning", "hint") if s in told), None)
    boxes_are_those_of_the_drawing(scene, graph)
    for w, line in scene.wires.items():
        shape = analysis.shapes.get(w.source)
        assert line.label == ("" if shape is None else shape.label())
        assert not line.look.leaving
    for id, card in scene.notes.items.items():
        note = graph.notes[id]
        assert card.note == note
        assert (card.x(), card.y()) == note.position
        assert (card.body.width(), card.body.height()) == note.size


def boxes_are_those_of_the_drawing(scene: CanvasScene, graph: Graph) -> None:
    """What is snapped onto a node is shown in it, and the wires between them are not."""
    for id, item in scene.nodes.items():
        host = root(graph, id)
        assert (id if item.host is None else item.host.id) == host
        assert item.tail == (tail(graph, id) if item.host is None else id)
        if item.host is not None:
            assert item.host.body.contains(item.body)
            assert item.zValue() > item.host.zValue()
    for w, line in scene.wires.items():
        assert line.inner == (snapped_onto(graph, w.target) == w.source)
        assert line.isVisible() == (not line.inner or line.look.selected)
        if not line.inner:
            assert line.curve.start == scene.nodes[w.source].output_point()
            assert line.curve.end == scene.nodes[w.target].input_point(w.input)


def nothing_is_lit_or_faded(scene: CanvasScene) -> None:
    """Nobody points at anything, and nothing is searched for."""
    assert [id for id, item in scene.nodes.items() if item.look.hovered] == []
    assert [w for w, line in scene.wires.items() if line.look.hovered or line.look.faded] == []
    assert {item.opacity() for item in scene.items()} <= {1.0}


def same_as_from_nothing(scene: CanvasScene, document: Document) -> None:
    """What was changed step by step is what is shown from nothing, and what is known of it is what is found anew."""
    graph, fresh = document.graph, CanvasScene()
    fresh.blocks = scene.blocks
    fresh.show_graph(graph)
    fresh.show_analysis(analyse(graph, document.signature))
    fresh.show_selection(document.selection)
    for id, node in scene.nodes.items():
        other = fresh.nodes[id]
        assert (node.face, node.place, node.look, node.zValue()) == (
            other.face,
            other.place,
            other.look,
            other.zValue(),
        )
    for w, line in scene.wires.items():
        other_line = fresh.wires[w]
        assert line.curve == other_line.curve
        assert (line.label, line.label_box, line.look) == (other_line.label, other_line.label_box, other_line.look)
        assert line.path() == other_line.path()
    assert scene.content() == fresh.content()
    assert from_afar(scene) == from_afar(fresh)


def from_afar(scene: CanvasScene) -> list[object]:
    """What is painted from afar: every box, line, bar and title with its style, in an order of its own."""
    plain = scene.sheet.plain
    for _ in plain.catch_up():
        pass
    boxes = [(style, box.getRect()) for style, there in plain.boxes for box in there]
    lines = [(style, line.toTuple()) for style, there in plain.lines for line in there]
    titles = [(title, box.getRect(), opacity) for title, box, opacity in plain.titles.values()]
    return [*sorted(boxes), *sorted(lines), *sorted(bar.getRect() for bar in plain.bars.values()), *sorted(titles)]


def nothing_left(scene: CanvasScene, document: Document) -> None:
    """After an empty drawing nothing is in the scene any more."""
    document.reset(DocumentState(Graph(), Recipe()))
    assert scene.items() == []
    assert not any((scene.nodes, scene.wires, scene.notes.items, scene.shown_problems, scene.previewed))
    assert not scene.router.passing
    assert not scene.sheet.labels
    assert from_afar(scene) == []
    assert scene.sheet.plain.behind == 0
    assert scene.sheet.snapshots.bytes == 0


def canvas_is_sound(canvas: Canvas) -> None:
    """What a canvas shows beside the drawing is so: the level, the selection, what is lit and what is faded."""
    _check_level(canvas)
    _check_selection(canvas)
    _check_looks(canvas)


def _check_level(canvas: Canvas) -> None:
    """Everything on screen is of the level one is on."""
    path = canvas.document.path
    assert canvas.level == path, f"the canvas is at {canvas.level}, the document at {path}"
    assert canvas.projection.graph is canvas.document.graph
    assert canvas.projection.blocks.inside == bool(path)
    assert canvas.breadcrumbs.isVisible() == bool(path)
    assert canvas.breadcrumbs.titles[1:] == titles_of(canvas.document.whole, path)
    assert canvas.actions_.step_out.isEnabled() == bool(path)


def _check_selection(canvas: Canvas) -> None:
    """Notes and wires that are shown as selected are selected."""
    graph = canvas.document.graph
    assert canvas.notes.selection <= graph.notes.keys()
    shown = {id for id, card in canvas.projection.notes.items.items() if card.selected}
    assert shown == canvas.notes.selection, f"{shown} are shown as selected, not {canvas.notes.selection}"
    lit = {w for w, line in canvas.projection.wires.items() if line.look.selected}
    assert lit == ({canvas.selected_wire} if canvas.selected_wire is not None else set())


def _check_looks(canvas: Canvas) -> None:
    """What is lit is what the pointer rests on, and what is faded is what a search or the flow leaves out."""
    scene, graph = canvas.projection, canvas.document.graph
    now = canvas.hover.now
    near = {*graph.incoming(now.node), *graph.outgoing(now.node)} if now.node in graph.nodes else set()
    wires = near | ({now.wire} if now.wire in scene.wires else set())
    assert {id for id, item in scene.nodes.items() if item.look.hovered} == {now.node} & graph.nodes.keys()
    assert {w for w, line in scene.wires.items() if line.look.hovered} == wires
    lit, flowing = canvas.emphasis.lit()
    for id, item in scene.nodes.items():
        assert (item.opacity() < 1.0) == (lit is not None and id not in lit), f"{id} is at {item.opacity()}"
    for w, line in scene.wires.items():
        assert line.look.faded == (flowing is not None and w not in flowing)
        assert (line.opacity() < 1.0) == line.look.faded
    assert {card.opacity() for card in scene.notes.items.values()} <= {1.0}
