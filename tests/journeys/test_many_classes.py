"""A table and images of three hundred classes: dropped, trained, looked at and tried, as those of ten are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.journeys.conftest import LEFT, Hand
from tests.journeys.test_own_data import trained_on

pytestmark = [pytest.mark.usefixtures("nothing_read"), pytest.mark.endurance]
CLASSES = 300


@pytest.fixture
def species(tmp_path: Path) -> Path:
    """3,000 rows of 300 species, each around a place of its own."""
    chance = np.random.default_rng(0)
    middles = chance.normal(size=(CLASSES, 6)) * 3
    kinds = np.arange(3_000) % CLASSES
    rows = middles[kinds] + chance.normal(size=(3_000, 6))
    path = tmp_path / "species.csv"
    lines = [
        ",".join(f"{value:.3f}" for value in row) + f",species {kind:03d}"
        for row, kind in zip(rows, kinds, strict=True)
    ]
    path.write_text("\n".join(["a,b,c,d,e,f,species", *lines]), encoding="utf-8")
    return path


@pytest.fixture
def signs(tmp_path: Path) -> Path:
    """Three images each of 300 classes, told apart by their colours."""
    chance = np.random.default_rng(0)
    for kind in range(CLASSES):
        colours = chance.integers(0, 256, (4, 4, 3), dtype=np.uint8)
        folder = tmp_path / "signs" / f"sign {kind:03d}"
        folder.mkdir(parents=True)
        for number in range(3):
            Image.fromarray(np.kron(colours, np.ones((4, 4, 1), np.uint8))).save(folder / f"{number}.png")
    return tmp_path / "signs"


def test_a_table_of_three_hundred_classes(hand: Hand, species: Path) -> None:
    figures = trained_on(hand, species, epochs=2)
    window = hand.window
    bars = window.tryout.table.bars
    hand.until(lambda: bars.values() is not None, "an answer for the row")
    assert len(bars.rows()) == 10
    assert bars.rest_words().startswith("and 290 more, ")

    page = window.results.test
    window.results.setCurrentWidget(page)
    QApplication.processEvents()
    counts = np.asarray(figures["confusion"])
    assert page.matrix.counts().shape == (CLASSES, CLASSES)
    assert np.trace(counts) == round(figures["test_accuracy"] * figures["test_rows"])
    wrong = counts - np.diag(np.diag(counts))
    QTest.mouseClick(page.tables.choice, LEFT, pos=page.tables.choice.tabRect(1).center())
    pairs = page.tables.mix_ups
    assert pairs.text(0, 2) == f"{wrong.max()}"
    assert pairs.figures.count == np.count_nonzero(wrong)
    QTest.mouseClick(pairs.viewport(), LEFT, pos=pairs.visualRect(pairs.model().index(0, 0)).center())
    actual, predicted = pairs.pairs[int(pairs.figures.order[0])]
    hand.until(lambda: page.gallery.table.rowCount() == counts[actual, predicted], "the samples of the pair")
    assert page.matrix.grid().contains(page.matrix.cell(int(actual), int(predicted)).center())
    QTest.keyClick(page, Qt.Key.Key_Escape)
    page.tables.search.setFocus()
    QTest.keyClicks(page.tables.search, "species 29")
    QTest.mouseClick(page.tables.choice, LEFT, pos=page.tables.choice.tabRect(0).center())
    assert page.tables.numbers.model().rowCount() == 10


def test_images_of_three_hundred_classes(hand: Hand, signs: Path) -> None:
    figures = trained_on(hand, signs, epochs=1)
    assert len(figures["confusion"]) == CLASSES
    bars = hand.window.tryout.picture.bars
    hand.until(lambda: bars.values() is not None, "an answer for the image")
    assert "more" in bars.rest_words()
    hand.window.results.setCurrentWidget(hand.window.results.test)
    QApplication.processEvents()
    assert hand.window.results.test.matrix.can_zoom()
