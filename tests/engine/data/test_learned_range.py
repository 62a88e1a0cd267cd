"""What is said about values far outside those a network was trained on, and what is not."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from engine.data import catalogue
from engine.data.dataset import DataError
from engine.data.learned_range import far_outside
from engine.data.preparation import Preparation, fit

TABLES = [name for name in catalogue.names() if catalogue.schema(name).columns]


def houses() -> tuple[np.ndarray, object, Preparation]:
    data = catalogue.load("houses")
    return data.test.inputs[:3].copy(), data.schema, fit(data)


def test_the_range_of_each_column_is_that_of_the_training_rows() -> None:
    data = catalogue.load("houses")
    prepared = fit(data)
    assert prepared.input_low == tuple(data.train.inputs.min(axis=0).tolist())
    assert prepared.input_high == tuple(data.train.inputs.max(axis=0).tolist())
    assert Preparation.from_json(json.loads(json.dumps(prepared.to_json()))) == prepared


def test_a_value_far_above_is_named_with_its_column_and_by_how_much() -> None:
    rows, schema, prepared = houses()
    low, high = prepared.input_low[0], prepared.input_high[0]
    rows[1, 0] = high + 3 * (high - low)
    common, each = far_outside(rows, schema, prepared)
    assert (common, each[0], each[2]) == ([], [], [])
    (said,) = each[1]
    assert said.startswith(schema.columns[0])
    assert "far above" in said
    assert "beyond it by 3 times" in said


def test_a_value_far_below_is_named_too() -> None:
    rows, schema, prepared = houses()
    rows[0, 0] = -1e6
    assert "far below" in far_outside(rows, schema, prepared)[1][0][0]


def test_a_value_a_little_outside_is_not_worth_a_word() -> None:
    _, schema, prepared = houses()
    low, high = np.array(prepared.input_low), np.array(prepared.input_high)
    assert far_outside((high + 0.4 * (high - low))[None], schema, prepared) == ([], [[]])
    assert far_outside((low - 0.4 * (high - low))[None], schema, prepared) == ([], [[]])


def test_a_column_that_never_changed_is_named_when_it_does() -> None:
    rows, schema, prepared = houses()
    fixed = replace(prepared, input_low=(5.0, *prepared.input_low[1:]), input_high=(5.0, *prepared.input_high[1:]))
    rows[:, 0] = 5.0
    assert far_outside(rows, schema, fixed)[1] == [[], [], []]
    rows[0, 0] = 6.0
    assert "was always 5" in far_outside(rows, schema, fixed)[1][0][0]


def test_of_many_columns_the_farthest_are_named_and_the_others_counted() -> None:
    data = catalogue.load("breast-cancer")
    row = np.full((1, 30), 1e6, dtype=np.float32)
    (said,) = far_outside(row, data.schema, fit(data))[1]
    assert said[3:] == ["So do 27 more columns."]


@pytest.mark.parametrize("name", TABLES)
def test_ordinary_rows_practically_never_warn(name: str) -> None:
    warned = rows = 0
    for seed in range(5):
        data = catalogue.load(name, seed=seed)
        held = np.concatenate([data.validation.inputs, data.test.inputs])
        warned += sum(map(bool, far_outside(held, data.schema, fit(data))[1]))
        rows += len(held)
    assert warned <= 0.005 * rows


def test_pixels_from_0_to_1_are_said_once_for_all_rows() -> None:
    data = catalogue.load("uci-digits")
    prepared = fit(data)
    rows = data.test.inputs[:20].astype(np.float32)
    assert far_outside(rows, data.schema, prepared) == ([], [[]] * 20)
    common, each = far_outside(rows / 255, data.schema, prepared)
    assert len(common) == 1
    assert not any(each)
    assert "between 0 and 1" in common[0]
    assert "multiplied by" in common[0]


@pytest.mark.parametrize("change", [lambda x: x * 257, lambda x: x - 300.0, lambda x: x / 127.5 - 1])
def test_pixels_on_other_scales_are_noticed(change) -> None:
    data = catalogue.load("uci-digits")
    common, _ = far_outside(change(data.test.inputs[:20].astype(np.float32)), data.schema, fit(data))
    assert len(common) == 1


def test_without_a_record_pictures_are_judged_by_their_dataset_and_tables_not_at_all() -> None:
    pictures = catalogue.load("uci-digits")
    rows = pictures.test.inputs[:5].astype(np.float32) / 255
    assert far_outside(rows, pictures.schema, None)[0]
    table, schema, prepared = houses()
    table[:] = 1e9
    assert far_outside(table, schema, None) == ([], [[], [], []])
    assert far_outside(table, schema, replace(prepared, input_low=(), input_high=())) == ([], [[], [], []])


@pytest.mark.parametrize(
    "change",
    [
        {"input_low": [0.0]},
        {"input_low": None},
        {"input_high": "all"},
        {"input_low": [1e9] * 4},
        {"input_high": [float("inf")] * 4},
        {"input_high": [float("nan")] * 4},
        {"input_high": [True] * 4},
        {"input_low": [-(10**400)] * 4},
    ],
)
def test_damaged_ranges_are_refused(change) -> None:
    saved = {**fit(catalogue.load("houses")).to_json(), **change}
    with pytest.raises(DataError):
        Preparation.from_json(saved)


def test_a_file_without_ranges_opens() -> None:
    saved = fit(catalogue.load("houses")).to_json()
    del saved["input_low"], saved["input_high"]
    assert Preparation.from_json(saved).input_low == ()
