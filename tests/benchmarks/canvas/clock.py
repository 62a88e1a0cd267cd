"""Taking times of steps, each up to the moment its frame is painted."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QGraphicsView

LONGEST_S = 6.0
"""What takes longer than this altogether is repeated less often."""

Times = list[float]


class Painted(QObject):
    """Counts how often a view was painted."""

    def __init__(self, view: QGraphicsView) -> None:
        super().__init__()
        self.count = 0
        view.viewport().installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


def steps(act: Callable[[int], object], times: int, painted: Painted | None = None) -> Times:
    """Milliseconds of ``act(0)``, ``act(1)``, … with everything that follows from each, its painting too.

    Raises RuntimeError when ``painted`` is given and nothing was painted at most steps: then the editor did not do
    what it was asked to.
    """
    taken: Times = []
    began, before = time.perf_counter(), painted.count if painted else 0
    for number in range(times):
        start = time.perf_counter()
        act(number)
        seen = painted.count if painted else 0
        for _ in range(3):
            QApplication.processEvents()
            if painted is None or painted.count > seen:
                break
        taken.append((time.perf_counter() - start) * 1e3)
        if time.perf_counter() - began > LONGEST_S:
            break
    if painted is not None and painted.count - before < len(taken) // 2:
        raise RuntimeError(f"only {painted.count - before} of {len(taken)} steps were painted")
    return taken


def longest_wait(act: Callable[[], object], over: Callable[[], bool]) -> tuple[float, float]:
    """The longest time in which no other event was heard, from ``act`` until it is ``over``, and that time in all.

    Both in milliseconds.
    """
    beats: list[float] = []
    timer = QTimer()
    timer.timeout.connect(lambda: beats.append(time.perf_counter()))
    timer.start(0)
    QApplication.processEvents()
    start = time.perf_counter()
    beats[:] = [start]
    act()
    while not over():
        QApplication.processEvents()
    for _ in range(3):  # what follows from its end, as a frame that is painted
        QApplication.processEvents()
    timer.stop()
    return max(b - a for a, b in pairwise(beats)) * 1e3, (beats[-1] - start) * 1e3


def share(times: Times, part: float) -> float:
    """The time that ``part`` of the steps (0 to 1) do not exceed."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, math.ceil(part * len(ordered)) - 1)]
