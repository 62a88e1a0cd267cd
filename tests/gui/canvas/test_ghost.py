"""A repair is seen on the canvas before it is made, and leaves no trace when it is not."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from engine.graph.graph import empty, wire
from gui.panels.problems import ProblemsPanel


def broken_graph():  # type: ignore[no-untyped-def]
    """data → conv1 → linear1 → linear2 (7 units) → goal: the first linear lacks a Flatten, the last one units."""
    graph = empty().move({"n2": (820, 0)})
    graph = graph.add("Conv2d", position=(200, 0)).add("Linear", position=(420, 0))
    graph = graph.add("Linear", out_features=7, position=(620, 0))
    for a, b in (("n1", "n3"), ("n3", "n4"), ("n4", "n5"), ("n5", "n2")):
        graph = graph.connect(wire(a, b))
    return graph


@pytest.fixture
def bench(pointer_out_of_the_way, make_hand, qtbot):  # type: ignore[no-untyped-def]
    """A hand on a broken drawing, and the list of problems below its canvas."""
    hand = make_hand(broken_graph())
    hand.panel = ProblemsPanel(hand.document, hand.window)
    hand.panel.setFixedHeight(240)  # else the canvas may take all the room there is
    hand.window.layout().addWidget(hand.panel)
    QApplication.processEvents()
    hand.canvas.fit_all()
    return hand


def point_at(button: QPushButton) -> None:
    middle = QPointF(button.rect().center())
    QApplication.sendEvent(button, QEnterEvent(middle, middle, QPointF(button.mapToGlobal(middle.toPoint()))))


def leave(button: QPushButton) -> None:
    QApplication.sendEvent(button, QEvent(QEvent.Type.Leave))


def picture(hand) -> bytes:  # type: ignore[no-untyped-def]
    QApplication.processEvents()
    hand.canvas.hover.forget()  # the pointer may rest where another test has left it
    image = hand.canvas.viewport().grab().toImage()
    return bytes(image.constBits())


def settled(hand) -> bytes:  # type: ignore[no-untyped-def]
    """The picture once it stays the same: after a change of scale layers are painted anew over a few frames.

    Timers bring these frames: a picture that is twice the same may be one that has not been painted anew yet.
    """
    last, same = picture(hand), 0
    for _ in range(100):
        QTest.qWait(20)
        same = same + 1 if last == (last := picture(hand)) else 0
        if same == 3:
            break
    return last


def test_pointing_at_a_repair_shows_it_and_leaving_takes_it_away(bench) -> None:
    before = settled(bench)
    button = bench.panel.cards[0].buttons[0]
    assert button.text() == "Put a Flatten before it"
    point_at(button)
    ghost = bench.canvas.ghost
    (new,) = [shown for shown in ghost.nodes.values() if shown.new]
    assert new.face.kind == "Flatten"
    assert bench.canvas.projection.wires[wire("n3", "n4")].look.leaving
    assert {(w.source, w.target) for w in ghost.wires} == {("n3", new.id), (new.id, "n4")}
    assert "25088" in ghost.labels[wire(new.id, "n4")].replace(",", "")
    assert picture(bench) != before
    assert not bench.document.can_undo
    leave(button)
    assert not ghost.visible
    bench.check()
    assert settled(bench) == before


def test_the_keyboard_sees_the_ghost_too_and_escape_sends_it_away(bench) -> None:
    button = bench.panel.cards[0].buttons[0]
    button.setFocus(Qt.FocusReason.TabFocusReason)
    assert bench.canvas.ghost.visible
    bench.key(Qt.Key.Key_Escape)
    bench.check()
    assert not bench.canvas.ghost.visible
    button.clearFocus()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    assert bench.canvas.ghost.visible
    bench.canvas.setFocus()
    assert not bench.canvas.ghost.visible
    bench.check()


def test_a_repair_that_removes_strikes_the_layer_out(bench) -> None:
    (button,) = [b for b in bench.panel.cards[0].buttons if b.text() == "Remove linear1"]
    point_at(button)
    assert bench.canvas.ghost.gone == ["n4"]
    bench.canvas.viewport().grab()
    leave(button)
    bench.check()


def test_a_click_makes_what_the_ghost_showed(bench) -> None:
    button = bench.panel.cards[0].buttons[0]
    point_at(button)
    places = {id: item.pos() for id, item in bench.canvas.projection.nodes.items()}
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not bench.canvas.ghost.visible
    assert bench.document.undo_label == "Put a Flatten before it"
    assert {id: bench.canvas.projection.nodes[id].pos() for id in places} == places
    bench.check()


def test_an_edit_by_other_means_takes_the_ghost_away(bench) -> None:
    point_at(bench.panel.cards[0].buttons[0])
    bench.document.edit("Rename", bench.graph.rename("n5", "head"))
    assert not bench.canvas.ghost.visible
    bench.check()
    point_at(bench.panel.cards[0].buttons[0])
    bench.document.undo()
    assert not bench.canvas.ghost.visible
    bench.check()


def test_a_ghost_out_of_sight_is_brought_into_view_and_the_view_goes_back(bench) -> None:
    bench.canvas.zoom_to(1.0)
    bench.canvas.centerOn(3000, 3000)
    seen = bench.canvas.mapToScene(bench.canvas.viewport().rect()).boundingRect()
    button = bench.panel.cards[0].buttons[0]
    point_at(button)
    assert bench.canvas.mapToScene(bench.canvas.viewport().rect()).boundingRect().contains(bench.body("n4"))
    leave(button)
    assert bench.canvas.mapToScene(bench.canvas.viewport().rect()).boundingRect() == seen


def test_repair_all_is_one_step_and_says_what_it_did(bench) -> None:
    told = []
    bench.panel.told.connect(told.append)
    assert bench.panel.repair_all.isVisible()
    start = bench.graph
    point_at(bench.panel.repair_all)
    assert {s.face.kind for s in bench.canvas.ghost.nodes.values() if s.new} == {"Flatten"}
    bench.panel.repair_all.setFocus()
    bench.key(Qt.Key.Key_Space)
    assert bench.document.analysis.ready
    assert told == ["Put a Flatten before it; Give linear2 the size of the target (10): no error is left."]
    assert not bench.panel.repair_all.isVisible()
    bench.check()
    bench.document.undo()
    assert bench.graph == start
    assert not bench.document.can_undo
    bench.check()


def test_in_a_large_drawing_repairs_are_looked_for_once_one_stops(make_hand, qtbot) -> None:
    graph = empty().add("Add")
    for _branch in range(4):
        before = "n1"
        for kind in ("Conv2d", "ReLU") * 14 + ("Linear",):
            graph = graph.add(kind)
            graph = graph.connect(wire(before, graph.last))
            before = graph.last
        graph = graph.connect(wire(before, "n3", graph.open_input("n3")))
    hand = make_hand(graph.connect(wire("n3", "n2")))
    panel = ProblemsPanel(hand.document, hand.window)
    hand.window.layout().addWidget(panel)
    panel.show()
    errors = [card for card in panel.cards if card.problem.severity == "error"]
    assert len(errors) == 4
    assert not any(card.buttons for card in panel.cards)
    assert not panel.repair_all.isVisible()
    qtbot.waitUntil(panel.repair_all.isVisible)
    assert all(card.buttons for card in errors)
    panel.hide()
    listed = panel.cards
    hand.document.edit("Rename", hand.graph.rename("n5", "other"))
    assert panel.cards is listed, "nobody looks at them"
    panel.show()
    assert [card.problem for card in panel.cards] == list(hand.document.analysis.problems)
    assert not any(card.is_filled for card in panel.cards)
    hand.check()
