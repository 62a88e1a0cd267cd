"""What is opened can be read at once: nothing on the canvas is written smaller than 11 pixels, cut or left out."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import QPoint, QRect, QRectF
from PySide6.QtWidgets import QApplication

from engine.graph import templates
from engine.graph.snapping import snapped_onto
from resources import examples
from tests.gui.window.painted import Written, written

LEAST = 11.0
MOST_LAYERS = 25
TWO_NETWORKS = {"gan-digits"}
"""Diagrams of two networks of which each fills a window: what is written in them is about 9 pixels high at 1280×800."""


def layers(name: str) -> int:
    return len(templates.build(name).nodes) - 2


OPENED = [f"template {name}" for name in templates.names() if layers(name) <= MOST_LAYERS and name not in TWO_NETWORKS]
OPENED += [f"example {name}" for name in examples.names()]


def open_it(desk, what: str) -> None:
    kind, name = what.split()
    if kind == "template":
        desk.window.session.new(name)
    else:
        desk.window.files.open(examples.path(name))
    document, studio = desk.window.document, desk.window.studio
    desk.until(lambda: not desk.window.canvas.projection.slices.pending, "the drawing")
    desk.until(lambda: studio.schema is not None and bool(document.graph.nodes), "the data")
    desk.until(lambda: desk.looked and desk.looked[-1] is not None, "a look at the data")
    for _turn in range(4):  # the view has its size only after the first layout
        QApplication.processEvents()
    desk.looked.clear()


def on_canvas(desk) -> list[Written]:
    """Everything that is written on the canvas as it is shown now."""
    canvas = desk.window.canvas
    canvas.projection.dress()  # what is kept of nodes is painted anew
    return written(lambda: [canvas.viewport().grab() for _frame in range(4)], canvas.devicePixelRatioF())


@pytest.fixture
def reading(letters, desk):
    """Someone at a window in letters of a known width, who notes what is looked at."""
    desk.looked = []
    desk.window.studio.looked.connect(desk.looked.append)
    return desk


def unread(desk) -> list[str]:
    """What cannot be read of the drawing that is shown, in words."""
    canvas, found, faults = desk.window.canvas, on_canvas(desk), []
    faults += [f"{line.words!r} is {line.pixels:.1f} px high" for line in found if line.pixels < LEAST - 0.05]
    faults += [f"{line.words!r} is cut" for line in found if line.words.endswith("…") and line.words != "…"]
    words = {line.words for line in found}
    for id, item in canvas.projection.nodes.items():
        assert item.face is not None
        place = item.place
        texts = [*place.title.split("\n"), *place.detail.split("\n"), *(value for _label, value in place.lines)]
        faults += [f"{text!r} of {id} is not there" for text in texts if text and text not in words]
        if "".join(place.title.split()) != "".join(item.face.title.split()):
            faults.append(f"{item.face.title!r} lacks letters")
    faults += [] if canvas.sees_all() else ["a part is out of view"]
    seen = QRectF(canvas.viewport().rect())
    ways = {wire: item.path().boundingRect().adjusted(-1, -1, 1, 1) for wire, item in canvas.projection.wires.items()}
    on_screen = canvas.viewportTransform().mapRect
    faults += [f"{wire} is cut" for wire, way in ways.items() if not seen.contains(on_screen(way))]
    return faults + (["the overview map is in the way"] if canvas.minimap.isVisible() else [])


def kinks(desk) -> list[str]:
    """The wires that are neither level nor turn to another row, unless they end at a join, which has several ports."""
    nodes, faults = desk.window.canvas.projection.nodes, []
    for wire, item in desk.window.canvas.projection.wires.items():
        onward = not item.inner and not item.curve.turns and len(nodes[wire.target].place.inputs) == 1
        if onward and item.curve.start.y() != item.curve.end.y():
            faults.append(f"{wire} has a kink")
    boxes = [(id, item.body) for id, item in nodes.items() if snapped_onto(desk.graph, id) is None]
    return faults + [f"{one} lies on {other}" for (one, a), (other, b) in combinations(boxes, 2) if a.intersects(b)]


@pytest.mark.parametrize("size", [(1280, 800), (1440, 900)], ids=["1280x800", "1440x900"])
def test_everything_that_is_opened_is_read_at_once(reading, size: tuple[int, int]) -> None:
    reading.window.resize(*size)
    faults = {}
    for what in OPENED:
        open_it(reading, what)
        found = unread(reading) + kinks(reading)
        if found:
            faults[what] = found
    assert not faults


def test_points_and_houses_are_one_row(reading) -> None:
    reading.window.resize(1280, 800)
    for what in ("template points-2d", "template houses", "example moons", "example house-prices"):
        open_it(reading, what)
        wires = reading.window.canvas.projection.wires.values()
        assert not any(item.curve.turns for item in wires if not item.inner), what


def test_the_overview_map_does_not_lie_on_the_goal(reading) -> None:
    desk, canvas = reading, reading.window.canvas
    desk.window.resize(1280, 800)
    open_it(desk, "template cnn-1d")
    canvas.zoom_by(1.2)  # the goal is where the map usually lies
    goal = desk.node("Output")
    corner = canvas.viewport().rect().bottomRight() - QPoint(80, 60)
    canvas.pan_by(corner - canvas.viewportTransform().map(canvas.projection.nodes[goal].body.center()).toPoint())
    QApplication.processEvents()
    assert canvas.minimap.isVisible()
    shown = canvas.viewportTransform().mapRect(canvas.projection.nodes[goal].body).toRect()
    assert QRect(canvas.viewport().rect()).contains(shown.center())
    assert not canvas.minimap.geometry().intersects(shown)
