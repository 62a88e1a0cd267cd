"""What is shown while a run goes on: lines, a bar on a terminal, JSON."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
from rich.console import Console

from engine.cli.progress import JsonLines, Lines
from engine.training.channel import LOSS
from engine.training.metric_kinds import ABSOLUTE_ERROR, ACCURACY
from engine.training.run_status import RunStatus
from engine.training.telemetry import Report, Telemetry

ROW = {"epoch": 1, "train_loss": 0.5, "train_accuracy": 0.75, "validation_loss": None, "seconds": 2.0}


def report(telemetry: Telemetry, since: int = 0) -> Report:
    return telemetry.read(since)


@pytest.fixture
def telemetry() -> Telemetry:
    """A run of four steps and two epochs, halfway."""
    made = Telemetry(clock=iter(range(1000)).__next__)
    made.begin(channels=(LOSS, ACCURACY.channel), step=0, total_steps=4, epoch=0, total_epochs=2)
    made.publish_state(RunStatus.RUNNING)
    made.publish_steps(2, [[1.0, 0.5], [0.5, 0.75]], 128, 0.01)
    made.publish_epoch(ROW, 1)
    return made


def test_an_epoch_is_printed_once(telemetry: Telemetry, capsys: pytest.CaptureFixture[str]) -> None:
    with Lines() as lines:
        lines.show(report(telemetry))
        lines.show(report(telemetry))
    assert capsys.readouterr().out == "epoch 1/2   loss 0.5   accuracy 75.00 %   2 s\n"


def test_json_passes_over_the_epochs_of_an_earlier_run(
    telemetry: Telemetry, capsys: pytest.CaptureFixture[str]
) -> None:
    with JsonLines(already=1) as lines:
        lines.show(report(telemetry))
        telemetry.publish_epoch({**ROW, "epoch": 2}, 2)
        lines.show(report(telemetry))
    assert [json.loads(line)["epoch"] for line in capsys.readouterr().out.splitlines()] == [2]


def test_a_terminal_gets_a_bar_with_loss_accuracy_and_time_left(telemetry: Telemetry) -> None:
    screen = io.StringIO()
    with Lines(console=Console(file=screen, force_terminal=True, width=100, legacy_windows=False)) as lines:
        lines.show(report(telemetry))
    shown = screen.getvalue()
    assert "50%" in shown
    assert "loss 0.97" in shown, "a running mean, not the last batch"
    assert "accuracy 51." in shown
    assert " left" in shown


def test_before_the_first_step_the_bar_says_so() -> None:
    telemetry = Telemetry()
    telemetry.publish_state(RunStatus.PREPARING)
    assert Lines().figures(report(telemetry)) == "getting ready"


def test_an_error_in_units_is_no_percentage() -> None:
    telemetry = Telemetry(clock=iter(np.arange(1000.0)).__next__)
    telemetry.begin(channels=(LOSS, ABSOLUTE_ERROR.channel), step=0, total_steps=10, epoch=0, total_epochs=1)
    telemetry.publish_state(RunStatus.RUNNING)
    telemetry.publish_steps(1, [[2.0], [12.5]], 8, 0.01)
    assert Lines().figures(report(telemetry)).startswith("loss 2.0000   error 12.5   ")
