"""A saved memory of an optimizer reaches torch's kernels only when it is just what the optimizer would have saved."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest
import torch
from helpers_training import recipe, trainer
from torch import nn

from engine.training.memory_check import checked_memory
from engine.training.optimizer_memory import SQUARES, STEP, kept, remembered
from engine.training.optimizers import make
from engine.training.recipe import OptimizerSettings, Recipe
from engine.training.state import StateError, TrainingState
from tests.engine.stopping import StopAfter

SETTINGS: list[dict[str, Any]] = [
    *({"optimizer": kind} for kind in OptimizerSettings.KINDS),
    {"optimizer": "SGD", "optimizer.momentum": 0.9},
    {"optimizer": "SGD", "optimizer.momentum": 0.9, "optimizer.nesterov": True},
    {"optimizer": "Adam", "optimizer.amsgrad": True},
    {"optimizer": "AdamW", "optimizer.amsgrad": True},
    {"optimizer": "RMSprop", "optimizer.momentum": 0.5},
    {"optimizer": "RMSprop", "optimizer.centered": True},
    {"optimizer": "LBFGS", "optimizer.max_iter": 1},
    {"optimizer": "LBFGS", "optimizer.line_search_fn": "strong_wolfe"},
]


def settings_of(changes: dict[str, Any]) -> Recipe:
    return recipe(epochs=3).with_settings(changes)


def stopped(changes: dict[str, Any], steps: int = 3) -> TrainingState:
    outcome = trainer(settings_of(changes), control=StopAfter(steps)).run()
    assert outcome.training is not None
    return outcome.training


@pytest.mark.parametrize("changes", SETTINGS, ids=str)
def test_what_is_kept_is_what_torch_keeps(changes: dict[str, Any]) -> None:
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(3, 4), nn.LayerNorm(4), nn.Linear(4, 2))
    optimizer = make(settings_of(changes).optimizer, module)

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        value = module(torch.linspace(-1, 1, 15).reshape(5, 3)).square().sum()
        value.backward()
        return value

    for _ in range(3):
        loss()
        optimizer.step(loss) if optimizer.needs_closure else optimizer.step()
        for part, memory in zip(optimizer.parts, optimizer.state(), strict=True):
            assert checked_memory(part, memory) == memory
            if isinstance(part, torch.optim.LBFGS):
                continue
            parameters = part.param_groups[0]["params"]
            for number, found in memory.items():
                shapes = {name: value.shape == parameters[number].shape for name, value in found.items()}
                forms = kept(type(part).__name__, part.param_groups[0])
                assert shapes == {name: form != STEP for name, form in forms.items()}
                assert all((found[name] >= 0).all() for name, form in forms.items() if form == SQUARES)


@pytest.mark.parametrize("changes", SETTINGS, ids=str)
def test_what_is_said_beforehand_is_what_is_taken(changes: dict[str, Any]) -> None:
    settings, module = settings_of(changes).optimizer, nn.Linear(50, 40, bias=False)
    optimizer = make(settings, module)

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        value = (module(torch.ones(3, 50)) - 1).square().mean()
        value.backward()
        return value

    for _ in range(2):
        loss()
        optimizer.step(loss) if optimizer.needs_closure else optimizer.step()
    found = sum(
        value.numel()
        for part in optimizer.parts
        for memory in part.state.values()
        for value in memory.values()
        if isinstance(value, torch.Tensor) and value.numel() > 1
    )
    assert found // 2000 == remembered(settings)


@pytest.mark.parametrize("changes", SETTINGS, ids=str)
def test_memory_of_another_size_type_or_kind_never_reaches_torch(changes: dict[str, Any]) -> None:
    state = stopped(changes)
    names = [name for name in state.tensors if name.startswith("learner/")]
    for name in names:
        array = state.tensors[name]
        for wrong in (
            array.reshape(-1)[: array.size // 2],
            np.zeros((*array.shape, 2), array.dtype),
            array.astype(np.float64),
            array.astype(np.int64),
            np.zeros((0, *array.shape), array.dtype),
        ):
            with pytest.raises(StateError, match="cannot be used"):
                trainer(settings_of(changes), resume=TrainingState({**state.tensors, name: wrong}, state.position))
        rest = {key: value for key, value in state.tensors.items() if key != name}
        with pytest.raises(StateError, match="cannot be used"):
            trainer(settings_of(changes), resume=TrainingState(rest, state.position))
    if names:
        # Not shapes alone: the same for what tells how the tensors belong together.
        for memory in ODD_MEMORIES:
            with pytest.raises(StateError, match="cannot be used"):
                trainer(
                    settings_of(changes),
                    resume=TrainingState(state.tensors, {**state.position, "memory": memory}),
                )


ODD_MEMORIES: list[Any] = [
    None,
    [],
    "text",
    7,
    [[]],
    ["text"],
    [{"pairs": 5}],
    [{"pairs": [5]}],
    [{"pairs": [[0]]}],
    [{"pairs": [[[0], {}]]}],
    [{"pairs": [[0, "text"]]}],
    [{"pairs": [[0, []]]}],
    [{"pairs": [[0, {"pairs": [["step", 3]]}]]}],
    [{"pairs": [[99, {"pairs": []}]]}],
    [{"pairs": [["0", {"pairs": []}]]}],
    [{"tensor": "no/such"}],
    [{"tensor": [1]}],
    [{"float": "1e999"}],
    [{"float": {}}],
    [{}],
]


def test_no_tensor_is_copied_twice_however_often_a_file_names_it() -> None:
    state = stopped({"optimizer": "Adam"})
    name = next(name for name in state.tensors if name.endswith("/exp_avg"))
    often = [{"pairs": [[number, {"tensor": name}] for number in range(2_000)]}]
    tensors = {**state.tensors, name: np.zeros(250_000, np.float32)}
    tracemalloc.start()  # numpy tells it of what it takes
    try:
        with pytest.raises(StateError, match="cannot be used"):
            trainer(
                settings_of({"optimizer": "Adam"}),
                resume=TrainingState(tensors, {**state.position, "memory": often}),
            )
        assert tracemalloc.get_traced_memory()[1] < 5 * tensors[name].nbytes
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("changes", SETTINGS, ids=str)
def test_memory_that_is_no_number_or_a_negative_square_is_refused(changes: dict[str, Any]) -> None:
    state = stopped(changes)
    squares = ("exp_avg_sq", "square_avg", "sum", "acc_delta")
    for name in [name for name in state.tensors if name.startswith("learner/")]:
        negative = [-1.0] if name.endswith(squares) else []
        for value in (float("nan"), *negative):
            tensors = {**state.tensors, name: np.full_like(state.tensors[name], value)}
            with pytest.raises(StateError, match="cannot be used"):
                trainer(settings_of(changes), resume=TrainingState(tensors, state.position))


def test_squares_beyond_all_bounds_are_gone_on_with() -> None:
    state = stopped({"optimizer": "Adam"})
    name = next(name for name in state.tensors if name.endswith("/exp_avg_sq"))
    tensors = {**state.tensors, name: np.full_like(state.tensors[name], np.inf)}
    resumed = trainer(settings_of({"optimizer": "Adam"}), resume=TrainingState(tensors, state.position))
    assert resumed.run().state == "finished"


@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf")])
def test_a_count_of_steps_is_a_number(value: float) -> None:
    state = stopped({"optimizer": "Adam"})
    name = next(name for name in state.tensors if name.endswith("/step"))
    tensors = {**state.tensors, name: np.array(value, np.float32)}
    with pytest.raises(StateError, match=r"number from 0|not numbers"):
        trainer(settings_of({"optimizer": "Adam"}), resume=TrainingState(tensors, state.position))


@pytest.mark.parametrize("kind", ["weights/", "best/"])
def test_weights_of_another_size_or_type_never_reach_the_network(kind: str) -> None:
    changes = {"patience": 2}
    state = stopped(changes, 20)
    for name in [name for name in state.tensors if name.startswith(kind)]:
        for wrong in (
            state.tensors[name].astype(np.float64),
            state.tensors[name].reshape(-1)[:1],
            np.zeros(0, np.float32),
        ):
            with pytest.raises(StateError, match="belong"):
                trainer(settings_of(changes), resume=TrainingState({**state.tensors, name: wrong}, state.position))


def test_momentum_turned_off_leaves_its_memory_out_and_amsgrad_turned_on_says_what_lacks() -> None:
    with_momentum = {"optimizer": "SGD", "optimizer.momentum": 0.9}
    state = stopped(with_momentum)
    assert trainer(settings_of({**with_momentum, "optimizer.momentum": 0.0}), resume=state).run().state == "finished"
    state = stopped({"optimizer": "Adam"})
    with pytest.raises(StateError, match=r"max_exp_avg_sq.* Set its settings back"):
        trainer(settings_of({"optimizer": "Adam", "optimizer.amsgrad": True}), resume=state)


def test_the_threads_of_a_larger_machine_are_not_started_here(monkeypatch: pytest.MonkeyPatch) -> None:
    state = stopped({})
    resumed = trainer(settings_of({}), resume=TrainingState(state.tensors, {**state.position, "threads": 400}))
    assert resumed.progress.threads == torch.get_num_threads()
