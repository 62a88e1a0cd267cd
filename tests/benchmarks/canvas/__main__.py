"""How long the canvas takes at 100 and 1,000 nodes: build, full frame, drag, zoom. Run by hand; prints milliseconds.

    python tests/benchmarks/canvas.py [nodes …]

Frames are painted by grabbing the viewport, which paints everything; a drag paints only what the view asks for.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import itertools

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.graph.graph import Graph, empty, wire
from engine.graph.shapes import Shape
from engine.graph.signature import Answer, Signature
from gui.canvas.view import Canvas
from gui.document import Document, Sketch
from gui.theme import style

SIGNATURE = Signature(Shape.picture(1, 28, 28), Answer("classes", 10, tuple("0123456789")))
KINDS = ("Conv2d", "ReLU", "BatchNorm2d", "Dropout2d")


def chain(count: int) -> Graph:
    """A chain of ``count`` layers in rows of twenty."""
    fragment = Graph()
    for k in range(count):
        fragment = fragment.add(KINDS[k % 4], position=(200.0 + 220 * (k % 20), 140.0 * (k // 20)))
    ids = list(fragment.nodes)
    graph, new = empty().paste(fragment)
    row = ["n1", *(new[id] for id in ids)]
    for a, b in itertools.pairwise(row):
        graph = graph.connect(wire(a, b))
    return graph


def milliseconds(run: Callable[[], object], times: int) -> str:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append((time.perf_counter() - start) * 1e3)
    return f"{statistics.median(taken):8.2f} ms  (worst {max(taken):.1f})"


def measure(app: QApplication, count: int) -> None:
    graph = chain(count)
    print(f"\n{count} nodes, {len(graph.wires)} wires")
    document = Document(Sketch(Graph(), "recipe"), lambda _recipe: SIGNATURE)
    canvas = Canvas(document)
    canvas.resize(1440, 900)
    canvas.show()
    app.processEvents()

    start = time.perf_counter()
    canvas.projection.show_graph(graph)
    built = time.perf_counter()
    canvas.projection.show_graph(Graph())
    print(f"  build the items             {(built - start) * 1e3:8.2f} ms")
    document.reset(Sketch(graph, "recipe"))
    app.processEvents()

    def frame() -> None:
        canvas.viewport().repaint()

    for name, arrange in (
        ("fit all", canvas.fit_all),
        ("100 %", lambda: canvas.zoom_to(1.0)),
    ):
        arrange()
        start = time.perf_counter()
        frame()
        taken = (time.perf_counter() - start) * 1e3
        print(f"  first frame, {name:<8}       {taken:8.2f} ms  at {canvas.scale_now:.2f}")
        print(f"  full frame, {name:<8}       {milliseconds(frame, 15)}")

    canvas.zoom_to(1.0)
    id = list(graph.nodes)[25 if count > 25 else 5]
    canvas.centerOn(canvas.projection.nodes[id].body.center())
    frame()
    at = canvas.viewportTransform().map(canvas.projection.nodes[id].body.center()).toPoint()
    QTest.mousePress(canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)
    place = [at]

    def drag() -> None:
        place[0] += QPoint(8, 4 if len(place) % 2 else -4)
        QTest.mouseMove(canvas.viewport(), place[0])
        app.processEvents()

    print(f"  one step of a drag          {milliseconds(drag, 40)}")
    start = time.perf_counter()
    QTest.mouseRelease(canvas.viewport(), Qt.MouseButton.LeftButton, pos=place[0])
    app.processEvents()
    print(f"  the edit it ends in         {(time.perf_counter() - start) * 1e3:8.2f} ms")

    factor = [1.08]

    def zoom() -> None:
        if not 0.3 < canvas.scale_now < 2.5:
            factor[0] = 1 / factor[0]
        canvas.zoom_by(factor[0], QPointF(700, 400))
        frame()

    print(f"  one step of a zoom          {milliseconds(zoom, 60)}")

    def pan() -> None:
        canvas.pan_by(QPoint(-12, 5))
        app.processEvents()

    canvas.zoom_to(1.0)
    frame()
    print(f"  one step of a pan           {milliseconds(pan, 40)}")

    def hover() -> None:
        place[0] += QPoint(7, 3)
        QTest.mouseMove(canvas.viewport(), QPoint(place[0].x() % 1400, place[0].y() % 850))

    print(f"  one step of hovering        {milliseconds(hover, 60)}")
    canvas.close()


def main() -> None:
    app = QApplication(sys.argv[:1])
    style.apply(app, "light")
    for count in [int(word) for word in sys.argv[1:]] or [100, 1000]:
        measure(app, count)


if __name__ == "__main__":
    main()
