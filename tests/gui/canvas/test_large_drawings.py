"""A large difference is drawn over several frames, and nobody can tell: what one sees is all of it or none of it."""

from __future__ import annotations

import gc
import random
import weakref
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.graph.graph import Graph, empty, wire
from engine.graph.grouping import group
from engine.graph.layout.tidy import tidy
from engine.training.recipe import Recipe
from gui.canvas import freeze_frame, incremental, scene
from gui.canvas.faces import face_of
from gui.canvas.view import Canvas
from gui.document import Document, DocumentState
from gui.theme import style
from tests.pictures import shot
from tests.random_sequences import Sequence
from tests.showing import canvas_is_sound, same_as_from_nothing, shows_the_value

from .conftest import SIGNATURE
from .test_every_edit import Projected


def chain(count: int) -> Graph:
    """So many layers in rows between data and goal, wires between every two that follow each other."""
    graph = empty()
    for k in range(count):
        kind = ("Linear", "ReLU", "Dropout")[k % 3]
        graph = graph.add(kind, position=(200.0 * (1 + k % 20), 140.0 * (k // 20)))
    ids = ["n1", *list(graph.nodes)[2:], "n2"]
    for a, b in pairwise(ids):
        graph = graph.connect(wire(a, b))
    return graph.move({"n2": (200.0 * 21, 140.0 * (count // 20))})


LARGE = chain(150)


@pytest.fixture
def stepwise(monkeypatch) -> None:
    """As slow as it gets: one node or one wire in each slice."""
    monkeypatch.setattr(incremental, "SLICE_S", 0.0)


@pytest.fixture
def patient(monkeypatch) -> None:
    """It never says that it takes long."""
    monkeypatch.setattr(freeze_frame, "PATIENCE_MS", 3_600_000)


def picture(hand) -> QImage:
    hand.canvas.hover.forget()  # the pointer may rest where another test has left it
    return shot(hand.canvas.viewport())


def pending(hand) -> bool:
    return bool(hand.canvas.projection.slices.pending or hand.canvas.frozen)


def opened(hand, graph: Graph = LARGE) -> None:
    hand.document.reset(DocumentState(graph, "recipe"))


def all_drawn(hand, qtbot) -> None:
    qtbot.waitUntil(lambda: not pending(hand))
    canvas_is_sound(hand.canvas)
    shows_the_value(hand.canvas.projection, hand.document)
    same_as_from_nothing(hand.canvas.projection, hand.document)


def test_a_small_one_is_there_at_once(hand) -> None:
    hand.document.edit("Add", hand.graph.add("ReLU", position=(0, 300)))
    assert not pending(hand)
    assert "n6" in hand.canvas.projection.drawn


@pytest.mark.parametrize("scale", [0.2, 1.0])
def test_opening_shows_the_old_one_until_the_new_one_is_whole(hand, qtbot, stepwise, patient, scale: float) -> None:
    hand.canvas.zoom_to(scale)
    before = picture(hand)
    opened(hand)
    seen = set()
    while hand.canvas.projection.slices.pending:
        QApplication.processEvents()
        if hand.canvas.frozen:
            seen.add(len(hand.canvas.projection.drawn))
            assert picture(hand) == before
    assert len(seen) > 100, "it was drawn little by little"
    all_drawn(hand, qtbot)
    after = picture(hand)
    assert after != before
    hand.canvas.projection.dress()
    assert picture(hand) == after, "what is shown is what would be painted anew"


def test_after_a_while_it_says_that_it_is_at_work(hand, qtbot, monkeypatch, stepwise) -> None:
    monkeypatch.setattr(freeze_frame, "PATIENCE_MS", 0)
    opened(hand)
    before = picture(hand)
    while hand.canvas.projection.slices.pending and picture(hand) == before:
        QApplication.processEvents()
    assert hand.canvas.projection.slices.pending
    assert hand.canvas.frozen
    style.apply(QApplication.instance(), "light")
    all_drawn(hand, qtbot)


def test_whoever_asks_for_the_items_gets_all_of_them(hand) -> None:
    opened(hand)
    assert len(hand.canvas.projection.drawn) < 152
    assert len(hand.canvas.projection.nodes) == 152
    assert len(hand.canvas.projection.wires) == 151
    assert not hand.canvas.projection.slices.pending


def test_a_click_meets_what_is_not_drawn_yet(hand) -> None:
    opened(hand)
    x, y = hand.graph.nodes["n60"].position
    hand.canvas.zoom_to(1.0)
    hand.canvas.centerOn(x, y)
    assert "n60" not in hand.canvas.projection.drawn
    hand.click(QPointF(x + 50, y + 40))
    assert hand.document.selection == {"n60"}


def test_moving_the_mouse_or_the_view_asks_for_nothing(hand, stepwise) -> None:
    opened(hand)
    hand.move(QPointF(100, 100))
    hand.move(QPointF(200, 100))
    hand.canvas.mouse.left()
    hand.canvas.pan_by(QPoint(40, 30))
    hand.canvas.zoom_by(1.2)
    hand.window.resize(800, 500)
    for _ in range(5):
        QApplication.processEvents()
    assert hand.canvas.projection.slices.pending


def test_from_afar_it_is_shown_when_it_can_be_painted_at_once(hand, qtbot) -> None:
    hand.canvas.zoom_to(0.2)
    opened(hand)
    hand.canvas.projection.slices.finish()
    assert hand.canvas.projection.sheet.plain.behind > 300
    assert hand.canvas.frozen
    opened(hand, chain(110))
    hand.canvas.bundling.finish()
    assert hand.canvas.frozen, "what is bundled is not what is to be shown"
    qtbot.waitUntil(lambda: not hand.canvas.frozen)
    assert hand.canvas.projection.sheet.plain.behind == 0


def test_the_whole_of_it_is_in_view_in_the_end(hand, qtbot) -> None:
    opened(hand)
    hand.canvas.fit_all()
    assert hand.canvas.projection.slices.pending
    all_drawn(hand, qtbot)
    assert hand.canvas.sees_all()


def shows_the_map(hand, qtbot) -> None:
    """The map in the corner shows all of the drawing, and nothing of the one before."""
    minimap = hand.canvas.minimap
    assert minimap.isVisible()
    assert minimap.content == hand.canvas.projection.content()
    shown = shot(minimap)
    minimap.repaint_all()
    qtbot.waitUntil(lambda: minimap.up_to_date)
    assert shot(minimap) == shown


@pytest.mark.parametrize("count", [150, 600])
def test_the_map_follows_when_it_is_drawn(hand, qtbot, monkeypatch, count: int) -> None:
    hand.canvas.zoom_to(1.5)
    QApplication.processEvents()
    shows_the_map(hand, qtbot)
    opened(hand, chain(count))
    all_drawn(hand, qtbot)
    qtbot.waitUntil(lambda: hand.canvas.minimap.up_to_date)
    QApplication.processEvents()
    shows_the_map(hand, qtbot)


def test_undoing_a_move_of_everything_is_drawn_in_slices_too(hand, qtbot, stepwise) -> None:
    opened(hand)
    all_drawn(hand, qtbot)
    start = hand.graph
    hand.document.edit("Tidy", tidy(start, list(start.nodes), size_of=hand.canvas.size_of, view=(1400.0, 900.0)))
    assert pending(hand)
    all_drawn(hand, qtbot)
    tidied = hand.graph
    hand.document.undo()
    assert pending(hand)
    assert hand.graph == start
    all_drawn(hand, qtbot)
    hand.document.redo()
    hand.document.undo()
    hand.document.redo()
    assert hand.graph == tidied
    all_drawn(hand, qtbot)


def nested(graph: Graph) -> Graph:
    return group(graph, list(graph.nodes)[2:140], "Large")


WHILE_DRAWING = {
    "a click on a layer": lambda hand: hand.click(hand.body("n60")),
    "a press on empty canvas": lambda hand: hand.click(QPointF(-400, -400)),
    "the mouse moves": lambda hand: hand.move(QPointF(100, 100)),
    "the mouse leaves": lambda hand: hand.canvas.mouse.left(),
    "an edit": lambda hand: hand.document.edit("Add", hand.graph.add("ReLU", position=(0.0, -200.0))),
    "a removal": lambda hand: hand.document.edit("Delete", hand.graph.remove(["n60", "n61"])),
    "selecting everything": lambda hand: hand.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier),
    "tab": lambda hand: hand.key(Qt.Key.Key_Tab),
    "a zoom": lambda hand: hand.canvas.zoom_to(1.0),
    "another zoom": lambda hand: hand.canvas.zoom_by(0.5),
    "another size": lambda hand: hand.window.resize(700, 500),
    "another theme": lambda hand: style.apply(QApplication.instance(), "light"),
    "the words of the data block": lambda hand: hand.canvas.set_data_block("Something long to read", None, ("a", "b")),
    "the goal block": lambda hand: hand.canvas.set_goal_block((("optimizer", "SGD"),)),
    "a search": lambda hand: (hand.canvas.find_bar.open_bar(), hand.type("Linear"), hand.key(Qt.Key.Key_Escape)),
    "another drawing": lambda hand: opened(hand, chain(120)),
    "a small drawing": lambda hand: opened(hand, chain(3)),
    "nothing": lambda hand: opened(hand, Graph()),
    "a block is entered": lambda hand: (opened(hand, nested(LARGE)), hand.document.enter(hand.graph.last)),
    "a block is left": lambda hand: (
        opened(hand, nested(LARGE)),
        hand.document.enter(hand.graph.last),
        hand.document.leave(),
    ),
    "a layer in hand": lambda hand: (hand.canvas.pick_up("ReLU"), hand.canvas.cancel()),
    "quick add": lambda hand: (hand.key("d"), hand.key(Qt.Key.Key_Escape)),
    "a preview": lambda hand: (hand.document.preview(hand.graph.remove(["n60"])), hand.document.preview(None)),
    "hidden and shown": lambda hand: (hand.window.hide(), hand.window.show()),
}


@pytest.mark.parametrize("what", WHILE_DRAWING)
@pytest.mark.parametrize("steps", [0, 40, 170])
def test_whatever_happens_meanwhile_it_is_drawn_in_the_end(hand, qtbot, monkeypatch, what: str, steps: int) -> None:
    with monkeypatch.context() as slow:
        slow.setattr(incremental, "SLICE_S", 0.0)
        opened(hand)
        for _ in range(steps):
            hand.canvas.projection.slices.do_slice()
        assert hand.canvas.projection.slices.pending
        WHILE_DRAWING[what](hand)
    all_drawn(hand, qtbot)


def test_a_canvas_that_was_hidden_shows_the_bare_ground_until_it_is_whole(hand, qtbot, stepwise, patient) -> None:
    hand.window.hide()
    opened(hand)
    hand.window.show()
    bare = QColor(style.current().canvas)
    frames = 0
    while hand.canvas.frozen:
        QApplication.processEvents()
        if hand.canvas.frozen:
            image = picture(hand).convertToFormat(QImage.Format.Format_RGB32)
            pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width())
            assert set(np.unique(pixels[:640:7, :1000:7]).tolist()) <= {bare.rgb(), QColor(style.current().dots).rgb()}
            frames += 1
    assert frames > 100
    all_drawn(hand, qtbot)


@pytest.mark.parametrize("steps", [0, 60, 120, 155, 200])
def test_the_view_follows_what_was_not_drawn_to_the_end(hand, qtbot, stepwise, steps: int) -> None:
    opened(hand)
    all_drawn(hand, qtbot)
    hand.canvas.zoom_to(1.0)
    far = {id: (node.position[0] + 50_000, node.position[1]) for id, node in hand.graph.nodes.items()}
    hand.document.edit("Move", hand.graph.move(far))
    for _ in range(steps):
        hand.canvas.projection.slices.do_slice()
    hand.document.undo()
    all_drawn(hand, qtbot)
    assert hand.canvas.sees_some()


def test_a_small_move_moves_no_view(hand) -> None:
    hand.canvas.zoom_to(1.5)
    hand.document.edit("Move", hand.graph.move({"n5": (5_000.0, 0.0)}))
    hand.canvas.centerOn(5_000.0, 0.0)
    view = hand.canvas.view_now
    hand.document.undo()
    assert hand.canvas.view_now == view


def test_a_failure_in_the_midst_of_it_is_over_with_the_next_edit(hand, qtbot, monkeypatch) -> None:
    with monkeypatch.context() as broken:
        count: list[object] = []

        def fails(*arguments: object) -> object:
            count.append(arguments)
            if len(count) == 60:
                raise RuntimeError("injected")
            return face_of(*arguments)

        broken.setattr(scene, "face_of", fails)
        opened(hand)
        with pytest.raises(RuntimeError, match="injected"):
            hand.canvas.projection.slices.finish()
    hand.document.edit("Add", hand.graph.add("ReLU", position=(0.0, -200.0)))
    all_drawn(hand, qtbot)


@pytest.mark.parametrize("lit", ["a search", "the flow"])
def test_what_is_lit_is_lit_when_it_is_drawn(hand, qtbot, stepwise, lit: str) -> None:
    opened(hand)
    all_drawn(hand, qtbot)
    if lit == "a search":
        hand.canvas.find_bar.open_bar()
        hand.type("ReLU")
    else:
        hand.document.select({"n60"})
        hand.canvas.emphasis.show_flow(True)
    lower = {id: (node.position[0], node.position[1] + 8) for id, node in hand.graph.nodes.items()}
    hand.document.edit("Move", hand.graph.move(lower))
    assert hand.canvas.projection.slices.pending
    qtbot.waitUntil(lambda: not pending(hand))
    canvas_is_sound(hand.canvas)


def test_the_map_costs_nothing_when_it_is_off(hand, qtbot, monkeypatch) -> None:
    hand.canvas.minimap.switch(False)
    measured: list[object] = []
    monkeypatch.setattr(hand.canvas.minimap, "_measure", lambda: measured.append(1))
    opened(hand)
    hand.canvas.projection.slices.finish()
    assert measured == []


def test_a_canvas_may_go_in_the_middle_of_it(qapp, stepwise) -> None:
    document = Document(DocumentState(chain(2), "recipe"), lambda _recipe: SIGNATURE)
    canvas = Canvas(document)
    canvas.show()
    document.reset(DocumentState(LARGE, "recipe"))
    QApplication.processEvents()
    assert canvas.projection.slices.pending
    gone = weakref.ref(canvas)
    canvas.close()
    canvas.deleteLater()
    del canvas
    QTest.qWait(50)
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("seed", range(12))
def test_random_edits_drawn_one_item_at_a_time(qapp, monkeypatch, stepwise, seed: int) -> None:
    """Every difference waits its turn, the next one comes at any time: in the end it is always the value."""
    monkeypatch.setattr(scene, "AT_ONCE", -1)
    projected, roll = Projected(), random.Random(seed)
    waited: list[bool] = []

    def look() -> None:
        waited.append(projected.scene.slices.pending)
        for _ in range(roll.choice((0, 0, 1, 3, 10, 30))):
            projected.scene.slices.do_slice()
        if roll.random() < 0.3:
            shows_the_value(projected.scene, projected.document)

    sequence = Sequence(projected.document, seed, look)
    sequence.play(10)
    assert sum(waited) > 10
    same_as_from_nothing(projected.scene, projected.document)
    projected.document.reset(DocumentState(Graph(), Recipe()))
    assert projected.scene.slices.pending
    assert projected.scene.nodes == {}
    assert projected.scene.items() == []
