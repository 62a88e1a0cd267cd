"""Whether a drawing can compute more than straight lines and planes: without that, depth is of no use."""

from __future__ import annotations

from engine.graph.graph import Graph, Node

_LINEAR = frozenset({"data", "dense", "convolution", "regularisation", "shape", "goal"})
"""Families of which every layer, used as it was trained, gives sums of its inputs."""
_LINEAR_MERGES = frozenset({"Add", "Concatenate", "Identity"})


def is_linear(graph: Graph) -> bool:
    """True where every layer is known to give no more than weighted sums of its inputs; blocks are looked into."""
    return all(node.bypassed or _gives_sums(node) for node in graph.nodes.values())


def _gives_sums(node: Node) -> bool:
    if node.block is not None:
        return is_linear(node.block.graph)
    return node.declaration.family in _LINEAR or node.kind in _LINEAR_MERGES
