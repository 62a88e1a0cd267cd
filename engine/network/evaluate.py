"""Turning expressions into torch: what is evaluated here to train is printed by ``expression_source``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from torch import Tensor, nn

from engine.graph.evaluation import compiled
from engine.graph.expressions import Expression
from engine.network.names import resolve

Operation = Callable[[nn.Module | None, Sequence[Tensor]], Any]
"""What one layer does in the forward pass: (its module, its inputs) -> its output."""


def construct(expression: Expression) -> nn.Module:
    """Make the module of a layer from its expression."""
    module = compile_step(expression)(None, ())
    assert isinstance(module, nn.Module)
    return module


def compile_step(expression: Expression) -> Operation:
    """Turn an expression into a function of the layer's module and inputs; names are looked up once, here."""
    return compiled(expression, resolve)


def function(expression: Expression) -> Callable[..., Any]:
    """Turn an expression without a module, as of a loss, into a function of its inputs."""
    step = compile_step(expression)
    return lambda *inputs: step(None, inputs)
