"""Rows of a large array on disk: they read as an array would, and dividing and learning from them copies little."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from engine.data import catalogue, chosen_rows
from engine.data.chosen_rows import ChosenRows, as_chosen, chosen, one_after_another
from engine.data.dataset import Dataset, Split
from engine.data.image_contents import contents
from engine.data.preparation import Preparation
from engine.data.sources import own_pictures
from engine.data.stable_split import same_rows
from engine.training import batches
from engine.training.batches import BatchLoader

CPU = torch.device("cpu")
EDITS = '{"cats/0002.bmp":{"class":"dogs","split":"test"},"dogs/0003.bmp":{"excluded":true}}'


@pytest.fixture(autouse=True)
def nothing_is_known() -> Iterator[None]:
    own_pictures.forget()
    catalogue.CACHE.clear()
    yield
    own_pictures.forget()
    catalogue.CACHE.clear()


def some(seed: int) -> tuple[ChosenRows, Any]:
    """Chosen rows, and the array that they stand for."""
    chance = np.random.default_rng(seed)
    base = chance.integers(0, 256, (30, 3, 4, 5), dtype=np.uint8)
    rows = chance.permutation(30)[: chance.integers(1, 30)].astype(np.int64)
    return ChosenRows(base, rows), base[rows]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(-40, 40), st.integers(-40, 40))
def test_they_read_as_the_array_would(seed: int, start: int, stop: int) -> None:
    held, array = some(seed)
    assert (held.shape, held.ndim, held.dtype, held.size, len(held)) == (
        array.shape,
        array.ndim,
        array.dtype,
        array.size,
        len(array),
    )
    assert np.array_equal(held[start:stop], array[start:stop])
    numbers = np.arange(len(array))[::-2]
    assert np.array_equal(held[numbers], array[numbers])
    assert np.array_equal(held[array[:, 0, 0, 0] > 99], array[array[:, 0, 0, 0] > 99])
    assert np.array_equal(held[start % len(array)], array[start % len(array)])
    assert held[0, 1, 2, 3] == array[0, 1, 2, 3]
    assert isinstance(held[:, 1], ChosenRows)
    assert np.array_equal(held[:, 1], array[:, 1])
    assert np.array_equal(np.asarray(held), array)
    assert np.array_equal(held.astype(np.float32), array.astype(np.float32))
    assert np.array_equal(held.min(axis=(0, 2, 3)), array.min(axis=(0, 2, 3)))
    assert np.array_equal(held.max(axis=(0, 2, 3)), array.max(axis=(0, 2, 3)))
    assert np.array_equal(np.concatenate([held, held]), np.concatenate([array, array]))
    assert np.array_equal(list(held), array)


def test_lowest_and_highest_are_found_block_by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chosen_rows, "_AT_ONCE", 4)
    held, array = some(3)
    assert np.array_equal(held.min(axis=(0, 2, 3)), array.min(axis=(0, 2, 3)))
    assert np.array_equal(held.max(axis=(0, 2, 3)), array.max(axis=(0, 2, 3)))
    with pytest.raises(ValueError, match="first axis"):
        held.min(axis=(1,))


def test_only_large_arrays_are_left_where_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    array = np.zeros((10, 1, 2, 2), dtype=np.uint8)
    assert chosen(array) is array
    monkeypatch.setattr(chosen_rows, "LARGE", 40)
    split = Split(chosen(array), np.arange(10))
    part = split.take(np.array([3, 1])).take(np.array([1]))
    held = as_chosen(part.inputs)
    assert held is not None
    assert held.base is array
    assert part.targets.tolist() == [1]
    assert part.places is not None
    assert part.places.tolist() == [1]


def test_rows_of_one_array_are_put_together_without_copying() -> None:
    held, array = some(2)
    mine = one_after_another(ChosenRows(held.base, held.rows[:3]), ChosenRows(held.base, held.rows[1:]))
    found = as_chosen(mine)
    assert found is not None
    assert found.base is held.base
    assert np.array_equal(mine, np.concatenate([array[:3], array[1:]]))
    assert np.array_equal(one_after_another(np.asarray(held), array), np.concatenate([array, array]))


def test_edited_images_are_dealt_into_folds_as_edited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chosen_rows, "LARGE", 1)
    options = {"path": str(made(tmp_path / "set", 60, 8)), "edits": EDITS}
    folds = catalogue.load_folds("own-pictures", 3, options=options)
    assert as_chosen(folds.rows.inputs) is not None
    judged = [folds.fold(number).test for number in range(3)]
    whole = catalogue.load("own-pictures", options=options)
    assert sum(map(len, judged)) == len(whole.train) + len(whole.validation) == 60 - 1 - len(whole.test)
    classes = np.concatenate([split.targets for split in (*judged, whole.test)])
    assert np.bincount(classes).tolist() == [29, 30]


@pytest.mark.parametrize("keep", [0, batches.KEEP_PREPARED])
@pytest.mark.parametrize("shift", [(), (3.0, 4.0, 5.0)])
def test_batches_are_bit_for_bit_those_of_the_array(keep: int, shift: tuple[float, ...]) -> None:
    held, array = some(1)
    targets = torch.arange(len(array))
    scale = (2.0, 3.0, 7.0) if shift else ()
    one, other = (
        BatchLoader(inputs, targets, CPU, shift=shift, scale=scale, keep_prepared=keep) for inputs in (held, array)
    )
    rows = torch.randperm(len(array))
    for mine, theirs in zip(one.take(rows), other.take(rows), strict=True):
        assert torch.equal(mine, theirs)
    for mine, theirs in zip(one.in_order(4), other.in_order(4), strict=True):
        assert torch.equal(mine[0], theirs[0])
        assert torch.equal(mine[1], theirs[1])


def made(folder: Path, count: int, side: int) -> Path:
    chance = np.random.default_rng(0)
    for number in range(count):
        path = folder / ("cats", "dogs")[number % 2] / f"{number:04}.bmp"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(chance.integers(0, 256, (side, side, 3), dtype=np.uint8)).save(path)
    return folder


def same(one: Dataset, other: Dataset) -> bool:
    return all(
        np.array_equal(getattr(one, name).inputs, getattr(other, name).inputs)
        and np.array_equal(getattr(one, name).targets, getattr(other, name).targets)
        for name in ("train", "validation", "test")
    )


@pytest.mark.parametrize("edits", ["", EDITS])
def test_images_are_divided_and_prepared_as_those_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edits: str
) -> None:
    options = {"path": str(made(tmp_path / "set", 60, 8)), "edits": edits}
    before = catalogue.load("own-pictures", options=options, seed=3)
    assert as_chosen(before.train.inputs) is None
    catalogue.CACHE.clear()
    monkeypatch.setattr(chosen_rows, "LARGE", 1)
    after = catalogue.load("own-pictures", options=options, seed=3)
    assert as_chosen(after.train.inputs) is not None
    assert same(before, after)
    assert Preparation.fit(before) == Preparation.fit(after)
    assert np.array_equal(same_rows(before.train), same_rows(after.train))
    numbers = np.arange(len(contents(after)))
    assert np.array_equal(contents(before).images(numbers), contents(after).images(numbers))


def test_dividing_preparing_and_a_step_take_little_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chosen_rows, "LARGE", 1)
    options = {"path": str(made(tmp_path / "set", 3_000, 48))}
    whole = own_pictures.pictures(options).stored.arrays["inputs"].nbytes
    assert whole == 3_000 * 3 * 48 * 48
    tracemalloc.start()
    try:
        data = catalogue.load("own-pictures", options=options)
        preparation = Preparation.fit(data)
        loader = BatchLoader(
            data.train.inputs,
            torch.from_numpy(data.train.targets),
            CPU,
            shift=preparation.input_shift,
            scale=preparation.input_scale,
            keep_prepared=0,
        )
        loader.take(torch.arange(32))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert data.train.nbytes < whole / 100
    assert most < whole / 2, f"{most:,} bytes beside {whole:,} of all images"
