"""Curves as numbers: thinning keeps what the eye would see, smoothing stays honest, ranges grow in steps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gui.plots import ranges
from gui.plots.series import DRAWN, Series, smooth, thin


def test_a_series_grows_and_keeps_everything() -> None:
    series = Series()
    for start in range(0, 5000, 7):
        steps = np.arange(start, min(start + 7, 5000))
        series.append(steps, steps * 2.0)
    assert len(series) == 5000
    np.testing.assert_array_equal(series.values, np.arange(5000) * 2.0)
    series.append(5000, 1.0)
    assert series.steps[-1] == 5000
    series.clear()
    assert len(series) == 0


def test_unequal_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="as many values"):
        Series().append([1, 2, 3], [1.0])


def test_the_nearest_point_is_the_nearest() -> None:
    series = Series()
    series.append([10, 20, 40], [1.0, 2.0, 3.0])
    assert [series.nearest(step) for step in (-5, 10, 14, 16, 29, 31, 99)] == [0, 0, 0, 1, 1, 2, 2]
    with pytest.raises(ValueError, match="empty"):
        Series().nearest(1)


def test_the_first_broken_step_is_found() -> None:
    series = Series()
    series.append([1, 2, 3], [1.0, 2.0, 3.0])
    assert series.first_broken() is None
    series.append([4, 5], [np.inf, np.nan])
    assert series.first_broken() == 4


def test_few_points_are_drawn_as_they_are() -> None:
    steps, values = np.arange(10.0), np.arange(10.0) ** 2
    drawn_steps, drawn = thin(steps, values)
    np.testing.assert_array_equal(drawn_steps, steps)
    np.testing.assert_array_equal(drawn, values)


def test_a_single_spike_in_a_hundred_thousand_survives() -> None:
    values = np.zeros(100_000)
    values[61_803] = 9.0
    values[31_415] = -7.0
    steps, drawn = thin(np.arange(100_000.0), values)
    assert len(drawn) <= DRAWN
    assert drawn.max() == 9.0
    assert steps[drawn.argmax()] == 61_803
    assert drawn.min() == -7.0


@given(
    arrays(np.float64, st.integers(1, 700), elements=st.floats(-1e6, 1e6)),
    st.sets(st.integers(0, 699), max_size=20),
    st.integers(12, 200),
)
def test_thinning_keeps_limits_order_ends_and_extremes(values, holes, limit) -> None:
    values = values.copy()
    values[[hole for hole in holes if hole < len(values)]] = np.nan
    steps, drawn = thin(np.arange(float(len(values))), values, limit)
    assert len(steps) == len(drawn) <= max(limit, len(values) if len(values) <= limit else 0)
    assert (np.diff(steps) >= 0).all()
    assert steps[0] == 0
    assert steps[-1] == len(values) - 1
    finite = values[np.isfinite(values)]
    kept = drawn[np.isfinite(drawn)]
    if len(values) > limit and len(finite) == len(values):
        inner = kept[1:-1]
        assert {values[0], values[-1]} <= set(kept)
        assert set(inner) <= set(finite)
    assert np.isnan(drawn).any() == np.isnan(values).any()


def test_a_gap_stays_a_gap_when_thinned() -> None:
    values = np.ones(30_000)
    values[10_000:10_010] = np.nan
    steps, drawn = thin(np.arange(30_000.0), values)
    broken = steps[np.isnan(drawn)]
    assert len(broken) >= 1
    assert all(9_900 < step < 10_100 for step in broken)
    assert len(drawn) <= DRAWN


def test_infinite_values_break_the_line_too() -> None:
    _, drawn = thin(np.arange(3.0), np.array([1.0, np.inf, 2.0]))
    np.testing.assert_array_equal(np.isnan(drawn), [False, True, False])


def test_smoothing_lies_within_the_curve_and_keeps_its_ends_and_its_straight_lines() -> None:
    random = np.random.default_rng(0)
    noisy = random.normal(0, 1, 1000)
    calm = smooth(noisy, 0.5)
    assert calm.std() < 0.5 * noisy.std()
    assert noisy.min() <= calm.min()
    assert calm.max() <= noisy.max()
    assert (calm[0], calm[-1]) == (pytest.approx(noisy[0]), pytest.approx(noisy[-1]))
    line = np.arange(500.0)
    np.testing.assert_allclose(smooth(line, 1.0), line, atol=1e-9)  # no lag
    np.testing.assert_array_equal(smooth(noisy, 0.0), noisy)


def test_smoothing_neither_hides_nor_spreads_a_gap() -> None:
    values = np.ones(100)
    values[50] = np.nan
    np.testing.assert_array_equal(np.isnan(smooth(values, 1.0)), np.isnan(values))


@given(st.floats(1e-9, 1e12))
def test_a_ceiling_is_round_close_and_not_below(value) -> None:
    top = ranges.ceiling(value)
    assert top >= value * (1 - 1e-9)
    assert top <= value * 1.6
    assert float(f"{top:.1e}") == pytest.approx(top)


def test_ranges_grow_in_steps() -> None:
    tops = {ranges.linear(np.array([value]))[1] for value in np.linspace(2.01, 2.99, 50)}
    assert tops == {3.0}
    assert ranges.linear(np.array([np.nan])) == (0.0, 1.0)
    assert ranges.linear(np.array([-0.4, 1.2])) == (-0.4, 1.5)
    assert ranges.share(np.array([0.1, 0.99])) == (0.0, 1.0)
    assert ranges.share(np.array([0.97, 0.99])) == (0.95, 1.0)
    low, high = ranges.logarithmic(np.array([0.02, 2.3, 0.0, -1.0]))
    assert low <= np.log10(0.02)
    assert high >= np.log10(2.3)
    assert low * 2 == round(low * 2)


def test_one_early_outlier_does_not_set_the_range_and_is_told() -> None:
    steps = np.arange(1.0, 1001.0)
    values = 2.3 * np.exp(-steps / 300)
    values[0] = 7_000.0
    kept, beyond = ranges.without_outliers(steps, values)
    assert kept.max() < 3
    assert beyond == (1.0, 7_000.0)


@pytest.mark.parametrize(
    "values",
    [
        [7.0, 1.0, 1.0],  # too few to say what is usual
        [1.0] * 90 + [700.0] * 10,  # it grew: that is what one must see
        [100.0, 50.0, 25.0, 12.0, 6.0, 3.0, 1.5],  # it fell
        [0.0] * 50,
        list(2.3 * np.exp(-np.arange(1000) / 20)),
    ],
)
def test_nothing_is_left_out_of_a_curve_without_outliers(values: list[float]) -> None:
    array = np.array(values)
    kept, beyond = ranges.without_outliers(np.arange(float(len(array))), array)
    assert beyond is None
    assert len(kept) == len(array)


def test_a_range_around_values_has_room_on_both_sides() -> None:
    for values in ([1.0, 2.0], [5.0, 5.0], [-3.0, 1e6], [1e9, 1e9 + 1]):
        low, high = ranges.around(np.array(values))
        assert low < min(values) <= max(values) < high
