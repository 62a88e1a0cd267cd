"""Every schedule against torch's own."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
import torch

from engine.training.recipe import ScheduleSettings
from engine.training.schedules import Plateau, Schedule

PER_EPOCH, EPOCHS = 7, 9
TOTAL = PER_EPOCH * EPOCHS


def torchs(make: Any, every: int = 1) -> list[float]:
    """The rates torch's scheduler gives, stepped after every ``every`` steps."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0, momentum=0.9)
    scheduler, rates = make(optimizer), []
    for step in range(1, TOTAL + 1):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if step % every == 0 and step < TOTAL:
            scheduler.step()
    return rates


def ours(kind: str, **values: Any) -> list[float]:
    schedule = Schedule(ScheduleSettings(kind, **values), PER_EPOCH, TOTAL)
    return [schedule.fraction(step) for step in range(TOTAL)]


lr = torch.optim.lr_scheduler


def test_constant() -> None:
    assert ours("constant") == [1.0] * TOTAL


def test_step() -> None:
    expected = torchs(lambda o: lr.StepLR(o, 3, gamma=0.5), PER_EPOCH)
    assert ours("step", step_size=3, gamma=0.5) == pytest.approx(expected)
    assert len(set(expected)) == 3


def test_exponential() -> None:
    assert ours("exponential", gamma=0.8) == pytest.approx(torchs(lambda o: lr.ExponentialLR(o, 0.8), PER_EPOCH))


@pytest.mark.parametrize("floor", [0.0, 0.1])
def test_cosine(floor: float) -> None:
    assert ours("cosine", floor=floor) == pytest.approx(torchs(lambda o: lr.CosineAnnealingLR(o, TOTAL, floor)))


@pytest.mark.parametrize("rise", [0.1, 0.3, 0.5])
def test_one_cycle(rise: float) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = torchs(lambda o: lr.OneCycleLR(o, 1.0, TOTAL, pct_start=rise, cycle_momentum=False))
    assert ours("one-cycle", pct_start=rise) == pytest.approx(expected)


def test_warm_up() -> None:
    expected = torchs(lambda o: lr.LinearLR(o, 1 / 14, 1.0, 13))
    assert ours("warm-up", warm_up=2.0, then="constant") == pytest.approx(expected)
    falling = ours("warm-up", warm_up=2.0, then="cosine")
    assert falling[:14] == pytest.approx(expected[:14])
    assert falling[14] == 1.0
    assert falling[-1] < 0.01
    assert falling[14:] == sorted(falling[14:], reverse=True)


@pytest.mark.parametrize("kind", list(ScheduleSettings.KINDS))
@pytest.mark.parametrize("total", [1, 2, 3])
def test_short_runs_have_sound_rates(kind: str, total: int) -> None:
    schedule = Schedule(ScheduleSettings(kind), 1, total)
    assert all(0 <= schedule.fraction(step) <= 1 for step in range(total + 2))
    assert schedule.fraction(0) > 0


def test_plateau() -> None:
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    torchs_own = lr.ReduceLROnPlateau(optimizer, factor=0.5, patience=2, min_lr=0.05)
    settings, plateau = ScheduleSettings("plateau", factor=0.5, patience=2, floor=0.05), Plateau()
    losses = [1.0, 0.9, 0.89999, 0.95, 0.91, 0.5] + [0.5] * 30
    for loss in losses:
        torchs_own.step(loss)
        plateau.observe(loss, settings)
        assert plateau.fraction == pytest.approx(optimizer.param_groups[0]["lr"])
    assert plateau.fraction == 0.05
    untouched = Plateau()
    untouched.observe(1.0, ScheduleSettings("constant"))
    assert untouched == Plateau()
