"""What is evaluated to train and what is printed to export are twins, for every kind of expression."""

from __future__ import annotations

import math
from dataclasses import is_dataclass
from types import UnionType
from typing import Any, get_args

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn

from engine.graph import expressions
from engine.graph.expressions import (
    OPERATORS,
    Apply,
    Binary,
    Call,
    Expression,
    Fold,
    Identifier,
    Input,
    Inputs,
    Item,
    Method,
)
from engine.network import modules
from engine.network.evaluate import compile_step
from engine.network.expression_source import names_in, written
from engine.network.names import ROOTS, printed, resolve

KINDS = {part for part in get_args(Expression) if is_dataclass(part)}


class Recorder(nn.Module):
    """Returns what it was called with."""

    def forward(self, *arguments: Any, **keywords: Any) -> Any:
        return (arguments, keywords)


literals: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.integers(-9, 9), st.floats(), st.booleans(), st.text(max_size=8), st.none()),
    lambda inner: st.lists(inner, max_size=3).map(tuple),
    max_leaves=5,
)
tensors: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.builds(Input, st.integers(0, 1)), st.builds(Fold, st.sampled_from("+*"))),
    lambda inner: st.one_of(
        st.builds(Method, inner, st.sampled_from(["abs", "neg", "t"])),
        st.builds(lambda value, k: Method(value, "roll", (), {"shifts": k}), inner, st.integers(-3, 3)),
        st.builds(lambda a, b: Call("torch.add", (a, b)), inner, inner),
        st.builds(lambda a: Call("F.relu", (a,), {"inplace": False}), inner),
        st.builds(lambda a: Item(Item(Call("torch.stack", ((a, a),)), (0,)), (None,)), inner),
        st.builds(Binary, st.sampled_from(["+", "-", "*"]), inner, st.one_of(inner, st.integers(-3, 3))),
        st.builds(Binary, st.sampled_from(["+", "-", "*"]), st.floats(-3, 3), inner),
    ),
    max_leaves=5,
)
anything: st.SearchStrategy[Any] = st.one_of(
    literals,
    tensors,
    st.just(Inputs()),
    st.sampled_from([Identifier("torch.bool"), Identifier("nn.ReLU"), Identifier("modules.GaussianNoise")]),
    st.builds(
        lambda a, b, c: Apply((a, b), {"c": c}), tensors, literals, st.one_of(literals, tensors, st.just(Inputs()))
    ),
    st.builds(Apply, st.just((Input(0),))),
)


def equal(a: Any, b: Any) -> bool:
    if isinstance(a, torch.Tensor):
        return isinstance(b, torch.Tensor) and torch.equal(a, b)
    if isinstance(a, tuple | list):
        return type(a) is type(b) and len(a) == len(b) and all(map(equal, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(equal(a[key], b[key]) for key in a)
    if isinstance(a, float) and math.isnan(a):
        return isinstance(b, float) and math.isnan(b)
    return type(a) is type(b) and a == b


@settings(max_examples=200, deadline=None, database=None)
@given(anything)
def test_evaluating_and_printing_agree(expression: Expression) -> None:
    first, second = torch.arange(4.0).reshape(2, 2) - 1, torch.tensor([[2.0, -1.0], [0.5, 3.0]])
    recorder = Recorder()
    value = compile_step(expression)(recorder, [first, second])
    text = written(expression, "layer", ["a", "b"])
    scope = {name.removeprefix("modules."): resolve(name) for name in names_in(expression) if "." in name}
    known = {**ROOTS, **scope, "layer": recorder, "a": first, "b": second}
    assert equal(eval(text, {"__builtins__": {"float": float}}, known), value), text


numbers: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.integers(-5, 5), st.floats(-5, 5), st.builds(Input, st.integers(0, 1))),
    lambda inner: st.builds(Binary, st.sampled_from(OPERATORS), inner, inner),
    max_leaves=6,
)


@settings(max_examples=400, deadline=None, database=None)
@given(numbers)
def test_brackets_stand_where_python_needs_them(expression: Expression) -> None:
    """An input may be called by a product."""
    a, b, c = 3, 2, 5
    try:
        value = compile_step(expression)(None, [a, b * c])
    except (ArithmeticError, TypeError):
        assume(False)
    text = written(expression, "", ["a", "b * c"])
    # Negative numbers have complex powers, and those no order.
    assert equal(eval(text, {"__builtins__": {}}, {"a": a, "b": b, "c": c}), value), text


def test_every_kind_of_expression_is_one_of_those_tried() -> None:
    assert isinstance(Expression, UnionType)
    assert {Identifier, Call, Input, Inputs, Apply, Method, Item, Fold, Binary} == KINDS
    declared = {value for value in vars(expressions).values() if isinstance(value, type) and is_dataclass(value)}
    assert declared == KINDS


@pytest.mark.parametrize("part", ["arguments", "keywords", "value", "left", "right"])
def test_names_are_found_wherever_they_stand(part: str) -> None:
    inner = Method(Item(Call("F.relu", ((Identifier("torch.bool"), 1),)), (0,)), "to", (Identifier("modules.X"),))
    outer: Expression = {
        "arguments": Apply((inner,)),
        "keywords": Call("torch.cat", (), {"dim": inner}),
        "value": Method(Item(inner, (0,)), "abs"),
        "left": Binary("+", inner, 1),
        "right": Binary("-", 1, inner),
    }[part]
    assert {"F.relu", "torch.bool", "modules.X"} <= set(names_in(outer))


@pytest.mark.parametrize(
    "path", ["os.system", "torch", "torch._C", "nn.Missing", "modules.torch._C", "", "nn.", "F.__name__"]
)
def test_nothing_else_can_be_reached(path: str) -> None:
    with pytest.raises(LookupError):
        resolve(path)


def test_our_own_modules_are_printed_whole() -> None:
    assert printed("modules.GaussianNoise") == "GaussianNoise"
    assert printed("nn.ReLU") == "nn.ReLU"
    noise = modules.GaussianNoise(0.5)
    x = torch.zeros(1000)
    assert torch.equal(noise.eval()(x), x)
    torch.manual_seed(0)
    assert abs(float(noise.train()(x).std()) - 0.5) < 0.05
    table = modules.SinusoidalEmbedding(6, 5)
    assert not table.state_dict()
    y = table(torch.zeros(1, 6, 5))[0]
    for step in range(6):
        for k in range(5):
            angle = step / 10_000 ** ((k - k % 2) / 5)
            assert y[step, k] == pytest.approx(math.cos(angle) if k % 2 else math.sin(angle), abs=1e-5)
