"""A project with many runs: what opening it costs, and what the journal of an edit writes and keeps the window from.

    python tests/benchmarks/runs.py [--runs 10] [--weights 200000] [--rounds 15]

Prints how long a project with one run and one with ``--runs`` runs take to open, alternately, and the ratio of the
shortest times. Then, with either of them open in a window session: how many bytes the journal writes and the longest
time in which the event loop did not turn, while nothing happens, after an edit of the drawing, and while a run goes on,
whose weights all change; and at last the ratio of the longest times with many runs and with one.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, Qt, QTimer  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from engine.data.preparation import Preparation  # noqa: E402
from engine.graph.graph import empty, wire  # noqa: E402
from engine.project.file import write  # noqa: E402
from engine.project.project import Project  # noqa: E402
from engine.training.recipe import Recipe  # noqa: E402
from engine.training.run_record import RunRecord  # noqa: E402
from engine.training.state import TrainingState  # noqa: E402
from gui.project_session import ProjectSession, look_into  # noqa: E402

EPOCHS = 50


def project(runs: int, weights: int) -> Project:
    """A project whose runs are all of one network with about so many weights, trained with Adam."""
    units = weights // 105
    graph = empty().add("Linear", out_features=units).add("Linear", out_features=100)
    graph = graph.add("Linear", out_features="answer")
    for one, other in (("n1", "n3"), ("n3", "n4"), ("n4", "n5"), ("n5", "n2")):
        graph = graph.connect(wire(one, other))
    recipe = Recipe().with_settings({"dataset": "moons", "epochs": EPOCHS})
    made = Project(graph=graph, recipe=recipe, title="many runs")
    for number in range(runs):
        made = replace(made.keeping_run(), run=_record(units, number), trained_on="moons")
    return made


def _record(units: int, number: int) -> RunRecord:
    chance = np.random.default_rng(number)
    sizes = {"linear1": (units, 2), "linear2": (100, units), "linear3": (2, 100)}
    values = {f"{name}.weight": chance.random(size, dtype=np.float32) for name, size in sizes.items()}
    values |= {f"{name}.bias": chance.random(size[0], dtype=np.float32) for name, size in sizes.items()}
    tensors = {f"{place}/{name}": array.copy() for place in ("weights", "best") for name, array in values.items()}
    tensors |= {f"learner/{n}/{name}": array.copy() for n in (0, 1) for name, array in values.items()}
    history = [
        {"epoch": epoch, "step": epoch * 10, "seconds": 0.1, "train_loss": 1 / epoch, "validation_loss": 1 / epoch}
        for epoch in range(1, EPOCHS + 1)
    ]
    position = {"format": 3, "epoch": EPOCHS, "step": EPOCHS * 10, "seconds": 5.0, "history": history, "seed": number}
    return RunRecord(
        weights=values,
        training=TrainingState(tensors, position),
        history=tuple(history),
        test={"test_accuracy": 0.9, "test_loss": 0.3},
        preparation=Preparation((0.0, 0.0), (1.0, 1.0), input_low=(-9.0, -9.0), input_high=(9.0, 9.0)),
    )


def opening(one: Path, many: Path, rounds: int) -> tuple[float, float]:
    """The shortest times in which both open, in seconds: what else the machine does only ever adds to them."""
    took: dict[Path, list[float]] = {one: [], many: []}
    for _ in range(rounds + 1):
        for path, times in took.items():
            gc.collect()
            begin = time.perf_counter()
            opened = look_into(path)
            times.append(time.perf_counter() - begin)
            del opened
    return min(took[one][1:]), min(took[many][1:])


class Watch:
    """How long the event loop did not turn at most, in seconds, and how many bytes this process wrote."""

    def __init__(self) -> None:
        self._timer = QTimer()
        self._timer.timeout.connect(self._turn)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.start(4)  # with no rest at all it would be the load that it measures
        self.begin()

    def begin(self) -> None:
        self.longest, self._last, self._bytes = 0.0, time.perf_counter(), _written()

    def _turn(self) -> None:
        now = time.perf_counter()
        self.longest, self._last = max(self.longest, now - self._last), now

    @property
    def written(self) -> int:
        return _written() - self._bytes


def _written() -> int:
    """Bytes that this process has handed to the system; 0 where that is not told."""
    try:
        words = dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())
    except OSError:
        return 0
    return int(words["wchar"])


def live(seconds: float) -> None:
    """Let the event loop turn."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1e3), loop.quit)
    loop.exec()


def journalling(path: Path, rounds: int) -> float:
    """Print what the journal of an open project costs; returns the median of the longest gaps after an edit."""
    session = ProjectSession(journal_ms=5)
    session.open(look_into(path))
    learned = session.trained
    assert learned is not None
    assert learned.training is not None
    watch, gaps = Watch(), []
    live(0.5)

    def nothing(_number: int) -> None:
        pass

    def edit(number: int) -> None:
        session.document.edit("Note", session.document.graph.set("n2", note=f"edit {number}"))

    def learn(number: int) -> None:
        state = TrainingState({name: array.copy() for name, array in learned.training.tensors.items()}, {
            **learned.training.position, "step": number
        })  # fmt: skip
        weights = {name: array + np.float32(number) for name, array in learned.weights.items()}
        watch.begin()  # the run's own thread makes them
        session.keep(replace(learned, weights=weights, training=state))

    for words, act, seconds in (("nothing", nothing, 0.2), ("an edit", edit, 0.2), ("a run that goes on", learn, 3.0)):
        found, written = [], []
        for number in range(rounds if seconds < 1 else rounds // 3):
            watch.begin()
            act(number)
            live(seconds)
            found.append(watch.longest)
            written.append(watch.written)
        longest = max(found) * 1e3
        print(
            f"{path.stem}, {words}: {statistics.median(written):,.0f} bytes, "
            f"longest gap {statistics.median(found) * 1e3:.1f} ms, at most {longest:.1f} ms"
        )
        if act is edit:
            gaps = found
    session.discard_journal()
    session.close()
    return statistics.median(gaps)


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--weights", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=15)
    chosen = parser.parse_args()
    app = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        one, many = Path(folder) / "one.sketchnet", Path(folder) / "many.sketchnet"
        write(project(1, chosen.weights), one)
        write(project(chosen.runs, chosen.weights), many)
        print(f"one run: {one.stat().st_size:,} bytes; {chosen.runs} runs: {many.stat().st_size:,} bytes")
        single, several = opening(one, many, chosen.rounds)
        print(f"opening: {single * 1e3:.1f} ms and {several * 1e3:.1f} ms, ratio {several / single:.2f}")
        gaps = [journalling(path, chosen.rounds) for path in (one, many)]
        print(f"the window is held up, {chosen.runs} runs against one: ratio {gaps[1] / gaps[0]:.2f}")
    del app


if __name__ == "__main__":
    main()
