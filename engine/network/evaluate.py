"""Evaluating the expressions of layers with torch; ``expression_source`` prints the same expressions as source."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any

from torch import Tensor, nn

from engine.graph.expressions import (
    Apply,
    Call,
    Expression,
    Fold,
    Identifier,
    Input,
    Inputs,
    Item,
    Method,
)
from engine.network.names import resolve

Operation = Callable[[nn.Module | None, Sequence[Tensor]], Any]
"""What one layer does in the forward pass: (its module, its inputs) -> its output."""

_OPERATORS = {"+": operator.add, "*": operator.mul}


def construct(expression: Expression) -> nn.Module:
    """Make the module of a layer from its expression."""
    module = compile_step(expression)(None, ())
    assert isinstance(module, nn.Module)
    return module


def compile_step(expression: Expression) -> Operation:
    """Turn an expression into a function of the layer's module and inputs; names are looked up once, here."""
    match expression:
        case Identifier(path):
            named = resolve(path)
            return lambda _module, _inputs: named
        case Input(number):
            return lambda _module, inputs: inputs[number]
        case Inputs():
            return lambda _module, inputs: list(inputs)
        case Fold(symbol):
            join = _OPERATORS[symbol]
            return lambda _module, inputs: reduce(join, inputs)
        case Apply((Input(0),), keywords) if not keywords:
            return _apply_to_first
        case Apply(arguments, keywords):
            collect = _arguments(arguments, keywords)
            return lambda module, inputs: _called(module, *collect(module, inputs))
        case Call(target, arguments, keywords):
            function, collect = resolve(target), _arguments(arguments, keywords)
            return lambda module, inputs: _called(function, *collect(module, inputs))
        case Method(value, name, arguments, keywords):
            owner, collect = compile_step(value), _arguments(arguments, keywords)
            return lambda module, inputs: _called(getattr(owner(module, inputs), name), *collect(module, inputs))
        case Item(value, index):
            owner = compile_step(value)
            key: Any = tuple(slice(None) if part is None else part for part in index)
            key = key[0] if len(key) == 1 else key
            return lambda module, inputs: owner(module, inputs)[key]
        case tuple():
            parts = [compile_step(part) for part in expression]
            return lambda module, inputs: tuple(part(module, inputs) for part in parts)
        case _:
            return lambda _module, _inputs: expression


def _apply_to_first(module: nn.Module | None, inputs: Sequence[Tensor]) -> Any:
    assert module is not None
    return module(inputs[0])


def _called(function: Any, arguments: list[Any], keywords: dict[str, Any]) -> Any:
    return function(*arguments, **keywords)


def _arguments(
    arguments: Sequence[Expression], keywords: Mapping[str, Expression]
) -> Callable[[nn.Module | None, Sequence[Tensor]], tuple[list[Any], dict[str, Any]]]:
    steps = [compile_step(argument) for argument in arguments]
    named = {name: compile_step(value) for name, value in keywords.items()}

    def collect(module: nn.Module | None, inputs: Sequence[Tensor]) -> tuple[list[Any], dict[str, Any]]:
        return [s(module, inputs) for s in steps], {name: s(module, inputs) for name, s in named.items()}

    return collect
