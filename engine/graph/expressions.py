"""Small expressions: how a layer is made and applied in torch, what a loss or a schedule comes to, as data.

A layer declares one expression for its module, ``call("nn.Linear", 784, 10)``, and one for what happens to its
inputs; a loss, a metric, an optimizer and a schedule declare one each. They are evaluated to train and printed to
export source code, so the two cannot differ. Names are resolved against a fixed table: an expression can reach nothing
else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Literal = int | float | bool | str | None | tuple["Literal", ...]
"""Constants an expression may hold. A ``str`` is a string literal; a ``Identifier`` is a name."""


Index = int | range | tuple[int, ...] | None
"""What may stand in an index, see ``Item``."""


class Operand:
    """What can be reckoned with as in Python: ``a - b`` is the expression of the difference."""

    def __add__(self: Any, other: Expression) -> Binary:
        return Binary("+", self, other)

    def __radd__(self: Any, other: Expression) -> Binary:
        return Binary("+", other, self)

    def __sub__(self: Any, other: Expression) -> Binary:
        return Binary("-", self, other)

    def __rsub__(self: Any, other: Expression) -> Binary:
        return Binary("-", other, self)

    def __mul__(self: Any, other: Expression) -> Binary:
        return Binary("*", self, other)

    def __rmul__(self: Any, other: Expression) -> Binary:
        return Binary("*", other, self)

    def __truediv__(self: Any, other: Expression) -> Binary:
        return Binary("/", self, other)

    def __rtruediv__(self: Any, other: Expression) -> Binary:
        return Binary("/", other, self)

    def __floordiv__(self: Any, other: Expression) -> Binary:
        return Binary("//", self, other)

    def __rpow__(self: Any, other: Expression) -> Binary:
        return Binary("**", other, self)


@dataclass(frozen=True)
class Identifier:
    """A name from the fixed table, such as ``nn.ReLU`` or ``torch.long``."""

    path: str


@dataclass(frozen=True)
class Call(Operand):
    """``target(*arguments, **keywords)``."""

    target: str
    arguments: tuple[Expression, ...] = ()
    keywords: Mapping[str, Expression] = field(default_factory=dict)


@dataclass(frozen=True)
class Input(Operand):
    """The ``index``-th input of the layer."""

    index: int = 0


@dataclass(frozen=True)
class Inputs:
    """All inputs of the layer, in order, as a list."""


@dataclass(frozen=True)
class Apply:
    """The layer's own module called with ``arguments``: ``self.conv1(x)``."""

    arguments: tuple[Expression, ...]
    keywords: Mapping[str, Expression] = field(default_factory=dict)


@dataclass(frozen=True)
class Method(Operand):
    """``value.name(*arguments, **keywords)``."""

    value: Expression
    name: str
    arguments: tuple[Expression, ...] = ()
    keywords: Mapping[str, Expression] = field(default_factory=dict)


@dataclass(frozen=True)
class Item(Operand):
    """``value[index]``. A part of the index that is None stands for a full slice, ``:``; a range for a slice,
    ``2:5``; a tuple for a list of places, ``[0, 3]``."""

    value: Expression
    index: tuple[Index, ...]


@dataclass(frozen=True)
class Fold:
    """All inputs joined by an operator: ``a + b + c``. ``operator`` is "+" or "*"."""

    operator: str


@dataclass(frozen=True)
class Binary(Operand):
    """``left operator right``, of numbers or tensors; ``operator`` is one of OPERATORS. Both sides are evaluated."""

    operator: str
    left: Expression
    right: Expression


OPERATORS = ("**", "*", "/", "//", "+", "-", "<", "<=", ">", "==", "and")
"""The operators between two values. Comparisons give a truth, of tensors one for each number."""

Expression = Literal | Identifier | Call | Input | Inputs | Apply | Method | Item | Fold | Binary


def call(target: str, *arguments: Expression, **keywords: Expression) -> Call:
    """``target(*arguments, **keywords)``, as one writes it in Python."""
    return Call(target, arguments, keywords)


def apply(*arguments: Expression, **keywords: Expression) -> Apply:
    """The layer's module called with ``arguments`` (its first input when none are given)."""
    return Apply(arguments or (Input(0),), keywords)


def method(value: Expression, name: str, *arguments: Expression, **keywords: Expression) -> Method:
    """``value.name(*arguments, **keywords)``."""
    return Method(value, name, arguments, keywords)


def item(value: Expression, *index: Index) -> Item:
    """``value[index]``; None stands for ``:``, a range for a slice, a tuple for a list of places."""
    return Item(value, index)
