"""Intervals: against published values, at the ends, and that they hold what they promise."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.reports.intervals import Interval, of_mean, of_share


@pytest.mark.parametrize(
    ("right", "of", "low", "high"),
    [
        (0, 20, 0.0, 0.1611),  # R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3
        (15, 148, 0.0624, 0.1605),
        (81, 263, 0.2553, 0.3662),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_published_intervals_of_shares(right: int, of: int, low: float, high: float) -> None:
    found = of_share(right, of)
    assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@given(st.integers(1, 10_000_000), st.floats(0, 1))
def test_the_share_itself_lies_within_and_both_sides_mirror_each_other(of: int, share: float) -> None:
    right = round(share * of)
    found, mirrored = of_share(right, of), of_share(of - right, of)
    assert 0 <= found.low <= right / of <= found.high <= 1
    assert mirrored.low == pytest.approx(1 - found.high, abs=1e-12)


@pytest.mark.parametrize(("right", "of"), [(-1, 5), (6, 5), (0, 0)])
def test_what_is_no_share_is_refused(right: int, of: int) -> None:
    with pytest.raises(ValueError, match="correct predictions"):
        of_share(right, of)


@pytest.mark.parametrize(("count", "factor"), [(3, 4.303), (5, 2.776), (11, 2.228), (31, 2.042), (100_001, 1.960)])
def test_means_of_few_numbers_are_less_sure(count: int, factor: float) -> None:
    found = of_mean(1e6, 1.0, count)
    assert found is not None
    assert (found.high - 1e6) * math.sqrt(count) == pytest.approx(factor, rel=0.01)


def test_of_an_error_that_cannot_be_below_zero() -> None:
    found = of_mean(1.0, 10.0, 9)
    assert found is not None
    assert found.low == 0


@pytest.mark.parametrize(
    ("mean", "deviation", "count"), [(1, 1, 2), (math.nan, 1, 9), (1, math.inf, 9), (1, -1, 9), (-1, 1, 9)]
)
def test_where_nothing_can_be_said_nothing_is(mean: float, deviation: float, count: int) -> None:
    assert of_mean(mean, deviation, count) is None


def test_of_a_hundred_experiments_about_five_lie_outside() -> None:
    dice = np.random.default_rng(4)
    outside = 0
    for _ in range(2_000):
        errors = np.abs(dice.normal(0, 1, 200))
        found = of_mean(float(errors.mean()), float(errors.std(ddof=1)), 200)
        assert found is not None
        outside += not found.low <= math.sqrt(2 / math.pi) <= found.high
    assert 60 < outside < 150


def test_intervals_that_touch_overlap() -> None:
    assert Interval(0, 1).overlaps(Interval(1, 2))
    assert not Interval(0, 1).overlaps(Interval(1.01, 2))
