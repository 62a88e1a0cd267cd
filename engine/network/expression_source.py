"""Writing expressions as Python: the twin of ``engine.graph.evaluation``."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence

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
from engine.network.names import printed

_BINDS = {"**": 6, "*": 5, "/": 5, "//": 5, "+": 4, "-": 4, "<": 3, "<=": 3, ">": 3, "==": 3, "and": 2}
"""How tightly each operator binds, as in Python."""
_ATOM, _COMPARISON = 9, 3


def written(expression: Expression, module: str = "", inputs: Sequence[str] = ()) -> str:
    """The expression as Python source. ``module`` stands for the layer's module, ``inputs`` name its inputs.

    An input may be called by a product, ``EPOCHS * batches``, which gets brackets where it needs them.
    """

    def write(part: Expression) -> str:
        return written(part, module, inputs)

    match expression:
        case Identifier(path):
            return printed(path)
        case Input(index):
            return inputs[index]
        case Inputs():
            return f"[{', '.join(inputs)}]"
        case Fold(symbol):
            return f" {symbol} ".join(inputs)
        case Binary(symbol, left, right):
            binds = _BINDS[symbol]
            # Comparisons are not chained, and powers are reckoned from the right.
            loosest = binds + 1 if binds == _COMPARISON or symbol == "**" else binds
            before = _in_brackets(write(left), _tightness(left, inputs) < loosest)
            after = _in_brackets(write(right), _tightness(right, inputs) < binds + (symbol != "**"))
            return f"{before} {symbol} {after}"
        case Apply(arguments, keywords):
            return f"{module}({_arguments(arguments, keywords, module, inputs)})"
        case Call(target, arguments, keywords):
            return f"{printed(target)}({_arguments(arguments, keywords, module, inputs)})"
        case Method(value, name, arguments, keywords):
            return f"{_owner(value, write(value))}.{name}({_arguments(arguments, keywords, module, inputs)})"
        case Item(value, index):
            return f"{_owner(value, write(value))}[{', '.join(map(_place, index))}]"
        case tuple():
            inside = ", ".join(write(part) for part in expression)
            return f"({inside},)" if len(expression) == 1 else f"({inside})"
        case str():
            return json.dumps(expression, ensure_ascii=False)
        case float() if not math.isfinite(expression):
            return f'float("{expression}")'
        case _:
            return repr(expression)


def _place(part: Index) -> str:
    """A part of an index as one writes it."""
    match part:
        case None:
            return ":"
        case range():
            return f"{part.start}:{part.stop}"
        case tuple():
            return f"[{', '.join(map(str, part))}]"
        case _:
            return str(part)


def _owner(value: Expression, text: str) -> str:
    """What stands before a dot or an index: sums and numbers in brackets, anything else as it is."""
    return _in_brackets(text, isinstance(value, Fold | Binary | int | float))


def _in_brackets(text: str, needed: bool) -> str:
    return f"({text})" if needed else text


def _tightness(expression: Expression, inputs: Sequence[str]) -> int:
    """How tightly the outermost operator of a written expression binds."""
    match expression:
        case Binary(symbol, _, _):
            return _BINDS[symbol]
        case Fold(symbol):
            return _BINDS[symbol]
        case Input(index) if " * " in inputs[index] and "(" not in inputs[index]:
            return _BINDS["*"]
        case int() | float() if repr(expression).startswith("-"):
            return _BINDS["*"]  # as -2 ** 2 is -(2 ** 2)
        case _:
            return _ATOM


def _arguments(
    arguments: Sequence[Expression],
    keywords: Mapping[str, Expression],
    module: str,
    inputs: Sequence[str],
) -> str:
    plain = [written(argument, module, inputs) for argument in arguments]
    named = [f"{name}={written(value, module, inputs)}" for name, value in keywords.items()]
    return ", ".join(plain + named)


def names_in(expression: Expression) -> Iterator[str]:
    """Every name of the table that the expression uses."""
    match expression:
        case Identifier(path):
            yield path
        case Call(target, arguments, keywords):
            yield target
            for part in (*arguments, *keywords.values()):
                yield from names_in(part)
        case Apply(arguments, keywords):
            for part in (*arguments, *keywords.values()):
                yield from names_in(part)
        case Method(value, _, arguments, keywords):
            for part in (value, *arguments, *keywords.values()):
                yield from names_in(part)
        case Item(value, _):
            yield from names_in(value)
        case Binary(_, left, right):
            yield from names_in(left)
            yield from names_in(right)
        case tuple():
            for part in expression:
                yield from names_in(part)
