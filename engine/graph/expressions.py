"""Small expressions: how a layer is made and applied in torch, as data.

A layer declares one expression for its module, ``call("nn.Linear", 784, 10)``, and one for what happens to its
inputs. ``engine.network`` evaluates them to train and prints them to export source code, so the two cannot differ.
Names are resolved there against a fixed table: an expression can reach nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Literal = int | float | bool | str | None | tuple["Literal", ...]
"""Constants an expression may hold. A ``str`` is a string literal; a ``Identifier`` is a name."""


@dataclass(frozen=True)
class Identifier:
    """A name from the fixed table, such as ``nn.ReLU`` or ``torch.long``."""

    path: str


@dataclass(frozen=True)
class Call:
    """``target(*arguments, **keywords)``."""

    target: str
    arguments: tuple[Expression, ...] = ()
    keywords: Mapping[str, Expression] = field(default_factory=dict)


@dataclass(frozen=True)
class Input:
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
class Method:
    """``value.name(*arguments, **keywords)``."""

    value: Expression
    name: str
    arguments: tuple[Expression, ...] = ()
    keywords: Mapping[str, Expression] = field(default_factory=dict)


@dataclass(frozen=True)
class Item:
    """``value[index]``; an index part of None stands for a full slice, ``:``."""

    value: Expression
    index: tuple[int | None, ...]


@dataclass(frozen=True)
class Fold:
    """All inputs joined by an operator: ``a + b + c``. ``operator`` is "+" or "*"."""

    operator: str


Expression = Literal | Identifier | Call | Input | Inputs | Apply | Method | Item | Fold


def call(target: str, *arguments: Expression, **keywords: Expression) -> Call:
    """``target(*arguments, **keywords)``, as one writes it in Python."""
    return Call(target, arguments, keywords)


def apply(*arguments: Expression, **keywords: Expression) -> Apply:
    """The layer's module called with ``arguments`` (its first input when none are given)."""
    return Apply(arguments or (Input(0),), keywords)


def method(value: Expression, name: str, *arguments: Expression, **keywords: Expression) -> Method:
    """``value.name(*arguments, **keywords)``."""
    return Method(value, name, arguments, keywords)


def item(value: Expression, *index: int | None) -> Item:
    """``value[index]``; None stands for ``:``."""
    return Item(value, index)
