"""The sentence about the test figures: what it says, of new files and old ones, and when two results may be ranked."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data import catalogue
from engine.reports.figures import amount, percent, with_range
from engine.reports.intervals import Interval
from engine.reports.losses import loss_of_what
from engine.reports.verdict import curve_floor, headline, sentence, verdict_of
from engine.training.recipe import Recipe

DIGITS, HOUSES, IRIS = (catalogue.schema(name) for name in ("mnist", "houses", "iris"))
CLASSES = {"test_rows": 10_000, "test_accuracy": 0.994, "floor_accuracy": 0.1135, "floor_class": 1}
ALIKE = {"test_loss": 0.0004, "test_mse": 0.0004, "test_mae": 0.0125, "test_r2": None}
VALUES = {
    "test_rows": 300,
    "test_mae": 8.53,
    "test_mae_spread": 8.0,
    "test_mse": 130.0,
    "test_mse_spread": 210.0,
    "test_r2": 0.98765,
    "test_loss": 0.0123,
    "floor_mae": 98.42,
    "floor_median_mae": 96.1,
    "floor_mean": 312.4,
    "floor_median": 287.0,
}


def test_an_accuracy_says_how_sure_it_is_and_what_guessing_would_get() -> None:
    assert sentence(CLASSES, DIGITS) == (
        'Accuracy 99.40 % (99.2 to 99.5 with 95 % confidence, 10,000 images); always predicting "1" would get 11.4 %.'
    )


def test_an_error_says_the_same() -> None:
    found = verdict_of(VALUES, HOUSES, "mean squared error of the standardised targets")
    assert found is not None
    assert found.sentence == (
        "Mean absolute error of price (thousands) 8.5 (7.6 to 9.4 with 95 % confidence, 300 samples); "
        "always predicting the mean, 312, would be off by 98.4."
    )
    assert found.details == (
        "RMSE 11.4 (10.3 to 12.4).",
        "R² 0.9877 (1 is perfect, 0 is always predicting the mean).",
        "Loss on the test samples 0.0123 (mean squared error of the standardised targets).",
    )


def test_the_figures_of_older_files_say_what_they_can() -> None:
    old = {"test_accuracy": 0.9, "confusion": [[50, 10], [0, 40]]}
    assert sentence(old, None) == (
        "Accuracy 90 % (83 to 94 with 95 % confidence, 100 samples); "
        "always predicting the most common class would get 60 %."
    ).replace("90 %", "90.0 %")
    assert sentence({"test_accuracy": 0.9}, DIGITS) == "Accuracy 90.00 %."
    assert sentence({"test_mae": 0.25, "test_mse": 4.0, "test_r2": None}, None) == (
        "Mean absolute error 0.250. RMSE 2.00."
    )
    assert sentence({}, DIGITS) == "There were no test images."
    assert "has never seen" in sentence(None, IRIS)
    assert "is not finite" in sentence({"test_loss": None, "test_accuracy": 0.5}, IRIS)


def test_one_sample_is_one() -> None:
    assert "1 image)" in sentence({**CLASSES, "test_rows": 1, "test_accuracy": 1.0}, DIGITS)
    assert "1 sample)" in sentence({**VALUES, "test_rows": 1, "test_mae_spread": None}, HOUSES)


@pytest.mark.parametrize("right", [9_999, 99_999, 9_999_999, 1])
def test_only_all_is_called_a_hundred_per_cent_and_only_none_nought(right: int) -> None:
    rows = 10_000_000 if right > 99_999 or right == 1 else right + 1
    said = sentence({"test_rows": rows, "test_accuracy": right / rows}).split(" (")[0]
    assert "100" not in said
    assert float(said.split()[1]) > 0
    assert sentence({"test_rows": 5, "test_accuracy": 1.0}).startswith("Accuracy 100.0 % (57 to 100 ")


def test_a_classs_name_is_quoted_in_part_and_without_harm() -> None:
    schema = replace(IRIS, target=replace(IRIS.target, names=("a" * 500, "\x1b[2J", " ")))
    assert len(sentence({**CLASSES, "floor_class": 0}, schema)) < 200
    assert "\x1b" not in sentence({**CLASSES, "floor_class": 1}, schema)
    assert 'always predicting "␣"' in sentence({**CLASSES, "floor_class": 2}, schema), "nobody would see a space"
    assert "the most common class" in sentence({**CLASSES, "floor_class": 7}, schema)


def test_results_whose_intervals_overlap_are_not_ranked() -> None:
    def of(share: float, rows: int = 10_000) -> Any:
        return verdict_of({"test_rows": rows, "test_accuracy": share})

    assert of(0.994).better_than(of(0.98)) is True
    assert of(0.98).better_than(of(0.994)) is False
    assert of(0.994).better_than(of(0.9935)) is None
    assert of(0.9, 30).better_than(of(0.8, 30)) is None
    error, worse = verdict_of(VALUES), verdict_of({**VALUES, "test_mae": 20.0})
    assert error is not None
    assert worse is not None
    assert error.better_than(worse) is True
    assert worse.better_than(error) is False
    assert error.better_than(of(0.9)) is None
    assert error.better_than(verdict_of({"test_mae": 90.0})) is None


def test_at_the_floor() -> None:
    def at(share: float, rows: int) -> bool:
        found = verdict_of({"test_rows": rows, "test_accuracy": share, "floor_accuracy": 0.5, "floor_class": 0})
        assert found is not None
        return found.reaches_floor

    assert at(0.505, 1_000)
    assert not at(0.6, 1_000)
    assert at(0.6, 10)
    alike = verdict_of({"test_rows": 30, "test_mae": 1e-5, "test_mae_spread": 1e-6, "floor_mae": 0.0})
    assert alike is not None
    assert alike.floor is None, "where all answers are alike there is nothing to compare with"
    assert not alike.reaches_floor
    median = verdict_of({**VALUES, "test_mae": 97.0, "test_mae_spread": 1.0})
    assert median is not None
    assert median.reaches_floor, "always predicting the median is better than always predicting the mean"


def test_the_loss_is_named_with_what_it_is_in() -> None:
    assert loss_of_what(Recipe(), DIGITS) == "cross-entropy"
    assert loss_of_what(Recipe(), HOUSES) == "mean squared error of the standardised targets"
    assert loss_of_what(Recipe(answer_preparation="none"), HOUSES) == "mean squared error"
    huber = Recipe().with_setting("loss.kind", "huber")
    assert loss_of_what(huber, HOUSES) == "Huber loss of the standardised targets"
    assert loss_of_what(Recipe(), None) == ""


def test_numbers_are_written_without_powers_of_ten() -> None:
    assert [amount(value) for value in (4.32e-05, 8.53, 1240.4, 0.0, -2.5)] == [
        "0.0000432",
        "8.53",
        "1,240",
        "0",
        "−2.50",
    ]
    assert amount(3.2e18) == "3.20 × 10¹⁸"
    assert amount(1e-9) == "1.00 × 10⁻⁹"
    assert amount(None) == amount(math.nan) == "–"
    assert percent(0.5) == "50.00 %"


@given(st.floats(0, 1e200), st.floats(0, 1e200))
def test_a_range_is_short_whatever_its_numbers(value: float, width: float) -> None:
    shown, reach = with_range(value, Interval(value, value + width))
    assert len(shown) < 30
    assert len(reach) < 60


@given(
    st.dictionaries(
        st.sampled_from([*CLASSES, *VALUES, "test_r2"]),
        st.one_of(st.none(), st.integers(0, 10**12), st.floats(-1e200, 1e200), st.booleans()),
    )
)
def test_whatever_figures_a_file_holds_there_is_a_sentence(test: dict[str, Any]) -> None:
    for schema in (None, DIGITS, HOUSES):
        words = sentence(test, schema)
        assert words.endswith(".")
        assert len(words) < 700


def test_the_words_beside_the_floor_of_a_curve_say_where_it_lies() -> None:
    figures = {"floor_mae": 95.0, "floor_mean": 312.0, "floor_median_mae": 94.0, "floor_median": 282.0}
    level, words = curve_floor(figures, catalogue.schema("houses")) or (0.0, "")
    assert level == 95.0
    assert words == "always the mean (312), off by 95.0"
    level, words = curve_floor({"floor_accuracy": 0.114, "floor_class": 1}, catalogue.schema("mnist")) or (0.0, "")
    assert (level, words) == (0.114, 'always "1", 11.4 %')


def test_answers_that_are_all_alike_have_figures_too() -> None:
    assert "0.0125" in sentence(ALIKE, details=False)
    assert "0.0125" in sentence(ALIKE)


def test_figures_that_are_missing_or_huge_are_said_too() -> None:
    for test in ({"test_r2": 0.5, "test_mae": None}, {"test_r2": 0.5}, {"test_mae": 2.0, "test_mse": None}):
        assert "–" in sentence(test)
    assert "is not finite" in sentence({"test_loss": None, "test_accuracy": 0.5})
    assert "is not finite" not in sentence({"test_loss": 0.5, "test_accuracy": 0.5}) + sentence({})
    huge = {"test_r2": -1e200, "test_mae": 1e200, "test_mse": 1e200}
    assert len(sentence(huge)) < 200
    assert len(sentence(huge, details=False)) < 200
    assert "–" in sentence({"test_accuracy": None}, details=False)


def test_a_card_has_the_figure_one_would_ask_for_first() -> None:
    assert headline(CLASSES) == "Accuracy 99.40 %"
    assert headline({"test_accuracy": 0.99996}) == "Accuracy 99.996 %", "no figure is rounded to all of them"
    assert headline(VALUES) == "R² 0.9877"
    assert headline({"test_mae": 1.0, "test_r2": -3.14159}) == "R² −3.14"
    assert [headline(test) for test in (None, {}, {"test_mae": 1.0}, {"test_accuracy": None})] == [""] * 4
