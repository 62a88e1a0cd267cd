"""A run gives the numbers of a plain PyTorch script: same weights to start from, same rows in the same order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.data import catalogue
from engine.data.dataset import Dataset
from engine.graph.graph import Graph, empty, wire
from engine.network.build import build
from engine.running.run import Run
from engine.training import random
from engine.training.recipe import Recipe

EPOCHS = 3
Loss = Callable[[Tensor, Tensor], Tensor]
Schedule = Callable[[torch.optim.Optimizer, int, int], torch.optim.lr_scheduler.LRScheduler]


def drawing() -> Graph:
    graph = empty()
    before = graph.nodes["n1"].id
    for kind, params in (
        ("Linear", {"out_features": 12}),
        ("LayerNorm", {}),
        ("Tanh", {}),
        ("Dropout", {"p": 0.2}),
        ("Linear", {"out_features": "answer"}),
    ):
        graph = graph.add(kind, **params).connect(wire(before, f"n{graph.next_id}"))
        before = graph.last
    return graph.connect(wire(before, "n2"))


def plain(
    data: Dataset,
    make: Callable[[nn.Module], torch.optim.Optimizer],
    loss: Loss,
    *,
    batch: int,
    schedule: Schedule | None = None,
    clipping: float = 0.0,
    l1: float = 0.0,
    bfloat16: bool = False,
) -> list[tuple[float, float]]:
    """Training and validation loss of each epoch, as one would write it by hand."""
    network = build(drawing(), data.schema.signature(), seed=0)
    raw = data.train.inputs.astype(np.float64)
    answers = data.train.targets.astype(np.float64)
    values = data.schema.target.kind == "values"

    def tensors(inputs: Any, wanted: Any) -> tuple[Tensor, Tensor]:
        prepared = ((inputs - raw.mean(0)) / raw.std(0)).astype(np.float32)
        if values:
            wanted = ((wanted - answers.mean(0)) / answers.std(0)).astype(np.float32)
        return torch.from_numpy(prepared), torch.from_numpy(np.array(wanted))

    x, y = tensors(data.train.inputs, data.train.targets)
    held = tensors(data.validation.inputs, data.validation.targets)
    optimizer = make(network)
    steps = -(-len(x) // batch)
    scheduler = schedule(optimizer, EPOCHS * steps, steps) if schedule else None
    history, step = [], 0
    for epoch in range(EPOCHS):
        network.train()
        total = 0.0
        for rows in torch.randperm(len(x), generator=random.generator(0, random.SHUFFLE, epoch)).split(batch):
            torch.manual_seed(random.mixed(0, random.STEP, step))
            with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
                outputs = network(x[rows])
            current = loss(outputs.float(), y[rows])
            optimizer.zero_grad()
            penalty = sum(p.abs().sum() for name, p in network.named_parameters() if p.ndim > 1)
            (current + l1 * penalty).backward()
            if clipping:
                nn.utils.clip_grad_norm_(network.parameters(), clipping)
            optimizer.step()
            if scheduler:
                scheduler.step()
            total += current.item() * len(rows)
            step += 1
        network.eval()
        with torch.no_grad():
            history.append((total / len(x), loss(network(held[0]), held[1]).item()))
    return history


def adamw(network: nn.Module) -> torch.optim.Optimizer:
    return torch.optim.AdamW(network.parameters(), lr=0.001, weight_decay=0.01)


def cross_entropy(outputs: Tensor, answers: Tensor) -> Tensor:
    return F.cross_entropy(outputs, answers)


def balanced(outputs: Tensor, answers: Tensor) -> Tensor:
    counts = np.bincount(catalogue.load("wine").train.targets)
    weights = torch.tensor(counts.sum() / (len(counts) * counts), dtype=torch.float32)
    return F.cross_entropy(outputs, answers, weights, label_smoothing=0.1)


def huber(outputs: Tensor, answers: Tensor) -> Tensor:
    return F.huber_loss(outputs, answers, delta=0.5)


SCHEDULERS = torch.optim.lr_scheduler
CASES: dict[str, tuple[dict[str, Any], Callable[[nn.Module], torch.optim.Optimizer], Loss, dict[str, Any]]] = {
    "adamw": ({}, adamw, cross_entropy, {}),
    "sgd": (
        {"optimizer.kind": "SGD", "optimizer.nesterov": True, "optimizer.weight_decay": 0.01},
        lambda n: torch.optim.SGD(n.parameters(), 0.05, momentum=0.9, nesterov=True, weight_decay=0.01),
        cross_entropy,
        {},
    ),
    "one-cycle": (
        {"schedule.kind": "one-cycle"},
        adamw,
        cross_entropy,
        {"schedule": lambda o, steps, _: SCHEDULERS.OneCycleLR(o, 0.001, total_steps=steps, cycle_momentum=False)},
    ),
    "cosine": (
        {"schedule.kind": "cosine"},
        adamw,
        cross_entropy,
        {"schedule": lambda o, steps, _: SCHEDULERS.CosineAnnealingLR(o, steps)},
    ),
    "step": (
        {"schedule.kind": "step", "schedule.step_size": 1},
        adamw,
        cross_entropy,
        {"schedule": lambda o, _, epoch: SCHEDULERS.StepLR(o, epoch, 0.3)},
    ),
    "clipping": (
        {"gradient_clipping": 0.1, "optimizer.kind": "SGD"},
        lambda n: torch.optim.SGD(n.parameters(), 0.05, momentum=0.9),
        cross_entropy,
        {"clipping": 0.1},
    ),
    "l1": ({"l1": 0.01}, adamw, cross_entropy, {"l1": 0.01}),
    "bfloat16": ({"precision": "bfloat16"}, adamw, cross_entropy, {"bfloat16": True}),
    "weighted": (
        {"loss.kind": "cross_entropy", "loss.class_weights": "balanced", "loss.label_smoothing": 0.1},
        adamw,
        balanced,
        {},
    ),
    "huber": ({"dataset": "diabetes", "loss.kind": "huber", "loss.delta": 0.5}, adamw, huber, {}),
}


@pytest.mark.parametrize("name", CASES)
def test_a_run_is_a_plain_script(name: str) -> None:
    changes, make, loss, options = CASES[name]
    recipe = Recipe().with_settings({"dataset": "wine", "device": "cpu", "epochs": EPOCHS, "batch_size": 30, **changes})
    data = catalogue.load(recipe.dataset)
    assert len(data.train) % 30 > 1, "a short last batch belongs to the test"
    outcome = Run(drawing(), recipe, data).run()
    assert outcome.state == "finished", outcome.message
    ours = [(row["train_loss"], row["validation_loss"]) for row in outcome.history]
    np.testing.assert_allclose(ours, plain(data, make, loss, batch=30, **options), rtol=2e-5)
