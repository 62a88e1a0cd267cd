"""Tidy, by key and by menu: one step that glides, and leaves no trace however it is interrupted."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QAbstractAnimation, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu

from engine.graph.boxes import folded
from engine.graph.graph import empty, wire
from engine.graph.layout.tidying.measure import overlaps
from engine.graph.snapping import snapped_onto
from gui import theme

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def moving():
    """Things may move, and may again as before afterwards."""
    theme.set_motion("full")
    yield
    theme.set_motion("system")


@pytest.fixture
def still():
    theme.set_motion("reduced")
    yield
    theme.set_motion("system")


def messy():
    graph = empty().move({"n1": (400, 300), "n2": (0, 0)})
    before = "n1"
    for kind, at in (("Conv2d", (80, 200)), ("ReLU", (600, 0)), ("Flatten", (100, 210)), ("Linear", (300, 320))):
        graph = graph.add(kind, position=at)
        graph = graph.connect(wire(before, graph.last))
        before = graph.last
    return graph.connect(wire(before, "n2"))


@pytest.fixture
def messy_hand(make_hand):
    return make_hand(messy())


def tidy_enough(hand) -> bool:
    boxes = folded(hand.graph)
    lefts = [boxes.nodes[id].position[0] for id in boxes.topological()]
    return lefts == sorted(lefts) and not overlaps(hand.graph, hand.canvas.size_of)


def test_shift_a_tidies_in_one_step(messy_hand, still) -> None:
    hand, before = messy_hand, messy_hand.graph
    assert not tidy_enough(hand)
    hand.key(Qt.Key.Key_A, SHIFT)
    assert tidy_enough(hand)
    assert hand.document.undo_label == "Tidy"
    hand.check()
    hand.document.undo()
    assert hand.graph == before
    assert not hand.document.can_undo
    hand.check()


def test_tidying_again_changes_nothing_and_says_so(messy_hand, still) -> None:
    hand = messy_hand
    hand.key(Qt.Key.Key_A, SHIFT)
    after = hand.graph
    hand.key(Qt.Key.Key_A, SHIFT)
    assert hand.graph is after
    assert hand.said == ["The layout is tidy already."]
    hand.document.undo()
    assert not hand.document.can_undo


def test_nodes_glide_and_arrive(messy_hand, moving, qtbot) -> None:
    hand = messy_hand
    start = hand.graph.nodes["n4"].position
    hand.key(Qt.Key.Key_A, SHIFT)
    assert hand.canvas.glide.going
    item = hand.canvas.projection.nodes["n4"]
    assert (item.x(), item.y()) == start
    assert hand.graph.nodes["n4"].position != start
    qtbot.waitUntil(lambda: not hand.canvas.glide.going)
    hand.check()


def test_whoever_saw_a_part_of_it_sees_it_wherever_it_is_laid(messy_hand, still) -> None:
    hand, far = messy_hand, QPointF(90_000, -60_000)
    everything = {id: (node.position[0] + far.x(), node.position[1] + far.y()) for id, node in hand.graph.nodes.items()}
    hand.canvas.zoom_to(1.0)
    assert hand.canvas.sees_some()
    hand.document.edit("Move", hand.graph.move(everything))
    assert hand.canvas.sees_all()
    hand.document.undo()
    assert hand.canvas.sees_all()
    hand.canvas.centerOn(QPointF(-20_000, 0))
    view = hand.canvas.view_now
    hand.document.redo()
    assert hand.canvas.view_now == view, "who looks elsewhere is left alone"


def test_reduced_motion_does_not_glide(messy_hand, still) -> None:
    messy_hand.key(Qt.Key.Key_A, SHIFT)
    assert not messy_hand.canvas.glide.going
    messy_hand.check()


def interruptions():
    return {
        "a press on a node": lambda hand: hand.click(hand.body("n3")),
        "a drag": lambda hand: hand.drag(QPointF(-300, -300), QPointF(-250, -250)),
        "a key": lambda hand: hand.key(Qt.Key.Key_Escape),
        "undo": lambda hand: hand.document.undo(),
        "another edit": lambda hand: hand.document.edit("Delete", hand.graph.remove(["n4"])),
        "losing the focus": lambda hand: hand.canvas.clearFocus(),
        "a layer in hand": lambda hand: (hand.canvas.pick_up("ReLU"), hand.canvas.cancel()),
        "another drawing": lambda hand: hand.document.reset(type(hand.document.sketch)(empty(), "recipe")),
        "tidying a part": lambda hand: (
            hand.document.select({"n3", "n4"}),
            hand.key(Qt.Key.Key_A, SHIFT),
            hand.canvas.cancel(),
        ),
    }


@pytest.mark.parametrize("what", interruptions())
def test_an_interruption_ends_the_glide_at_once(messy_hand, moving, what) -> None:
    hand = messy_hand
    hand.key(Qt.Key.Key_A, SHIFT)
    animation = hand.canvas.glide.animation
    animation.setCurrentTime(60)
    assert hand.canvas.glide.going
    interruptions()[what](hand)
    assert not hand.canvas.glide.going
    assert animation.state() == QAbstractAnimation.State.Stopped
    hand.check()


def test_a_press_in_mid_glide_meets_nodes_where_they_belong(messy_hand, moving) -> None:
    hand = messy_hand
    hand.key(Qt.Key.Key_A, SHIFT)
    x, y = hand.graph.nodes["n5"].position
    assert not hand.canvas.projection.nodes["n5"].body.contains(QPointF(x + 50, y + 40))
    hand.click(QPointF(x + 50, y + 40))
    assert hand.document.selection == {"n5"}
    hand.check()


def test_a_selection_is_tidied_where_it_is(hand, still) -> None:
    hand.document.select({"n3", "n4"})
    hand.document.edit("Move", hand.graph.move({"n4": (80, 300), "n5": (900, 400)}))
    before = hand.graph
    assert hand.canvas.actions_.tidy.text() == "Tidy the selection"
    hand.key(Qt.Key.Key_A, SHIFT)
    moved = {id for id in before.nodes if before.nodes[id].position != hand.graph.nodes[id].position}
    assert moved
    assert moved <= {"n3", "n4"}
    assert snapped_onto(hand.graph, "n4") == "n3"
    assert overlaps(hand.graph, hand.canvas.size_of) == []
    assert hand.document.undo_label == "Tidy 2 layers"
    hand.check()


def test_the_menu_of_the_canvas_tidies(messy_hand, still) -> None:
    hand = messy_hand
    at = hand.on_screen(QPointF(760, 200))
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, hand.canvas.viewport().mapToGlobal(at))
    QApplication.sendEvent(hand.canvas.viewport(), event)
    (menu,) = [m for m in hand.canvas.findChildren(QMenu) if m.isVisible()]
    action = next(action for action in menu.actions() if action.text() == "Tidy")
    place = menu.actionGeometry(action).center()
    from PySide6.QtTest import QTest

    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=QPoint(place))
    assert tidy_enough(hand)


def test_a_drawing_that_was_seen_whole_still_is(make_hand, still) -> None:
    graph = empty()
    before = "n1"
    for number in range(12):
        graph = graph.add("ReLU", position=(40.0 * number, 10.0 * number))
        graph = graph.connect(wire(before, graph.last))
        before = graph.last
    hand = make_hand(graph)
    assert hand.canvas.sees(hand.graph.nodes)
    hand.key(Qt.Key.Key_A, SHIFT)
    assert hand.canvas.sees(hand.graph.nodes)
