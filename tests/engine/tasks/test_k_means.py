"""Grouping by k-means: the same as scikit-learn's from the same centres, and sound on the edges of what data can be."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from sklearn.cluster import KMeans as Reference
from sklearn.metrics import adjusted_rand_score, silhouette_score

from engine.data.dataset import Dataset, Split
from engine.graph.graph import Graph
from engine.graph.layout.arranging import chain, layer
from engine.running.run import Run, evaluate
from engine.tasks.k_means.figures import adjusted_rand, silhouette
from engine.tasks.k_means.kind import K_MEANS
from engine.tasks.k_means.lloyd import Points, any_rows, first_centres, lloyd, mini_batch
from engine.tasks.predictor import Predictor
from engine.training.data_loading import load_rows
from engine.training.recipe import Recipe
from engine.training.result import Outcome
from engine.training.run_status import RunStatus
from engine.training.state import TrainingState
from tests.engine.stopping import StopAfter

BLOBS = Recipe().with_settings({"dataset": "blobs", "task.kind": "k-means", "epochs": 60})


def drawn(count: int = 3, *before: Any) -> Graph:
    return chain([*before, layer("KMeans", n_clusters=count)])


def random_rows(seed: int, rows: int, columns: int, kinds: int = 4) -> NDArray[np.float32]:
    dice = np.random.default_rng(seed)
    middles = dice.normal(0, 4, (kinds, columns))
    return (middles[dice.integers(kinds, size=rows)] + dice.normal(0, 1, (rows, columns))).astype(np.float32)


def of(rows: NDArray[np.float32], recipe: Recipe = BLOBS) -> Dataset:
    """A dataset with exactly these rows to learn from, in the plane."""
    data = load_rows(recipe)
    return replace(data, train=Split(rows, np.zeros(len(rows), dtype=np.int64)))


def carried_out(graph: Graph, recipe: Recipe, data: Dataset | None = None, **more: Any) -> Outcome:
    outcome = Run(graph, recipe, data or load_rows(recipe), **more).run()
    assert outcome.failure is None, outcome.message
    return outcome


def centres_of(outcome: Outcome) -> NDArray[np.float32]:
    return np.asarray(outcome.weights["kmeans1.centres"])


# The steps themselves


@pytest.mark.parametrize("seed", range(6))
def test_lloyd_ends_where_scikit_learn_does_from_the_same_centres(seed: int) -> None:
    rows = random_rows(seed, 400, 1 + seed)
    points, count = Points(torch.from_numpy(rows)), 2 + seed
    centres, _ = any_rows(points, count, torch.Generator().manual_seed(seed))
    expected = Reference(count, init=centres.numpy(), n_init=1, tol=0, max_iter=500).fit(rows.astype(np.float64))
    for _ in range(500):
        moved = lloyd(points, centres, *points.nearest(centres))
        if torch.equal(moved, centres):
            break
        centres = moved
    np.testing.assert_allclose(centres.numpy(), expected.cluster_centers_, rtol=1e-5, atol=1e-5)
    assert float(points.nearest(centres)[1].sum()) == pytest.approx(expected.inertia_, rel=1e-5)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("offset", [0.0, 1e4])
def test_inertia_never_rises(seed: int, offset: float) -> None:
    points = Points(torch.from_numpy(random_rows(seed, 150, 3) + np.float32(offset)))
    centres, _ = any_rows(points, 7, torch.Generator().manual_seed(seed))
    # Far from all rows, so that some are empty in the beginning.
    centres[:2] += 500.0
    before = np.inf
    for _ in range(30):
        groups, squared = points.nearest(centres)
        assert float(squared.sum()) <= before * (1 + 1e-6)
        before = float(squared.sum())
        centres = lloyd(points, centres, groups, squared)
    assert len(torch.unique(points.nearest(centres)[0])) == 7, "an empty group takes over a sample"


def test_a_group_does_not_lose_its_last_sample_to_an_empty_one() -> None:
    points, centres = Points(torch.tensor([[0.0], [0.1], [10.0]])), torch.tensor([[0.0], [14.0], [99.0]])
    groups, squared = points.nearest(centres)
    assert groups.tolist() == [0, 0, 1]
    assert int(squared.argmax()) == 2, "the farthest sample is alone in its group"
    torch.testing.assert_close(lloyd(points, centres, groups, squared), torch.tensor([[0.0], [10.0], [0.1]]))


def test_mini_batches_keep_the_mean_of_all_rows_that_were_ever_nearest() -> None:
    rows = torch.from_numpy(random_rows(3, 90, 2))
    centres, seen = torch.zeros(1, 2), torch.zeros(1, dtype=torch.int64)
    for part in rows.split(20):
        points = Points(part)
        centres, seen = mini_batch(points, centres, seen, *points.nearest(centres), fill=False)
    assert int(seen) == 90
    torch.testing.assert_close(centres[0], rows.mean(0), rtol=1e-5, atol=1e-5)


def test_k_means_plus_plus_begins_better_than_any_rows() -> None:
    points = Points(torch.from_numpy(random_rows(1, 600, 2, kinds=9)))
    spread = [first_centres(points, 9, torch.Generator().manual_seed(k))[1] for k in range(20)]
    anywhere = [any_rows(points, 9, torch.Generator().manual_seed(k))[1] for k in range(20)]
    assert np.mean(spread) < 0.7 * np.mean(anywhere)


# Figures


@pytest.mark.parametrize("seed", range(4))
def test_figures_are_those_of_scikit_learn(seed: int) -> None:
    dice = np.random.default_rng(seed)
    rows = random_rows(seed, 120, 3)
    groups, labels = dice.integers(0, 4, 120), dice.integers(0, 3, 120)
    groups[0] = 9  # alone in its group
    found = silhouette(Points(torch.from_numpy(rows)), torch.from_numpy(groups))
    assert found == pytest.approx(silhouette_score(rows.astype(np.float64), groups), abs=1e-6)
    same = adjusted_rand(torch.from_numpy(groups), torch.from_numpy(labels))
    assert same == pytest.approx(adjusted_rand_score(groups, labels), abs=1e-9)


def test_figures_of_what_has_no_groups() -> None:
    points = Points(torch.zeros(5, 2))
    assert silhouette(points, torch.zeros(5, dtype=torch.int64)) is None
    assert silhouette(points, torch.arange(5)) is None
    assert adjusted_rand(torch.zeros(5, dtype=torch.int64), torch.zeros(5, dtype=torch.int64)) == 1.0


def test_a_run_tells_the_inertia_of_scikit_learn_and_says_that_it_converged() -> None:
    recipe = BLOBS.with_settings({"dataset": "iris", "task.tolerance": 0})
    data = load_rows(recipe)
    outcome = carried_out(drawn(), recipe, data)
    assert outcome.state is RunStatus.FINISHED
    assert outcome.message.startswith("Converged after ")
    assert outcome.test is not None
    assert outcome.preparation is not None
    prepared = np.asarray(outcome.preparation.inputs(data.train.inputs), dtype=np.float64)
    expected = Reference(3, init=centres_of(outcome), n_init=1, tol=0).fit(prepared)
    assert outcome.test["inertia"] == pytest.approx(expected.inertia_, rel=1e-5)
    assert outcome.test["inertia"] <= Reference(3, n_init=10, random_state=0).fit(prepared).inertia_ * 1.02
    assert outcome.test["floor_inertia"] == pytest.approx(Reference(1, n_init=1).fit(prepared).inertia_, rel=1e-5)
    assert sum(outcome.test["group_sizes"]) == len(data.train)
    assert outcome.test["silhouette"] == pytest.approx(silhouette_score(prepared, expected.labels_), abs=1e-4)
    classes = load_rows(Recipe(dataset="iris")).train.targets
    assert outcome.test["adjusted_rand"] == pytest.approx(adjusted_rand_score(classes, expected.labels_), abs=1e-6)
    tested = np.asarray(outcome.preparation.inputs(data.test.inputs), dtype=np.float64)
    assert outcome.test["test_distance"] == pytest.approx(-expected.score(tested) / len(tested), rel=1e-4)
    assert outcome.history[-1]["train_distance"] == pytest.approx(outcome.test["train_distance"], rel=1e-6)
    without = {name: value for name, value in outcome.test.items() if name != "converged_after"}
    assert evaluate(drawn(), recipe, data, outcome.weights, outcome.preparation) == without
    assert outcome.test["converged_after"] == len(outcome.history)


def test_a_run_that_is_cut_short_says_that_the_centres_still_move() -> None:
    recipe = BLOBS.with_settings({"task.initial": "random", "task.starts": 1, "epochs": 1})
    outcome = carried_out(drawn(5), recipe)
    assert outcome.message.startswith("Finished after 1 epoch.")
    assert "come to rest" in outcome.message


def test_several_starts_are_never_worse_than_the_first_alone() -> None:
    for seed in range(4):
        recipe = BLOBS.with_settings({"task.initial": "random", "seed": seed, "task.tolerance": 0, "epochs": 200})
        one = carried_out(drawn(6), recipe.with_setting("task.starts", 1)).test
        many = carried_out(drawn(6), recipe.with_setting("task.starts", 8)).test
        assert one is not None
        assert many is not None
        assert many["inertia"] <= one["inertia"] * (1 + 1e-9)


def test_the_nearest_centre_of_a_prediction_is_the_group_of_the_run() -> None:
    data = load_rows(BLOBS)
    outcome = carried_out(drawn(), BLOBS, data)
    predictor = Predictor(drawn(), data.schema.signature(), outcome.weights, outcome.preparation)
    distances = predictor.predict(data.train.inputs)
    assert distances.shape == (len(data.train), 3)
    assert outcome.test is not None
    assert np.bincount(distances.argmin(1), minlength=3).tolist() == outcome.test["group_sizes"]
    assert float((distances.min(1).astype(np.float64) ** 2).sum()) == pytest.approx(outcome.test["inertia"], rel=1e-4)


# Going on


RESUMED = [
    pytest.param({"task.initial": "random", "task.tolerance": 0, "epochs": 6}, 5, id="all rows"),
    pytest.param({"task.batch_size": 100, "task.tolerance": 0, "epochs": 2, "task.starts": 2}, 4, id="mini-batches"),
]


@pytest.mark.parametrize(("settings", "groups"), RESUMED)
def test_stopped_after_every_step_it_ends_like_an_unbroken_run(settings: dict[str, Any], groups: int) -> None:
    recipe = BLOBS.with_settings(settings)
    data, graph = load_rows(recipe), drawn(groups)
    whole = carried_out(graph, recipe, data)
    state: TrainingState | None = None
    for _ in range(40):
        outcome = carried_out(graph, recipe, data, resume=state, control=StopAfter(1))
        if outcome.state is RunStatus.FINISHED:
            break
        assert outcome.training is not None
        position = json.loads(json.dumps(outcome.training.position, allow_nan=False))
        state = TrainingState.checked(outcome.training.tensors, position)
    assert outcome.state is RunStatus.FINISHED
    assert outcome.message == whole.message
    for name, array in whole.weights.items():
        assert array.tobytes() == outcome.weights[name].tobytes()
    assert outcome.test == whole.test
    without_time = [[{**row, "seconds": 0} for row in one.history] for one in (outcome, whole)]
    assert without_time[0] == without_time[1]


def test_mini_batches_are_judged_by_each_round_alone() -> None:
    recipe = BLOBS.with_settings({"task.batch_size": 100, "task.tolerance": 0, "epochs": 3, "task.starts": 1})
    outcome = carried_out(drawn(), recipe)
    assert outcome.training is not None
    judged = float(outcome.training.tensors["learner/scores"][0])
    assert judged == pytest.approx(outcome.history[-1]["train_distance"])


def test_another_number_of_starts_cannot_go_on() -> None:
    recipe = BLOBS.with_settings({"epochs": 2, "task.tolerance": 0})
    data = load_rows(recipe)
    state = carried_out(drawn(), recipe, data).training
    outcome = Run(drawn(), recipe.with_settings({"task.starts": 9, "epochs": 9}), data, resume=state).run()
    assert outcome.failure is not None
    assert "starts: 4; now it is 9" in outcome.message


def test_damaged_memory_is_refused_in_words() -> None:
    state = carried_out(drawn(), BLOBS).training
    assert state is not None
    for name in [name for name in state.tensors if name.startswith("learner/")]:
        tensors = {**state.tensors, name: np.zeros(7, state.tensors[name].dtype)}
        outcome = Run(drawn(), BLOBS, load_rows(BLOBS), resume=TrainingState(tensors, state.position)).run()
        assert outcome.failure is not None
        assert "saved centres cannot be used" in outcome.message


# Edges


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(np.ones((20, 2), np.float32), id="identical"),
        pytest.param(np.stack([np.arange(20), np.zeros(20)], 1).astype(np.float32), id="constant column"),
        pytest.param(np.repeat([[0, 0], [1, 1]], 10, 0).astype(np.float32), id="two places"),
        pytest.param((np.arange(40).reshape(20, 2) * 1e30).astype(np.float32), id="huge"),
        pytest.param(np.arange(6).reshape(3, 2).astype(np.float32), id="as many as groups"),
    ],
)
@pytest.mark.parametrize("settings", [{}, {"task.batch_size": 5}, {"task.initial": "random"}])
def test_data_on_the_edge_gives_numbers_and_no_nan(rows: NDArray[np.float32], settings: dict[str, Any]) -> None:
    recipe = BLOBS.with_settings(settings)
    outcome = carried_out(drawn(3), recipe, of(rows))
    assert np.isfinite(centres_of(outcome)).all()
    assert outcome.test is not None
    assert np.isfinite(outcome.test["inertia"])
    assert sum(outcome.test["group_sizes"]) == len(rows)
    assert K_MEANS.figures is not None
    assert K_MEANS.figures(outcome.test, None)


def test_more_groups_than_samples_is_refused_in_words() -> None:
    outcome = Run(drawn(9), BLOBS, of(random_rows(0, 6, 2))).run()
    assert outcome.failure is not None
    assert outcome.message == "There are 6 training samples, too few for 9 groups. Choose at most 6."


@pytest.mark.parametrize(
    ("dataset", "before"),
    [("houses", ()), ("line", ()), ("uci-digits", (layer("Flatten"),)), ("wine", (layer("Linear", out_features=2),))],
)
def test_what_it_fits_it_groups(dataset: str, before: tuple[Any, ...]) -> None:
    recipe = BLOBS.with_settings({"dataset": dataset, "epochs": 4})
    outcome = carried_out(drawn(4, *before), recipe)
    assert outcome.test is not None
    assert len(outcome.test["group_sizes"]) == 4
    assert (outcome.test["adjusted_rand"] is None) == (dataset in ("houses", "line"))
    assert outcome.novelty is None
