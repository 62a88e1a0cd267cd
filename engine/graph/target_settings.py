"""Settings that follow from the data: how many numbers the target asks for, and where chosen columns stand."""

from __future__ import annotations

from engine.graph.columns import category_places, listed, places
from engine.graph.layers import LayerKind
from engine.graph.node import Node
from engine.graph.parameters import ANSWER, Integer, Params
from engine.graph.shapes import ShapeError, ShapeErrorCode
from engine.graph.signature import Signature
from engine.graph.targets import Target


def waits_for_target(node: Node) -> bool:
    """Whether a setting of the node, or of one inside it, waits for what the target asks for."""
    if node.block is not None:
        return any(waits_for_target(inner) for inner in node.block.contents)
    return any(node.params[name] == ANSWER for name in _settings_by_target(node.declaration))


def resolved(node: Node, signature: Signature | None, target: Target | None) -> Params | None:
    """The node's settings with "answer" replaced by the number of outputs of ``target``, the one that it leads to;
    None when that is not known.

    Of a data block the names of columns are replaced by their places in a sample, and where their categories come in
    as tokens, that by how many each has; () means whole samples, and no tokens. Raises ShapeError for a column that the
    data does not have, or that cannot come in so, and for "answer" where the node leads to several goals.
    """
    if node.is_input:
        return _with_places(node, signature)
    names = [name for name in _settings_by_target(node.declaration) if node.params[name] == ANSWER]
    if not names:
        return node.params
    if signature is None or target is None:
        return None
    if target.goals:
        raise ShapeError(
            f"{node.name} leads to several goals, so it is not known how many numbers it is to give. Set a number.",
            ShapeErrorCode.GOAL,
        )
    return node.params.replace(**dict.fromkeys(names, target.outputs))


def _with_places(node: Node, signature: Signature | None) -> Params | None:
    chosen, tokens = node.params.columns, node.params.tokens
    if signature is None:
        return None if chosen or tokens else _WHOLE
    if signature.is_inside or not (chosen or tokens):
        return _WHOLE
    if signature.undivided:
        what = f"the columns {listed(chosen)} alone" if chosen else "categories as tokens"
        raise ShapeError(f"{node.name} is to give {what}, but {signature.undivided}.", ShapeErrorCode.COLUMNS)
    if not tokens:
        return Params(columns=places(signature.columns, chosen), tokens=())
    found, sizes = category_places(signature.columns, chosen)
    return Params(columns=found, tokens=sizes)


_WHOLE = Params(columns=(), tokens=())


_KNOWN: dict[str, tuple[str, ...]] = {}


def _settings_by_target(declaration: LayerKind) -> tuple[str, ...]:
    """The settings of a kind that may be the word "answer"."""
    known = _KNOWN.get(declaration.name)
    if known is None:
        known = tuple(p.name for p in declaration.parameters if isinstance(p, Integer) and ANSWER in p.words)
        _KNOWN[declaration.name] = known
    return known
