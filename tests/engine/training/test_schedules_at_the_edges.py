"""Every schedule against torch's own, over odd settings and runs of any length."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.training.gradient_learner import GradientProgress
from engine.training.recipe import ScheduleSettings
from engine.training.schedules import Plateau, Schedule
from tests.engine.training.helpers_training import recipe, trainer

lr = torch.optim.lr_scheduler
totals = st.integers(1, 40)
few = settings(max_examples=30, deadline=None)
factors = st.floats(0.001, 1.0)


def torchs(make: Callable[[Any], Any], total: int, every: int = 1) -> list[float]:
    """The rates torch's scheduler gives for ``total`` steps of a rate of 1, stepped after every ``every`` steps."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0, momentum=0.9)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of torch about its own optimizers
        scheduler, rates = make(optimizer), []
        for step in range(1, total + 1):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            if step % every == 0 and step < total:
                scheduler.step()
    return rates


def ours(kind: str, total: int, per_epoch: int = 1, **values: Any) -> list[float]:
    schedule = Schedule(ScheduleSettings(kind, **values), per_epoch, total)
    return [schedule.fraction(step) for step in range(total)]


def close(expected: list[float]) -> object:
    return pytest.approx(expected, rel=1e-9, abs=1e-12)


@few
@given(total=totals, rise=st.floats(0.0, 0.95), start=st.floats(1.0, 1e4), end=st.floats(1.0, 1e9))
@example(total=10, rise=0.05, start=25.0, end=1e4)
@example(total=1, rise=0.3, start=25.0, end=1e4)
@example(total=2, rise=0.3, start=25.0, end=1e4)
@example(total=3, rise=0.0, start=25.0, end=1e4)
@example(total=2, rise=0.5, start=25.0, end=1e4)
@example(total=4, rise=0.25, start=1.0, end=1.0)
def test_one_cycle(total: int, rise: float, start: float, end: float) -> None:
    found = ours("one-cycle", total, pct_start=rise, div_factor=start, final_div_factor=end)

    def make(optimizer: Any) -> Any:
        return lr.OneCycleLR(
            optimizer, 1.0, total, pct_start=rise, div_factor=start, final_div_factor=end, cycle_momentum=False
        )

    try:
        expected = torchs(make, total)
    except ZeroDivisionError:
        # The rise is over at step 0, exactly: torch divides nothing by nothing. It begins at the top.
        assert rise * total == 1
        assert found[0] == 1.0
        assert found[1:] == sorted(found[1:], reverse=True)
    else:
        assert found == close(expected)


def test_a_rise_of_less_than_a_step_begins_beyond_the_top() -> None:
    assert ours("one-cycle", 10, pct_start=0.05)[0] == pytest.approx(0.9932, abs=1e-4)


@few
@given(total=totals, per_epoch=st.integers(1, 9), every=st.integers(1, 50), factor=factors)
def test_step(total: int, per_epoch: int, every: int, factor: float) -> None:
    expected = torchs(lambda o: lr.StepLR(o, every, gamma=factor), total, per_epoch)
    assert ours("step", total, per_epoch, step_size=every, gamma=factor) == close(expected)


@few
@given(total=totals, per_epoch=st.integers(1, 9), factor=factors)
def test_exponential(total: int, per_epoch: int, factor: float) -> None:
    expected = torchs(lambda o: lr.ExponentialLR(o, factor), total, per_epoch)
    assert ours("exponential", total, per_epoch, gamma=factor) == close(expected)


@few
@given(total=totals, floor=st.floats(0.0, 1.0))
def test_cosine(total: int, floor: float) -> None:
    assert ours("cosine", total, floor=floor) == close(torchs(lambda o: lr.CosineAnnealingLR(o, total, floor), total))


@few
@given(
    total=totals,
    per_epoch=st.integers(1, 9),
    warm_up=st.floats(0.0, 12.0),
    then=st.sampled_from(("constant", "cosine")),
)
@example(total=6, per_epoch=2, warm_up=10.0, then="constant")
def test_warm_up(total: int, per_epoch: int, warm_up: float, then: str) -> None:
    rising = round(warm_up * per_epoch)

    def make(optimizer: Any) -> Any:
        return lr.LambdaLR(optimizer, lambda step: (step + 1) / rising if step < rising else 1.0)

    expected = torchs(make, total)
    if then == "cosine" and rising < total:
        expected[rising:] = torchs(lambda o: lr.CosineAnnealingLR(o, total - rising), total - rising)
    assert ours("warm-up", total, per_epoch, warm_up=warm_up, then=then) == close(expected)
    if rising > 1:
        assert expected[:rising] == close(torchs(lambda o: lr.LinearLR(o, 1 / rising, 1.0, rising - 1), total)[:rising])


@few
@given(
    losses=st.lists(st.sampled_from([0.0, 0.5, 0.49999, 0.9, 1.0, 2.0]), max_size=60),
    factor=factors,
    wait=st.integers(0, 5),
    floor=st.floats(0.0, 1.0),
)
def test_plateau(losses: list[float], factor: float, wait: int, floor: float) -> None:
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    torchs_own = None
    if factor < 1:  # torch refuses a factor of 1
        torchs_own = lr.ReduceLROnPlateau(optimizer, factor=factor, patience=wait, min_lr=floor, eps=0.0)
    chosen, plateau = ScheduleSettings("plateau", factor=factor, patience=wait, floor=floor), Plateau()
    for loss in losses:
        plateau.observe(loss, chosen)
        if torchs_own is not None:
            torchs_own.step(loss)
        assert plateau.fraction == pytest.approx(optimizer.param_groups[0]["lr"], rel=1e-9)


def test_a_plateau_without_end_can_still_be_read_back() -> None:
    chosen, progress = ScheduleSettings("plateau", factor=0.001, patience=0, floor=0.0), GradientProgress()
    for _ in range(400):
        progress.plateau.observe(1.0, chosen)
    assert GradientProgress.from_json(asdict(progress)) == progress


@pytest.mark.parametrize("kind", list(ScheduleSettings.KINDS))
def test_going_on_with_more_epochs_follows_the_schedule_of_the_longer_run(kind: str) -> None:
    first = trainer(recipe(schedule=kind, epochs=2)).run()
    longer = recipe(schedule=kind, epochs=5)
    second = trainer(longer, resume=first.training)
    outcome = second.run()
    schedule = Schedule(longer.schedule, second.learner.steps, 5 * second.learner.steps)
    rate = longer.optimizer.learning_rate
    for row in outcome.history[2:]:
        expected = rate * schedule.fraction(row["step"] - 1)
        if kind != "plateau":
            assert row["learning_rate"] == pytest.approx(expected)
