"""What is unlike everything learned: fitted the same every time, told apart from the dataset's own, safe from files."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from engine.data import catalogue
from engine.data.dataset import DataError, Dataset
from engine.data.novelty import Novelty, sentence
from engine.graph import templates
from engine.graph.graph import Graph
from engine.network.build import build
from engine.tasks.novelty import fit_novelty
from engine.tasks.predictor import Predictor
from engine.training.outcome import Outcome
from engine.training.recipe import Recipe
from engine.training.run import Run


@pytest.fixture(scope="module", params=["digit-mlp", "digit-cnn"])
def trained(request) -> tuple[Graph, Dataset, Outcome]:
    """A digit network that has learned enough to read what is plain."""
    recipe = Recipe().with_settings(templates.describe(request.param).recipe)
    recipe = recipe.with_settings({"dataset_options.samples": 2000, "epochs": 2, "device": "cpu"})
    dataset = catalogue.load("strokes", options=recipe.dataset_options, validation=0.15, test=0.1, seed=0)
    graph = templates.build(request.param)
    return graph, dataset, Run(graph, recipe, dataset).run()


def judged(trained: tuple[Graph, Dataset, Outcome], pictures: np.ndarray) -> np.ndarray:
    graph, dataset, outcome = trained
    signature = dataset.schema.signature()
    predictor = Predictor(graph, signature, outcome.weights, outcome.preparation, outcome.novelty)
    answers, novelty = predictor.judge(pictures)
    assert np.array_equal(answers, predictor.predict(pictures))
    assert novelty is not None
    return novelty > 1


def test_a_run_leaves_a_record_and_fitting_again_gives_the_same(trained) -> None:
    graph, dataset, outcome = trained
    assert outcome.novelty is not None
    assert fit_novelty(graph, dataset, outcome.weights, outcome.preparation) == outcome.novelty
    assert Novelty.from_json(json.loads(json.dumps(outcome.novelty.to_json()))) == outcome.novelty


def test_its_own_pictures_are_known_and_what_is_no_digit_is_not(trained) -> None:
    rng = np.random.default_rng(0)
    assert judged(trained, trained[1].test.inputs).mean() < 0.05
    noise = rng.integers(0, 256, (50, 1, 28, 28), dtype=np.uint8)
    stripes = np.zeros((1, 1, 28, 28), dtype=np.uint8)
    stripes[:, :, ::4] = 255
    white = np.full_like(stripes, 255)
    for strange in (noise, stripes, white, 255 - trained[1].test.inputs[:50]):
        assert judged(trained, strange).all()


def test_a_record_of_another_network_claims_nothing(trained) -> None:
    graph, dataset, outcome = trained
    assert outcome.novelty is not None
    other = replace(outcome.novelty, features=outcome.novelty.features + 1)
    signature = dataset.schema.signature()
    for novelty in (None, other):
        predictor = Predictor(graph, signature, outcome.weights, outcome.preparation, novelty)
        assert predictor.judge(dataset.test.inputs[:2])[1] is None


def test_nothing_is_claimed_of_tables_or_few_rows(trained) -> None:
    graph, dataset, outcome = trained
    few = Dataset(dataset.schema, dataset.train.take(np.arange(150)), dataset.validation, dataset.test)
    assert fit_novelty(graph, few, outcome.weights, outcome.preparation) is None
    moons = catalogue.load("moons")
    drawing = templates.build("points-2d")
    weights = {n: t.numpy() for n, t in build(drawing, moons.schema.signature()).state_dict().items()}
    assert fit_novelty(drawing, moons, weights, None) is None


def test_without_validation_other_training_rows_judge(trained) -> None:
    graph, dataset, outcome = trained
    bare = Dataset(dataset.schema, dataset.train, dataset.validation.take(np.arange(0)), dataset.test)
    novelty = fit_novelty(graph, bare, outcome.weights, outcome.preparation)
    assert novelty is not None
    signature = dataset.schema.signature()
    predictor = Predictor(graph, signature, outcome.weights, outcome.preparation, novelty)
    assert (predictor.judge(dataset.test.inputs)[1] > 1).mean() < 0.06


@pytest.mark.parametrize(
    "change",
    [
        {"features": 10**9},
        {"features": True},
        {"maps": 0},
        {"prototypes": "no base64!"},
        {"prototypes": "A" * 5},
        {"prototypes": ""},
        {"prototypes": ["AAAA"]},
        {"means": "AADAfw=="},
        {"whitening": None},
        {"centre": [0.0]},
        {"spread": [0.0, 1.0, 1.0]},
        {"spread": [float("nan")] * 3},
        {"threshold": -1},
        {"threshold": "high"},
        {"threshold": 10**400},
    ],
)
def test_damaged_records_are_refused_in_a_sentence(trained, change) -> None:
    saved = {**trained[2].novelty.to_json(), **change}
    with pytest.raises(DataError, match=next(iter(change))):
        Novelty.from_json(saved)


def test_numbers_that_are_not_finite_are_refused(trained) -> None:
    novelty = trained[2].novelty
    bad = novelty.means.copy()
    bad[0, 0] = np.nan
    with pytest.raises(DataError, match="means"):
        Novelty.from_json(replace(novelty, means=bad).to_json())


@pytest.mark.parametrize("value", [[], 3, "words"])
def test_a_record_that_is_no_object_is_refused(value) -> None:
    with pytest.raises(DataError):
        Novelty.from_json(value)


def test_the_words_are_those_of_the_dataset() -> None:
    assert "none of the digits" in sentence(catalogue.schema("mnist"))
    assert "everything" in sentence(catalogue.schema("fashion-mnist"))
