"""Training figures, test figures and predictions agree on what a network says, whatever passes probabilities on."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.graph.inference import infer
from engine.graph.output_activation import OutputActivation, output_activation
from engine.network.build import build
from engine.network.source import source
from engine.running.run import Run
from engine.tasks.predictor import Predictor
from tests.engine.graph.drawings import Layer, answer, row
from tests.engine.training.helpers_training import CLASSES, YES_NO, dataset, recipe

WIDE: Layer = ("Reshape", {"sizes": (1, 2, 2)})
MANY: Layer = ("Reshape", {"sizes": (3, 2, 2)})


@pytest.mark.parametrize(
    "layers",
    [
        (answer(), "Sigmoid", "GaussianNoise"),
        (answer(), "Sigmoid", ("Reshape", {"sizes": (1,)})),
        (answer(), "Sigmoid", ("Reshape", {"sizes": (1, 1, 1)}), "Dropout2d", "GlobalAvgPool"),
        (answer(), "Sigmoid", ("Reshape", {"sizes": (1, 1)}), ("Permute", {"order": (2, 1)}), "Flatten"),
        (("Linear", {"out_features": 4}), WIDE, "Sigmoid", "GlobalAvgPool"),
        (("Linear", {"out_features": 4}), "Sigmoid", "ReLU", WIDE, ("MaxPool2d", {"kernel_size": 2}), "Flatten"),
    ],
)
def test_yes_and_no_are_told_apart_at_one_half(layers: tuple[Layer, ...]) -> None:
    graph, data = row(*layers), dataset(YES_NO)
    assert output_activation(infer(graph, data.schema.signature())) == OutputActivation.SIGMOID
    outcome = Run(graph, recipe(epochs=20, optimizer="Adam", optimizer__learning_rate=0.1), data).run()
    assert outcome.state == "finished", outcome.message
    module = build(graph, data.schema.signature())
    module.load_state_dict({name: torch.from_numpy(array) for name, array in outcome.weights.items()})
    assert outcome.preparation is not None
    prepared = torch.from_numpy(outcome.preparation.inputs(data.test.inputs))
    with torch.no_grad():
        yes = module.eval()(prepared)[:, 0].numpy()
    right = float(np.mean((yes > 0.5) == (data.test.targets > 0.5)))
    assert outcome.test["test_accuracy"] == pytest.approx(right)
    answers = Predictor(graph, data.schema.signature(), outcome.weights, outcome.preparation).predict(data.test.inputs)
    np.testing.assert_allclose(answers[:, 1], yes, atol=1e-6)
    assert right > 0.6, "and it has learned something, which half the numbers from 0 to 1 being yes would hide"
    assert "gives the probability of a yes" in " ".join(source(graph, data.schema.signature()).split())


def test_classes_are_not_softmaxed_twice_after_a_mean_over_pixels() -> None:
    graph, data = row(("Linear", {"out_features": 12}), MANY, "Softmax", "GlobalAvgPool"), dataset(CLASSES)
    outcome = Run(graph, recipe(epochs=3), data).run()
    answers = Predictor(graph, data.schema.signature(), outcome.weights, outcome.preparation).predict(data.test.inputs)
    module = build(graph, data.schema.signature())
    module.load_state_dict({name: torch.from_numpy(array) for name, array in outcome.weights.items()})
    with torch.no_grad():
        made = module.eval()(torch.from_numpy(outcome.preparation.inputs(data.test.inputs))).numpy()
    np.testing.assert_allclose(answers, made, atol=1e-6)
    assert "gives the probability of each of 3 classes" in " ".join(source(graph, data.schema.signature()).split())


def test_the_exported_file_says_what_its_numbers_are() -> None:
    data = dataset(CLASSES)
    plain = row(answer())
    assert output_activation(infer(plain, data.schema.signature())) == OutputActivation.PLAIN
    words = " ".join(source(plain, data.schema.signature()).split())
    assert "gives one score for each of 3 classes" in words
    words = " ".join(source(row(answer(), "LogSoftmax"), data.schema.signature()).split())
    assert "the logarithm of the probability of each of 3 classes" in words
