"""Numbers at the axes: two or more whatever the range, round, apart, and short enough for the room there is."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.plots import ticks

LENGTHS = st.floats(0, 16).map(lambda power: 10.0 ** (power - 8))


@given(st.floats(-1e9, 1e9), LENGTHS, st.integers(0, 12))
def test_an_axis_has_two_numbers_or_more_and_all_lie_on_it(low: float, length: float, most: int) -> None:
    high = low + length
    if high - low < 1e-6 * max(abs(low), 1e-9):
        return
    spacing, places = ticks.even(low, high, most)
    assert 2 <= len(places) <= max(3, most)
    assert spacing > 0
    room = 1e-6 * (high - low)
    assert all(low - room <= place <= high + room for place in places)
    assert places == sorted(set(places))


@given(st.floats(-12, 12), st.floats(0.1, 30), st.integers(0, 12))
def test_so_has_a_logarithmic_one(low: float, length: float, most: int) -> None:
    spacing, places = ticks.powers(low, low + length, most)
    assert len(places) >= 2
    assert len(places) <= 2 * max(3, most)
    assert spacing > 0
    assert all(low - 1e-6 <= place <= low + length + 1e-6 for place in places)


@given(st.floats(-9, 14), st.integers(2, 7))
def test_numbers_of_one_axis_are_told_apart_and_short(power: float, most: int) -> None:
    spacing, places = ticks.even(0.0, 10.0**power, most)
    written = [ticks.number(place, spacing) for place in places]
    assert len(set(written)) == len(written)
    assert all(len(words) <= 9 for words in written)


@pytest.mark.parametrize(
    ("value", "spacing", "words"),
    [
        (0.0, 0.5, "0"),
        (0.5, 0.25, "0.50"),
        (1500, 500, "1,500"),
        (2.5e6, 5e5, "2.5 M"),
        (3e17, 1e17, "3×10¹⁷"),
        (4e-7, 2e-7, "4×10⁻⁷"),
        (-20.0, 10.0, "-20"),
    ],
)
def test_how_a_number_is_written(value: float, spacing: float, words: str) -> None:
    assert ticks.number(value, spacing) == words


def test_shares_are_written_as_per_cent() -> None:
    assert ticks.percent(0.995, 0.005) == "99.5 %"
    assert ticks.percent(1.0, 0.25) == "100 %"


def test_what_is_no_range_is_borne() -> None:
    assert ticks.even(1.0, 1.0, 5)[1] == [1.0]
    assert ticks.powers(math.nan, 1.0, 5)[0] == 1.0
