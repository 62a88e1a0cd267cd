"""Writing the expressions of layers as Python: the twin of ``evaluate``."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence

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
from engine.network.names import printed


def written(expression: Expression, module: str = "", inputs: Sequence[str] = ()) -> str:
    """The expression as Python source. ``module`` stands for the layer's module, ``inputs`` name its inputs."""

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
        case Apply(arguments, keywords):
            return f"{module}({_arguments(arguments, keywords, module, inputs)})"
        case Call(target, arguments, keywords):
            return f"{printed(target)}({_arguments(arguments, keywords, module, inputs)})"
        case Method(value, name, arguments, keywords):
            return f"{_owner(value, write(value))}.{name}({_arguments(arguments, keywords, module, inputs)})"
        case Item(value, index):
            return f"{_owner(value, write(value))}[{', '.join(':' if part is None else str(part) for part in index)}]"
        case tuple():
            inside = ", ".join(write(part) for part in expression)
            return f"({inside},)" if len(expression) == 1 else f"({inside})"
        case str():
            return json.dumps(expression, ensure_ascii=False)
        case float() if not math.isfinite(expression):
            return f'float("{expression}")'
        case _:
            return repr(expression)


def _owner(value: Expression, text: str) -> str:
    """What stands before a dot or an index: sums and numbers in brackets, anything else as it is."""
    return f"({text})" if isinstance(value, Fold | int | float) else text


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
        case tuple():
            for part in expression:
                yield from names_in(part)
