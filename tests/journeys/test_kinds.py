"""Every kind of learning by the keys of the window: train, step, pause, stop, undo, resume, and after a kill.

A table of the user's with one target and with two, groups, generated points, an autoencoder and a language model on a
text of the user's: what is resumed, also after the process was killed, comes to the same weights as what was never
interrupted, bit for bit.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from engine.graph.graph import wire
from engine.graph.layout.arranging import chain, layer
from engine.graph.templates import build, describe
from engine.project.file import write
from engine.project.project import Project
from engine.project.recovery import Journal
from engine.training.recipe import Recipe
from gui.training.trained import Trained
from tests.journeys.conftest import Hand

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
KEY = Qt.Key


def _table(folder: Path) -> Project:
    rows = [f"{n % 50 + 18},{('Bonn', 'Ulm', 'Kiel')[n % 3]},{'yes' if n % 50 > 20 else 'no'}" for n in range(60)]
    rows[4] = ",Ulm,no"
    (folder / "people.csv").write_text("age,town,bought\n" + "\n".join(rows) + "\n", encoding="utf-8")
    changes = {"dataset_options.path": str(folder / "people.csv"), "epochs": 4, "batch_size": 8}
    return Project(build("points-2d"), Recipe().with_settings({"dataset": "own-table", **changes}))


def _text(folder: Path) -> Project:
    (folder / "verse.txt").write_text("the quick brown fox jumps over the lazy dog.\n" * 20, encoding="utf-8")
    answer = layer("Linear", out_features="answer", last_axis=True)
    graph = chain([layer("Embedding", embedding_dim=4), layer("LSTM", hidden_size=8, output="sequence"), answer])
    changes = {"dataset_options.path": str(folder / "verse.txt"), "dataset_options.window": 8, "epochs": 2}
    return Project(graph, Recipe().with_settings({"dataset": "own-text", **changes}))


def _template(name: str, **changes: object) -> Callable[[Path], Project]:
    def made(_folder: Path) -> Project:
        return Project(build(name), Recipe().with_settings({**describe(name).recipe, **changes}))

    return made


def _several(folder: Path) -> Project:
    rows = [f"{n % 50 + 18},{n % 7},{1000 * (n % 13)},{'yes' if n % 50 > 20 else 'no'}" for n in range(60)]
    (folder / "sold.csv").write_text("age,rooms,price,sold\n" + "\n".join(rows) + "\n", encoding="utf-8")
    graph = chain([layer("Linear", out_features=8), layer("Dropout", p=0.2), layer("Linear", out_features="answer")])
    graph = graph.set_params(graph.outputs[0].id, goal="price")
    graph = graph.add("Linear", out_features="answer").connect(wire(graph.names["dropout1"], f"n{graph.next_id}"))
    graph = graph.add("Output", goal="sold", weight=0.5).connect(wire(graph.last, f"n{graph.next_id}"))
    changes = {"dataset_options.path": str(folder / "sold.csv"), "dataset_options.target": "price, sold"}
    return Project(graph, Recipe().with_settings({"dataset": "own-table", "epochs": 4, "batch_size": 8, **changes}))


PROOFS: dict[str, Callable[[Path], Project]] = {
    "own-table": _table,
    "several targets": _several,
    "k-means": _template("k-means", **{"task.starts": 2, "task.tolerance": 0.0}),
    "gan-points": _template("gan-points", epochs=2),
    "autoencoder": _template("autoencoder-table", **{"epochs": 2, "task.noise": 0.2, "dataset": "iris"}),
    "language-model": _text,
}


def opened(hand: Hand, name: str, folder: Path) -> Path:
    """Write the project of a proof and open it."""
    path = folder / f"{name}.sketchnet"
    write(PROOFS[name](folder), path)
    hand.answers.path = path
    hand.key(KEY.Key_O, CONTROL)
    hand.until(lambda: hand.window.session.path == path, "the project")
    hand.until(lambda: hand.window.document.whole_signature is not None, "its data")
    assert hand.window.document.whole_analysis.ready
    return path


def ended(hand: Hand) -> Trained:
    studio = hand.window.studio
    hand.until(lambda: not studio.trainer.running and not studio.evaluator.running, "the end of the run")
    QApplication.processEvents()
    trained = hand.window.session.trained
    assert trained is not None
    return trained


def outcome(trained: Trained) -> tuple[Any, ...]:
    """All that must be the same whatever interrupted a run."""
    history = [{key: value for key, value in row.items() if key != "seconds"} for row in trained.history]
    weights = {name: array.tobytes() for name, array in trained.weights.items()}
    return weights, history, trained.steps


_unbroken: dict[str, tuple[Any, ...]] = {}


def unbroken(hand: Hand, name: str, folder: Path) -> tuple[Any, ...]:
    """What the run of a proof comes to that nothing interrupts."""
    if name not in _unbroken:
        (folder / "unbroken").mkdir(exist_ok=True)
        opened(hand, name, folder / "unbroken")
        hand.key(KEY.Key_F5)
        _unbroken[name] = outcome(ended(hand))
    return _unbroken[name]


@pytest.mark.parametrize("name", list(PROOFS))
def test_stepped_paused_stopped_undone_and_resumed(hand: Hand, name: str, tmp_path: Path) -> None:
    expected = unbroken(hand, name, tmp_path)
    window, studio = hand.window, hand.window.studio
    path = opened(hand, name, tmp_path)
    for step in (1, 2):
        hand.key(KEY.Key_F10)
        hand.until(lambda: studio.report is not None and studio.report.step == step, f"step {step}")  # noqa: B023
    hand.until(lambda: studio.trainer.paused, "the pause after a step")
    assert studio.report is not None
    assert studio.report.step == 2
    hand.key(KEY.Key_F5, SHIFT)
    stopped = ended(hand)
    assert stopped.steps == 2

    hand.key(KEY.Key_Z, CONTROL)
    assert window.session.trained is None
    hand.key(KEY.Key_Z, CONTROL | SHIFT)
    assert window.session.trained is stopped

    hand.key(KEY.Key_S, CONTROL)  # resumed from the file, as on another day
    hand.until(lambda: not window.session.dirty, "the file")
    window.session.new("empty")
    hand.key(KEY.Key_O, CONTROL)
    hand.until(lambda: window.session.path == path, "the project again")
    assert window.commands["train"].text() == "Continue"
    hand.key(KEY.Key_F10)
    hand.until(lambda: studio.report is not None and studio.report.step == 3, "one more step")
    hand.key(KEY.Key_F6)  # goes on from the pause
    assert outcome(ended(hand)) == expected
    assert hand.answers.told == []


KILLED = """
import sys
from pathlib import Path
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from gui import theme
from gui.project_session import look_into
from gui.training import run_controller
from gui.window import Window
run_controller.KEEP_EVERY_S = 0.0
app = QApplication([])
theme.apply(app, "light")
windows = []
for path in map(Path, sys.argv[1:]):
    window = Window()
    windows.append(window)
    window.show()
    window.session.open(look_into(path))
    while not (window.document.whole_signature and window.document.whole_analysis.ready):
        app.processEvents()
    window.activateWindow()
    while QApplication.activeWindow() is not window:
        app.processEvents()
    QTest.keyClick(window, Qt.Key.Key_F10)
    while window.session.under_way is None or window.session.under_way.steps < 1:
        app.processEvents()
    window.session.write_journal()
print("ready", flush=True)
app.exec()
"""


@pytest.mark.skipif(os.name != "posix", reason="kills with a signal")
def test_killed_in_the_midst_of_a_run_and_recovered(
    hand: Hand, tmp_path: Path, clean_environment: dict[str, str]
) -> None:
    expected = {name: unbroken(hand, name, tmp_path) for name in PROOFS}
    paths = {name: tmp_path / f"{name}.sketchnet" for name in PROOFS}
    for name, path in paths.items():
        write(PROOFS[name](tmp_path), path)
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, *map(str, paths.values())],
        env=clean_environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == -signal.SIGKILL
    hand.answers.choice = "save"
    for name, path in paths.items():
        assert Journal.of(path).is_left_over()
        hand.answers.path = path
        hand.key(KEY.Key_O, CONTROL)
        hand.until(lambda: hand.window.session.path == path, "the project")  # noqa: B023
        assert hand.answers.asked[-1] == f"recover {path.name}"
        trained = hand.window.session.trained
        assert trained is not None
        assert trained.steps == 1, "the pause after a step is kept too"
        hand.until(lambda: hand.window.document.whole_signature is not None, "its data")
        hand.key(KEY.Key_F5)
        assert outcome(ended(hand)) == expected[name], name
        hand.key(KEY.Key_S, CONTROL)
        hand.until(lambda: not hand.window.session.dirty, "the file")
    assert hand.answers.told == []
