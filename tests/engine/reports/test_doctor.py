"""A run that came to nothing is told, with the cause that fits, and a run that learned something is left alone."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from engine.data import catalogue
from engine.graph import templates
from engine.graph.advice.analysis import analyse
from engine.graph.graph import empty
from engine.graph.layout.arranging import chain
from engine.graph.linearity import is_linear
from engine.reports import curve_shape
from engine.reports.curve_shape import shape_of
from engine.reports.doctor import CHANCE, DIVERGED, UNPROVEN, WORSE, Diagnosis, diagnose
from engine.reports.verdict import verdict_of
from engine.training.recipe import Recipe
from engine.training.setting_change import RATE, lower_rate, rounded

DIGITS, HOUSES = (catalogue.schema(name) for name in ("mnist", "houses"))


SQUASHED = chain((("Flatten", {}), ("Linear", {"out_features": 10}), ("Softmax", {})))


def classes(share: float, rows: int = 2_000, floor: float = 0.113) -> Any:
    return verdict_of({"test_rows": rows, "test_accuracy": share, "floor_accuracy": floor, "floor_class": 1}, DIGITS)


def values(error: float, rows: int = 300) -> Any:
    figures = {"test_rows": rows, "test_mae": error, "test_mae_spread": error, "floor_mae": 90.0, "floor_mean": 312.0}
    return verdict_of(figures, HOUSES)


def epochs(*losses: float, steps: int = 1_000, **others: float) -> list[dict[str, Any]]:
    return [{"epoch": n, "step": n * steps, "train_loss": loss, **others} for n, loss in enumerate(losses, 1)]


def found(verdict: Any, recipe: Recipe | None = None, **others: Any) -> Diagnosis:
    diagnosis = diagnose(verdict, recipe or Recipe(), **others)
    assert diagnosis is not None
    return diagnosis


def with_rate(rate: float) -> Recipe:
    return Recipe().with_setting(RATE, rate)


def test_a_run_that_learned_something_is_left_alone() -> None:
    assert diagnose(classes(0.99), Recipe(), DIGITS, history=epochs(2.3, 0.4, 0.1, 0.05)) is None
    assert diagnose(classes(0.3), Recipe(), DIGITS, history=epochs(2.3, 2.2, 2.1, 2.0)) is None
    assert diagnose(values(8.0), Recipe(), HOUSES) is None
    assert diagnose(None, Recipe(), HOUSES, history=epochs(3.0, 1.0)) is None
    assert diagnose(verdict_of({"test_accuracy": 0.1}), Recipe()) is None, "without a floor nothing is claimed"
    risen = epochs(0.1, 0.2, 0.4, 0.8)
    assert diagnose(classes(0.9), Recipe(), DIGITS, history=risen) is None, "it is right far more often than by chance"


def test_chance_is_told_in_words() -> None:
    said = found(classes(0.112), with_rate(1.0), history=epochs(2.31, 2.305, 2.306, 2.306))
    assert said.kind == CHANCE
    assert said.learned_nothing
    assert said.words == (
        'It has learned nothing: 11.20 % right is no better than always predicting "1" (11.30 %). Most likely the '
        "learning rate (1) is too large; try about a third, 0.3, or the usual value for AdamW, 0.001."
    )
    assert said.change is not None
    assert (said.change.path, said.change.value) == (RATE, 0.001)
    assert said.change.label == "Set the learning rate to 0.001"


def test_a_figure_that_only_looks_better_is_not_called_worse() -> None:
    said = found(classes(0.116), schema=DIGITS, history=epochs(2.31, 2.305, 2.306, 2.306))
    assert said.kind == CHANCE
    assert 'right is hardly better than always predicting "1"' in said.sentence
    said = found(values(87.0), schema=HOUSES, history=epochs(2.0, 1.9, 1.9, 1.9))
    assert said.kind == CHANCE
    assert said.sentence.startswith("It has learned nothing: 87.0 off on average is hardly better than")


def test_worse_than_the_mean_is_told_in_words() -> None:
    said = found(values(400.0), schema=HOUSES, history=epochs(2.0, 1.6, 1.2, 0.9))
    assert said.kind == WORSE
    assert said.sentence == (
        "It has learned nothing that generalises: 400 off on average, where always predicting the mean, 312, would be "
        "off by 90.0."
    )


def test_a_loss_that_grew_is_told_without_test_samples_too() -> None:
    for verdict in (None, classes(0.1)):
        said = found(verdict, with_rate(0.5), history=epochs(2.3, 40.0, 3e5))
        assert said.kind == DIVERGED
        assert "from 2.30 to 300,000" in said.sentence
        assert said.change is not None
        assert said.change.value == 0.001
    said = found(None, Recipe(), losses=[2.0, 5.0, math.inf])
    assert "until it was no longer finite" in said.sentence


def test_on_few_samples_it_is_only_not_sure() -> None:
    said = found(classes(0.7, rows=10, floor=0.5), schema=DIGITS)
    assert said.kind == UNPROVEN
    assert not said.learned_nothing
    assert found(classes(0.4, rows=10, floor=0.5)).kind == UNPROVEN
    assert found(classes(0.5, rows=90, floor=0.51)).kind == CHANCE
    assert diagnose(values(400.0, rows=2), Recipe()) is None, "two samples have no interval"
    assert said.words.startswith('On 10 test images, 70.0 % right says little: always predicting "1" would get 50.0 %')


@pytest.mark.parametrize(
    ("recipe", "history", "cause", "path", "value"),
    [
        (with_rate(1e-6), epochs(2.31, 2.31, 2.31, 2.31), "learning rate (1e-06) is too small", RATE, 0.001),
        (Recipe(epochs=2), epochs(2.3, 2.2, steps=10), "more epochs", "epochs", 30),
        (Recipe(), epochs(2.5, 2.45, 2.4, 2.35, 2.3, 2.25), "still falling", "epochs", 30),
        (Recipe(l1=1.0), epochs(2.3, 2.3, 2.3, 2.3), "L1 (1)", "l1", 0.0),
        (Recipe(gradient_clipping=1e-6), epochs(2.3, 2.3), "gradient clipping (1e-06)", "gradient_clipping", 1.0),
        (
            Recipe().with_setting("optimizer.weight_decay", 5.0),
            epochs(2.3, 2.3, 2.3),
            "weight decay (5)",
            "optimizer.weight_decay",
            0.0,
        ),
        (Recipe(), epochs(2.3, 2.3, 2.3, 2.3), "belong to their inputs", RATE, 0.0003),
    ],
)
def test_the_cause_that_fits_is_told_with_a_change_that_a_recipe_takes(
    recipe: Recipe, history: list[dict[str, Any]], cause: str, path: str, value: float
) -> None:
    said = found(classes(0.11), recipe, history=history)
    assert cause in said.cause
    assert said.change is not None
    assert (said.change.path, said.change.value) == (path, value)
    assert recipe.with_setting(path, said.change.value) != recipe


def test_what_was_learned_by_heart_is_told_apart() -> None:
    said = found(classes(0.11), with_rate(1.0), history=epochs(2.3, 0.1, train_accuracy=0.99))
    assert "memorised" in said.cause
    assert said.change is None


def test_the_drawing_is_looked_at() -> None:
    graph = templates.build("points-2d")
    assert not is_linear(graph)
    bends = [node.id for node in graph.nodes.values() if node.declaration.family == "activation"]
    straight = graph.set_all(bends, bypassed=True)
    assert is_linear(straight)
    assert is_linear(templates.build("line"))
    said = found(classes(0.51, floor=0.5), graph=straight, history=epochs(0.69, 0.69, 0.69, 0.69))
    assert "activation" in said.cause
    squashed = [problem for problem in analyse(SQUASHED, DIGITS.signature()).problems if problem.code == "squashed"]
    said = found(classes(0.11), graph=SQUASHED, problems=squashed, history=epochs(2.3, 2.3, 2.3, 2.3))
    assert said.cause == squashed[0].message
    assert said.node == squashed[0].node


def test_the_shape_of_a_curve() -> None:
    steps = np.arange(400.0)
    noise = 0.05 * np.random.default_rng(0).normal(size=400)
    assert shape_of(2.3 * np.exp(-steps / 400) + noise).word == curve_shape.FALLING
    assert shape_of(2.3 * np.exp(-steps / 20) + noise).word == curve_shape.SETTLED
    assert shape_of(2.3 + noise / 10).word == curve_shape.FLAT
    assert shape_of(2.3 + steps / 10 + noise).word == curve_shape.RISEN
    assert shape_of([]).word == shape_of([1.0, 0.9]).word == curve_shape.UNKNOWN


def test_rates_are_rounded_as_one_would_choose_them() -> None:
    assert [rounded(value) for value in (0.000993, 33.33, 0.000333, 0.0167, 1.5)] == [0.001, 30, 0.0003, 0.017, 1.5]
    for wrong in (0.0, -1.0, math.nan, math.inf):
        with pytest.raises(ValueError, match="positive"):
            rounded(wrong)
    assert lower_rate(1e-8, "Adam") is None
    change = lower_rate(0.003, "Adam")
    assert change is not None
    assert change.words == "about a third, 0.001"
    assert is_linear(empty())
