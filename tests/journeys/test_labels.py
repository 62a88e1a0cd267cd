"""Labels, of which a row may have several: chosen in the data window, learned, looked at and tried."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.graph.targets import TargetKind
from tests.journeys.conftest import LEFT, Hand
from tests.journeys.test_data_window import click_head, looked_at

pytestmark = pytest.mark.usefixtures("nothing_read")


@pytest.fixture
def fruits(tmp_path: Path) -> Path:
    """300 fruits: three measures, and whether each is red, round and sweet."""
    chance = np.random.default_rng(0)
    measures = chance.normal(size=(300, 3))
    labels = measures > [0.0, 0.5, -0.5]
    rows = [
        ",".join([*(f"{value:.3f}" for value in row), *(("no", "yes")[one] for one in has)])
        for row, has in zip(measures, labels.astype(int), strict=True)
    ]
    path = tmp_path / "fruits.csv"
    path.write_text("\n".join(["a,b,c,red,round,sweet", *rows]) + "\n", "utf-8")
    return path


def test_labels_are_chosen_learned_and_tried(hand: Hand, fruits: Path) -> None:
    window, document, studio = hand.window, hand.window.document, hand.window.studio
    dialog = looked_at(hand, fruits)
    box = dialog.page.label

    def tick(column: int) -> None:
        click_head(dialog, column)
        assert box.isVisible()
        QTest.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))

    def names() -> tuple[str, ...]:
        return () if studio.schema is None else studio.schema.target.names

    tick(3)
    hand.until(lambda: names() == ("red", "sweet"), "two labels")
    tick(4)
    hand.until(lambda: names() == ("red", "round", "sweet"), "three labels")
    tick(3)
    hand.until(lambda: names() == ("round", "sweet"), "one label less")
    document.undo()
    hand.until(lambda: names() == ("red", "round", "sweet"), "three labels again")
    click_head(dialog, 0)
    assert not box.isVisible(), "a measure is no label"
    assert studio.schema.target.kind is TargetKind.LABELS
    dialog.close()

    document.try_setting("Fewer epochs", "epochs", 30)
    hand.until(window.toolbar.train.isEnabled, "the rows")
    QTest.mouseClick(window.toolbar.train, LEFT)
    hand.until(lambda: (run := window.session.project().run) is not None and bool(run.test), "the run")
    figures = window.session.project().run.test
    assert figures["test_micro_f1"] > 0.8

    page = window.results.test
    window.results.setCurrentWidget(page)
    QApplication.processEvents()
    assert page.labels.isVisible()
    written = [[page.labels.text(row, column) for column in (0, 1, 5)] for row in range(3)]
    assert written == [[name, "0.50", str(count)] for name, count in zip(names(), figures["support"], strict=True)]
    assert page.labels.text(1, 3) == f"{100 * figures['recall'][1]:.1f} %"
    assert f"{figures['test_micro_f1']:.3f} over all labels together" in page.verdict.text()

    panel = window.tryout.table
    hand.until(lambda: bool(panel.values), "a row to try")
    for row, expected in (((2.0, 2.0, 2.0), "red, round, sweet"), ((-2.0, -2.0, -2.0), "no label")):
        panel.show_row(row)
        hand.until(lambda expected=expected: panel.answer.text() == expected, expected)
        assert [panel.bars.names()[at] for at in sorted(panel.bars.rows())] == list(names())
        assert panel.bars.values().sum() > 2 if expected != "no label" else panel.bars.values().sum() < 0.5
