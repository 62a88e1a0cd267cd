"""Losses and optimizers against torch's own and against formulas written out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from helpers_training import CLASSES, VALUES, YES_NO, network, recipe, rows, trainer
from torch import nn

from engine.training.loss_settings import resolve
from engine.training.losses import class_weights, loss_function
from engine.training.optimizers import OptimizerError, make
from engine.training.recipe import LossSettings, OptimizerSettings

LOGITS = torch.tensor([[2.0, -1.0, 0.5], [0.1, 0.2, -0.3], [-1.0, 3.0, 0.0], [0.0, 0.0, 1.0]])
RIGHT = torch.tensor([0, 2, 1, 1])


def log_softmax(logits: np.ndarray) -> np.ndarray:
    return logits - np.log(np.exp(logits).sum(1, keepdims=True))


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.parametrize("counts", [(), (10, 5, 1)])
def test_cross_entropy(smoothing: float, counts: tuple[int, ...]) -> None:
    settings = LossSettings("cross_entropy", label_smoothing=smoothing, class_weights="balanced" if counts else "none")
    logs = log_softmax(LOGITS.double().numpy())
    weights = np.array(class_weights(counts)) if counts else np.ones(3)
    right = RIGHT.numpy()
    target = np.eye(3)[right] * (1 - smoothing) + smoothing / 3
    # Torch weighs every class's term, and divides by the weights of the right classes.
    expected = -(target * logs * weights).sum() / weights[right].sum()
    assert float(loss_function(settings, counts)(LOGITS, RIGHT)) == pytest.approx(expected, rel=1e-5)


def test_balanced_weights_let_classes_count_the_same() -> None:
    weights = class_weights((30, 10, 0))
    assert weights[0] * 30 == pytest.approx(weights[1] * 10)
    assert weights[2] == 1.0


@pytest.mark.parametrize("counts", [(), (30, 10)])
def test_binary_cross_entropy(counts: tuple[int, ...]) -> None:
    settings = LossSettings("binary_cross_entropy", class_weights="balanced" if counts else "none")
    out, right = LOGITS[:, :1], torch.tensor([1.0, 0.0, 0.0, 1.0])
    yes = 1 / (1 + np.exp(-out[:, 0].double().numpy()))
    each = -np.log(np.where(right.numpy() > 0.5, yes, 1 - yes))
    weights = np.where(right.numpy() > 0.5, 40 / 20, 40 / 60) if counts else 1.0
    assert float(loss_function(settings, counts)(out, right)) == pytest.approx((each * weights).mean(), rel=1e-5)


def test_losses_of_values() -> None:
    out, right = torch.tensor([[0.0], [1.0], [5.0]]), torch.tensor([[0.5], [1.0], [1.0]])
    assert float(loss_function(LossSettings("mse"))(out, right)) == pytest.approx((0.25 + 16) / 3)
    assert float(loss_function(LossSettings("mae"))(out, right)) == pytest.approx(4.5 / 3)
    huber = (0.5 * 0.25 + 2.0 * (4 - 1.0)) / 3
    assert float(loss_function(LossSettings("huber", delta=2.0))(out, right)) == pytest.approx(huber)


def test_the_usual_loss_and_the_ones_that_do_not_fit() -> None:
    assert resolve(LossSettings("auto"), "classes").kind == "cross_entropy"
    assert resolve(LossSettings("auto"), "yes-no").kind == "binary_cross_entropy"
    assert resolve(LossSettings("auto"), "values").kind == "mse"
    with pytest.raises(ValueError, match=r"targets of this data are numbers\. Choose Mean squared error, .* or"):
        resolve(LossSettings("cross_entropy"), "values")


OPTIMIZERS: dict[str, tuple[OptimizerSettings, Any]] = {
    "SGD": (
        OptimizerSettings("SGD", learning_rate=0.1, momentum=0.8, nesterov=True, weight_decay=0.01),
        lambda p: torch.optim.SGD(p, 0.1, momentum=0.8, nesterov=True, weight_decay=0.01),
    ),
    "Adam": (
        OptimizerSettings("Adam", learning_rate=0.01, beta1=0.8, beta2=0.9, eps=1e-6, weight_decay=0.1),
        lambda p: torch.optim.Adam(p, 0.01, (0.8, 0.9), 1e-6, 0.1),
    ),
    "AdamW": (
        OptimizerSettings("AdamW", learning_rate=0.01, weight_decay=0.1, amsgrad=True),
        lambda p: torch.optim.AdamW(p, 0.01, weight_decay=0.1, amsgrad=True),
    ),
    "NAdam": (
        OptimizerSettings("NAdam", learning_rate=0.01, momentum_decay=0.01),
        lambda p: torch.optim.NAdam(p, 0.01, momentum_decay=0.01),
    ),
    "RAdam": (OptimizerSettings("RAdam", weight_decay=0.1), lambda p: torch.optim.RAdam(p, 0.001, weight_decay=0.1)),
    "RMSprop": (
        OptimizerSettings("RMSprop", learning_rate=0.01, alpha=0.9, momentum=0.5, centered=True),
        lambda p: torch.optim.RMSprop(p, 0.01, 0.9, momentum=0.5, centered=True),
    ),
    "Adagrad": (
        OptimizerSettings("Adagrad", learning_rate_decay=0.1),
        lambda p: torch.optim.Adagrad(p, 0.01, lr_decay=0.1),
    ),
    "Adadelta": (OptimizerSettings("Adadelta", rho=0.8), lambda p: torch.optim.Adadelta(p, 1.0, 0.8)),
    "LBFGS": (
        OptimizerSettings("LBFGS", max_iter=5),
        lambda p: torch.optim.LBFGS(p, max_iter=5, history_size=10, line_search_fn="strong_wolfe"),
    ),
}


@pytest.mark.parametrize("kind", list(OPTIMIZERS))
def test_optimizers_are_torchs_with_these_settings(kind: str) -> None:
    settings, reference = OPTIMIZERS[kind]
    inputs, answers = map(torch.from_numpy, rows(CLASSES, 30))
    modules = [nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 3)) for _ in range(2)]
    modules[1].load_state_dict(modules[0].state_dict())
    optimizers = [make(settings, modules[0]), reference(modules[1].parameters())]
    optimizers[0].set_learning_rate(settings.learning_rate)
    for _ in range(5):
        for module, optimizer in zip(modules, optimizers, strict=True):

            def closure(module: nn.Module = module, optimizer: Any = optimizer) -> torch.Tensor:
                optimizer.zero_grad()
                loss = nn.functional.cross_entropy(module(inputs), answers)
                loss.backward()
                return loss

            if kind == "LBFGS":
                optimizer.step(closure)
            else:
                closure()
                optimizer.step()
    for ours, theirs in zip(modules[0].parameters(), modules[1].parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-6)


@pytest.mark.skipif(not hasattr(torch.optim, "Muon"), reason="this torch has no Muon")
def test_muon_takes_the_matrices_and_adamw_the_rest() -> None:
    module = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(8, 3))
    matrices, others = make(OptimizerSettings("Muon"), module).parts
    assert isinstance(matrices, torch.optim.Muon)
    assert isinstance(others, torch.optim.AdamW)
    assert [p.shape for p in matrices.param_groups[0]["params"]] == [(3, 8)]
    assert len(others.param_groups[0]["params"]) == 3


def test_without_muon_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(torch.optim, "Muon", raising=False)
    with pytest.raises(OptimizerError, match="Choose AdamW"):
        make(OptimizerSettings("Muon"), nn.Linear(2, 2))


def test_nothing_to_train_is_said() -> None:
    with pytest.raises(OptimizerError, match="nothing to train"):
        make(OptimizerSettings(), nn.Linear(2, 2).requires_grad_(False))


@pytest.mark.parametrize("target", [CLASSES, YES_NO, VALUES], ids=lambda a: a.kind)
def test_the_loop_is_the_plain_script(target: Any) -> None:
    """One epoch with L1 and clipping against the loop anyone would write."""
    settings = recipe(epochs=1, optimizer="SGD", l1=0.01, gradient_clipping=0.3, optimizer__learning_rate=0.2)
    plain = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, target.outputs))
    module = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, target.outputs))
    module.load_state_dict(plain.state_dict())
    run = trainer(settings, target, module, augment=False)
    order = run.learner.train.order(0, 0)
    assert sorted(order.tolist()) == list(range(50))
    outcome = run.run()
    inputs, answers = map(torch.from_numpy, rows(target))
    optimizer = torch.optim.SGD(plain.parameters(), 0.2, momentum=0.9)
    loss_of = {
        "classes": nn.functional.cross_entropy,
        "yes-no": lambda out, right: nn.functional.binary_cross_entropy_with_logits(out[:, 0], right),
        "values": nn.functional.mse_loss,
    }[target.kind]
    total = 0.0
    for batch in order.split(16):
        optimizer.zero_grad()
        loss = loss_of(plain(inputs[batch]), answers[batch])
        (loss + 0.01 * sum(p.abs().sum() for p in (plain[0].weight, plain[2].weight))).backward()
        nn.utils.clip_grad_norm_(plain.parameters(), 0.3)
        optimizer.step()
        total += loss.item() * len(batch)
    for name, tensor in plain.state_dict().items():
        np.testing.assert_allclose(outcome.weights[name], tensor.numpy(), rtol=1e-5, atol=1e-6)
    assert outcome.history[0]["train_loss"] == pytest.approx(total / 50, rel=1e-5)


def test_l1_makes_weights_vanish_and_keeps_them_out_of_the_curve() -> None:
    bare = trainer(recipe(epochs=6, optimizer="SGD"), module=network()).run()
    pressed = trainer(recipe(epochs=6, optimizer="SGD", l1=0.05), module=network()).run()
    assert np.abs(pressed.weights["last.weight"]).sum() < 0.7 * np.abs(bare.weights["last.weight"]).sum()
    assert pressed.history[0]["train_loss"] < 3
