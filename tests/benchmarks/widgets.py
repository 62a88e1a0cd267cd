"""What the window's busiest widgets cost: one movement of the pen, and one refresh of the curves. Run by hand.

``python tests/benchmarks/widgets.py [light|dark]`` prints milliseconds (median and 95th percentile) beside what is
aimed for. Set QT_SCALE_FACTOR=2 to measure a fine screen.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.data.digit import prepare_strokes
from gui import theme
from gui.plots.confusion import ConfusionMatrix
from gui.plots.curves import Curves
from gui.tryout.pad import DrawingPad
from gui.tryout.probabilities import ProbabilityBars

LEFT = Qt.MouseButton.LeftButton


def measure(name: str, work: Callable[[int], object], times: int, aim: float) -> None:
    for number in range(3):
        work(number)
    spent = []
    for number in range(times):
        start = time.perf_counter()
        work(number)
        spent.append(1000 * (time.perf_counter() - start))
    median, slow = np.percentile(spent, [50, 95])
    print(f"{name:58} {median:7.2f} ms   95 %: {slow:7.2f} ms   aim < {aim:g} ms")


def main() -> None:
    app = QApplication(sys.argv[:1])
    theme.apply(app, sys.argv[1] if len(sys.argv) > 1 else "light")
    print(f"device pixel ratio {app.devicePixelRatio():g}")

    pad = DrawingPad()
    pad.resize(320, 320)
    pad.show()
    app.processEvents()
    for length in (10, 2000):
        pad.clear()
        QTest.mousePress(pad, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(160, 160))
        path = [QPoint(160 + round(120 * np.cos(i / 9)), 160 + round(120 * np.sin(i / 7))) for i in range(length)]
        for point in path:
            QTest.mouseMove(pad, point)
        app.processEvents()

        def move(number: int, target: DrawingPad = pad) -> None:
            QTest.mouseMove(target, QPoint(160 + round(120 * np.cos(number / 9)), 160 + number % 100))
            app.processEvents()

        measure(f"pad: a pen move and its repaint, after {length} points", move, 200, 4)
        measure("pad: a whole repaint", lambda _: pad.repaint(), 100, 4)
        measure("pad: preparing the 28×28", lambda _: prepare_strokes(pad.strokes()), 100, 1)
        QTest.mouseRelease(pad, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(10, 10))

    bars = ProbabilityBars()
    bars.resize(290, 130)
    bars.show()
    bars.set_values(np.full(10, 0.1))
    app.processEvents()
    measure("bars: a repaint with 10 classes", lambda _: bars.repaint(), 100, 4)

    random = np.random.default_rng(0)
    for smoothing in (0, 40):
        curves = Curves()
        curves.resize(900, 300)
        curves.show()
        steps = np.arange(1, 2001)
        loss = 2 * np.exp(-steps / 500) + random.random(2000) / 5
        curves.set_data(steps, {"loss": loss, "accuracy": np.tanh(steps / 700)}, [])
        curves.slider.setValue(smoothing)
        app.processEvents()

        def refresh(number: int, target: Curves = curves) -> None:
            target.append([2001 + number], [0.2], [0.9])
            target.loss.plot.viewport().repaint()
            target.measure.plot.viewport().repaint()

        measure(f"curves: refresh of 2 × 2,000 points, smoothing {smoothing}", refresh, 60, 10)
        curves.hide()

    matrix = ConfusionMatrix()
    matrix.resize(400, 400)
    matrix.show()
    for size in (10, 100):
        matrix.set_matrix(random.integers(0, 9, (size, size)) + 300 * np.eye(size, dtype=int), [*map(str, range(size))])
        app.processEvents()
        measure(f"confusion matrix: a repaint with {size} classes", lambda _: matrix.repaint(), 50, 16)


if __name__ == "__main__":
    main()
