"""One place answers every question to a trained network, as the kind of learning it was trained by reads it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from engine.graph.layout.arranging import chain, layer
from engine.network.build import build
from engine.running.run import Run
from engine.tasks import registry
from engine.tasks.answerer import Answerer, stream
from engine.tasks.predictor import InputError, Predictor
from engine.tasks.queries import Decode, Encode, Generate, LearnedNetwork, NextTokens, Predict
from engine.tasks.setup import TaskError
from engine.training.data_loading import load_rows
from engine.training.recipe import Recipe
from engine.training.weights import load_weights
from tests.engine.tasks import toy_kind

GRAPH = chain([layer("Linear", out_features=5), layer("Tanh"), layer("Linear", out_features="answer")])


def learned(settings: dict[str, Any]) -> LearnedNetwork:
    """A network that has learned for an epoch."""
    recipe = Recipe().with_settings({"epochs": 1, **settings})
    data = load_rows(recipe)
    outcome = Run(GRAPH, recipe, data).run()
    assert outcome.failure is None
    return LearnedNetwork(GRAPH, recipe, data.schema, outcome.weights, outcome.preparation, outcome.novelty)


@pytest.fixture(scope="module")
def iris() -> LearnedNetwork:
    return learned({"dataset": "iris"})


@pytest.fixture(scope="module")
def rows() -> np.ndarray:
    return load_rows(Recipe().with_setting("dataset", "iris")).test.inputs[:7]


def test_every_node_gives_what_the_network_computes_there(iris: LearnedNetwork, rows: np.ndarray) -> None:
    answerer = Answerer()
    predicted = answerer.answer(iris, Predict(rows))
    encoded = answerer.answer(iris, Encode(rows, ("linear1", "tanh1", "goal"))).values
    module = build(GRAPH, iris.schema.signature(), 0).eval()
    load_weights(module, iris.weights)
    assert iris.preparation is not None
    with torch.no_grad():
        hidden = module.module_of("linear1")(torch.from_numpy(iris.preparation.inputs(rows)).float())
    assert np.array_equal(encoded["linear1"], hidden.numpy())
    assert np.array_equal(encoded["tanh1"], hidden.tanh().numpy())
    for name, values in encoded.items():
        assert np.array_equal(answerer.answer(iris, Decode(values, name)).answers, predicted.answers)
    assert predicted.answers.sum(1) == pytest.approx(1)
    with pytest.raises(InputError, match="finite"):
        answerer.answer(iris, Decode(np.full((1, 5), np.nan), "tanh1"))


def test_other_weights_and_other_networks_answer_at_once(iris: LearnedNetwork, rows: np.ndarray) -> None:
    answerer = Answerer()
    first = answerer.answer(iris, Predict(rows)).answers
    newer = replace(iris, weights={name: 2 * array for name, array in iris.weights.items()})
    fresh = Answerer().answer(newer, Predict(rows)).answers
    assert not np.array_equal(first, fresh)
    assert np.array_equal(answerer.answer(newer, Predict(rows)).answers, fresh)
    unprepared = replace(newer, preparation=None)
    assert not np.array_equal(answerer.answer(unprepared, Predict(rows)).answers, fresh)
    assert np.array_equal(answerer.answer(iris, Predict(rows)).answers, first)


def test_an_error_spoils_no_later_answer(iris: LearnedNetwork, rows: np.ndarray) -> None:
    answerer = Answerer()
    first = answerer.answer(iris, Predict(rows)).answers
    broken = replace(iris, weights={name: array[:1] for name, array in iris.weights.items()})
    with pytest.raises(ValueError, match="weights"):
        answerer.answer(broken, Predict(rows))
    assert np.array_equal(answerer.answer(iris, Predict(rows)).answers, first)


def test_what_cannot_be_asked_is_said(iris: LearnedNetwork) -> None:
    for ask in (lambda: Answerer().answer(iris, Generate()), lambda: Answerer().answer(iris, NextTokens("a"))):
        with pytest.raises(TaskError, match="not make anything new"):
            ask()
    with pytest.raises(TaskError, match="not make anything new"):
        stream(iris, Generate())


def test_outputs_are_read_as_the_kind_of_the_run_reads_them(rows: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = toy_kind.REMEMBER
    monkeypatch.setattr(registry, "KINDS", {**registry.KINDS, kind.name: kind})
    network = learned({"dataset": "iris", "task": kind.name})
    usual = Predictor(GRAPH, network.schema.signature(), network.weights, network.preparation).predict(rows)
    monkeypatch.setattr(toy_kind, "reader", lambda *_about: lambda outputs: outputs + 1000)
    read = Answerer().answer(network, Predict(rows)).answers
    assert network.preparation is not None
    assert read == pytest.approx(usual + 1000 * np.asarray(network.preparation.target_scale or 1.0), rel=1e-4)
