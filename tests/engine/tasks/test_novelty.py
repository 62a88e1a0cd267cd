"""What is unlike everything learned: fitted the same every time, told apart from the dataset's own, safe from files."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from engine.data import catalogue
from engine.data.dataset import DataError, Dataset
from engine.data.novelty import Novelty, Seen, View, sentence
from engine.graph import templates
from engine.graph.graph import Graph
from engine.network.build import build
from engine.running.run import Run
from engine.tasks.novelty import fit_novelty
from engine.tasks.predictor import Predictor
from engine.training.recipe import Recipe
from engine.training.result import Outcome
from tests.engine.project.projects import a_record


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
    first, *rest = outcome.novelty.views
    other = replace(outcome.novelty, views=(replace(first, numbers=first.numbers + 1), *rest))
    signature = dataset.schema.signature()
    for novelty in (None, other, replace(outcome.novelty, views=tuple(rest))):
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


DAMAGED_VIEWS: list[dict[str, object]] = [
    {"numbers": 10**9},
    {"numbers": True},
    {"prototypes": "no base64!"},
    {"prototypes": "A" * 5},
    {"prototypes": ""},
    {"prototypes": ["AAAA"]},
    {"scale": "AADAfw=="},
    {"scale": None},
]


@pytest.mark.parametrize("change", DAMAGED_VIEWS)
def test_damaged_views_are_refused_in_a_sentence(change) -> None:
    saved = a_record().to_json()
    saved["views"] = [saved["views"][0], {**saved["views"][1], **change}]
    with pytest.raises(DataError, match=next(iter(change))):
        Novelty.from_json(saved)


@pytest.mark.parametrize(
    "change",
    [
        {"method": 0},
        {"method": True},
        {"method": "2"},
        {"views": []},
        {"views": None},
        {"views": ["AAAA"]},
        {"views": [a_record().to_json()["views"][0]] * 9},
        {"owners": "AA"},
        {"owners": "AAD//w=="},
        {"centre": [0.0]},
        {"spread": [0.0, 1.0, 1.0, 1.0]},
        {"spread": [float("nan")] * 4},
        {"threshold": -1},
        {"threshold": "high"},
        {"threshold": 10**400},
    ],
)
def test_damaged_records_are_refused_in_a_sentence(change) -> None:
    assert Novelty.from_json(a_record().to_json()) == a_record()
    with pytest.raises(DataError, match=next(iter(change))):
        Novelty.from_json({**a_record().to_json(), **change})


def test_as_many_prototypes_as_owners_are_wanted() -> None:
    with pytest.raises(DataError, match="prototypes must be 3 rows"):
        Novelty.from_json(replace(a_record(), owners=np.array([0, 1, 2], np.uint16)).to_json())


@pytest.mark.parametrize("change", [{"scale": np.nan}, {"scale": np.inf}, {"scale": 1e30}])
def test_numbers_that_are_not_finite_are_refused(change) -> None:
    view = a_record().views[0]
    bad = replace(view, scale=np.full_like(view.scale, change["scale"]))
    with pytest.raises(DataError, match="scale"):
        Novelty.from_json(replace(a_record(), views=(bad, a_record().views[1])).to_json())


def test_nothing_is_claimed_by_records_of_other_methods() -> None:
    former = {"features": 3, "maps": 2, "prototypes": "AAAA", "means": "", "whitening": "", "threshold": 1.0}
    assert Novelty.from_json(former) is None
    assert Novelty.from_json({**a_record().to_json(), "method": 3}) is None


def test_a_picture_is_compared_with_prototypes_of_the_class_that_is_answered() -> None:
    """Two classes with a prototype each; of a class without one, all are asked."""
    view = View(2, np.ones(2, np.float32), np.array([[0, 0], [10, 0]], np.int8))
    record = Novelty((view,), np.array([0, 3], np.uint16), (0.0,) * 3, (1.0,) * 3, 1.0)
    seen = Seen((np.array([[1.0, 0.0]] * 3, np.float32),), (2,), np.zeros(3, np.float32))
    found = record.measures(seen, np.array([0, 3, 2]), np.array([5.0, 6.0, 7.0], np.float32))
    assert found.tolist() == [[1, 0, 5], [9, 0, 6], [1, 0, 7]]


def test_no_measure_makes_up_for_what_is_odd_in_another() -> None:
    record = replace(a_record(), centre=(0.0,) * 4, spread=(1.0,) * 4, threshold=1.0)
    plain, odd, sure_but_odd = record.score(
        np.array([[0, 0, 0, 0], [9, 0, 0, 0], [9, 0, -1e9, 0]], np.float32)
    ).tolist()
    assert odd - plain == 9
    assert odd - sure_but_odd == 0.5
    assert np.isinf(record.score(np.array([[np.nan, 0, 0, 0]], np.float32)))


def test_what_is_looked_at_does_not_grow_with_the_dataset(trained, monkeypatch) -> None:
    """The record is made at the end of every run, also one that was stopped: nobody is to wait for it."""
    graph, dataset, outcome = trained
    looked: list[int] = []
    monkeypatch.setattr(Predictor, "look", lambda _self, raw: looked.append(len(raw)))
    many = dataset.train.take(np.arange(50_000) % len(dataset.train))
    for validation in (many, many.take(np.arange(0))):
        looked.clear()
        large = Dataset(dataset.schema, many, validation, dataset.test)
        assert fit_novelty(graph, large, outcome.weights, outcome.preparation) is None
        assert 3_000 <= sum(looked) <= 3_500


@pytest.mark.parametrize("value", [[], 3, "words"])
def test_a_record_that_is_no_object_is_refused(value) -> None:
    with pytest.raises(DataError):
        Novelty.from_json(value)


def test_the_words_are_those_of_the_dataset() -> None:
    assert "none of the digits" in sentence(catalogue.schema("mnist"))
    assert "everything" in sentence(catalogue.schema("fashion-mnist"))
