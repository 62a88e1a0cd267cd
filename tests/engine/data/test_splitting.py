"""Splits: every row exactly once, the same for the same seed, every class in proportion."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.dataset import DataError, Split
from engine.data.sources.source import Pool
from engine.data.splitting import divide, split_rows, split_sizes

shares = st.floats(0, 0.45)
labels = st.lists(st.integers(0, 4), min_size=1, max_size=200).map(lambda found: np.array(found, dtype=np.int64))


@given(labels, shares, shares, st.integers(0, 2**32), st.booleans())
def test_every_row_is_in_exactly_one_split(answers, validation, test, seed, stratified):
    parts = split_rows(answers, validation, test, seed, stratified=stratified)
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(answers)))
    assert tuple(map(len, parts)) == split_sizes(len(answers), validation, test)
    again = split_rows(answers, validation, test, seed, stratified=stratified)
    assert all(np.array_equal(one, other) for one, other in zip(parts, again, strict=True))


@given(st.integers(0, 500), shares, shares)
def test_sizes_are_sane_for_tiny_sets(rows, validation, test):
    train, held, judged = split_sizes(rows, validation, test)
    assert train + held + judged == rows
    assert train >= min(rows, 1)
    if rows >= 3:
        assert (held > 0) == (validation > 0)
        assert (judged > 0) == (test > 0)
        assert abs(held - rows * validation) <= 1
        assert abs(judged - rows * test) <= 1


@given(labels, shares, shares, st.integers(0, 1000))
def test_no_class_is_missing_from_training(answers, validation, test, seed):
    train, _, _ = split_rows(answers, validation, test, seed, stratified=True)
    kinds = len(np.unique(answers))
    assert len(np.unique(answers[train])) == min(kinds, len(train))


@given(st.lists(st.integers(20, 300), min_size=2, max_size=6), st.integers(0, 1000))
def test_classes_keep_their_proportions(counts, seed):
    answers = np.repeat(np.arange(len(counts)), counts)
    np.random.default_rng(seed).shuffle(answers)
    for part, share in zip(split_rows(answers, 0.1, 0.2, seed, stratified=True)[1:], (0.1, 0.2), strict=True):
        for value, count in enumerate(counts):
            assert abs(np.count_nonzero(answers[part] == value) - share * count) < 2.5


def test_another_seed_gives_other_rows():
    answers = np.arange(100) % 4
    first, second = (split_rows(answers, 0.2, 0.2, seed, stratified=True)[0] for seed in (0, 1))
    assert not np.array_equal(first, second)


def test_rows_in_order_of_class_are_mixed():
    answers = np.repeat([0, 1, 2], 50)
    for part in split_rows(answers, 0.1, 0.15, 0, stratified=True):
        assert set(answers[part]) == {0, 1, 2}


def test_a_given_test_split_is_kept():
    pool = Split(np.arange(40, dtype=np.float32).reshape(20, 2), np.arange(20) % 2)
    given_test = Split(np.zeros((5, 2), dtype=np.float32), np.zeros(5, dtype=np.int64))
    train, held, judged = divide(Pool(pool, given_test), 0.2, 0.5, 0, stratified=True)
    assert judged is given_test
    assert (len(train), len(held)) == (16, 4)
    # Rows and their answers stay together.
    assert np.array_equal(train.inputs[:, 0] // 2 % 2, train.targets)


@pytest.mark.parametrize(
    ("validation", "test"), [(-0.1, 0.1), (0.1, 1.0), (0.5, 0.5), (float("nan"), 0.1), (0.1, float("inf")), ("a", 0.1)]
)
def test_shares_that_make_no_sense_are_refused(validation, test):
    with pytest.raises(DataError, match=r"split|take more"):
        split_sizes(100, validation, test)
