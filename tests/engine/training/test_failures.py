"""A failure ends a run in order: the state says so, the last good weights are kept, the layer and cause are named."""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch
from helpers_training import CLASSES, CPU, network, recipe, rows, trainer
from torch import Tensor, nn

from engine.tasks.supervised_targets import task_for
from engine.training.batches import BatchLoader
from engine.training.gradient_learner import GradientLearner
from engine.training.runner import Runner
from engine.training.telemetry import Telemetry


class Breaks(nn.Module):
    """Works for some training steps, then does something else."""

    def __init__(self, after: int, how: str) -> None:
        super().__init__()
        self.left, self.how = after, how

    def forward(self, inputs: Tensor) -> Tensor:
        if not self.training:
            return inputs
        self.left -= 1
        if self.left >= 0:
            return inputs
        match self.how:
            case "nan":
                return inputs * float("nan")
            case "memory":
                return inputs + torch.empty(1 << 50)
            case "backward":
                return (inputs * 0).abs().sqrt() * 0 + inputs
        raise RuntimeError("the plug was pulled\nat some line")


def broken(how: str, after: int = 7) -> tuple[Runner, Telemetry]:
    telemetry = Telemetry()
    # One use goes to the warm-up.
    module = network(fragile=Breaks(after + 1, how))
    return trainer(recipe(optimizer="SGD"), module=module, telemetry=telemetry), telemetry


@pytest.mark.parametrize(
    ("how", "node", "words"),
    [
        ("nan", "fragile", r"became NaN at step 8: .* is fragile\. .*learning rate \(0.05\)"),
        ("memory", "fragile", "not enough memory in fragile. Try a smaller batch size"),
        ("error", "fragile", r"fragile could not work on what it was given: the plug was pulled\."),
        ("backward", "hidden", "the weights of hidden have grown"),
    ],
)
def test_failures_name_the_layer_and_the_cause(how: str, node: str, words: str) -> None:
    run, telemetry = broken(how)
    outcome = run.run()
    assert outcome.state == telemetry.state == "failed"
    assert outcome.failure is not None
    assert outcome.failure.node == node
    assert telemetry.read().message == outcome.message == outcome.failure.message
    assert re.search(words, outcome.message), outcome.message
    assert all(np.isfinite(array).all() for array in outcome.weights.values())
    assert outcome.training is not None
    # What is left can be used: to go on, and to try.
    assert trainer(recipe(optimizer="SGD"), resume=outcome.training, module=network(fragile=nn.Identity())).run()


def test_the_last_good_weights_are_those_of_the_last_good_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.training.runner.GOOD_EVERY", 0.0)
    run, _ = broken("nan", after=9)
    outcome = run.run()
    two = trainer(recipe(optimizer="SGD", epochs=2), module=network(fragile=nn.Identity())).run()
    assert len(outcome.history) == 2
    for name, array in two.weights.items():
        assert np.array_equal(array, outcome.weights[name]), name


def test_weights_that_blow_up() -> None:
    module = nn.Sequential()
    module.add_module("one", nn.Linear(4, 8))
    module.add_module("two", nn.Linear(8, 3))
    fast = recipe(optimizer="SGD", optimizer__learning_rate=100.0, epochs=400)
    inputs, answers = rows(CLASSES)
    task = task_for(CLASSES, fast)
    learner = GradientLearner(module, task, fast, BatchLoader(inputs * 1e18, task.target_tensor(answers), CPU))
    outcome = Runner(learner, fast.epochs).run()
    assert outcome.state == "failed"
    assert outcome.failure is not None
    assert outcome.failure.node in ("one", "two")
    assert all(np.isfinite(array).all() for array in outcome.weights.values())


def test_data_that_is_not_numbers() -> None:
    inputs, answers = rows(CLASSES)
    inputs[7, 2] = np.nan
    task = task_for(CLASSES, recipe())
    outcome = Runner(
        GradientLearner(network(), task, recipe(), BatchLoader(inputs, task.target_tensor(answers), CPU)), 3
    ).run()
    assert outcome.failure is not None
    assert outcome.failure.node is None
    assert "inputs of that batch are missing or not numbers" in outcome.message


def test_torch_is_left_as_it_was() -> None:
    threads, random = torch.get_num_threads(), torch.get_rng_state()
    broken("error")[0].run()
    trainer(recipe()).run()
    assert torch.get_num_threads() == threads
    assert torch.equal(torch.get_rng_state(), random)
    assert float(torch.tensor(1e-40) * 1) > 0, "small numbers are no longer taken as zero"
