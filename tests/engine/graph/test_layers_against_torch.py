"""Every shape rule against torch itself: the same output, or a refusal exactly where torch refuses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.graph.layers import LayerKind, kind, kinds
from engine.graph.parameters import Params
from engine.graph.shapes import Shape, ShapeError
from tests.engine.graph.layer_cases import CASES
from tests.engine.graph.strategies import inputs_for, reshaped, settings_for
from tests.engine.graph.torch_side import run

REFUSALS = (RuntimeError, ValueError, AssertionError, TypeError, IndexError, NotImplementedError)
"""What torch raises when a layer cannot be built or cannot take its input."""

CODES = {"rank", "size", "mismatch", "dtype", "count", "parameter"}


def rule(layer: LayerKind, params: Params, shapes: Sequence[Shape]) -> Shape | ShapeError:
    """What the shape rule says; any other exception is a fault of the rule."""
    try:
        return layer.shape(params, shapes)
    except ShapeError as error:
        return error


def torch_refuses(layer: LayerKind, params: Params, shapes: Sequence[Shape]) -> bool:
    """Whether torch raises, or computes nothing at all: a picture of no pixels is no answer."""
    try:
        return 0 in run(layer, params, shapes).sizes
    except REFUSALS:
        return True


def test_every_layer_has_its_line_of_test_data() -> None:
    assert set(CASES) == set(kinds()) - {"Input", "Output"}


@pytest.mark.parametrize("name", CASES)
def test_the_shape_rule_says_what_torch_does(name: str) -> None:
    case, layer, seen = CASES[name], kind(name), Counter[str]()

    @settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def check(data: st.DataObject) -> None:
        families, shapes = data.draw(inputs_for(layer, case.takes))
        params = data.draw(reshaped(data.draw(settings_for(layer, case.most)), shapes[0]))
        found = rule(layer, params, shapes)
        if isinstance(found, ShapeError):
            seen[found.code] += 1
            assert found.code in CODES
            assert str(found).endswith(".")
            if set(families) <= set(case.takes) and not case.ours(params, shapes):
                assert torch_refuses(layer, params, shapes), f"torch takes it, but the rule says: {found}"
            return
        seen["accepted"] += 1
        answer = run(layer, params, shapes)
        assert found.sizes == answer.sizes
        assert found.dtype == answer.dtype
        assert min(found.sizes) >= 1
        assert layer.weights(params, shapes) == answer.weights

    check()
    assert seen["accepted"] >= 8, f"hardly any suitable case was tried: {seen}"
