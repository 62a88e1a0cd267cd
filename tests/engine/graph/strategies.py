"""Random settings and shapes, for tests over the whole catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from engine.graph.columns import ColumnNames
from engine.graph.layers import LayerKind
from engine.graph.parameter_sets import resolve
from engine.graph.parameters import Choice, Flag, Integer, Parameter, Params, Real, Size, Sizes, TextLine
from engine.graph.shapes import Shape

_SIZE = st.integers(1, 9)
_CHANNELS = st.one_of(st.integers(1, 12), st.sampled_from([4, 8, 9, 12, 12]))

SHAPES: Mapping[str, st.SearchStrategy[Shape]] = {
    "features": st.builds(Shape.features, st.integers(1, 24)),
    "picture": st.builds(Shape.picture, _CHANNELS, _SIZE, _SIZE),
    "signal": st.builds(Shape.signal, _CHANNELS, _SIZE),
    "sequence": st.builds(Shape.sequence, _SIZE, _CHANNELS),
    "tokens": st.builds(Shape.tokens, _SIZE, st.integers(1, 9)),
    "other": st.one_of(
        st.tuples(_SIZE, _SIZE, _CHANNELS).map(lambda s: Shape(s, ("height", "width", "channels"))),
        st.tuples(_SIZE, _SIZE, _SIZE, _SIZE).map(lambda s: Shape(s, ("axis1", "axis2", "axis3", "axis4"))),
    ),
}
"""Kinds of data by name; "other" is data that only comes out of Permute and Reshape."""


def values(parameter: Parameter, most: int = 6) -> st.SearchStrategy[Any]:
    """Values within the declared bounds, whole numbers up to ``most``."""
    match parameter:
        case Integer():
            return st.integers(parameter.low, max(parameter.low, min(parameter.high, most)))
        case Real():
            return st.one_of(
                st.just(parameter.default), st.floats(parameter.low, min(parameter.high, parameter.low + 4.0), width=64)
            )
        case Choice():
            return st.sampled_from(parameter.options)
        case Flag():
            return st.booleans()
        case Size():
            each = st.integers(parameter.low, min(parameter.high, max(parameter.low, most)))
            return st.one_of(
                each.map(lambda n: (n,) * parameter.axes),
                st.tuples(*[each] * parameter.axes),
                *([st.sampled_from(parameter.words)] if parameter.words else []),
            )
        case TextLine():
            return st.sampled_from([parameter.default, "sold", "none such"])
        case ColumnNames():
            return st.sampled_from([(), (), ("a",), ("b", "c"), ("a", "none such")])
        case Sizes():
            each = st.integers(parameter.low, min(parameter.high, most))
            return st.lists(each, min_size=parameter.shortest, max_size=min(parameter.longest, 4)).map(tuple)
    raise TypeError(f"no test values for {type(parameter).__name__}")


@st.composite
def settings_for(draw: st.DrawFn, kind: LayerKind, most: Mapping[str, int]) -> Params:
    """All settings of a layer: each of many at its default about half of the time, so that edges are met one by one."""
    given = {}
    for parameter in kind.parameters:
        if len(kind.parameters) <= 2 or draw(st.booleans()):
            given[parameter.name] = draw(values(parameter, most.get(parameter.name, 6)))
        elif parameter.name in most and isinstance(parameter, Integer):
            given[parameter.name] = min(int(parameter.default), most[parameter.name])
    return resolve(kind.parameters, given, kind.name)


@st.composite
def reshaped(draw: st.DrawFn, params: Params, shape: Shape) -> Params:
    """Settings of Reshape and Permute that often fit ``shape``: a random order, or factors of its count."""
    if "order" in params and draw(st.booleans()):
        return params.replace(order=tuple(draw(st.permutations(range(1, shape.rank + 1)))))
    if "sizes" in params and draw(st.booleans()):
        left, sizes = shape.count, []
        for _ in range(draw(st.integers(0, 3))):
            divisors = [n for n in range(1, left + 1) if left % n == 0]
            sizes.append(draw(st.sampled_from(divisors)))
            left //= sizes[-1]
        sizes.append(-1 if draw(st.booleans()) else left)
        return params.replace(sizes=tuple(sizes))
    return params


@st.composite
def inputs_for(draw: st.DrawFn, kind: LayerKind, takes: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[Shape, ...]]:
    """Input shapes and the kinds of data they are: mostly what the layer takes, sometimes anything."""
    suitable, any_kind = st.sampled_from(takes), st.sampled_from(list(SHAPES))
    name = draw(st.one_of(suitable, suitable, suitable, any_kind))
    names, shapes = [name], [draw(SHAPES[name])]
    if kind.variadic:
        count = draw(st.integers(1, 4)) if draw(st.integers(0, 5)) == 0 else draw(st.integers(2, 4))
    else:
        count = draw(st.integers(1, len(kind.inputs)))
    for _ in range(count - 1):
        if draw(st.integers(0, 7)) == 0:
            names.append(draw(any_kind))
            shapes.append(draw(SHAPES[names[-1]]))
        else:
            names.append(name)
            shapes.append(draw(_cousin(shapes[0])))
    return tuple(names), tuple(shapes)


@st.composite
def _cousin(draw: st.DrawFn, shape: Shape) -> Shape:
    """The same shape, or one that differs along an axis: what branches of one drawing bring to a merge."""
    change = draw(st.integers(0, 3))
    if change < 2:
        return shape
    axis = draw(st.integers(0, shape.rank - 1))
    size = 1 if change == 2 else draw(_SIZE)
    return shape.resized(**{shape.names[axis]: size})
