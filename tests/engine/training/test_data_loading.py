"""Which rows a recipe asks for."""

from __future__ import annotations

import numpy as np
import pytest

from engine.training.data_loading import load_rows, rows_key
from engine.training.recipe import Recipe

IRIS = Recipe(dataset="iris")


@pytest.mark.parametrize(
    ("path", "value"),
    [("dataset", "wine"), ("validation", 0.3), ("test", 0.3), ("seed", 7)],
)
def test_other_rows_have_another_key(path: str, value: object) -> None:
    other = IRIS.with_setting(path, value)
    assert rows_key(other) != rows_key(IRIS)
    one, two = load_rows(IRIS).train.inputs, load_rows(other).train.inputs
    assert one.shape != two.shape or not np.array_equal(one, two)


def test_settings_that_choose_no_rows_leave_the_key() -> None:
    other = IRIS.with_settings({"epochs": 3, "batch_size": 5})
    assert rows_key(other) == rows_key(IRIS)
    assert hash(rows_key(other)) == hash(rows_key(IRIS))


def test_options_of_the_dataset_count() -> None:
    few = Recipe(dataset="strokes").with_setting("dataset_options.samples", 100)
    assert rows_key(few) != rows_key(Recipe(dataset="strokes"))
