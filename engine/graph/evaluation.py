"""Turning an expression into a function, once, so that calling it looks up nothing.

The twin of ``engine.network.expression_source``, which writes the same expression as Python. Knows no torch: whoever
evaluates says what the names mean.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any

from engine.graph.expressions import (
    Apply,
    Binary,
    Call,
    Expression,
    Fold,
    Identifier,
    Index,
    Input,
    Inputs,
    Item,
    Method,
)

Step = Callable[[Any, Sequence[Any]], Any]
"""(the module that ``Apply`` calls, the inputs) -> the value."""
Find = Callable[[str], Any]
"""The object that a name stands for; raises LookupError for one that is not in its table."""

_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "**": operator.pow,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "+": operator.add,
    "-": operator.sub,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    "==": operator.eq,
    "and": lambda left, right: left and right,
}


def compiled(expression: Expression, find: Find) -> Step:
    """Turn an expression into a function; names are looked up once, here. Raises LookupError."""

    def inside(part: Expression) -> Step:
        return compiled(part, find)

    match expression:
        case Identifier(path):
            named = find(path)
            return lambda _module, _inputs: named
        case Input(number):
            return lambda _module, inputs: inputs[number]
        case Inputs():
            return lambda _module, inputs: list(inputs)
        case Fold(symbol):
            join = _OPERATORS[symbol]
            return lambda _module, inputs: reduce(join, inputs)
        case Binary(symbol, left, Input(number)):
            join, before = _OPERATORS[symbol], inside(left)
            return lambda module, inputs: join(before(module, inputs), inputs[number])
        case Binary(symbol, left, right):
            join, before, after = _OPERATORS[symbol], inside(left), inside(right)
            return lambda module, inputs: join(before(module, inputs), after(module, inputs))
        case Apply((Input(0),), keywords) if not keywords:
            return _apply_to_first
        case Apply(arguments, keywords):
            collect = _arguments(arguments, keywords, find)
            return lambda module, inputs: _called(module, *collect(module, inputs))
        case Call(target, (Input(first), Input(second)), keywords) if not keywords:
            # What is called at every step of a training, such as a loss, is called without detours.
            direct = find(target)
            return lambda _module, inputs: direct(inputs[first], inputs[second])
        case Call(target, arguments, keywords):
            function, collect = find(target), _arguments(arguments, keywords, find)
            return lambda module, inputs: _called(function, *collect(module, inputs))
        case Method(Input(number), name, (int(argument),), keywords) if not keywords:
            return lambda _module, inputs: getattr(inputs[number], name)(argument)
        case Method(value, name, arguments, keywords):
            owner, collect = inside(value), _arguments(arguments, keywords, find)
            return lambda module, inputs: _called(getattr(owner(module, inputs), name), *collect(module, inputs))
        case Item(value, index):
            owner = inside(value)
            key: Any = tuple(map(_place, index))
            key = key[0] if len(key) == 1 else key
            return lambda module, inputs: owner(module, inputs)[key]
        case tuple():
            parts = [inside(part) for part in expression]
            return lambda module, inputs: tuple(part(module, inputs) for part in parts)
        case _:
            return lambda _module, _inputs: expression


def _place(part: Index) -> Any:
    """A part of an index as Python takes it."""
    match part:
        case None:
            return slice(None)
        case range():
            return slice(part.start, part.stop)
        case tuple():
            return list(part)
        case _:
            return part


def _apply_to_first(module: Any, inputs: Sequence[Any]) -> Any:
    assert module is not None
    return module(inputs[0])


def _called(function: Any, arguments: list[Any], keywords: dict[str, Any]) -> Any:
    return function(*arguments, **keywords)


def _arguments(
    arguments: Sequence[Expression], keywords: Mapping[str, Expression], find: Find
) -> Callable[[Any, Sequence[Any]], tuple[list[Any], dict[str, Any]]]:
    steps = [compiled(argument, find) for argument in arguments]
    named = {name: compiled(value, find) for name, value in keywords.items()}

    def collect(module: Any, inputs: Sequence[Any]) -> tuple[list[Any], dict[str, Any]]:
        return [s(module, inputs) for s in steps], {name: s(module, inputs) for name, s in named.items()}

    return collect
