"""The list of problems: leading to a layer, and repairing by mouse and by keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton

from engine.graph.graph import wire
from gui.panels import problems

Key = Qt.Key


def convolve_a_table(desk) -> str:
    """A Conv2d that gets the columns of a table; its id."""
    desk.use("empty", dataset="breast-cancer")
    document = desk.window.document
    graph = document.graph.add("Conv2d")
    conv = graph.last
    graph = graph.connect(wire(desk.node("Input"), conv)).connect(wire(conv, desk.node("Output")))
    document.edit("Add", graph)
    return conv


@pytest.mark.parametrize("where", ["list", "inspector"])
def test_a_repair_is_one_step_of_undo_wherever_it_is_pressed(desk, where) -> None:
    conv = convolve_a_table(desk)
    panel, document = desk.window.results.problems, desk.window.document
    assert (
        desk.window.results.tabText(desk.window.results.indexOf(panel))
        == f"Problems ({len(document.analysis.problems)})"
    )
    if where == "list":
        desk.window.show_problems()
        cards = panel.cards
    else:
        document.select([conv])
        cards = desk.window.inspector.layer.cards
    card = next(card for card in cards if card.problem.node == conv and card.buttons)
    before, label = document.graph, card.problem.repairs[0].label
    QApplication.processEvents()
    desk.click(card.buttons[0])
    assert document.graph != before
    assert document.undo_label == label
    document.undo()
    assert document.graph == before


def test_a_problem_leads_to_its_layer(desk) -> None:
    document, canvas = desk.window.document, desk.window.canvas
    first = document.graph.wires[0]
    document.edit("Cut", document.graph.disconnect(first))
    panel = desk.window.results.problems
    desk.window.show_problems()
    QApplication.processEvents()
    named = next(card for card in panel.cards if card.problem.node)
    node = named.problem.node
    show = next(b for b in named.findChildren(QPushButton) if b.text().startswith("Show"))
    canvas.pan_by(QPoint(4000, 3000))
    assert not canvas.sees([node])
    desk.click(show)
    assert document.selection == {node}
    assert canvas.sees([node])
    # From the menu of the diagram too.
    canvas.setFocus()
    canvas.pan_by(QPoint(4000, 3000))
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
    QApplication.sendEvent(desk.window.windowHandle(), asked)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    QTest.keyClick(menu, Key.Key_Down)
    assert menu.activeAction().text() == "Show the problem"
    QTest.keyClick(menu, Key.Key_Return)
    assert canvas.sees([node])


def two_broken_ends(desk) -> None:
    """Several problems, each with repairs."""
    convolve_a_table(desk)
    document = desk.window.document
    document.edit("Add", document.graph.add("Conv2d").add("Linear"))
    goal = desk.node("Output")
    document.edit("Cut", document.graph.disconnect(document.graph.incoming(goal)[0]))


def test_after_a_repair_by_keyboard_the_keyboard_stays_in_the_list(desk) -> None:
    two_broken_ends(desk)
    panel, document = desk.window.results.problems, desk.window.document
    desk.window.show_problems()
    QApplication.processEvents()
    seen = 0
    while any(card.buttons for card in panel.cards):
        number, card = next((n, card) for n, card in enumerate(panel.cards) if card.buttons)
        card.buttons[0].setFocus()
        before = document.graph
        QTest.keyClick(QApplication.focusWidget(), Key.Key_Space)
        assert document.graph != before
        here = QApplication.focusWidget()
        assert here is panel or panel.isAncestorOf(here)
        follower = panel.cards[min(number, len(panel.cards) - 1)] if panel.cards else None
        if follower is not None and follower.buttons:
            assert here is follower.buttons[0]
            assert here.isVisible()
            assert not desk.window.canvas.ghost.visible, "what was done is to be seen, not what comes next"
            seen += 1
        QApplication.processEvents()
        assert QApplication.focusWidget() is here
        if seen == 3:
            return
    assert seen


def test_after_repairing_all_by_keyboard_too(desk) -> None:
    convolve_a_table(desk)
    panel = desk.window.results.problems
    desk.window.show_problems()
    QApplication.processEvents()
    panel.repair_all.setFocus()
    QTest.keyClick(panel.repair_all, Key.Key_Space)
    assert not panel.repair_all.isVisible()
    here = QApplication.focusWidget()
    assert here is panel or panel.isAncestorOf(here)


def test_repairs_that_are_found_later_get_the_keyboard_then(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    two_broken_ends(desk)
    panel = desk.window.results.problems
    desk.window.show_problems()
    QApplication.processEvents()
    monkeypatch.setattr(problems, "QUICK", 0)
    monkeypatch.setattr(problems, "WAIT_MS", 1)
    monkeypatch.setattr(problems, "STEP_MS", 1)
    next(card for card in panel.cards if card.buttons).buttons[0].setFocus()
    QTest.keyClick(QApplication.focusWidget(), Key.Key_Space)
    assert QApplication.focusWidget() is panel
    panel.refresh()
    desk.until(lambda: all(card.is_filled for card in panel.cards), "the repairs")
    assert QApplication.focusWidget() in [button for card in panel.cards for button in card.buttons[:1]]


def test_after_a_repair_by_keyboard_the_keyboard_stays_in_the_inspector(desk) -> None:
    desk.use("empty", dataset="strokes")
    inspector, document = desk.window.inspector, desk.window.document
    graph = document.graph.add("Flatten").add("Linear", out_features="answer").set("n4", frozen=True)
    document.edit("Add", graph.connect(wire("n1", "n3")).connect(wire("n3", "n4")))
    document.select(["n2"])
    QApplication.processEvents()
    goal = inspector.goal
    for label in ("Connect linear1 to goal", None):
        buttons = [button for card in goal.cards for button in card.buttons]
        button = next(button for button in buttons if label in (None, button.text()))
        button.setFocus()
        before = document.graph
        QTest.keyClick(QApplication.focusWidget(), Key.Key_Space)
        assert document.graph != before
        if label is not None:
            assert QApplication.focusWidget() is next(card.buttons[0] for card in goal.cards if card.buttons)
            assert QApplication.focusWidget().isVisible()
    assert goal.cards == []
    assert QApplication.focusWidget() is inspector
    # The same on the page of a layer, which goes with its layer here.
    conv = convolve_a_table(desk)
    document.select([conv])
    (card,) = [card for card in inspector.layer.cards if card.buttons]
    card.buttons[0].setFocus()
    QTest.keyClick(QApplication.focusWidget(), Key.Key_Space)
    assert QApplication.focusWidget() is inspector


def test_no_problems_is_said_too(desk) -> None:
    panel = desk.window.results.problems
    errors = [card for card in panel.cards if card.problem.severity == "error"]
    assert errors == []
    desk.window.show_problems()
    assert panel.no_problems.isVisible() == (not panel.cards)
    assert "ready to train" in desk.window.status.state_label.text()
