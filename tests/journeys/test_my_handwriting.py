"""My handwriting: drawings that are read wrongly are kept with their answers, the network is taught, and can go back.
"""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from engine.data.examples import library
from tests.journeys.conftest import Hand

pytestmark = pytest.mark.usefixtures("own_library")


def hook(turn: float) -> list[tuple[float, float]]:
    """What this person writes for a 7, and nobody else: two lines that meet at the bottom."""
    return [(0.25 + turn, 0.2), (0.4, 0.5), (0.5, 0.8), (0.6, 0.5), (0.75 - turn, 0.2), (0.72 - turn, 0.25)]


def kept() -> library.OwnDataset:
    (found,) = library.everything()
    return found


def drawn_and_answered(hand: Hand, stroke: list[tuple[float, float]]) -> str:
    panel = hand.window.tryout.pad
    hand.draw(stroke)
    hand.until(lambda: panel.bars.values() is not None, "an answer")
    return panel.bars.names()[panel.bars.best() or 0]


def test_a_person_teaches_the_network_their_own_seven_and_goes_back(hand: Hand) -> None:
    window = hand.window
    window.session.new("digit-mlp")
    small = {"dataset": "strokes", "dataset_options.samples": 700, "epochs": 3}
    window.document.set_recipe("Begin small", window.document.recipe.with_settings(small))
    hand.key(Qt.Key.Key_F5)
    hand.until(lambda: window.session.fitting is not None and not window.studio.training, "the network is trained")
    panel, own = window.tryout.pad, window.tryout.pad.own
    assert own.isHidden()
    before = window.session.trained
    assert before is not None

    # One click on the right bar, or its key, keeps what was read wrongly, and the pad is empty for the next one.
    for turn in range(12):
        answer = drawn_and_answered(hand, hook(turn / 100))
        assert panel.status.text().startswith("Wrong?"), answer
        if turn % 2:
            QTest.keyClick(panel.pad, Qt.Key.Key_7)
        else:
            seven = QPoint(round(7.5 * panel.bars.width() / 10), panel.bars.height() // 2)
            hand.click(panel.bars, seven)
        assert panel.pad.is_empty()
    assert kept().collection.counts["7"] == 12
    assert kept().collection.description.title == "My handwriting"

    # Undo on the pad brings the last one back, and it is not kept any more.
    QTest.keyClick(panel.pad, Qt.Key.Key_Backspace)
    assert not panel.pad.is_empty()
    assert kept().collection.counts["7"] == 11
    QTest.keyClick(panel.pad, Qt.Key.Key_7)
    assert kept().collection.counts["7"] == 12

    hand.until(lambda: "you " in panel.status.text(), "how well they are read")
    assert "(12 drawings)" in panel.status.text()
    assert window.handwriting.figure is not None
    wrong = window.handwriting.figure.count - window.handwriting.figure.right
    assert wrong > 6, "the test needs a sign that the network does not know"

    hand.click(own.teach_button)
    assert window.studio.training
    hand.until(lambda: not window.studio.training, "it is taught")
    hand.until(lambda: "Taught." in window.status.text, "what was gained and lost")
    taught = window.session.trained
    assert taught is not None
    assert taught is not before
    said = window.status.text
    assert "of 4 drawings it was not taught with" in said
    assert "→" in said.partition("·")[2]
    figure = window.handwriting.figure
    assert figure is not None
    assert (figure.count, figure.held) == (4, True)
    assert figure.right >= 3
    assert window.document.recipe.dataset == "own-examples"
    assert drawn_and_answered(hand, hook(0.055)) == "7"

    # Each run says how well it reads them.
    window.results.bring("runs")
    table = window.results.runs.table
    said = [table.topLevelItem(row).text(3) for row in range(table.topLevelItemCount())]
    assert [words.partition("you ")[2] for words in said] == [figure.words.removeprefix("you "), "0 % (12 drawings)"]

    # What it was taught with is none of what it is judged by.
    learned = {one.values.tobytes() for one in kept().collection.to_learn_from}
    assert not learned & {one.values.tobytes() for one in kept().collection.held_out}

    # One step back: the old weights, and the old data.
    hand.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    hand.until(lambda: window.session.trained is before, "the network as it was")
    assert window.document.recipe.dataset == "strokes"
    assert all(np.array_equal(before.weights[name], array) for name, array in window.session.trained.weights.items())
    panel.pad.clear()
    hand.until(lambda: window.handwriting.figure not in (None, figure), "how well that one reads them")
    assert window.handwriting.figure.right < figure.right


def test_drawings_are_kept_and_judged_with_the_example_that_opens_at_start(hand: Hand) -> None:
    window = hand.window
    window.files.open_first_example()
    panel = window.tryout.pad
    hand.until(lambda: window.session.fitting is not None, "the example is open")
    for _ in range(2):
        drawn_and_answered(hand, [(0.5, 0.2), (0.5, 0.5), (0.5, 0.8)])
        QTest.keyClick(panel.pad, Qt.Key.Key_1)
    hand.until(lambda: window.handwriting.words.endswith("you 100 % (2 drawings)"), "how well they are read")
    assert "you 100" in panel.status.text()
    assert not panel.own.isHidden()
    assert not window.session.dirty
