"""Settings that follow from the target: where the word "answer" stands for as many numbers as the target asks for."""

from __future__ import annotations

from engine.graph.layers import LayerKind
from engine.graph.node import Node
from engine.graph.parameters import ANSWER, Integer, Params
from engine.graph.signature import Signature


def waits_for_target(node: Node) -> bool:
    """Whether a setting of the node, or of one inside it, waits for what the target asks for."""
    if node.block is not None:
        return any(waits_for_target(inner) for inner in node.block.contents)
    return any(node.params[name] == ANSWER for name in _settings_by_target(node.declaration))


def resolved(node: Node, signature: Signature | None) -> Params | None:
    """The node's settings with "answer" replaced by the number of outputs; None when that is not known."""
    names = [name for name in _settings_by_target(node.declaration) if node.params[name] == ANSWER]
    if not names:
        return node.params
    if signature is None:
        return None
    return node.params.replace(**dict.fromkeys(names, signature.target.outputs))


_KNOWN: dict[str, tuple[str, ...]] = {}


def _settings_by_target(declaration: LayerKind) -> tuple[str, ...]:
    """The settings of a kind that may be the word "answer"."""
    known = _KNOWN.get(declaration.name)
    if known is None:
        known = tuple(p.name for p in declaration.parameters if isinstance(p, Integer) and ANSWER in p.words)
        _KNOWN[declaration.name] = known
    return known
