"""A drawing trained from end to end, and used."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest
import torch
from helpers_training import CLASSES, VALUES, YES_NO, dataset, recipe

from engine.data.dataset import Dataset, Schema, Split
from engine.graph.graph import Graph, wire
from engine.graph.shapes import Shape
from engine.graph.targets import Categories, Target
from engine.running.run import Run, evaluate
from engine.tasks.predictor import Predictor
from engine.training.batches import BatchLoader
from engine.training.control import Control
from engine.training.machine import available
from engine.training.recipe import Recipe
from engine.training.weights import WeightsError


def drawing(outputs: int = 3, *endings: str, **changes: Any) -> Graph:
    """data, Linear, BatchNorm1d, ReLU, Dropout, Linear, goal."""
    graph = Graph().add("Input")
    for kind, params in (
        ("Linear", {"out_features": 16}),
        ("BatchNorm1d", {}),
        ("ReLU", {}),
        ("Dropout", {}),
        ("Linear", {"out_features": outputs}),
        *((ending, {}) for ending in endings),
        ("Output", {}),
    ):
        before = graph.last
        graph = graph.add(kind, **params)
        graph = graph.connect(wire(before, graph.last))
    return graph


@pytest.mark.parametrize(
    ("target", "endings"),
    [
        (CLASSES, ()),
        (CLASSES, ("LogSoftmax",)),
        (CLASSES, ("Softmax",)),
        (YES_NO, ()),
        (YES_NO, ("Sigmoid",)),
        (VALUES, ()),
    ],
)
def test_train_and_predict(target: Target, endings: tuple[str, ...]) -> None:
    data, settings = dataset(target), recipe(epochs=40, optimizer__learning_rate=0.02)
    run = Run(drawing(target.outputs, *endings), settings, data)
    outcome = run.run()
    assert outcome.state == "finished", outcome.message
    assert outcome.preparation is not None
    predictor = Predictor(run.graph, run.signature, outcome.weights, outcome.preparation)
    guesses = predictor.predict(data.test.inputs)
    if target.kind == "values":
        assert outcome.test["test_r2"] > 0.7
        error = np.abs(guesses - data.test.targets).mean()
        assert outcome.test["test_mae"] == pytest.approx(error, rel=1e-4)
    else:
        assert outcome.test["test_accuracy"] >= 0.7
        assert guesses.shape == (20, 2 if target is YES_NO else 3)
        assert guesses.sum(1) == pytest.approx(1.0, abs=1e-5)
        assert (guesses.argmax(1) == data.test.targets).mean() == pytest.approx(outcome.test["test_accuracy"])
    assert evaluate(run.graph, settings, data, outcome.weights, outcome.preparation) == outcome.test


def test_same_seed_same_curves() -> None:
    def curves(seed: int) -> list[float]:
        return [row["train_loss"] for row in Run(drawing(), recipe(seed=seed), dataset()).run().history]

    assert curves(3) == curves(3)
    assert curves(3) != curves(4)


def test_frozen_layers_stay_as_they_are() -> None:
    graph = drawing()
    for kind in ("Linear", "BatchNorm1d"):
        graph = graph.set(graph.of_kind(kind)[0].id, frozen=True)
    before = Run(graph, recipe(), dataset(), control=stopped()).run().weights
    after = Run(graph, recipe(), dataset()).run().weights
    names = {node.name for node in graph.nodes.values() if node.frozen}
    assert len(names) == 2
    for name, array in after.items():
        assert np.array_equal(array, before[name]) == (name.split(".")[0] in names), name


def stopped() -> Control:
    control = Control()
    control.stop()
    return control


def test_weights_to_start_from() -> None:
    first = Run(drawing(), recipe(), dataset()).run()
    again = Run(drawing(), recipe(), dataset(), weights=first.weights, control=stopped()).run()
    assert all(np.array_equal(array, again.weights[name]) for name, array in first.weights.items())
    wrong = Run(
        drawing(), recipe(), dataset(), weights={**first.weights, "linear1.bias": np.zeros(3, np.float32)}
    ).run()
    assert wrong.state == "failed"
    assert "'linear1.bias' are 3, but the diagram has 16" in wrong.message


@pytest.mark.parametrize(
    ("graph", "settings", "words"),
    [
        (Graph().add("Input").add("Output"), recipe(), ""),
        (drawing(), recipe(loss="mse"), "Choose Cross-entropy"),
        (drawing(), recipe(augmentation="affine"), "is for images"),
        (drawing(7), recipe(), ""),
    ],
)
def test_what_cannot_run_fails_in_order(graph: Graph, settings: Recipe, words: str) -> None:
    run = Run(graph, settings, dataset())
    outcome = run.run()
    assert outcome.state == run.telemetry.state == "failed"
    assert outcome.failure is not None
    assert words in outcome.message
    assert len(outcome.message) > 20


def test_a_device_that_is_not_there() -> None:
    missing = next(name for name in ("cuda", "mps") if name not in available())
    outcome = Run(drawing(), recipe(device=missing), dataset()).run()
    assert outcome.state == "failed"
    assert "Set the device to auto" in outcome.message


def pictures(rows: int = 40) -> Dataset:
    random = np.random.default_rng(0)
    answers = random.integers(0, 2, rows)
    inputs = random.integers(0, 90, (rows, 1, 8, 8)).astype(np.uint8)
    inputs[answers == 1, :, 2:5, 2:5] += 150
    schema = Schema(
        name="squares",
        title="Squares",
        summary="With a square or without.",
        kind="pictures",
        input=Shape.picture(1, 8, 8),
        target=Categories(2, ("none", "square")),
        columns=(),
        value_range=(0, 255),
        licence="",
        origin="",
    )
    split = Split(inputs, answers.astype(np.int64))
    return Dataset(schema, split, split, split)


def convolutional() -> Graph:
    graph = Graph().add("Input")
    for kind, params in (
        ("Conv2d", {"out_channels": 4}),
        ("ReLU", {}),
        ("Flatten", {}),
        ("Linear", {"out_features": 2}),
        ("Output", {}),
    ):
        before = graph.last
        graph = graph.add(kind, **params)
        graph = graph.connect(wire(before, graph.last))
    return graph


def test_pictures_with_augmentation() -> None:
    settings = recipe(epochs=8, augmentation="affine", optimizer__learning_rate=0.01)
    first = Run(convolutional(), settings, pictures()).run()
    assert first.state == "finished", first.message
    assert first.test["test_accuracy"] > 0.9
    again = Run(convolutional(), settings, pictures()).run()
    assert all(np.array_equal(array, again.weights[name]) for name, array in first.weights.items())
    plain = Run(convolutional(), settings.with_setting("augmentation", "none"), pictures()).run()
    assert not np.array_equal(plain.weights["linear1.weight"], first.weights["linear1.weight"])


def test_mixed_pictures_have_mixed_targets() -> None:
    settings = recipe(epochs=6, augmentation="affine", optimizer__learning_rate=0.01)
    settings = settings.with_settings({"augmentation.mixup": 0.4, "augmentation.cutmix": 1.0})
    mixed = Run(convolutional(), settings, pictures()).run()
    assert mixed.state == "finished", mixed.message
    assert mixed.test["test_accuracy"] > 0.8
    plain = settings.with_settings({"augmentation.mixup": 0, "augmentation.cutmix": 0})
    sure = Run(convolutional(), plain, pictures()).run()
    assert mixed.history[-1]["train_loss"] > sure.history[-1]["train_loss"] + 0.1, "mixtures cannot be told for certain"
    assert 0 < mixed.history[-1]["train_accuracy"] <= 1
    balanced = Run(convolutional(), settings.with_setting("loss", "cross_entropy").with_settings(
        {"loss.class_weights": "balanced", "loss.label_smoothing": 0.1, "epochs": 1}), pictures()).run()
    assert balanced.state == "finished", balanced.message


def test_pictures_kept_small_are_prepared_the_same() -> None:
    """uint8 rows converted batch by batch are bit for bit those prepared at once, and those of the predictor."""
    data = pictures()
    preparation = Run(convolutional(), recipe(), data)
    preparation.run()
    fitted = preparation.preparation
    assert fitted is not None
    expected = fitted.inputs(data.train.inputs)
    rows = torch.tensor([5, 0, 39])
    for limit in (0, 2**30):
        feed = BatchLoader(
            data.train.inputs,
            torch.zeros(40),
            torch.device("cpu"),
            shift=fitted.input_shift,
            scale=fitted.input_scale,
            keep_prepared=limit,
        )
        assert np.array_equal(feed.take(rows)[0].numpy(), expected[rows.numpy()])
        assert np.array_equal(torch.cat([part for part, _ in feed.in_order(16)]).numpy(), expected)


def test_a_last_batch_of_one_row_is_left_out() -> None:
    feed = BatchLoader(np.zeros((17, 2), np.float32), torch.zeros(17), torch.device("cpu"))
    assert [feed.batches(size) for size in (1, 2, 4, 8, 16, 17, 100)] == [17, 8, 4, 2, 1, 1, 1]
    assert Run(drawing(), recipe(batch_size=49), dataset()).run().state == "finished"


def test_snapshots_and_saved_states_of_a_run() -> None:
    run = Run(drawing(), recipe(), dataset())
    assert run.snapshot() == (0, {}, 0)
    assert run.latest() is None
    outcome = run.run()
    version, weights, _step = run.snapshot()
    assert version >= 1
    assert all(np.array_equal(array, outcome.weights[name]) for name, array in weights.items())
    latest = run.latest()
    assert latest is not None
    assert latest.position["epoch"] == 3


def test_the_predictor() -> None:
    data = dataset()
    run = Run(drawing(), recipe(), data)
    outcome = run.run()
    predictor = Predictor(run.graph, run.signature, None, outcome.preparation)
    fresh = predictor.predict(data.test.inputs)
    predictor.load(outcome.weights)
    trained = predictor.predict(data.test.inputs)
    assert not np.array_equal(fresh, trained)
    one = predictor.predict(data.test.inputs[:1])
    assert one == pytest.approx(trained[:1], abs=1e-6)
    with pytest.raises(ValueError, match="samples of 4, not 5"):
        predictor.predict(np.zeros((1, 5), np.float32))
    with pytest.raises(WeightsError, match="missing"):
        predictor.load({})
    assert np.array_equal(predictor.predict(data.test.inputs), trained), "refused weights change nothing"


def test_the_predictor_from_many_threads() -> None:
    data = dataset()
    run = Run(drawing(), recipe(), data)
    weights = [run.run().weights, Run(drawing(), recipe(seed=5), data).run().weights]
    assert run.preparation is not None
    predictor = Predictor(run.graph, run.signature, weights[0], run.preparation)
    allowed = []
    for each in weights:
        predictor.load(each)
        allowed.append(predictor.predict(data.test.inputs).tobytes())
    wrong = []

    def use(number: int) -> None:
        for turn in range(50):
            if number == 0:
                predictor.load(weights[turn % 2])
            elif predictor.predict(data.test.inputs).tobytes() not in allowed:
                wrong.append(turn)

    threads = [threading.Thread(target=use, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []


@pytest.mark.parametrize(("held", "judge"), [(10, "validation"), (0, "the training split")])
def test_patience_says_what_it_judged_by(held: int, judge: str) -> None:
    data = dataset(CLASSES)
    data = Dataset(data.schema, data.train, data.validation.take(np.arange(held)), data.test)
    outcome = Run(drawing(), recipe(epochs=2, patience=5), data).run()
    assert outcome.message.endswith(f"the best on {judge}.")
