"""Paint points, watch the border follow: from an empty plane to three colours that the network tells apart."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from engine.data.examples import library
from tests.journeys.conftest import LEFT, PLAIN, Hand

pytestmark = pytest.mark.usefixtures("own_library")


class Brush:
    """A hand that paints on the map of the decision."""

    def __init__(self, hand: Hand) -> None:
        self.hand, self.space = hand, hand.window.results.space
        self.bar = self.space.painter.bar

    def at(self, x: float, y: float) -> QPoint:
        box, plot = self.space.plot.plot.getViewBox(), self.space.plot.plot
        return plot.mapFromScene(box.mapViewToScene(QPointF(x, y)))

    def paint(self, x: float, y: float) -> None:
        """One stroke in a small ring around a place."""
        view = self.space.plot.plot.viewport()
        QTest.mousePress(view, LEFT, PLAIN, self.at(x, y))
        for turn in range(10):
            QTest.mouseMove(view, self.at(x + 0.12 * math.cos(turn), y + 0.12 * math.sin(turn)))
        QTest.mouseRelease(view, LEFT, PLAIN, self.at(x, y))

    def wait(self) -> None:
        self.hand.until(lambda: not self.hand.window.studio.training, "training has followed")

    def decided(self, x: float, y: float) -> str:
        """Which class the map shows at a place."""
        words = self.space.plot.words_at(x, y).split("   ")
        return words[1].split()[0] if len(words) > 1 else ""

    def shows(self, x: float, y: float, name: str) -> None:
        self.hand.until(lambda: self.decided(x, y) == name, f"the map shows {name} at {x}, {y}")


def examples() -> dict[str, int]:
    (found,) = library.everything()
    return dict(found.collection.counts)


def test_the_border_follows_what_is_painted(hand: Hand) -> None:
    window = hand.window
    window.commands["paint"].trigger()
    brush = Brush(hand)
    hand.until(lambda: brush.space.plot.paintable and brush.space.isVisible(), "an empty plane to paint on")
    assert not window.studio.training
    brush.paint(-0.6, 0)
    assert not window.studio.training, "one colour alone leaves nothing to tell apart"
    hand.click(brush.bar.swatches[1])
    brush.paint(0.6, 0)
    assert window.studio.training
    brush.wait()
    brush.shows(-0.6, 0, "blue")
    brush.shows(0.6, 0, "orange")
    depth, steps = window.document.depth, len(window.document.sketch.runs.earlier)

    # More of one colour where the other is decided: the border moves there, without a further click.
    for place in (0.4, 0.5, 0.6):
        QTest.keyClick(brush.space.plot.plot.viewport(), Qt.Key.Key_1)
        brush.paint(place, -0.7)
    brush.wait()
    brush.shows(0.5, -0.75, "blue")
    brush.shows(0.6, 0.1, "orange")
    assert (window.document.depth, len(window.document.sketch.runs.earlier)) == (depth, steps)

    # A third colour needs a third output: the diagram gives it by itself.
    hand.click(brush.bar.more_colours)
    assert len(brush.bar.swatches) == 3
    brush.paint(0, 0.8)
    brush.wait()
    brush.shows(0, 0.85, "green")

    # Painted while it is training: the run goes on with what there is then.
    window.document.set_recipe("Long", window.document.recipe.with_setting("epochs", 100_000))
    hand.key(Qt.Key.Key_F5)
    hand.until(lambda: window.studio.report is not None and window.studio.report.step > 5, "it is training")
    brush.paint(0.6, 0.8)
    hand.until(lambda: brush.decided(0.6, 0.85) == "green" and window.studio.training, "the border follows meanwhile")
    brush.paint(0.6, 0.7)
    assert window.commands["stop"].isEnabled(), "the run ends now only to go on with the new points"
    window.commands["stop"].trigger()
    brush.wait()

    # The brush is undone, what was erased comes back, and nothing of it is the project's undo.
    counts, depth = examples(), window.document.depth
    brush.bar.follows = False
    QTest.keyClick(brush.space.plot.plot.viewport(), Qt.Key.Key_E)
    brush.paint(-0.6, 0)
    assert examples()["blue"] < counts["blue"]
    QTest.keyClick(brush.space.plot.plot.viewport(), Qt.Key.Key_Backspace)
    assert examples() == counts
    assert window.document.depth == depth

    # Trained on by hand after the data has become more, it goes on, though it was stopped within an epoch.
    QTest.keyClick(brush.space.plot.plot.viewport(), Qt.Key.Key_2)
    brush.paint(0.3, 0.3)
    window.document.set_recipe("Short", window.document.recipe.with_setting("epochs", 3))
    hand.key(Qt.Key.Key_F5)
    hand.until(lambda: not window.studio.training, "it has trained on")
    assert window.studio.state.failure == ""
