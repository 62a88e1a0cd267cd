"""Runs on hardly any rows, and on rows that no network can learn from: each ends in order or in a sentence."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from torch import Tensor, nn

from engine.data.dataset import Dataset, Split
from engine.graph import losses
from engine.graph.graph import Graph
from engine.graph.targets import Quantities, Target
from engine.running.run import Run, evaluate
from engine.training.loss_settings import LossSettings
from engine.training.optimizer_settings import OptimizerSettings
from engine.training.recipe import Recipe
from engine.training.result import Outcome
from engine.training.schedule_settings import ScheduleSettings
from tests.engine.network.test_memory import row
from tests.engine.training.helpers_training import CLASSES, VALUES, YES_NO, dataset, recipe, rows, trainer
from tests.engine.training.helpers_training import network as plain_network

TWO_VALUES = Quantities(2, ("y", "z"))
ANSWERS = {"classes": CLASSES, "yes-no": YES_NO, "values": VALUES, "two values": TWO_VALUES}
BATCH = 4
SIZES = (0, 1, BATCH - 1, BATCH, BATCH + 1)


def network(normalised: bool = False) -> Graph:
    between = [("BatchNorm1d", {})] if normalised else []
    return row(("Linear", {"out_features": 6}), *between, ("Tanh", {}), ("Linear", {"out_features": "answer"}))


def small(target: Target, train: int, validation: int, test: int, *, constant: bool = False) -> Dataset:
    """A dataset of so many rows; ``constant``: all with the same answer."""
    splits = []
    for seed, count in enumerate((train, validation, test)):
        inputs, answers = rows(VALUES if target is TWO_VALUES else target, 10, seed)
        if target is TWO_VALUES:
            answers = np.concatenate([answers, answers**2], axis=1)
        splits.append(Split(inputs[:count], (answers * 0 + 1 if constant else answers)[:count]))
    schema = replace(dataset(VALUES if target is TWO_VALUES else target).schema, target=target)
    return Dataset(schema, *splits)


def raised(split: Split) -> Split:
    """The rows with answers of 0 and more."""
    return Split(split.inputs, np.abs(split.targets))


def finished(graph: Graph, settings: Recipe, data: Dataset, **more: Any) -> Outcome:
    outcome = Run(graph, settings, data, **more).run()
    assert outcome.state == "finished", outcome.message
    return outcome


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("normalised", [False, True])
def test_runs_on_any_number_of_rows(answer: str, normalised: bool) -> None:
    graph, settings = network(normalised), recipe(batch_size=BATCH, epochs=2)
    for place, (train, validation) in enumerate(product(SIZES, SIZES)):
        test = SIZES[(place + place // len(SIZES)) % len(SIZES)]  # every pair of two sizes comes once
        data = small(ANSWERS[answer], train, validation, test)
        if train == 0 or (train == 1 and normalised):
            words = "has no samples to train on" if train == 0 else "Set the batch size to 2 or more"
            outcome = Run(graph, settings, data).run()
            assert outcome.state == "failed"
            assert words in outcome.message
            continue
        outcome = finished(graph, settings, data)
        assert [entry["validation_loss"] is None for entry in outcome.history] == [validation == 0] * 2
        assert bool(outcome.test) == (test > 0)
        judged = evaluate(graph, settings, data, outcome.weights, outcome.preparation)
        assert judged == outcome.test
        if "test_r2" in judged:
            assert (judged["test_r2"] is None) == (test < 2)
        assert judged.get("test_loss", 0.0) is not None


@pytest.mark.parametrize("answer", ["values", "two values"])
def test_answers_that_never_change_have_no_r2(answer: str) -> None:
    for test in (1, 2, 6):
        data = small(ANSWERS[answer], 6, 2, test, constant=True)
        judged = finished(network(), recipe(batch_size=BATCH, epochs=1), data).test
        assert judged["test_r2"] is None
        assert judged["test_mae"] is not None


@pytest.mark.parametrize("answer", ANSWERS)
def test_every_optimizer_schedule_and_loss_does_without_validation_rows(answer: str) -> None:
    kinds = [kind.name for kind in losses.fitting(ANSWERS[answer].kind)]
    choices = [
        *({"optimizer": kind} for kind in OptimizerSettings.KINDS),
        *({"schedule": kind} for kind in ScheduleSettings.KINDS),
        *({"loss": kind} for kind in kinds),
        *({"loss": kind, "loss__class_weights": "balanced"} for kind in kinds if _weighs(kind)),
    ]
    for number, choice in enumerate(choices):
        patience = number // 2 % 2
        data = small(ANSWERS[answer], BATCH + 1 if number % 2 else 1, 0, number % 3)
        if "loss" in choice and losses.kind(choice["loss"]).lowest is not None:
            data = replace(data, train=raised(data.train), test=raised(data.test))
        outcome = finished(network(), recipe(batch_size=BATCH, epochs=2, patience=patience, **choice), data)
        longer = recipe(batch_size=BATCH, epochs=3, patience=patience, **choice)
        finished(network(), longer, data, resume=outcome.training)


def _weighs(kind: str) -> bool:
    return any(parameter.name == "class_weights" for parameter in LossSettings.KINDS[kind])


@pytest.mark.parametrize("split", ["train", "validation", "test"])
@pytest.mark.parametrize("value", [np.nan, np.inf, 1e39])
def test_a_run_names_the_number_that_cannot_be_learned_from(split: str, value: float) -> None:
    data = small(VALUES, 6, 3, 3)
    spoiled: Split = getattr(data, split)
    inputs = spoiled.inputs.astype(np.float64)
    inputs[2, 1] = value
    outcome = Run(network(), recipe(epochs=1), replace(data, **{split: Split(inputs, spoiled.targets)})).run()
    assert outcome.state == "failed"
    assert outcome.message.startswith(f"{split.replace('train', 'training').capitalize()} sample 3, column q: ")
    assert "learning rate" not in outcome.message


def enlarged(data: Dataset, split: str, sample: int, value: float, *, answer: bool = False) -> Dataset:
    """With one number that is finite, and far too large."""
    old: Split = getattr(data, split)
    inputs, answers = old.inputs.copy(), old.targets.copy()
    (answers if answer else inputs)[sample, 0] = value
    return replace(data, **{split: Split(inputs, answers)})


@pytest.mark.parametrize("answer", [False, True])
def test_a_number_that_preparing_makes_infinite_is_named(answer: bool) -> None:
    data = small(VALUES, 6, 3, 3)
    data = replace(data, train=Split(data.train.inputs * 1e-6, data.train.targets * 1e-6))
    outcome = Run(network(), recipe(epochs=1), enlarged(data, "test", 1, 3e38, answer=answer)).run()
    assert outcome.message.startswith(f"Test sample 2, {'target y' if answer else 'column p'}: ")
    assert "once it is prepared" in outcome.message


@pytest.mark.parametrize("answer", [False, True])
def test_what_lies_far_out_is_not_blamed_on_the_learning_rate(answer: bool) -> None:
    graph = row(("Linear", {"out_features": 6}), ("ReLU", {}), ("Linear", {"out_features": "answer"}))
    what = "answers" if answer else "inputs"
    outcome = Run(graph, recipe(epochs=1), enlarged(small(VALUES, 6, 3, 3), "validation", 1, 1e30, answer=answer)).run()
    assert outcome.state == "failed"
    assert outcome.message.startswith("The validation loss became infinite after step 1. ")
    assert f"The {what} of validation sample 2 are to blame" in outcome.message
    assert "learning rate" not in outcome.message
    outcome = finished(graph, recipe(epochs=1), enlarged(small(VALUES, 6, 3, 3), "test", 2, 1e30, answer=answer))
    assert outcome.test["test_loss"] is None
    assert "The loss of the test split is not finite." in outcome.message
    assert f"The {what} of test sample 3 are to blame" in outcome.message


class Nothing(nn.Module):
    """Gives what is not a number."""

    def forward(self, inputs: Tensor) -> Tensor:
        return inputs * np.nan


def test_the_first_step_is_not_blamed_on_the_learning_rate() -> None:
    graph = row(("Linear", {"out_features": 6}), ("Linear", {"out_features": "answer"}))
    large = small(VALUES, 6, 0, 0)
    large = replace(large, train=Split(large.train.inputs, large.train.targets * 1e25))
    outcome = Run(graph, recipe(epochs=1, answer_preparation="none"), large).run()
    assert outcome.message.startswith("The loss became infinite at step 1, before anything was learned: ")
    assert "Standardise inputs and targets" in outcome.message
    outcome = trainer(recipe(), module=plain_network(fragile=Nothing())).run()
    assert "before anything was learned: the first layer to give such numbers is fragile." in outcome.message
    module = plain_network()
    module.hidden.weight.data[0] = np.inf
    outcome = trainer(recipe(), module=module).run()
    assert "before anything was learned: the weights of hidden are not finite" in outcome.message
    assert "learning rate" not in outcome.message


def test_a_learning_rate_that_is_to_blame_is_blamed_also_with_validation_rows() -> None:
    graph = row(("Linear", {"out_features": 6}), ("Linear", {"out_features": "answer"}))
    settings = recipe(epochs=300, optimizer="SGD", optimizer__learning_rate=50.0)
    outcome = Run(graph, settings, small(VALUES, 6, 3, 0)).run()
    assert outcome.state == "failed"
    assert "the learning rate (50) is too large" in outcome.message
    assert outcome.failure.change is not None, "the window has a button for it"
    assert outcome.failure.change.path == "optimizer.learning_rate"
    assert "about a third, 17" in outcome.message
    assert 0 < outcome.failure.change.value < 50
