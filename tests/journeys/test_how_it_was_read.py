"""A table is dropped on the window; how it was read is looked at, changed, undone, and stopped."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit

from engine.data.progress import advance
from gui.data.data_window import DataWindow
from tests.journeys.conftest import LEFT, Hand
from tests.journeys.test_data_window import looked_at

pytestmark = pytest.mark.usefixtures("nothing_read")


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    """Numbers that are thousands, or have decimals: the marks say neither for certain."""
    path = tmp_path / "prices.csv"
    rows = [f"{'abc'[n % 3]},{n % 4 + 1}.{100 + n},{n % 5}" for n in range(30)]
    path.write_text("Prices\nkind,price,rooms\n" + "\n".join(rows) + "\n", "utf-8")
    return path


def choose(dialog: DataWindow, option: str, words: str) -> None:
    """Choose in the list of an option, with the keys."""
    box = dialog.reading.rows[option].editor
    assert isinstance(box, QComboBox)
    place = next(at for at in range(box.count()) if box.itemText(at).startswith(words))
    box.setFocus()
    while box.currentIndex() != place:
        QTest.keyClick(box, Qt.Key.Key_Down if box.currentIndex() < place else Qt.Key.Key_Up)


def test_the_decimal_mark_is_changed_and_the_change_undone(hand: Hand, prices: Path) -> None:
    dialog, document = looked_at(hand, prices), hand.window.document
    panel = dialog.reading
    assert not panel.body.isVisible()
    QTest.mouseClick(panel.opener, LEFT)
    assert panel.body.isVisible()
    decimal = panel.rows["decimal"]
    assert decimal.editor.currentText() == "automatic: point"
    assert "30 cells of numbers, as '1.100' in line 3, column price. It could be one of thousands" in (
        decimal.evidence.text()
    )
    assert panel.rows["skip"].editor.currentText() == "automatic: 1"
    assert not panel.rows["sheet"].editor.isVisible()
    choose(dialog, "decimal", "comma")
    hand.until(lambda: dialog.rows.rowCount() > 0 and bool(dialog.rows.fields), "the table again")
    assert document.recipe.dataset_options["decimal"] == "comma"
    price = next(one for one in dialog.rows.table.looked.looks if one.column.name == "price")
    assert price.found.min() == 1100
    assert decimal.evidence.text().startswith("Set by hand.")
    document.undo()
    hand.until(lambda: dialog.rows.rowCount() > 0 and bool(dialog.rows.fields), "the table as it was")
    assert "decimal" not in document.recipe.dataset_options
    price = next(one for one in dialog.rows.table.looked.looks if one.column.name == "price")
    assert price.found.min() == pytest.approx(1.1)


def test_what_is_set_wrongly_is_said_and_can_be_set_right(hand: Hand, prices: Path) -> None:
    dialog = looked_at(hand, prices)
    QTest.mouseClick(dialog.reading.opener, LEFT)
    choose(dialog, "encoding", "UTF-16")
    hand.until(lambda: "encoding that was chosen" in dialog.words.text(), "what is wrong")
    assert dialog.reading.body.isVisible()
    assert dialog.reading.rows["encoding"].editor.isVisible()
    choose(dialog, "encoding", "automatic")
    hand.until(lambda: dialog.rows.rowCount() == 30, "the table")


def test_further_words_for_missing_values(hand: Hand, prices: Path) -> None:
    dialog = looked_at(hand, prices)
    QTest.mouseClick(dialog.reading.opener, LEFT)
    line = dialog.reading.rows["missing"].editor
    assert isinstance(line, QLineEdit)
    QTest.keyClicks(line, "4")
    QTest.keyClick(line, Qt.Key.Key_Return)
    hand.until(lambda: dialog.rows.rowCount() == 30 and bool(dialog.rows.fields), "the table again")
    rooms = dialog.rows.fields[2]
    assert rooms.missing == 6


def test_reading_is_stopped_and_begun_again(hand: Hand, prices: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.data.tables import raw as raw_table

    read, may_go_on = raw_table.read, threading.Event()

    def slowly(*given, **named):
        while not may_go_on.wait(0.01):
            advance(300, 1_000, "bytes")
        return read(*given, **named)

    dialog = looked_at(hand, prices)
    monkeypatch.setattr(raw_table, "read", slowly)
    QTest.mouseClick(dialog.reading.opener, LEFT)
    choose(dialog, "delimiter", "comma")
    hand.until(lambda: "300 of 1,000 bytes" in dialog.bar.format(), "how far it is")
    assert dialog.stop.isVisible()
    assert dialog.bar.value() == 300
    QTest.mouseClick(dialog.stop, LEFT)
    hand.until(lambda: dialog.again.isVisible(), "a button to read it")
    assert dialog.words.text() == "Reading prices.csv was stopped. Read it again to use it."
    assert not dialog.stop.isVisible()
    may_go_on.set()
    QTest.mouseClick(dialog.again, LEFT)
    hand.until(lambda: dialog.rows.rowCount() == 30 and bool(dialog.rows.fields), "the table")
