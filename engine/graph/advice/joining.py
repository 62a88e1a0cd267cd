"""The ends of a drawing join by themselves: data feeds the first layer, and the last one leads to the goal.

Whoever adds layers one after another has a network that can be trained without drawing the two wires that every
network has. A wire that somebody took away stays away: only a layer that was just added is joined.
"""

from __future__ import annotations

from engine.graph.graph import Graph, Wire
from engine.graph.inference import infer
from engine.graph.shapes import Shape
from engine.graph.signature import Signature


def is_begun(graph: Graph) -> bool:
    """Whether there is anything but the blocks at the ends: a layer, or a wire."""
    return bool(graph.wires) or any(not node.is_end for node in graph.nodes.values())


def first_feeder(graph: Graph) -> str:
    """The id of the data block that the first layer is to be fed by; "" where the drawing is begun, or has none."""
    data = graph.inputs
    return data[0].id if data and not is_begun(graph) else ""


def joined(graph: Graph, new: str, signature: Signature | None) -> Graph:
    """The drawing with node ``new``, which was just added, joined to the ends as far as that is surely meant.

    The first layer is fed by the data. A layer at the end of a chain from the data leads to the goal, if nothing does
    yet and it gives a plain list of numbers: at most their count is wrong then, which a repair of the goal puts right.
    Inside a block the same holds for its input and its output, which takes whatever arrives. Raises NoSuchNode.
    """
    node = graph.node(new)
    if node.is_end:
        return graph
    alone = graph.remove([new])
    feeder, port = first_feeder(alone), graph.open_input(new)
    if feeder and port is not None and not graph.incoming(new):
        graph = graph.connect(Wire(feeder, "out", new, port))
    goals = graph.outputs
    ends_here = node.declaration.has_output and not graph.outgoing(new)
    if len(goals) != 1 or not ends_here or graph.incoming(goals[0].id):
        return graph
    shape = infer(graph, signature).shapes.get(new)
    if shape is None or not (_is_list(shape) or (signature is not None and signature.block_inputs is not None)):
        return graph
    return graph.connect(Wire(new, "out", goals[0].id, graph.open_input(goals[0].id) or "in"))


def _is_list(shape: Shape) -> bool:
    return shape.rank == 1 and not shape.is_tokens
