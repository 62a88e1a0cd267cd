"""How soon the program is there: the first paint, the first input answered, the first prediction. Run by hand.

    python tests/benchmarks/starting.py [rounds]
    python tests/benchmarks/starting.py --cold [rounds]      the files are read from the disk: as root, on Linux

Each round starts an empty window of PySide6, ``import torch`` and the program one after the other, each in a process of
its own with a home of its own, so that what else the computer does weighs on all three alike. Printed are the medians
and the ratios that the program is judged by; times are from the start of the process, in milliseconds.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 7
PAINT_AIM, PREDICTION_AIM = 1.5, 1.3


def main() -> None:
    """Measure, or be what is measured."""
    words = sys.argv[1:]
    if words and words[0] in _PARTS:
        _PARTS[words[0]]()
        return
    is_cold = "--cold" in words
    rounds = next((int(word) for word in words if word.isdigit()), ROUNDS)
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as home:
        environment = {"QT_QPA_PLATFORM": "offscreen", "OMP_NUM_THREADS": "1", **os.environ, "PYTHONPATH": str(ROOT)}
        for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
            environment[name] = home
        for _ in range(rounds):
            for part in _PARTS:
                if is_cold:
                    _forget_files()
                for what, milliseconds in _timed(part, environment).items():
                    times.setdefault(what, []).append(milliseconds)
    middle = {what: statistics.median(found) for what, found in times.items()}
    for what, found in times.items():
        print(f"{what:<22} {middle[what]:6.0f}   ({min(found):.0f} … {max(found):.0f})")
    paint = middle["first paint"] / middle["empty window"]
    prediction = middle["first prediction"] / (middle["import torch"] + middle["empty window"])
    print(f"first paint / empty window                           {paint:.2f}   (aim {PAINT_AIM})")
    print(f"first prediction / (import torch + empty window)     {prediction:.2f}   (aim {PREDICTION_AIM})")


def _timed(part: str, environment: dict[str, str]) -> dict[str, float]:
    command = [sys.executable, "-P", __file__, part]
    began = time.time()
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    lines = (line.rsplit(" ", 1) for line in done.stdout.splitlines())
    return {what: 1000 * (float(at) - began) for what, at in lines}


def _forget_files() -> None:
    subprocess.run(["sync"], check=True)
    Path("/proc/sys/vm/drop_caches").write_text("3")


def _say(what: str) -> None:
    print(what, time.time(), flush=True)


def empty_window() -> None:
    """What nobody can be quicker than."""
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QApplication, QMainWindow

    class Empty(QMainWindow):
        def paintEvent(self, event: QPaintEvent) -> None:
            super().paintEvent(event)
            QTimer.singleShot(0, ended)

    def ended() -> None:
        _say("empty window")
        app.quit()

    app = QApplication([])
    window = Empty()
    window.resize(1440, 900)
    window.show()
    app.exec()


def import_torch() -> None:
    """What the first prediction needs in any case."""
    import torch  # noqa: F401

    _say("import torch")


def program() -> None:
    """Start the program as its icon does, draw a stroke as soon as there is a pad, and wait for what it is read as."""
    from gui import app, first_run, window

    sight, begin = first_run.FirstSight.__init__, window.Window.begin

    def seen(self: first_run.FirstSight, *arguments: object) -> None:
        sight(self, *arguments)  # type: ignore[arg-type]
        self.seen.connect(lambda: _say("first paint"))

    def begun(self: window.Window, file: Path | None) -> None:
        from PySide6.QtCore import QTimer

        begin(self, file)
        QTimer.singleShot(0, lambda: draw(self))

    def draw(shown: window.Window) -> None:
        from PySide6.QtCore import QPoint, Qt
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QApplication

        def answered(_key: str, answer: object, _trained: object) -> None:
            if answer is not None:
                _say("first prediction")
                QApplication.quit()

        pad = shown.tryout.pad.pad
        shown.studio.predictions.answered.connect(answered)
        QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(60, 40))
        for y in range(40, 140, 4):
            QTest.mouseMove(pad, QPoint(60, y))
        QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(60, 140))
        pad.grab()
        _say("first input answered")

    first_run.FirstSight.__init__ = seen  # type: ignore[method-assign]
    window.Window.begin = begun  # type: ignore[method-assign]
    app.main([])


_PARTS = {"empty": empty_window, "torch": import_torch, "program": program}

if __name__ == "__main__":
    main()
