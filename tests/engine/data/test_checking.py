"""Every number that cannot be learned from is told by split, sample and column, and sound data is looked at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.data import catalogue, checking
from engine.data.checking import SPLITS, check
from engine.data.dataset import DataError, Dataset, Split
from engine.data.sources.source import Pool
from engine.graph.shapes import Shape
from engine.graph.targets import Quantities
from tests.engine.training.helpers_training import CLASSES, VALUES, YES_NO, dataset

TITLES = {"train": "Training", "validation": "Validation", "test": "Test"}


def spoiled(data: Dataset, split: str, at: tuple[int, ...], value: Any, *, answer: bool = False) -> Dataset:
    """The dataset with one number changed; in double precision, which holds more than float32."""
    old: Split = getattr(data, split)
    inputs, answers = old.inputs.astype(np.float64), old.targets.astype(np.float64)
    (answers if answer else inputs)[at] = value
    return replace(data, **{split: Split(inputs, answers)})


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize(
    ("value", "words"),
    [
        (np.nan, "the value is missing"),
        (np.inf, "the value is infinite"),
        (-np.inf, "the value is infinite"),
        (1e39, r"1e\+39 is too large"),
        (-1e300, r"-1e\+300 is too large"),
    ],
)
def test_inputs_and_values_must_be_finite_in_float32(split: str, value: float, words: str) -> None:
    data = dataset(VALUES)
    with pytest.raises(DataError, match=f"^{TITLES[split]} sample 17, column r: {words}"):
        check(spoiled(data, split, (16, 2), value))
    with pytest.raises(DataError, match=f"^{TITLES[split]} sample 3, target y: {words}"):
        check(spoiled(data, split, (2, 0), value, answer=True))
    check(data)


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("value", [3, -1, 0.5, 1e9, np.nan, np.inf])
def test_classes_must_be_declared_ones(split: str, value: float) -> None:
    with pytest.raises(DataError, match=rf"^{TITLES[split]} sample 5, target: "):
        check(spoiled(dataset(CLASSES), split, (4,), value, answer=True))


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("value", [2, -1, 0.5, np.nan])
def test_yes_and_no_are_one_and_zero(split: str, value: float) -> None:
    with pytest.raises(DataError, match=rf"^{TITLES[split]} sample 5, target: "):
        check(spoiled(dataset(YES_NO), split, (4,), value, answer=True))


@pytest.mark.parametrize("split", SPLITS)
def test_the_sizes_must_be_those_of_the_schema(split: str) -> None:
    for data, answers in (
        (dataset(CLASSES), np.zeros((20, 2), dtype=np.int64)),
        (dataset(VALUES), np.zeros((20, 3), dtype=np.float32)),
        (dataset(VALUES), np.zeros(20, dtype=np.float32)),
        (dataset(YES_NO), np.zeros((20, 1), dtype=np.float32)),
    ):
        inputs = np.zeros((20, 4), dtype=np.float32)
        with pytest.raises(DataError, match=f"targets of the 20 {split} samples must be one number each"):
            check(replace(data, **{split: Split(inputs, answers)}))
        with pytest.raises(DataError, match=f"^{TITLES[split]} samples must be 4 numbers each, not 5"):
            check(replace(data, **{split: Split(np.zeros((20, 5)), data.validation.targets)}))
        with pytest.raises(DataError, match=f"^{TITLES[split]} samples must be numbers, not <U3"):
            check(replace(data, **{split: Split(np.full((20, 4), "1.5"), data.validation.targets)}))
    with pytest.raises(DataError, match="20 samples but 19 targets"):
        Split(np.zeros((20, 4)), np.zeros(19))


def test_a_pixel_is_told_by_its_axes_and_a_token_by_the_vocabulary() -> None:
    base = dataset(CLASSES)
    answers = np.zeros(6, dtype=np.int64)
    pictures = np.zeros((6, 3, 5, 7), dtype=np.float32)
    schema = replace(base.schema, kind="pictures", input=Shape.picture(3, 5, 7), columns=())
    part = Split(pictures, answers)
    check(Dataset(schema, part, part, part))
    pictures[1, 0, 4, 2] = np.nan
    with pytest.raises(DataError, match=r"^Training sample 2, channel 1, height 5, width 3: the value is missing"):
        check(Dataset(schema, part, part, part))
    words = tuple(f"word {number}" for number in range(4))
    texts = replace(base.schema, input=Shape.tokens(4, 10), columns=words)
    tokens = np.full((6, 4), 9)
    part = Split(tokens, answers)
    check(Dataset(texts, part, part, part))
    tokens[0, 3] = 10
    with pytest.raises(DataError, match=r"^Training sample 1, column word 3: 10 is not a token; there are 10, from 0"):
        check(Dataset(texts, part, part, part))


def test_large_data_is_looked_at_in_parts_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "AT_ONCE", 12)
    data = dataset(VALUES)
    looked: list[int] = []
    real = checking.is_not_finite
    monkeypatch.setattr(checking, "is_not_finite", lambda part: looked.append(part.size) or real(part))
    check(data)
    assert max(looked) <= 12
    assert sum(looked) == (50 + 20 + 20) * 5
    check(data)
    assert sum(looked) == (50 + 20 + 20) * 5
    with pytest.raises(DataError, match=r"^Test sample 20, column s"):
        check(spoiled(data, "test", (19, 3), np.nan))


def test_pictures_of_bytes_need_no_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "is_not_finite", lambda _part: pytest.fail("looked at"))
    check(catalogue.load("uci-digits", seed=991))


def test_every_source_is_checked_as_it_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    source = catalogue.SOURCES["line"]

    def make(options: Any) -> Pool:
        pool = source.make(options)
        pool.rows.inputs[7, 0] = np.nan
        return pool

    monkeypatch.setitem(catalogue.SOURCES, "line", replace(source, make=make))
    monkeypatch.setattr(catalogue, "CACHE", catalogue.MemoryCache(2**20))
    with pytest.raises(DataError, match=r"sample \d+, column x: the value is missing"):
        catalogue.load("line")


@pytest.mark.parametrize("name", [name for name in catalogue.names() if not catalogue.entry(name).downloadable])
def test_the_data_that_comes_along_is_sound(name: str) -> None:
    small = {"samples": 100} if any(option.name == "samples" for option in catalogue.entry(name).options) else {}
    if name == "own-text":
        pytest.skip("there is no file of the user's")
    check(catalogue.load(name, options=small))


def test_several_values_have_names() -> None:
    target = Quantities(2, ("height", "weight"))
    schema = replace(dataset(VALUES).schema, target=target)
    answers = np.zeros((6, 2), dtype=np.float32)
    part = Split(np.zeros((6, 4), dtype=np.float32), answers)
    answers[5, 1] = np.inf
    with pytest.raises(DataError, match=r"^Training sample 6, target weight: the value is infinite"):
        check(Dataset(schema, part, part, part))
