"""What is wrong with a diagram is said in words, and its repair is a key away: of a generator and a language model."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from gui.panels.problem_card import ProblemCard
from tests.journeys.conftest import Hand

CONTROL = Qt.KeyboardModifier.ControlModifier


def told(hand: Hand) -> list[str]:
    """The errors that are listed after F5, which must not begin a run."""
    hand.key(Qt.Key.Key_F5)
    hand.until(lambda: isinstance(QApplication.focusWidget(), QPushButton), "the first repair to have the keyboard")
    assert not hand.window.studio.trainer.running
    assert hand.window.results.currentWidget() is hand.window.results.problems
    return [card.problem.message for card in hand.window.results.problems.findChildren(ProblemCard)]


def repair(hand: Hand) -> str:
    """Press the repair that has the keyboard; returns what it says."""
    button = QApplication.focusWidget()
    assert isinstance(button, QPushButton)
    words = button.text().replace("\n", " ")
    QTest.keyClick(button, Qt.Key.Key_Space)
    return words


def delete(hand: Hand, kind: str) -> None:
    """Click a node and press Delete."""
    document, canvas = hand.window.document, hand.window.canvas
    (node,) = document.graph.of_kind(kind)
    canvas.fit_all()
    QApplication.processEvents()
    place = hand.place(canvas.projection.nodes[node.id].sceneBoundingRect().center())
    hand.click(canvas.viewport(), place)
    assert document.selection == {node.id}
    hand.key(Qt.Key.Key_Delete)
    assert not document.graph.of_kind(kind)


@pytest.mark.parametrize(
    ("gone", "words", "offered"),
    [
        ("Noise", "A generator begins with Noise", "Add Noise before linear1"),
        ("RealOrFake", "linear4 has nothing connected to its input.", "Add RealOrFake before linear4"),
    ],
)
def test_a_generator_that_lacks_a_part(hand: Hand, gone: str, words: str, offered: str) -> None:
    window, document = hand.window, hand.window.document
    window.session.new("gan-points")
    QApplication.processEvents()
    before = document.graph
    delete(hand, gone)
    (message,) = told(hand)
    assert words in message
    assert repair(hand).startswith(offered)
    assert document.whole_analysis.ready
    assert len(document.graph.of_kind(gone)) == 1
    hand.key(Qt.Key.Key_Z, CONTROL)
    hand.key(Qt.Key.Key_Z, CONTROL)
    assert document.graph == before


def test_a_language_model_that_can_see_the_answer(hand: Hand) -> None:
    window, document = hand.window, hand.window.document
    window.session.new("char-gpt")
    QApplication.processEvents()
    layer = document.graph.of_kind("TransformerEncoderLayer")[0]
    document.select([layer.id])
    QApplication.processEvents()
    mask = window.inspector.layer.form.field("causal").box
    assert mask.isChecked()
    hand.click(mask)
    assert document.graph.node(layer.id).params["causal"] is False
    (message,) = told(hand)
    assert message.startswith(f"{layer.name} can see the answer")
    assert repair(hand) == f"Switch causal on in {layer.name}"
    assert document.graph.node(layer.id).params["causal"] is True
    assert document.whole_analysis.ready
