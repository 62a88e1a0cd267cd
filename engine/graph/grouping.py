"""Grouping layers into a block and ungrouping it again: ``ungroup`` is the inverse of ``group``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType

from engine.graph.block import Block
from engine.graph.errors import BadBlock
from engine.graph.graph import Graph, Node, Wire
from engine.graph.layout.placement import GAP, HEIGHT, WIDTH, size
from engine.graph.note_edits import paste_notes, remove_notes, with_only


def group(
    graph: Graph, ids: Iterable[str], title: str = "Block", *, name: str | None = None, notes: Iterable[str] = ()
) -> Graph:
    """Fold layers into a block; its id is ``last`` of the result.

    Every layer outside that feeds the layers becomes an input of the block. Exactly one of the layers may feed
    others outside. The given notes and frames go along, and so does every frame that only such layers lie on.
    Raises BadBlock with the reason and what to do, NoSuchNode, BadName, NameTaken.
    """
    wanted = set(ids)
    for id in wanted:
        graph.node(id)
    chosen = [id for id in graph.nodes if id in wanted]
    _check_choice(graph, chosen)
    leaving = _exit(graph, chosen)
    along = set(notes) | _emptied(graph, chosen)
    block, feeding = _folded(with_only(graph, along), chosen, leaving, title)
    place = anchor(block)
    going = [w for w in graph.wires if w.source in chosen and w.target not in chosen]
    rest = remove_notes(graph, along).remove(chosen)
    rest = rest.add_block(block, name=name, position=place)
    new = rest.last
    for entry, outside in zip(block.entries, feeding, strict=True):
        if outside is not None:
            rest = rest.connect(Wire(outside[0], outside[1], new, entry.id))
    for w in going:
        rest = rest.connect(Wire(new, "out", w.target, w.input))
    return Graph(rest.nodes, rest.wires, max(rest.next_id, block.graph.next_id), rest.notes)


def why_not(graph: Graph, ids: Iterable[str]) -> str:
    """Why the layers cannot be grouped into a block, or "" when they can."""
    try:
        chosen = list(ids)
        _check_choice(graph, chosen)
        _exit(graph, chosen)
    except BadBlock as error:
        return str(error)
    return ""


def _check_choice(graph: Graph, chosen: list[str]) -> None:
    if not chosen:
        raise BadBlock("Select the layers that the block is to hold first.")
    if any(graph.nodes[id].is_end for id in chosen):
        raise BadBlock("Where data come in and where they leave cannot be grouped into a block: select layers only.")
    inside = set(chosen)
    after = {id for start in chosen for id in graph.downstream(start)} - inside
    for id in after:
        back = graph.downstream(id) & inside
        if back:
            names = f"{graph.nodes[id].name} and {graph.nodes[min(back)].name}"
            raise BadBlock(
                f"Data would leave the block and come back into it, between {names}: select {graph.nodes[id].name} too."
            )


def _exit(graph: Graph, chosen: list[str]) -> str:
    """The one layer whose output leaves the block. Raises BadBlock."""
    inside = set(chosen)
    leaving = [id for id in chosen if not graph.outgoing(id) or any(w.target not in inside for w in graph.outgoing(id))]
    if len(leaving) == 1:
        return leaving[0]
    names = [graph.nodes[id].name for id in leaving]
    listed = ", ".join(names[:-1]) + f" and {names[-1]}" if names else "no layer"
    raise BadBlock(
        f"A block has one output, but {listed} would leave it. Add the layers in which these come "
        "together to the selection, or leave one out."
    )


def _folded(graph: Graph, chosen: list[str], leaving: str, title: str) -> tuple[Block, list[tuple[str, str] | None]]:
    """The block, and for each of its inputs the output outside that feeds it (None: nothing does)."""
    inside = set(chosen)
    part = graph.subgraph(chosen).with_notes(graph.notes)
    coming: dict[tuple[str, str] | None, list[tuple[str, str]]] = {}
    order = {id: number for number, id in enumerate(graph.wire_index.order)}
    for id in sorted(chosen, key=lambda id: order.get(id, 0)):
        for w in graph.incoming(id):
            if w.source not in inside:
                coming.setdefault((w.source, w.output), []).append((w.target, w.input))
    if not coming:
        coming[None] = _loose_inputs(graph, chosen)
    left, top, right, bottom = _bounds(part)
    middle = (top + bottom) / 2
    for number, ends in enumerate(coming.values()):
        y = middle - HEIGHT / 2 + (number - (len(coming) - 1) / 2) * (HEIGHT + 40.0)
        part = part.add("Input", name=_free(part, "input"), position=(left - GAP - WIDTH, y))
        for target, port in ends:
            part = part.connect(Wire(part.last, "out", target, port))
    part = part.add("Output", name=_free(part, "output"), position=(right + GAP, middle - HEIGHT / 2))
    part = part.connect(Wire(leaving, "out", part.last, "in"))
    return Block(title, part).checked(), list(coming)


def _emptied(graph: Graph, chosen: list[str]) -> set[str]:
    """The frames that nothing would lie on any more without these layers."""
    inside = set(chosen)
    gone = set()
    for frame in graph.notes.values():
        if frame.is_frame:
            held = {id for id, node in graph.nodes.items() if frame.holds(*node.position, *size(node.kind))}
            if held and held <= inside:
                gone.add(frame.id)
    return gone


def _loose_inputs(graph: Graph, chosen: list[str]) -> list[tuple[str, str]]:
    """Where data is to come in when nothing outside is wired yet: the first open input of the first layer."""
    for id in chosen:
        port = graph.open_input(id)
        if port is not None and not graph.incoming(id):
            return [(id, port)]
    return []


def _free(graph: Graph, name: str) -> str:
    return name if graph.find(name) is None else graph.free_name(name)


def _bounds(graph: Graph) -> tuple[float, float, float, float]:
    nodes = [node for node in graph.nodes.values() if not node.is_end] or list(graph.nodes.values())
    return (
        min(node.position[0] for node in nodes),
        min(node.position[1] for node in nodes),
        max(node.position[0] + size(node.kind)[0] for node in nodes),
        max(node.position[1] + size(node.kind)[1] for node in nodes),
    )


def anchor(block: Block) -> tuple[float, float]:
    """Where a block's node stands when its layers stand where they stand inside: around the same middle."""
    left, top, right, bottom = _bounds(block.graph)
    return (_step((left + right - WIDTH) / 2), _step((top + bottom - HEIGHT) / 2))


def _step(value: float) -> float:
    return round(value / 8.0) * 8.0  # the grid of the canvas


# Unfolding


def ungroup(graph: Graph, id: str) -> tuple[Graph, tuple[str, ...]]:
    """Put the layers of a block in its place; also returns their ids, in the order of execution.

    Ids and names are kept where they are free, so that ungrouping undoes grouping. A block that is repeated is
    unfolded into as many copies. Raises NoSuchNode, BadBlock for a node that is not a block or is bypassed.
    """
    node = graph.node(id)
    if node.block is None:
        raise BadBlock(f"{node.name} is not a block: there is nothing to ungroup.")
    if node.bypassed:
        raise BadBlock(f"{node.name} is bypassed: end that (Ctrl+B) before you ungroup it.")
    block, repeat = node.block, int(node.params.repeat)
    feeding = {w.input: (w.source, w.output) for w in graph.incoming(id)}
    going = graph.outgoing(id)
    sources: list[tuple[str, str] | None] = [feeding.get(entry.id) for entry in block.entries]
    x, y = anchor(block)
    dx, dy = node.position[0] - x, node.position[1] - y
    left, _, right, _ = _bounds(block.graph)
    graph = graph.remove([id])
    made: list[str] = []
    for number in range(repeat):
        offset = (dx + number * (right - left + GAP), dy)
        graph, ids, leaves = _unfolded(graph, node, block, sources, offset)
        made += ids
        sources = [leaves, *sources[1:]]
    if sources[0] is not None:
        for w in going:
            graph = graph.connect(Wire(*sources[0], w.target, w.input))
    if node.note and made and not graph.nodes[made[0]].note:
        graph = graph.set(made[0], note=node.note)
    return graph, tuple(made)


def _unfolded(
    graph: Graph, node: Node, block: Block, sources: list[tuple[str, str] | None], offset: tuple[float, float]
) -> tuple[Graph, list[str], tuple[str, str] | None]:
    """Add the layers of a block and wire them; returns also their ids and the output that stands for the block's."""
    inner = block.graph
    ids: dict[str, str] = {}
    nodes, next_id = dict(graph.nodes), max(graph.next_id, inner.next_id)
    names = {other.name for other in nodes.values()}
    for old in block.contents:
        new = old.id
        if new in nodes:
            new, next_id = f"n{next_id}", next_id + 1
        name = old.name
        if name in names:
            name = Graph(MappingProxyType(nodes)).free_name(name.rstrip("0123456789") or old.declaration.stem)
        names.add(name)
        ids[old.id] = new
        position = (old.position[0] + offset[0], old.position[1] + offset[1])
        nodes[new] = replace(old, id=new, name=name, position=position, frozen=old.frozen or node.frozen)
    start = {entry.id: source for entry, source in zip(block.entries, sources, strict=True)}
    wires, leaves = list(graph.wires), None
    for w in inner.wires:
        source = (ids[w.source], w.output) if w.source in ids else start[w.source]
        if w.target == block.exit.id:
            leaves = source
        elif source is not None:
            wires.append(Wire(*source, ids[w.target], w.input))
    unfolded = Graph(MappingProxyType(nodes), tuple(wires), next_id, graph.notes)
    return paste_notes(unfolded, inner, offset, same_ids=True), list(ids.values()), leaves


def flat(graph: Graph) -> Graph:
    """The drawing with every block unfolded, those inside blocks too; bypassed blocks stay as they are."""
    while True:
        block = next((n for n in graph.nodes.values() if n.block is not None and not n.bypassed), None)
        if block is None:
            return graph
        graph, _made = ungroup(graph, block.id)
