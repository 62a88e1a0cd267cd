"""Shapes: axes with a meaning, read aloud and written to JSON."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.graph.shapes import DType, Shape, ShapeForm
from tests.engine.graph.strategies import SHAPES


@given(st.one_of(*SHAPES.values()))
def test_a_shape_survives_json(shape: Shape) -> None:
    assert Shape.from_json(shape.to_json()) == shape


@pytest.mark.parametrize(
    ("shape", "words", "label"),
    [
        (Shape.picture(1, 28, 28), "1 channel × 28 high × 28 wide", "1×28×28"),
        (Shape.features(1024), "1,024 features", "1024"),
        (Shape.features(1), "1 feature", "1"),
        (Shape.sequence(1, 16), "1 step × 16 features", "1×16"),
        (Shape.signal(2, 400), "2 channels × 400 long", "2×400"),
        (Shape.tokens(12, 500), "12 tokens", "12"),
    ],
)
def test_a_shape_is_read_aloud(shape: Shape, words: str, label: str) -> None:
    assert shape.words() == words
    assert shape.label() == label


def test_axes_are_found_and_resized_by_name() -> None:
    shape = Shape.picture(3, 20, 30)
    assert (shape.size("height"), shape.rank, shape.count) == (20, 3, 1800)
    assert shape.resized(height=5) == Shape.picture(3, 5, 30)
    with pytest.raises(KeyError):
        shape.size("time")
    with pytest.raises(KeyError):
        shape.resized(time=3)
    with pytest.raises(ValueError, match="2 sizes but 1 axis names"):
        Shape((2, 3), ("features",))
    with pytest.raises(ValueError, match="dtype"):
        Shape((2,), ("features",), "double")


@pytest.mark.parametrize(
    "data",
    [
        *(None, [], {}, {"sizes": [1]}, {"sizes": [1, 2], "names": ["a"]}, {"sizes": [0], "names": ["a"]}),
        *({"sizes": [True], "names": ["a"]}, {"sizes": [1.5], "names": ["a"]}, {"sizes": [2**31], "names": ["a"]}),
        *({"sizes": 3, "names": "abc"}, {"sizes": [1], "names": [3]}, {"sizes": [1], "names": ["a"], "dtype": "x"}),
        *({"sizes": [1], "names": ["a"], "vocabulary": -1}, {"sizes": [1], "names": ["a"], "vocabulary": "many"}),
    ],
)
def test_a_shape_that_is_none_is_refused(data: Any) -> None:
    with pytest.raises(ValueError):
        Shape.from_json(data)


def test_the_form_of_a_sample_follows_from_its_axes() -> None:
    made = {
        ShapeForm.FEATURES: Shape.features(4),
        ShapeForm.SEQUENCE: Shape.sequence(5, 8),
        ShapeForm.SIGNAL: Shape.signal(3, 40),
        ShapeForm.PICTURE: Shape.picture(1, 8, 8),
        ShapeForm.TOKENS: Shape.tokens(5, 7),
    }
    assert made.keys() == set(ShapeForm)
    for form, shape in made.items():
        assert (shape.form, shape.names) == (form, form.axes)
    assert Shape((2, 3), ("time", "length")).form is None
    assert Shape((5,), ("time",)).form is None, "numbers along time alone are neither tokens nor a sequence"


def test_a_kind_of_number_may_be_given_as_its_word_and_is_written_as_it() -> None:
    given = Shape((5,), ("time",), "int", 7)  # type: ignore[arg-type]
    assert given == Shape.tokens(5, 7)
    assert given.dtype is DType.INT
    assert given.is_tokens
    assert not Shape.features(5).is_tokens
    assert type(given.to_json()["dtype"]) is str
    assert Shape.from_json(given.to_json()).dtype is DType.INT
