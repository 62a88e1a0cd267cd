"""Commands from another thread, what a run publishes, and copies of weights while it runs."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
import pytest
import torch
from helpers_training import VALUES, network, recipe, trainer
from torch import Tensor, nn

from engine.training.channel import LOSS
from engine.training.control import Control
from engine.training.metric_kinds import ACCURACY
from engine.training.result import Outcome
from engine.training.runner import Runner
from engine.training.snapshots import WeightSnapshots
from engine.training.telemetry import Telemetry

PATIENCE = 60.0

CHANNELS = (LOSS, ACCURACY.channel)


class Gate(nn.Module):
    """Lets the training of a run through step by step, so that a test knows where it is."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.go = threading.Semaphore(0), threading.Semaphore(0)
        self.open = False
        self.passed = 0

    def forward(self, inputs: Tensor) -> Tensor:
        if self.training and torch.is_grad_enabled() and not self.open:
            self.passed += 1
            self.reached.release()
            assert self.go.acquire(timeout=PATIENCE)
        return inputs


def until(condition: Callable[[], bool]) -> None:
    """Wait for a state that another thread brings about."""
    waiting = threading.Event()
    for _ in range(int(PATIENCE / 0.002)):
        if condition():
            return
        waiting.wait(0.002)
    raise AssertionError("it never came")


class Running:
    """A trainer in a thread of its own."""

    def __init__(self, run: Runner) -> None:
        self.outcome: Outcome | None = None
        self._thread = threading.Thread(target=self._work, args=(run,))
        self._thread.start()

    def _work(self, run: Runner) -> None:
        self.outcome = run.run()

    def end(self) -> Outcome:
        self._thread.join(PATIENCE)
        assert self.outcome is not None
        return self.outcome


def test_pause_step_resume_stop() -> None:
    control, telemetry = Control(), Telemetry()
    control.pause()
    running = Running(trainer(recipe(epochs=100_000), control=control, telemetry=telemetry))
    until(lambda: telemetry.state == "paused")
    assert telemetry.read().step == 0
    for step in (1, 2, 3):
        control.step()
        until(lambda step=step: telemetry.read().step == step and telemetry.state == "paused")
    assert telemetry.read().steps.tolist() == [1, 2, 3]
    control.resume()
    until(lambda: telemetry.read().step > 10)
    assert telemetry.state == "running"
    control.step()
    until(lambda: telemetry.state == "paused")
    held = telemetry.read().step
    control.step()
    until(lambda: telemetry.read().step == held + 1 and telemetry.state == "paused")
    control.stop()
    outcome = running.end()
    assert outcome.state == telemetry.state == "stopped"
    assert outcome.training is not None
    assert outcome.training.position["step"] == held + 1
    assert outcome.test is None


def test_a_stop_before_the_start_does_nothing() -> None:
    control = Control()
    control.stop()
    outcome = trainer(recipe(), control=control).run()
    assert outcome.state == "stopped"
    assert np.array_equal(outcome.weights["last.weight"], network().state_dict()["last.weight"].numpy())


def test_pausing_changes_nothing_but_the_time() -> None:
    whole = trainer(recipe()).run()
    control, telemetry = Control(), Telemetry()
    control.pause()
    running = Running(trainer(recipe(), control=control, telemetry=telemetry))
    for step in (1, 2):
        control.step()
        until(lambda step=step: telemetry.read().step == step)
    control.resume()
    held = running.end()
    assert all(np.array_equal(whole.weights[name], held.weights[name]) for name in whole.weights)


def test_two_runs_at_once_do_not_share_their_dice() -> None:
    settings = [recipe(epochs=20, seed=seed) for seed in (1, 2)]
    alone = [trainer(one).run() for one in settings]
    together = [Running(run) for run in [trainer(one) for one in settings]]
    for one, other in zip(alone, [running.end() for running in together], strict=True):
        assert all(np.array_equal(one.weights[name], other.weights[name]) for name in one.weights)


def test_a_new_learning_rate_while_paused() -> None:
    control, telemetry = Control(), Telemetry()
    control.pause()
    running = Running(trainer(recipe(schedule="cosine"), control=control, telemetry=telemetry))
    control.step()
    until(lambda: telemetry.read().step == 1 and telemetry.state == "paused")
    control.set_learning_rate(0.5)
    control.step()
    until(lambda: telemetry.read().step == 2 and telemetry.state == "paused")
    assert telemetry.read().learning_rate == pytest.approx(0.5)
    control.resume()
    assert running.end().history[-1]["learning_rate"] < 0.5, "the schedule goes on from there"
    with pytest.raises(ValueError, match="above 0"):
        control.set_learning_rate(0.0)


def test_snapshots_are_of_one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """While the optimizer is in the middle of a step nobody sees half of it."""
    gate, snapshots = Gate(), WeightSnapshots(interval=0.0)
    module = network(gate=gate)
    gate.open = True
    run = trainer(recipe(epochs=2), module=module, snapshots=snapshots)
    monkeypatch.setattr("engine.training.gradient_learner.warm_up", lambda *_: 0)  # which would come to the gate too
    gate.open = False
    assert snapshots.latest() == (0, {}, 0)
    running = Running(run)
    assert gate.reached.acquire(timeout=PATIENCE)
    before = {name: value.clone().numpy() for name, value in module.state_dict().items()}
    gate.go.release()
    assert gate.reached.acquire(timeout=PATIENCE)
    version, weights, step = snapshots.latest()
    assert (version, step) == (1, 1)
    now = {name: value.clone().numpy() for name, value in module.state_dict().items()}
    for name in ("last.weight", "hidden.bias"):
        assert np.array_equal(weights[name], now[name])
        assert not np.array_equal(weights[name], before[name])
    kept = weights["last.weight"].copy()
    gate.open = True
    gate.go.release()
    outcome = running.end()
    assert np.array_equal(kept, weights["last.weight"]), "a snapshot is never changed afterwards"
    version, weights, step = snapshots.latest()
    assert version > 1
    assert outcome.training is not None
    assert step == outcome.training.position["step"]
    assert np.array_equal(weights["last.weight"], outcome.weights["last.weight"])


def test_no_copies_when_nobody_asks() -> None:
    snapshots = WeightSnapshots(interval=0.0)
    trainer(recipe(epochs=4), snapshots=snapshots).run()
    assert snapshots.latest()[0] == 1, "only the last one, at the end"


def test_what_is_published() -> None:
    telemetry = Telemetry()
    outcome = trainer(recipe(epochs=3), telemetry=telemetry).run()
    report = telemetry.read()
    assert report.state == "finished"
    assert report.ended
    assert report.steps.tolist() == list(range(1, 13))
    assert (report.step, report.total_steps, report.epoch, report.total_epochs) == (12, 12, 3, 3)
    assert report.progress == 1.0
    assert report.eta == 0.0
    assert report.throughput > 0
    assert report.channels == (LOSS, ACCURACY.channel)
    assert report.epochs == list(outcome.history)
    # The epoch's loss is the mean over its rows: three batches of 16 and one of 2.
    weights = np.array([16, 16, 16, 2]) / 50
    assert outcome.history[0]["train_loss"] == pytest.approx(float(report.series["loss"][:4] @ weights))
    assert outcome.history[0]["train_accuracy"] == pytest.approx(float(report.series["accuracy"][:4] @ weights))
    later = telemetry.read(since=10)
    assert later.steps.tolist() == [11, 12]
    assert telemetry.read(since=later.next).steps.size == 0


def test_rows_of_the_history() -> None:
    row = trainer(recipe(epochs=1)).run().history[0]
    assert set(row) == {
        "epoch",
        "step",
        "train_loss",
        "validation_loss",
        "train_accuracy",
        "validation_accuracy",
        "seconds",
        "learning_rate",
    }
    assert (row["epoch"], row["step"], row["learning_rate"]) == (1, 4, 0.001)
    assert "validation_mae" in trainer(recipe(epochs=1), VALUES).run().history[0]


def test_the_clock_of_the_telemetry() -> None:
    now = [0.0]
    telemetry = Telemetry(clock=lambda: now[0])
    telemetry.begin(channels=CHANNELS, step=0, total_steps=10, epoch=0, total_epochs=1)
    now[0] = 5.0
    assert telemetry.read().elapsed == 0.0
    assert telemetry.read().eta is None
    telemetry.publish_state("running")
    for step in (1, 2):
        now[0] += 1.0
        telemetry.publish_steps(step, [[0.5], [0.9]], 100, 0.1)
    report = telemetry.read()
    assert (report.elapsed, report.throughput, report.eta) == (2.0, 100.0, 8.0)
    telemetry.publish_state("paused")
    now[0] += 100.0
    assert telemetry.read().elapsed == 2.0
    telemetry.publish_state("running")
    now[0] += 1.0
    assert telemetry.read().elapsed == 3.0
    with pytest.raises(ValueError, match="state is one of"):
        telemetry.publish_state("tired")


def test_reading_while_it_is_written() -> None:
    telemetry, stop, wrong = Telemetry(), threading.Event(), []

    def look() -> None:
        since, seen = 0, 0
        while not stop.is_set() or since < 20_000:
            report = telemetry.read(since)
            if report.steps.tolist() != list(range(since + 1, report.next + 1)) or len(report.series["loss"]) != len(
                report.steps
            ):
                wrong.append(since)
                return
            since, seen = report.next, seen + 1

    telemetry.begin(channels=CHANNELS, step=0, total_steps=20_000, epoch=0, total_epochs=1)
    reader = threading.Thread(target=look)
    reader.start()
    for step in range(1, 20_001):
        telemetry.publish_steps(step, [[float(step)], [1.0]], 1, 0.1)
    stop.set()
    reader.join(PATIENCE)
    assert not reader.is_alive()
    assert wrong == []
