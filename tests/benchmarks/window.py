"""How long the window ever keeps a hand waiting. Run by hand: prints figures, asserts none.

    python tests/benchmarks/window.py

Gaps are the times between two ticks of a timer of 5 ms: everything above is time in which the window could not answer.
How soon the window is there is measured by ``starting.py``.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TICK_MS = 5


def main() -> None:
    """Run the measurement in a process of its own, with a home of its own."""
    if len(sys.argv) > 1:
        gaps()
        return
    with tempfile.TemporaryDirectory() as home:
        environment = {"QT_QPA_PLATFORM": "offscreen", "OMP_NUM_THREADS": "1", **os.environ}
        for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
            environment[name] = home
        environment["PYTHONPATH"] = str(ROOT)
        subprocess.run([sys.executable, __file__, "gaps"], env=environment, check=True)


def gaps() -> None:
    """Print the longest gap and the 99th percentile in each kind of work."""
    from PySide6.QtCore import QPoint, Qt, QTimer
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from engine.running import torch_preload
    from gui import theme
    from gui.window import Window

    app = QApplication([])
    theme.apply(app, "light")
    window = Window()
    window.resize(1440, 900)
    window.show()
    window.begin(None)
    window.session.new("digit-cnn")
    ticks: list[float] = []
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
    timer.start(TICK_MS)

    def live(
        seconds: float, until: Callable[[], bool] = lambda: False, every: Callable[[], None] | None = None
    ) -> None:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end and not until():
            app.processEvents()
            if every is not None:
                every()
            time.sleep(0.001)

    def measure(name: str, work: Callable[[], None]) -> None:
        ticks.clear()
        ticks.append(time.perf_counter())
        work()
        ticks.append(time.perf_counter())
        waits = sorted(1000 * (b - a) for a, b in itertools.pairwise(ticks))
        p99 = waits[int(0.99 * (len(waits) - 1))]
        more = ", ".join(f"{wait:.0f}" for wait in reversed(waits[-4:]))
        print(f"{name:<44} longest {waits[-1]:6.1f} ms   p99 {p99:5.1f} ms   ({len(waits)} ticks; longest: {more})")

    pad, tick = window.tryout.pad.pad, [0]

    def draw() -> None:
        step = tick[0] % 60
        point = QPoint(pad.width() // 4 + step * pad.width() // 120, pad.height() // 4 + step * pad.height() // 150)
        if step == 0:
            if tick[0] % 240 == 0:
                pad.clear()
            QTest.mousePress(pad, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)
        elif step == 59:
            QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)
        else:
            QTest.mouseMove(pad, point)
        tick[0] += 1

    def type_number() -> None:
        edit = window.inspector.layer.form.field("out_channels").focusWidget() or window.focusWidget()
        tick[0] += 1
        if tick[0] % 15 == 0:
            QTest.keyClick(edit, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
            QTest.keyClicks(edit, "16" if tick[0] % 30 == 0 else "8")

    def steps() -> int:
        return window.studio.report.step if window.studio.report is not None else 0

    def first_steps() -> None:
        window.commands["train"].trigger()
        live(60, lambda: steps() > 20)

    measure("torch being loaded after the start", lambda: live(60, torch_preload.is_loaded))
    measure("idle (3 s)", lambda: live(3))
    measure("from pressing Train to the 20th step", first_steps)
    measure("training (6 s)", lambda: live(6))
    measure("drawing while training (6 s)", lambda: live(6, every=draw))
    window.commands["stop"].trigger()
    live(30, lambda: not window.studio.trainer.running)
    node = next(n for n in window.document.graph.nodes.values() if n.kind == "Conv2d")
    window.document.select([node.id])
    window.inspector.layer.form.field("out_channels").setFocus()
    measure("typing in a field (4 s)", lambda: live(4, every=type_number))
    window.studio.close()


if __name__ == "__main__":
    main()
