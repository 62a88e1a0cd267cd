"""What can be learned: each target takes one form of outputs, and says in words why not another."""

from __future__ import annotations

import json

import pytest

from engine.graph.shapes import Shape, ShapeError, ShapeErrorCode
from engine.graph.targets import TARGETS, Categories, MultiLabel, Quantities, Target, TargetKind, YesNo


def test_every_kind_has_a_target_of_its_own() -> None:
    assert set(TARGETS) == set(TargetKind)
    assert all(TARGETS[kind](1).kind is kind for kind in TargetKind)
    assert json.dumps(TargetKind.YES_NO) == '"yes-no"', "as files have it"
    assert Categories(3) != Quantities(3)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (Categories(10), "10 numbers, one for each class"),
        (YesNo(1, ("no", "yes")), "1 number, how likely a yes is"),
        (MultiLabel(3, ("a", "b", "c")), "3 numbers, how likely each label is"),
        (Quantities(1, ("price",)), "1 number, the price"),
        (Quantities(1), "1 number"),
        (Quantities(4), "4 numbers, one for each value"),
    ],
)
def test_what_fits_is_taken_and_what_does_not_is_refused_in_words(target: Target, words: str) -> None:
    assert target.wanted() == words
    fitting = Shape.features(target.outputs)
    assert target.accept(fitting) == fitting
    for shape, found in (
        (Shape.features(target.outputs + 1), f"{target.outputs + 1} numbers arrive"),
        (Shape.picture(target.outputs, 1, 1), "arrive"),
        (Shape.tokens(target.outputs, 30), "tokens arrive"),
    ):
        with pytest.raises(ShapeError, match=found) as caught:
            target.accept(shape)
        assert words in str(caught.value)
        assert caught.value.code is ShapeErrorCode.TARGET
