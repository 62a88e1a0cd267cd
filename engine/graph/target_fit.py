"""Whether what arrives at the goal of a drawing is what the target asks for, and the words for what it asks for."""

from __future__ import annotations

from engine.counting import counted
from engine.graph.shapes import Shape, ShapeError, ShapeErrorCode
from engine.graph.signature import Signature, Target, TargetKind


def accepted(arriving: Shape, signature: Signature) -> Shape:
    """What arrives at the end of a drawing, if it may: anything inside a block, else what the target asks for.

    Raises ShapeError.
    """
    return arriving if signature.is_inside else fit_target(arriving, signature.target)


def fit_target(arriving: Shape, target: Target) -> Shape:
    """What arrives at the goal, if it is what the target asks for. Raises ShapeError with code TARGET."""
    wanted = target_words(target)
    if arriving.is_tokens:
        raise ShapeError(f"The goal needs {wanted}, but tokens arrive.", ShapeErrorCode.TARGET)
    if arriving.rank != 1:
        raise ShapeError(f"The goal needs {wanted}, but {arriving.words()} arrive.", ShapeErrorCode.TARGET)
    if arriving.count != target.outputs:
        come = "1 number arrives" if arriving.count == 1 else f"{arriving.count:,} numbers arrive"
        raise ShapeError(f"The goal needs {wanted}, but {come}.", ShapeErrorCode.TARGET)
    return arriving


def target_words(target: Target) -> str:
    """What the last layer must give, in words."""
    if target.kind is TargetKind.CLASSES:
        return f"{counted(target.outputs, 'number')}, one for each class"
    if target.kind is TargetKind.YES_NO:
        return "1 number, how likely a yes is"
    if target.outputs == 1:
        return f"1 number{', the ' + target.names[0] if target.names else ''}"
    return f"{target.outputs:,} numbers, one for each value"
