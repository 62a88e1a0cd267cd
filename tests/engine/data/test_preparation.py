"""Preparation: fitted on training rows alone, exact through JSON, and reversible."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engine.data import catalogue
from engine.data.dataset import DataError, Dataset, Schema, Split
from engine.data.preparation import Preparation, fit
from engine.graph.shapes import Shape
from engine.graph.targets import Categories, Quantities


def table(inputs: np.ndarray, answers: np.ndarray | None = None, **changes) -> Dataset:
    """A dataset with these training rows and rubbish in the other splits."""
    inputs = np.asarray(inputs, dtype=np.float32)
    columns = inputs.shape[1]
    answers = np.zeros((len(inputs), 1), dtype=np.float32) if answers is None else np.asarray(answers, np.float32)
    names = tuple(f"value {n}" for n in range(answers.shape[1]))
    schema = Schema(
        "t", "Test table", "", "table", Shape.features(columns), Quantities(len(names), names),
        tuple(f"column {n}" for n in range(columns)), (0.0, 1.0), "", "", **changes,
    )  # fmt: skip
    rubbish = Split(np.full((2, columns), 1e6, np.float32), np.full((2, len(names)), -1e6, np.float32))
    return Dataset(schema, Split(inputs, answers), rubbish, rubbish)


@pytest.mark.parametrize("kind", ["standardise", "scale", "none", "auto"])
@pytest.mark.parametrize("name", ["uci-digits", "iris", "houses"])
def test_validation_and_test_values_change_nothing(kind, name):
    dataset = catalogue.load(name)
    clean = fit(dataset, kind, kind)
    spoiled = replace(
        dataset,
        validation=Split(dataset.validation.inputs * 0 + 250, dataset.validation.targets * 7),
        test=Split(dataset.test.inputs[:0], dataset.test.targets[:0]),
    )
    assert fit(spoiled, kind, kind) == clean
    changed = replace(dataset, train=Split(dataset.train.inputs // 3, dataset.train.targets))
    if kind == "standardise":
        assert fit(changed, kind, kind) != clean


def test_standardised_columns_have_mean_0_and_deviation_1():
    generator = np.random.default_rng(0)
    raw = generator.normal([0, 1e4, -3], [1, 250, 1e-4], (500, 3)).astype(np.float32)
    prepared = fit(table(raw)).inputs(raw)
    assert prepared.dtype == np.float32
    np.testing.assert_allclose(prepared.mean(axis=0), 0, atol=2e-3)
    np.testing.assert_allclose(prepared.std(axis=0), 1, atol=2e-3)


def test_pictures_are_measured_for_each_channel():
    pictures = np.random.default_rng(0).integers(0, 256, (700, 3, 5, 4), dtype=np.uint8)
    pictures[:, 1] //= 4
    schema = replace(
        catalogue.schema("uci-digits"), input=Shape.picture(3, 5, 4), target=Categories(2, ("a", "b"))
    )
    split = Split(pictures, np.zeros(700, dtype=np.int64))
    preparation = fit(Dataset(schema, split, split, split))
    exact = pictures.astype(np.float64)
    np.testing.assert_allclose(preparation.input_shift, exact.mean(axis=(0, 2, 3)), rtol=1e-6)
    np.testing.assert_allclose(preparation.input_scale, exact.std(axis=(0, 2, 3)), rtol=1e-6)
    scaled = fit(Dataset(schema, split, split, split), "scale")
    # The whole value range counts, not the brightest pixel that happened to be there.
    assert scaled.input_scale == (255, 255, 255)
    np.testing.assert_array_equal(scaled.inputs(pictures), pictures.astype(np.float32) / np.float32(255))


def test_scaled_columns_run_from_0_to_1():
    raw = np.array([[-4, 10], [6, 30], [1, 20]], dtype=np.float32)
    prepared = fit(table(raw), "scale").inputs(raw)
    np.testing.assert_allclose(prepared.min(axis=0), 0)
    np.testing.assert_allclose(prepared.max(axis=0), 1)


@pytest.mark.parametrize("kind", ["standardise", "scale"])
@pytest.mark.parametrize("constant", [0.0, 5.0, -1e30, 123456.789, 1e-38])
def test_a_column_that_never_changes_is_not_divided_by_zero(kind, constant):
    raw = np.full((50, 2), constant, dtype=np.float32)
    raw[:, 1] = np.arange(50)
    dataset = table(raw, raw[:, :1])
    preparation = fit(dataset, kind, kind)
    assert preparation.input_scale[0] == 1
    np.testing.assert_allclose(preparation.inputs(raw)[:, 0], 0, atol=1e-30)
    np.testing.assert_array_equal(preparation.restore_targets(preparation.targets(raw[:, :1])), raw[:, :1])


def test_none_changes_nothing_but_the_type():
    raw = np.array([[1, 2], [3, 4]], dtype=np.float64)
    prepared = fit(table(raw), "none").inputs(raw)
    assert prepared.dtype == np.float32
    np.testing.assert_array_equal(prepared, raw)


def test_auto_is_what_the_dataset_recommends():
    assert fit(catalogue.load("line")).input_kind == "none"
    houses = fit(catalogue.load("houses"))
    assert (houses.input_kind, houses.target_kind) == ("standardise", "standardise")
    assert fit(catalogue.load("iris")).target_shift == ()


def test_answers_come_back_in_their_own_units():
    dataset = catalogue.load("houses")
    preparation = fit(dataset)
    prepared = preparation.targets(dataset.train.targets)
    assert abs(float(prepared.mean())) < 1e-3
    np.testing.assert_allclose(preparation.restore_targets(prepared), dataset.train.targets, rtol=1e-5)
    classes = catalogue.load("iris").train.targets
    assert fit(catalogue.load("iris")).targets(classes) is classes


@given(
    hnp.arrays(
        np.float32, st.tuples(st.integers(1, 20), st.just(3)), elements=st.floats(-(2.0**40), 2.0**40, width=32)
    ),
    st.sampled_from(["standardise", "scale", "none"]),
)
def test_json_gives_back_the_same_value_and_the_same_bits(raw, kind):
    preparation = fit(table(raw, raw[:, :1]), kind, kind)
    again = Preparation.from_json(json.loads(json.dumps(preparation.to_json(), allow_nan=False)))
    assert again == preparation
    # Exported code and files in float32 hold the very same numbers.
    assert all(float(np.float32(n)) == n for n in (*again.input_shift, *again.input_scale, *again.target_shift))
    assert again.inputs(raw).tobytes() == preparation.inputs(raw).tobytes()
    assert np.isfinite(preparation.inputs(raw)).all()


GOOD = fit(catalogue.load("houses")).to_json()


@pytest.mark.parametrize(
    "change",
    [
        {"inputs": "pickle"},
        {"answers": None},
        {"inputs": ["none"]},
        {"input_scale": [1, 1, 1]},
        {"input_scale": [1, 1, 1, 0]},
        {"input_scale": [1, 1, 1, 1e-60]},
        {"input_shift": [1, 1, 1, float("nan")]},
        {"input_shift": [1, 1, 1, float("inf")]},
        {"input_shift": [1, 1, 1, 10**400]},
        {"input_shift": ["1", 1, 1, 1]},
        {"input_shift": [True, 1, 1, 1]},
        {"input_shift": "1111"},
        {"input_shift": [], "input_scale": []},
        {"answer_scale": []},
        {"answer_shift": {}},
    ],
)
def test_a_damaged_preparation_is_refused(change):
    assert Preparation.from_json(GOOD) == fit(catalogue.load("houses"))
    with pytest.raises(DataError, match="saved preparation"):
        Preparation.from_json({**GOOD, **change})


def test_missing_parts_are_refused():
    for name in GOOD:
        with pytest.raises(DataError):
            Preparation.from_json({key: value for key, value in GOOD.items() if key != name})
    with pytest.raises(DataError):
        Preparation.from_json([1, 2])  # type: ignore[arg-type]


def test_what_cannot_be_prepared_is_said():
    with pytest.raises(DataError, match="one of auto"):
        fit(table(np.zeros((3, 1))), "sideways")
    with pytest.raises(DataError, match="no training samples"):
        fit(table(np.zeros((0, 1))))
    with pytest.raises(DataError, match="column 1 has 2 missing"):
        fit(table([[1, np.nan], [2, np.inf], [3, 4]]))
    preparation = fit(table(np.zeros((3, 4))))
    with pytest.raises(DataError, match=r"4 columns.*7×3"):
        preparation.inputs(np.zeros((7, 3)))
    with pytest.raises(DataError):
        preparation.inputs(np.zeros(4))
