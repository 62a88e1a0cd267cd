"""What torch itself says to a layer: built and run on a batch of two, through the layer's own expressions."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from engine.graph.layers import LayerKind
from engine.graph.parameters import Params
from engine.graph.shapes import Shape
from engine.network.evaluate import compile_step, construct

BATCH = 2


@dataclass(frozen=True)
class Answer:
    """The shape and kind of number of one sample that came out, and how many numbers are learned."""

    sizes: tuple[int, ...]
    dtype: str
    weights: int


def sample(shape: Shape) -> torch.Tensor:
    """A batch of random data of the shape."""
    if shape.dtype == "int":
        return torch.randint(0, max(1, shape.vocabulary), (BATCH, *shape.sizes))
    return torch.randn(BATCH, *shape.sizes)


def run(kind: LayerKind, params: Params, shapes: Sequence[Shape]) -> Answer:
    """Build the layer and run it, training and not. Raises whatever torch raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = construct(kind.module(params, shapes)) if kind.module else None
        step = compile_step(kind.forward(params, shapes))
        inputs = [sample(shape) for shape in shapes]
        outputs = [step(module, inputs)]
        if module is not None:
            with torch.no_grad():  # some modules take another, faster way then
                outputs.append(step(module.eval(), inputs))
    assert len({(y.shape, y.dtype) for y in outputs}) == 1
    (y,) = outputs[:1]
    assert y.shape[0] == BATCH
    dtype = {torch.float32: "float", torch.int64: "int"}[y.dtype]
    learned = sum(p.numel() for p in module.parameters()) if module is not None else 0
    return Answer(tuple(y.shape[1:]), dtype, learned)
