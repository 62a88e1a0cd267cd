"""What a generator has learned to make: samples, ways between them, and the figures of a run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.graph import templates
from engine.graph.layout.arranging import chain, layer
from engine.network.build import Network, build
from engine.running.run import Run, evaluate
from engine.tasks.answerer import Answerer
from engine.tasks.gan.figures import energy_distance
from engine.tasks.gan.network import parts_of, sampled
from engine.tasks.gan.noise import SAMPLES, noise
from engine.tasks.gan.samples import Sampler
from engine.tasks.predictor import Predictor
from engine.tasks.queries import Interpolate, LearnedNetwork, Predict
from engine.tasks.setup import TaskError
from engine.training.data_loading import load_rows
from engine.training.recipe import Recipe
from tests.engine.tasks.gan_diagrams import MOONS, carried_out, gan_diagram


def test_samples_are_in_the_units_of_the_data_and_the_first_do_not_depend_on_their_number() -> None:
    outcome = carried_out(gan_diagram(), MOONS)
    data = load_rows(MOONS)
    sampler = Sampler(gan_diagram(), data.schema, outcome.weights, outcome.preparation)
    few, many = sampler.samples(3, 5), sampler.samples(300, 5)
    np.testing.assert_allclose(few, many[:3], rtol=1e-6)
    assert not np.array_equal(few, sampler.samples(3, 6))
    network = build(gan_diagram(), data.schema.signature())
    assert isinstance(network, Network)
    network.load_state_dict({name: torch.from_numpy(np.array(value)) for name, value in outcome.weights.items()})
    parts = parts_of(network)
    prepared = sampled(network, parts, noise(parts.sizes, 3, 5, SAMPLES)).numpy()
    assert outcome.preparation is not None
    np.testing.assert_allclose(outcome.preparation.inputs(few), prepared, rtol=1e-5, atol=1e-6)


def test_the_way_between_two_noises_begins_and_ends_at_their_samples() -> None:
    data = load_rows(MOONS)
    sampler = Sampler(gan_diagram(), data.schema, None, None)
    way = sampler.between(5, 1, 2)
    np.testing.assert_allclose(way[[0, -1]], np.concatenate([sampler.samples(1, 1), sampler.samples(1, 2)]), rtol=1e-5)
    same = sampler.between(3, 4, 4)
    np.testing.assert_allclose(same, np.repeat(sampler.samples(1, 4), 3, axis=0), rtol=1e-5)


def test_a_sample_at_close_quarters_has_the_critics_score_and_its_nearest_training_sample() -> None:
    outcome = carried_out(gan_diagram(), MOONS)
    data = load_rows(MOONS)
    network = LearnedNetwork(gan_diagram(), MOONS, data.schema, outcome.weights, outcome.preparation)
    answerer = Answerer()
    found = answerer.answer(network, Interpolate(seed=3, other=4, at=0.25))
    way = Sampler(gan_diagram(), data.schema, outcome.weights, outcome.preparation).between(5, 3, 4)
    np.testing.assert_allclose(found.sample, way[1], rtol=1e-5)
    np.testing.assert_allclose(found.ends, way[[0, -1]], rtol=1e-5)
    scores = answerer.answer(network, Predict(np.concatenate([way[[1]], data.train.inputs]))).answers.reshape(-1)
    assert found.score == pytest.approx(scores[0], rel=1e-4)
    assert found.real == pytest.approx(1 / (1 + np.exp(-scores[0])), rel=1e-4)
    assert found.above == pytest.approx((scores[1:] < scores[0]).mean())
    scaled = outcome.preparation.inputs(np.concatenate([way[[1]], data.train.inputs]))
    distances = ((scaled[1:] - scaled[0]) ** 2).sum(axis=1)
    assert np.array_equal(found.nearest, data.train.inputs[distances.argmin()])
    assert found.distance == pytest.approx(np.sqrt(distances.min()), rel=1e-4)
    apart = np.linalg.norm(scaled[1:, None] - scaled[None, 1:], axis=-1)
    np.fill_diagonal(apart, np.inf)
    assert apart.min() < found.usual < 2 * np.median(apart.min(axis=1))
    hinge = replace(network, recipe=MOONS.with_setting("task.loss", "hinge"))
    assert answerer.answer(hinge, Interpolate(seed=3)).real is None


def test_only_a_network_that_makes_samples_has_one_to_look_at() -> None:
    graph = chain([layer("Linear", out_features="answer")])
    recipe = Recipe().with_settings({"dataset": "iris", "epochs": 1})
    data = load_rows(recipe)
    outcome = Run(graph, recipe, data).run()
    with pytest.raises(TaskError, match="not make anything"):
        Answerer().answer(LearnedNetwork(graph, recipe, data.schema, outcome.weights, None), Interpolate())


def test_without_the_data_a_sample_has_no_nearest_one() -> None:
    outcome = carried_out(gan_diagram(), MOONS)
    data = load_rows(MOONS)
    gone = MOONS.with_settings({"dataset": "own-table", "dataset_options.path": "/nowhere/at/all.csv"})
    found = Sampler(gan_diagram(), data.schema, outcome.weights, outcome.preparation, gone).interpolate(Interpolate())
    assert found.nearest is None
    assert found.above is None
    assert found.distance is None
    assert np.isfinite(found.score)


def test_a_prediction_is_the_critics_score() -> None:
    outcome = carried_out(gan_diagram(), MOONS)
    data = load_rows(MOONS)
    answers = Predictor(gan_diagram(), data.schema.signature(), outcome.weights, outcome.preparation).predict(
        data.test.inputs
    )
    assert answers.shape == (len(data.test), 1)
    assert np.isfinite(answers).all()


def test_evaluating_saved_weights_gives_the_figures_of_the_run() -> None:
    outcome = carried_out(gan_diagram(), MOONS)
    assert outcome.preparation is not None
    assert evaluate(gan_diagram(), MOONS, load_rows(MOONS), outcome.weights, outcome.preparation) == outcome.test


def test_the_energy_distance_is_that_of_the_formula_and_zero_for_one_distribution() -> None:
    dice = torch.Generator().manual_seed(0)
    x, y = torch.randn(40, 3, generator=dice), torch.randn(50, 3, generator=dice) + 1

    def mean(pairs: list[tuple[Tensor, Tensor]]) -> float:
        return float(np.mean([float((a - b).double().norm()) for a, b in pairs]))

    between = mean([(a, b) for a in x for b in y])
    within_x = mean([(x[i], x[j]) for i in range(40) for j in range(40) if i != j])
    within_y = mean([(y[i], y[j]) for i in range(50) for j in range(50) if i != j])
    assert energy_distance(x, y) == pytest.approx(2 * between - within_x - within_y, rel=1e-6)
    pairs = [torch.randn(2, 100, 2, generator=dice) for _ in range(60)]
    same = [energy_distance(one, other) for one, other in pairs]
    assert abs(float(np.mean(same))) < 0.01


@pytest.mark.endurance
def test_the_template_for_points_covers_both_moons() -> None:
    template = templates.describe("gan-points")
    recipe = Recipe().with_settings(dict(template.recipe))
    graph = templates.build("gan-points")
    data = load_rows(recipe)
    outcome = carried_out(graph, recipe)
    made = Sampler(graph, data.schema, outcome.weights, outcome.preparation).samples(1_000, 3)
    real, moons = data.train.inputs, load_rows(recipe.with_setting("task.kind", "auto")).train.targets
    distances = np.sqrt(((made[:, None] - real[None]) ** 2).sum(-1))
    assert (distances.min(1) < 0.2).mean() > 0.9, "generated points lie among real ones"
    for moon in (0, 1):
        assert (distances[:, moons == moon].min(0) < 0.2).mean() > 0.8, "and cover both moons"
