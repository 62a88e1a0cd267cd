"""What a dataset is, in words, for every one there is; and the words for what is measured."""

from dataclasses import replace

import pytest

from engine.data import catalogue
from engine.reports.data_words import error_unit, rows_words, target_words, unit
from engine.tasks.supervised_targets import task_for
from engine.training.metric_kinds import ABSOLUTE_ERROR, ACCURACY, METRICS, metric_of
from engine.training.recipe import Recipe

DIGITS, CANCER, HOUSES = (catalogue.schema(name) for name in ("mnist", "breast-cancer", "houses"))


@pytest.mark.parametrize("name", catalogue.names())
def test_every_dataset_says_what_is_to_be_learned(name: str) -> None:
    schema = catalogue.schema(name)
    words = target_words(schema)
    assert words.startswith(("one of ", "yes or no", "a number", "numbers", "which of "))
    if not words.startswith("which of "):  # tokens, of which there are too many
        assert all(one in words for one in schema.target.names[:12])
    assert not words.endswith((" ", ":", ","))


def test_each_kind_of_answer_has_its_words() -> None:
    assert target_words(DIGITS) == "one of 10 classes: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9"
    assert target_words(DIGITS, 2) == "one of 10 classes: 0, 1, …"
    assert target_words(CANCER) == f"yes or no: {' or '.join(CANCER.target.names)}"
    assert target_words(HOUSES) == f"a number: {HOUSES.target.names[0]}"
    nameless = [replace(one, target=replace(one.target, names=())) for one in (DIGITS, CANCER, HOUSES)]
    assert [target_words(one) for one in nameless] == ["one of 10 classes", "yes or no", "a number"]


def test_rows_are_called_by_what_they_are() -> None:
    assert [unit(DIGITS), unit(DIGITS, 1), unit(HOUSES), unit(None, 1)] == ["images", "image", "samples", "sample"]
    assert rows_words({"train": 60_000, "test": 1}) == "60,000 train, 1 test"


def test_an_error_is_in_the_units_of_its_answers() -> None:
    two = replace(HOUSES, target=replace(HOUSES.target, size=2, names=("price", "rent")))
    assert error_unit(HOUSES) == f"of {HOUSES.target.names[0]}"
    assert error_unit(two) == "in the targets' own units"
    assert [error_unit(one) for one in (DIGITS, CANCER, None)] == ["", "", ""]


def test_what_a_task_measures_is_declared() -> None:
    for schema in (DIGITS, CANCER, HOUSES):
        assert task_for(schema.target, Recipe()).channel in [metric.channel for metric in METRICS.values()]
    assert metric_of({"epoch": 1, "train_loss": 0.5, "validation_mae": 1.0, "train_mae": 3.0}) is ABSOLUTE_ERROR
    assert metric_of({"train_accuracy": None}) is ACCURACY
    assert metric_of({"train_happiness": 1.0}).title == "happiness"
    assert metric_of({"epoch": 1, "train_loss": 0.5}) is None
