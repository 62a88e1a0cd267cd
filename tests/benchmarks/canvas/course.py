"""The course that every editor goes through. Each part that fails is left out with its reason; the rest goes on."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

from clock import Painted, Times, longest_wait, steps
from drawing import residual
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication
from subject import Subject

STEPS = 100
BUILDS, BUILDING_S = 7, 12.0
OPENINGS = 20


def run(make: Callable[[], Subject], count: int) -> tuple[dict[str, Times], dict[str, str]]:
    """Times in milliseconds and reasons for what is missing, by the name of the measure."""
    drawing = residual(count)
    times: dict[str, Times] = {"build": [], "first paint": []}
    missing: dict[str, str] = {}
    began = time.perf_counter()
    for _ in range(BUILDS):
        subject = make()
        subject.open()
        subject.prepare(drawing)
        QApplication.processEvents()
        gc.collect()
        start = time.perf_counter()
        subject.build(drawing)
        times["build"].append((time.perf_counter() - start) * 1e3)
        subject.finish()
        subject.scale_to(None, 0)
        start = time.perf_counter()
        subject.view.viewport().repaint()
        times["first paint"].append((time.perf_counter() - start) * 1e3)
        if time.perf_counter() - began > BUILDING_S or len(times["build"]) == BUILDS:
            break
        subject.close()
        QApplication.processEvents()
    painted, view = Painted(subject.view), subject.view
    middle = count // 2 + (8 if count > 200 else 2)

    def part(name: str, work: Callable[[], Times | None]) -> None:
        gc.collect()
        try:
            taken = work()
        except Exception as error:  # an editor that fails in one thing is still measured in the others
            missing[name] = f"{type(error).__name__}: {error}"
            return
        if taken is None:
            missing[name] = "does not have it"
        else:
            times[name] = taken

    def arrange(scale: float | None) -> None:
        subject.scale_to(scale, middle)
        for _ in range(3):
            QApplication.processEvents()
        view.viewport().repaint()

    def frames(scale: float | None) -> Times:
        arrange(scale)
        return steps(lambda _k: view.viewport().repaint(), 40, painted)

    def pan(scale: float | None) -> Times:
        arrange(scale)
        at = subject.ground()
        subject.press(at, subject.pan_button)
        try:
            return steps(lambda k: subject.move(at + QPoint(*_round_trip(k)), subject.pan_button), STEPS, painted)
        finally:
            subject.release(at, subject.pan_button)

    def drag() -> Times:
        arrange(1.0)
        at, before = subject.on_view(middle), subject.place_of(middle)
        subject.press(at)
        subject.move(at + QPoint(12, 12))
        taken = steps(lambda k: subject.move(at + QPoint(24, 16) + QPoint(*_round_trip(k))), STEPS, painted)
        subject.release(at + QPoint(40, 32))
        QApplication.processEvents()
        if (subject.place_of(middle) - before).manhattanLength() < 5:
            raise RuntimeError("the node did not follow the mouse")
        return taken

    def zoom(scale: float | None) -> Times:
        arrange(scale)
        at = view.viewport().rect().center()
        return steps(lambda k: subject.wheel(at, inward=(k // 5) % 2 == (0 if scale is None else 1)), STEPS, painted)

    def undo() -> Times | None:
        arrange(1.0)
        if not subject.undo() or not subject.redo():
            return None
        QApplication.processEvents()
        return steps(lambda k: subject.redo() if k % 2 else subject.undo(), STEPS, painted)

    def typing() -> Times | None:
        arrange(1.0)
        if not subject.type(middle, 3):
            return None
        QApplication.processEvents()
        return steps(lambda k: subject.type(middle, 4 + k), STEPS, painted)

    def opening() -> Times | None:
        waits: Times = []
        times["open, until shown"] = []
        for _ in range(OPENINGS):
            if not subject.empty():
                return None
            while not subject.is_shown():
                QApplication.processEvents()
            for _ in range(20):
                QApplication.processEvents()
            wait, whole = longest_wait(subject.open_again, subject.is_shown)
            waits.append(wait)
            times["open, until shown"].append(whole)
        return waits

    part("open", opening)
    part("full frame, all", lambda: frames(None))
    part("full frame, 100 %", lambda: frames(1.0))
    part("pan, all", lambda: pan(None))
    part("pan, 100 %", lambda: pan(1.0))
    part("zoom, all", lambda: zoom(None))
    part("zoom, 100 %", lambda: zoom(1.0))
    part("drag", drag)
    part("undo", undo)
    part("type", typing)
    subject.close()
    return times, missing


def _round_trip(k: int) -> tuple[int, int]:
    """A way there and back again in steps of 7 pixels, so that nothing leaves the view."""
    there = k % 40 if k % 40 < 20 else 40 - k % 40
    return 7 * there, 3 * there
