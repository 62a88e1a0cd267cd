"""Random blocks: folding layers of a drawing into blocks, blocks into blocks, repeating and unfolding them."""

from __future__ import annotations

from hypothesis import strategies as st

from engine.graph.errors import BadBlock, GraphError
from engine.graph.graph import Graph
from engine.graph.grouping import group, ungroup
from engine.graph.nesting import changed_at, inside


def paths(graph: Graph, around: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every block of a drawing, by its path."""
    found: list[tuple[str, ...]] = []
    for id, node in graph.nodes.items():
        if node.block is not None:
            found += [(*around, id), *paths(node.block.graph, (*around, id))]
    return found


@st.composite
def folded(draw: st.DrawFn, graph: Graph, steps: int = 4, repeats: int = 1) -> Graph:
    """The drawing with random pieces of it folded; the network stays the same while ``repeats`` is 1."""
    for _step in range(draw(st.integers(1, steps))):
        path = draw(st.sampled_from([(), *paths(graph)]))
        part = inside(graph, path)
        layers = [id for id, node in part.nodes.items() if node.kind not in ("Input", "Output")]
        if not layers:
            continue
        try:
            choice = draw(st.sampled_from(["group", "group", "group", "ungroup", "repeat"]))
            blocks = [id for id in layers if part.nodes[id].block is not None]
            if choice == "ungroup" and blocks:
                part, _made = ungroup(part, draw(st.sampled_from(blocks)))
            elif choice == "repeat" and blocks and repeats > 1:
                part = part.set_params(draw(st.sampled_from(blocks)), repeat=draw(st.integers(1, repeats)))
            else:
                order = [id for id in part.topological() if id in layers]
                start = draw(st.integers(0, len(order) - 1))
                chosen = order[start : start + draw(st.integers(1, 5))]
                part = group(part, chosen, draw(st.sampled_from(["Block", "Conv & norm", "Stage 1", "日本"])))
        except BadBlock:
            continue
        try:
            graph = changed_at(graph, path, part, copies=draw(st.booleans()))
        except GraphError:
            continue
    return graph
