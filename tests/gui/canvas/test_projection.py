"""The canvas is a projection: after any gestures, undone or not, it shows the drawing and nothing else."""

from __future__ import annotations

import random

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QHelpEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from engine.graph.graph import Graph, empty, wire
from gui.canvas.hit import hit
from gui.canvas.scene import CanvasScene
from gui.document import DocumentState
from gui.theme import style
from gui.theme.contrast import ratio
from gui.theme.tokens import DARK, LIGHT
from tests.pictures import shot

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
KINDS = ["Conv2d", "ReLU", "Linear", "Add", "Flatten", "Concatenate", "Dropout", "MultiheadAttention"]


class Clumsy:
    """Does random things with a hand."""

    def __init__(self, hand, seed: int) -> None:
        self.hand, self.random = hand, random.Random(seed)

    def anywhere(self) -> QPointF:
        size = self.hand.canvas.viewport().size()
        inside = QPointF(self.random.randrange(5, size.width() - 5), self.random.randrange(5, size.height() - 5))
        return self.hand.canvas.scene_at(inside)

    def something(self) -> QPointF:
        """A node, a port, a wire or anywhere."""
        hand, roll = self.hand, self.random.random()
        id = self.random.choice(list(hand.graph.nodes))
        node = hand.canvas.projection.nodes[id]
        if roll < 0.3:
            return hand.body(id)
        if roll < 0.55 and node.place.inputs:
            return hand.input(id, self.random.choice(node.place.inputs)[0])
        if roll < 0.75:
            return hand.output(id)
        if roll < 0.85 and hand.graph.wires:
            chosen = self.random.choice(hand.graph.wires)
            return hand.canvas.projection.wires[chosen].curve.point(self.random.random())
        return self.anywhere()

    def act(self) -> None:
        hand, random = self.hand, self.random
        modifiers = random.choice([Qt.KeyboardModifier.NoModifier] * 3 + [CTRL, SHIFT, ALT])
        what = random.choice(
            [
                "drag",
                "drag",
                "drag",
                "drag",
                "hold",
                "drop",
                "drop",
                "keys",
                "keys",
                "quick",
                "click",
                "select",
                "undo",
                "redo",
                "wire",
                "chain",
                "ghost",
            ]
        )
        if what == "drag":
            hand.drag(self.something(), self.something(), modifiers)
        elif what == "hold":
            hand.hold(self.something(), self.something(), modifiers)
            hand.key(Qt.Key.Key_Escape)
            hand.release(self.something())
        elif what == "drop":
            hand.drop(random.choice(KINDS), self.something())
        elif what == "keys":
            key = random.choice(
                [
                    (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier),
                    (Qt.Key.Key_Delete, SHIFT),
                    (Qt.Key.Key_D, CTRL),
                    (Qt.Key.Key_C, CTRL),
                    (Qt.Key.Key_V, CTRL),
                    (Qt.Key.Key_V, CTRL | SHIFT),
                    (Qt.Key.Key_R, CTRL),
                    (Qt.Key.Key_X, CTRL),
                    (Qt.Key.Key_B, CTRL),
                    (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier),
                    (Qt.Key.Key_Down, CTRL),
                    (Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier),
                    (Qt.Key.Key_0, CTRL),
                ]
            )
            hand.canvas.setFocus()
            hand.key(*key)
            if hand.canvas.quick_add.isVisible():
                hand.key(random.choice([Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Tab]))
        elif what == "chain":
            hand.canvas.pick_up(random.choice(KINDS))
            for _ in range(random.randint(1, 3)):
                hand.move(self.something())
                hand.click(self.something(), random.choice([SHIFT, SHIFT, Qt.KeyboardModifier.NoModifier]))
            hand.key(Qt.Key.Key_Escape)
        elif what == "ghost":
            repairs = [r for p in hand.document.analysis.problems for r in p.repairs]
            if repairs:
                hand.document.preview(random.choice(repairs).edit(hand.graph))
                hand.canvas.viewport().grab()
                if random.random() < 0.5:
                    hand.document.undo()
                hand.document.preview(None)
        elif what == "quick":
            hand.canvas.setFocus()
            hand.key(random.choice("crlaf"))
            hand.key(random.choice([Qt.Key.Key_Return, Qt.Key.Key_Escape]))
        elif what == "click":
            hand.click(self.something(), modifiers)
        elif what == "select":
            ids = list(hand.graph.nodes)
            hand.document.select(random.sample(ids, random.randint(0, min(4, len(ids)))))
        elif what == "undo":
            hand.document.undo()
        elif what == "redo":
            hand.document.redo()
        elif what == "wire" and hand.graph.wires:
            hand.click(hand.canvas.projection.wires[random.choice(hand.graph.wires)].curve.middle)
        hand.canvas.quick_add.close_popup()


@pytest.mark.parametrize("seed", range(12))
def test_random_gestures_undone_and_redone(hand, seed: int) -> None:
    start = hand.graph
    clumsy = Clumsy(hand, seed)
    for _ in range(40):
        clumsy.act()
        hand.check()
        hand.graph.topological()
    end, values = hand.graph, [hand.graph]
    while hand.document.can_undo:
        hand.document.undo()
        values.append(hand.graph)
        hand.check()
    assert hand.graph == start
    for value in reversed(values[:-1]):
        hand.document.redo()
        assert hand.graph == value
    assert hand.graph == end
    hand.check()


def test_reset_leaves_nothing_of_the_old_drawing(hand) -> None:
    hand.canvas.select_wire(wire("n3", "n4"))
    hand.document.reset(DocumentState(empty(), "recipe"))
    hand.check()
    assert len(hand.canvas.projection.items()) == 2
    hand.document.reset(DocumentState(Graph(), "recipe"))
    assert hand.canvas.projection.items() == []
    hand.canvas.fit_all()
    hand.key(Qt.Key.Key_Tab)
    hand.check()


def test_only_what_changed_is_touched(hand, monkeypatch) -> None:
    faced: list[str] = []
    original = CanvasScene._face
    monkeypatch.setattr(CanvasScene, "_face", lambda self, node: faced.append(node.id) or original(self, node))
    items = dict(hand.canvas.projection.nodes)
    hand.document.edit("x", hand.graph.set_params("n5", out_features=7))
    assert set(faced) <= {"n5", "n1"}
    assert "7 units" in hand.canvas.projection.nodes["n5"].face.detail
    assert all(hand.canvas.projection.nodes[id] is item for id, item in items.items())


def test_merges_show_one_free_input_more_than_are_wired(hand) -> None:
    graph = hand.graph.add("Add", position=(560, 200))
    id = graph.last
    hand.document.edit("x", graph)
    hand.drag(hand.output("n3"), hand.input(id, "in1"))
    hand.drag(hand.output("n4"), hand.input(id, "in2"))
    assert [name for name, _ in hand.canvas.projection.nodes[id].place.inputs] == ["in1", "in2", "in3"]
    hand.drag(hand.output("n5"), hand.input(id, "in3"))
    assert len(hand.graph.incoming(id)) == 3
    hand.check()


def test_blocks_show_dataset_and_goal(hand) -> None:
    canvas = hand.canvas
    pictures = np.zeros((12, 1, 28, 28), np.uint8)
    pictures[:, :, 8:20, 8:20] = 255
    canvas.set_data_block("MNIST", pictures, ["60,000 images"])
    item = canvas.projection.nodes["n1"]
    assert item.face.title == "MNIST"
    assert item.face.aside == "1×28×28"
    assert len(item.pictures) == 9
    assert item.place.body.contains(item.place.picture_cells()[-1])
    hand.check()
    canvas.set_data_block("Line", None, ["one number"])
    assert canvas.projection.nodes["n1"].pictures == []
    canvas.set_goal_block([("loss", "cross-entropy"), ("optimizer", "AdamW")])
    assert canvas.projection.nodes["n2"].face.lines[1] == ("optimizer", "AdamW")
    hand.check()


@pytest.mark.parametrize("shape", [(4, 9, 7), (4, 1, 9, 7), (4, 3, 9, 7), (4, 9, 7, 3), (4, 9, 7, 1)])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_pictures_of_any_layout(hand, shape, dtype) -> None:
    pictures = np.ones(shape, dtype) * (200 if dtype == np.uint8 else 0.8)
    hand.canvas.set_data_block("x", pictures, [])
    (first, *_rest) = hand.canvas.projection.nodes["n1"].pictures
    assert (first.width(), first.height()) == (7, 9)
    pixel = first.pixelColor(3, 3)
    assert pixel.alpha() in (200, 204, 255)


def test_the_theme_changes_what_is_painted(hand, qapp) -> None:
    def middle() -> int:
        return shot(hand.canvas).pixelColor(5, 5).lightness()

    style.apply(qapp, "light")
    light = middle()
    style.apply(qapp, "dark")
    assert middle() < 60 < 200 < light
    style.apply(qapp, "light")
    hand.check()


def test_painting_at_every_zoom(hand) -> None:
    hand.document.edit("x", hand.graph.set("n3", bypassed=True, frozen=True))
    hand.document.select({"n4"})
    for scale in (0.05, 0.3, 0.36, 1.0, 4.0):
        hand.canvas.zoom_to(scale)
        assert not hand.canvas.grab().isNull()


def test_small_zoom_keeps_ports_within_reach(hand) -> None:
    hand.canvas.zoom_to(0.4)
    spot = hand.output("n5") + QPointF(9, 0)
    assert hit(hand.canvas.projection, spot, hand.canvas.scale_now).what == "output"


def test_the_canvas_grows_in_steps(hand) -> None:
    before = hand.canvas.projection.sceneRect()
    hand.document.edit("x", hand.graph.move({"n5": (100, 100)}))
    assert hand.canvas.projection.sceneRect() == before
    hand.document.edit("x", hand.graph.move({"n5": (90_000, 100)}))
    assert hand.canvas.projection.sceneRect().contains(QPointF(90_000, 100))
    hand.check()


def test_tooltips_explain(hand) -> None:
    from gui.canvas.tips import tip

    canvas = hand.canvas
    hand.move(hand.body("n3"))
    assert "320 parameters" in canvas.viewport().toolTip()
    hand.move(hand.middle("n3", "n4"))
    assert "32 channels" in canvas.viewport().toolTip()
    assert canvas.projection.wires[wire("n3", "n4")].look.hovered
    spot = hand.on_screen(hand.middle("n3", "n4"))
    asked = QHelpEvent(QEvent.Type.ToolTip, spot, canvas.viewport().mapToGlobal(spot))
    QApplication.sendEvent(canvas.viewport(), asked)
    assert "32 channels" in QToolTip.text()
    QToolTip.hideText()
    hand.move(hand.input("n5"))
    assert "Nothing is connected" in canvas.viewport().toolTip()
    hand.move(QPointF(560, 260))
    assert canvas.viewport().toolTip() == ""
    assert not canvas.projection.wires[wire("n3", "n4")].look.hovered
    badge = canvas.projection.nodes["n2"]
    found = hit(canvas.projection, badge.pos() + badge.place.badge)
    assert found.what == "badge"
    assert "goal needs" in tip(hand.document, found)


def test_clipboard_text_survives_a_round_trip(hand) -> None:
    hand.document.select(set(hand.graph.nodes) - {"n1", "n2"})
    hand.key(Qt.Key.Key_C, CTRL)
    written = QGuiApplication.clipboard().text()
    hand.key(Qt.Key.Key_X, CTRL)
    hand.check()
    QGuiApplication.clipboard().setText(written)
    hand.key(Qt.Key.Key_V, CTRL)
    assert sorted(node.kind for node in hand.graph.nodes.values()) == ["Conv2d", "Input", "Linear", "Output", "ReLU"]
    hand.check()


def test_a_layer_that_is_bypassed_can_be_read(hand, qapp) -> None:
    canvas = hand.canvas
    canvas.zoom_to(1.0)
    for theme in (LIGHT, DARK):
        style.apply(qapp, theme)
        before = hand.graph
        hand.document.select({"n3"})
        hand.key(Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
        item = canvas.projection.nodes["n3"]
        assert item.face.detail.startswith("bypassed")
        hand.document.select(())
        canvas.centerOn(item.body.center())
        image = shot(canvas.viewport())
        at = canvas.viewportTransform().mapRect(item.body).toRect()
        for line in (range(at.top() + 12, at.top() + 30), range(at.top() + 36, at.top() + 54)):
            words = {image.pixelColor(x, y).name() for x in range(at.left() + 38, at.right() - 4) for y in line}
            assert max(ratio(colour, theme.panel) for colour in words) >= 4.5
        hand.document.undo()
        assert hand.graph == before
    style.apply(qapp, "light")


def test_a_block_that_grows_stays_in_view_of_who_saw_it_all_and_moves_nobody_else(hand) -> None:
    canvas = hand.canvas
    hand.window.resize(1200, 180)
    for pan in (0, 8):
        canvas.set_goal_block([("targets", "up")])
        canvas.fit_all()
        canvas.pan_by(QPoint(pan, 0))
        before, content = canvas.view_now, canvas.projection.content()
        canvas.set_goal_block([("targets", "sunny, overcast, rainy, snowy and foggy")] * 12)
        QApplication.processEvents()
        assert canvas.projection.content() != content
        assert canvas.sees_all() == (not pan)
        assert (canvas.view_now == before) == bool(pan)


def test_who_sees_it_all_goes_on_seeing_it_all_whatever_the_size(hand) -> None:
    canvas = hand.canvas
    assert canvas.sees_all()
    for width, height in ((760, 400), (1200, 700), (500, 300)):
        hand.window.resize(width, height)
        QApplication.processEvents()
        assert canvas.sees_all(), (width, height)
    # Who has moved the view since keeps what is in the middle there, at the same zoom.
    canvas.fit_all()
    QTest.mouseMove(canvas.viewport(), canvas.viewport().rect().center())
    canvas.pan_by(QPoint(8, 0))
    scale, middle = canvas.scale_now, canvas.scene_at(QPointF(canvas.viewport().rect().center()))
    hand.window.resize(900, 560)
    QApplication.processEvents()
    assert canvas.scale_now == scale
    after = canvas.scene_at(QPointF(canvas.viewport().rect().center()))
    assert (after - middle).manhattanLength() * scale < 3


def test_a_label_hides_neither_a_layer_nor_a_problem(hand) -> None:
    scene = hand.canvas.projection
    line = next(i for w, i in scene.wires.items() if (w.source, w.target) == ("n3", "n4"))
    words, node = line.label_box, scene.nodes["n5"]
    hand.canvas.zoom_to(1.0)
    hand.canvas.centerOn(words.center())

    def shown() -> QImage:
        area = hand.canvas.viewportTransform().mapRect(words).toRect()
        return shot(hand.canvas.viewport(), area)

    def put(x: float, y: float) -> bool:
        """Put linear1 there; whether the label is seen, in words and in pixels."""
        hand.document.edit("x", hand.graph.move({"n5": (x, y)}))
        seen, with_label = not scene.router.labels.hides(line), shown()
        line.set_look(faded=True)
        line.setOpacity(1.0)
        assert (shown() != with_label) == seen
        line.set_look(faded=False)
        return seen

    assert node.look.problem
    assert put(1000.0, 1000.0)
    assert not put(words.center().x() - 50, words.center().y() - 30)
    assert put(words.center().x() - 50, words.bottom() + 4)
    # Its sign stands at its right upper corner, beside the body.
    assert not put(words.left() - node.place.width - 4, words.top() + 4)
