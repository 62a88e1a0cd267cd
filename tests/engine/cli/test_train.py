"""train: what it saves, prints and refuses; that a killed run, gone on with, ends as an unbroken one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.cli import main, session
from engine.data import catalogue
from engine.project.file import read, write
from engine.project.project import Project, ProjectError
from engine.reports.verdict import sentence
from engine.training.result import Outcome
from engine.training.state import TrainingState

Refused = Callable[..., str]
Shown = pytest.CaptureFixture[str]
posix = pytest.mark.skipif(os.name != "posix", reason="needs signals as POSIX has them")


def same(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> bool:
    """Whether two sets of weights are the same, bit for bit."""
    assert one
    assert other
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


@pytest.fixture
def moons(here: Path, capsys: Shown) -> Path:
    """A small project, not trained."""
    assert main(["new", "points-2d", "moons"]) == 0
    capsys.readouterr()
    return here / "moons.sketchnet"


def test_training_is_saved_with_all_it_has_made(moons: Path, capsys: Shown) -> None:
    assert main(["train", "moons.sketchnet", "--epochs", "3", "--set", "recipe.optimizer.learning_rate=0.02"]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    lines = shown.out.splitlines()
    assert [line.split()[1] for line in lines[:3]] == ["1/3", "2/3", "3/3"]
    project = read(moons)
    assert project.recipe.epochs == 3
    assert project.recipe.optimizer.learning_rate == 0.02
    assert project.run.weights
    assert project.run.preparation is not None
    assert project.trained_on == "moons"
    assert project.run.training is not None
    assert project.run.training.position["epoch"] == 3
    assert [row["epoch"] for row in project.run.history] == [1, 2, 3]
    assert project.run.test is not None
    verdict = sentence(project.run.test, catalogue.schema("moons"), details=False)
    assert "always predicting" in verdict
    assert verdict in shown.out
    capsys.readouterr()
    assert main(["info", "moons"]) == 0
    told = capsys.readouterr().out
    assert "epoch 3/3" in told
    assert verdict in told


def test_json_lines_are_one_an_epoch_and_one_at_the_end(moons: Path, capsys: Shown) -> None:
    assert main(["train", "moons.sketchnet", "--epochs", "4", "--json"]) == 0
    shown = capsys.readouterr()
    lines = [json.loads(line) for line in shown.out.splitlines()]
    assert [line.get("epoch") for line in lines] == [1, 2, 3, 4, None]
    assert lines[:-1] == [dict(row) for row in read(moons).run.history]
    assert lines[-1]["state"] == "finished"
    project = read(moons)
    assert project.run.test is not None
    assert lines[-1]["test_accuracy"] == project.run.test["test_accuracy"]


def test_out_leaves_the_first_file_alone(moons: Path, here: Path, capsys: Shown) -> None:
    before = moons.read_bytes()
    assert main(["train", "moons", "--epochs", "1", "--out", "trained"]) == 0
    assert moons.read_bytes() == before
    assert read(here / "trained.sketchnet").run.weights


def test_the_same_words_give_the_same_weights(moons: Path, here: Path) -> None:
    for name in ("a", "b"):
        assert main(["train", "moons", "--epochs", "2", "--out", name]) == 0
    assert main(["train", "moons", "--epochs", "2", "--set", "seed=1", "--out", "c"]) == 0
    a, b, c = (read(here / f"{name}.sketchnet") for name in "abc")
    assert same(a.run.weights, b.run.weights)
    assert not same(a.run.weights, c.run.weights)


def test_a_setting_may_have_the_name_it_had_and_advice_gives_the_name_it_has(moons: Path, refused: Refused) -> None:
    before = moons.read_bytes()
    assert refused("train", "moons", "--set", "optimizer.epsilon=7").startswith("Epsilon must be a number from")
    assert refused("train", "moons", "--set", "recipe.optimizer.eps=7").startswith("Epsilon must be a number from")
    assert "Did you mean eps?" in refused("train", "moons", "--set", "optimizer.epsilonn=1e-6")
    assert moons.read_bytes() == before


def test_resume_goes_on_to_more_epochs(moons: Path, here: Path, capsys: Shown) -> None:
    words = ["--set", "schedule.kind=constant"]
    assert main(["train", "moons", "--epochs", "5", *words, "--out", "whole"]) == 0
    assert main(["train", "moons", "--epochs", "2", *words]) == 0
    capsys.readouterr()
    assert main(["train", "moons", "--resume", "--epochs", "5", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line.get("epoch") for line in lines] == [3, 4, 5, None]
    assert same(read(moons).run.weights, read(here / "whole.sketchnet").run.weights)
    assert len(read(moons).run.history) == 5


def test_resume_without_anything_to_go_on_with_begins(moons: Path, here: Path, capsys: Shown) -> None:
    assert main(["train", "moons", "--epochs", "2", "--out", "fresh"]) == 0
    capsys.readouterr()
    assert main(["train", "moons", "--epochs", "2", "--resume"]) == 0
    assert "starts from the beginning" in capsys.readouterr().err
    assert same(read(moons).run.weights, read(here / "fresh.sketchnet").run.weights)


def test_resume_refuses_other_data(moons: Path, refused: Refused, capsys: Shown) -> None:
    assert main(["train", "moons", "--epochs", "1"]) == 0
    before = moons.read_bytes()
    capsys.readouterr()
    assert "was on moons" in refused("train", "moons", "--resume", "--set", "dataset=circles")
    assert moons.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["--set", "optimizer.learning_rat=1"], "learning_rate"),
        (["--set", "epochs"], "SETTING=VALUE"),
        (["--set", "batch_size=many"], "whole number"),
        (["--set", "optimizer.momentum=0.9"], "momentum"),
        (["--set", "dataset=mooons"], "moons"),
        (["--set", "dataset=strokes"], "linear1: "),
        (["--set", "dataset_options.noise=lots"], "Noise"),
        (["--epochs", "0"], "Epochs"),
        (["--epochs", "three"], "Epochs"),
        (["--device", "tpu"], "Device"),
    ],
)
def test_what_cannot_be_trained_is_refused(words: list[str], part: str, moons: Path, refused: Refused) -> None:
    before = moons.read_bytes()
    assert part in refused("train", "moons", *words)
    assert moons.read_bytes() == before


def test_a_run_that_fails_keeps_what_it_had_and_says_why(moons: Path, capsys: Shown) -> None:
    words = ["--set", "optimizer.kind=SGD", "--set", "optimizer.learning_rate=100"]
    assert main(["train", "moons", "--epochs", "50", *words, "--set", "loss.kind=cross_entropy", "--json"]) == 1
    shown = capsys.readouterr()
    assert json.loads(shown.out.splitlines()[-1])["state"] == "failed"
    assert shown.err.count("\n") == 1
    assert "last good weights" in shown.err
    weights = read(moons).run.weights
    assert weights
    assert all(np.isfinite(array).all() for array in weights.values())


def test_saving_meanwhile_may_fail_once_without_ending_the_run(
    moons: Path, capsys: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.cli import projects, session

    calls: list[Project] = []

    def write_later(project: Project, path: Path, **how: bool) -> None:
        calls.append(project)
        if project.run.test is None:
            raise ProjectError("The disk is full.")
        write(project, path, **how)

    monkeypatch.setattr(projects, "write", write_later)
    monkeypatch.setattr(session, "KEEP_EVERY", 0.0)
    monkeypatch.setattr(session, "LOOK_EVERY", 0.0)
    monkeypatch.setattr("engine.training.runner.GOOD_EVERY", 0.0)
    assert main(["train", "moons", "--epochs", "30"]) == 0
    assert len(calls) > 2
    assert capsys.readouterr().err.count("The disk is full.") == 1
    assert len(read(moons).run.history) == 30


def test_a_beginning_does_not_take_the_place_of_weights(moons: Path) -> None:
    from engine.cli.train import reached

    assert main(["train", "moons", "--epochs", "1"]) == 0
    project = read(moons)
    assert project.run.training is not None
    start = TrainingState({}, {**project.run.training.position, "step": 0, "epoch": 0})
    kept = reached(project, object(), start)  # type: ignore[arg-type]
    assert kept.run.weights is project.run.weights
    assert kept.run.training is start


# --- killed and stopped


def start(here: Path, environment: dict[str, str], *words: str, every: float = 10.0) -> subprocess.Popen[str]:
    """A training process that keeps a copy of its state every so many seconds, also within an epoch.

    It takes its time over each step, so that it is seen under way also by one who has to wait for the processor.
    """
    script = (
        "import sys, time, engine.training.runner as loop, engine.cli.session as session\n"
        "from engine.training.batches import BatchLoader\n"
        "take = BatchLoader.take\n"
        "BatchLoader.take = lambda self, *given: time.sleep(0.002) or take(self, *given)\n"
        f"loop.SAFE_EVERY, loop.GOOD_EVERY, session.KEEP_EVERY = {every}, 0.0, 0.0\n"
        "from engine.cli import main\nsys.exit(main(sys.argv[1:]))\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", script, *words],
        cwd=here,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(path: Path, reached: Callable[[Mapping[str, Any]], bool], process: subprocess.Popen[str]) -> None:
    """Until the file holds a training that has come so far; the process must be alive till then."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        training = read(path).run.training if path.exists() else None
        if training is not None and reached(training.position):
            return
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)  # a look at the file, not a guess at a time
    pytest.fail("the training did not come so far")


LONG = ["--epochs", "40", "--set", "batch_size=8", "--set", "dataset_options.samples=1000"]


@posix
def test_a_killed_run_gone_on_with_ends_with_the_same_weights(
    moons: Path, here: Path, clean_environment: dict[str, str]
) -> None:
    """SIGKILL, between two epochs and within one: no last words, only what was in the file."""
    assert main(["train", "moons", *LONG, "--out", "unbroken"]) == 0
    unbroken = read(here / "unbroken.sketchnet")
    for name, every in (("between", 1e9), ("within", 0.0)):
        child = start(here, clean_environment, "train", "moons", *LONG, "--out", name, every=every)
        file = here / f"{name}.sketchnet"
        wait_for(file, lambda p, within=every == 0.0: p["epoch"] >= 2 and (p["batch"] > 0) == within, child)
        child.kill()
        child.communicate()
        assert child.returncode == -signal.SIGKILL
        broken = read(file)
        assert broken.run.training is not None
        assert broken.run.test is None
        assert 0 < broken.run.training.position["epoch"] < 40
        assert len(broken.run.history) == broken.run.training.position["epoch"]
        assert not same(broken.run.weights, unbroken.run.weights)
        # The settings are in the file: they need not be said again.
        assert main(["train", name, "--resume"]) == 0
        assert same(read(file).run.weights, unbroken.run.weights), name
        assert read(file).run.test == unbroken.run.test
        assert not list(here.glob("*.tmp*"))


@posix
def test_ctrl_c_saves_and_stops(moons: Path, here: Path, clean_environment: dict[str, str]) -> None:
    words = ["train", "moons", "--epochs", "100000", "--json"]
    child = start(here, clean_environment, *words)
    wait_for(moons, lambda p: p["epoch"] >= 1, child)
    child.send_signal(signal.SIGINT)
    out, error = child.communicate(timeout=60)
    assert child.returncode == 130
    assert "Traceback" not in error
    assert "--resume" in error
    lines = [json.loads(line) for line in out.splitlines()]
    assert lines[-1]["state"] == "stopped"
    project = read(moons)
    assert project.run.training is not None
    assert same(project.run.weights, project.run.training.weights())
    assert len(project.run.history) == project.run.training.position["epoch"] == len(lines) - 1
    assert [entry.name for entry in here.iterdir()] == [moons.name], "the lock is gone"


def test_what_goes_wrong_in_the_thread_comes_out(moons: Path) -> None:
    from engine.cli.session import ConsoleRun
    from engine.training.control import Control
    from engine.training.telemetry import Telemetry

    class Broken:
        control, telemetry = Control(), Telemetry()

        def run(self) -> Outcome:
            raise ZeroDivisionError

        def latest(self) -> None:
            return None

    with pytest.raises(ZeroDivisionError):
        ConsoleRun(Broken(), lambda report: None, lambda state: None).carry_out()  # type: ignore[arg-type]


def test_no_memory_for_a_thread_is_a_sentence(moons: Path, refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    def start(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    assert "not enough memory" in refused("train", str(moons), "--epochs", "1")


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this system has no such signal")
def test_a_run_started_with_nohup_goes_on_when_the_terminal_is_closed(moons: Path) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with session.stopped_by_signals(lambda: pytest.fail("it was stopped")):
            os.kill(os.getpid(), signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_resume_that_is_refused_leaves_the_file_as_it_was(moons: Path, refused: Refused, capsys: Shown) -> None:
    assert main(["train", str(moons), "--epochs", "2", "--set", "patience=5"]) == 0
    capsys.readouterr()
    project = read(moons)
    assert project.run.training is not None
    assert project.run.test
    spoiled = {name: array for name, array in project.run.training.tensors.items() if not name.endswith("exp_avg")}
    write(replace(project, run=replace(project.run, training=replace(project.run.training, tensors=spoiled))), moons)
    before = moons.read_bytes()
    message = refused("train", str(moons), "--epochs", "3", "--resume")
    assert "cannot be used" in message
    assert "last good weights" not in message
    assert moons.read_bytes() == before
