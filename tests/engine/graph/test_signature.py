"""What the data asks of a drawing."""

from __future__ import annotations

import json

import pytest

from engine.graph.signature import Target, TargetKind


def test_the_kind_of_a_target_may_be_given_as_its_word() -> None:
    for kind in TargetKind:
        target = Target(kind.value, 1, ("a", "b"))
        assert target.kind is kind
        assert target == Target(kind, 1, ("a", "b"))
        assert json.dumps(target.kind) == f'"{kind.value}"'


def test_an_unknown_kind_of_target_is_refused() -> None:
    with pytest.raises(ValueError, match="a target is one of classes, yes-no, values, not 'colour'"):
        Target("colour", 1, ())
