"""A whole file is predicted in the window: where it goes, what is said of it, and how it is ended."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.export import scoring
from gui.tryout.scoring_dialog import ScoringDialog
from tests.engine.data.test_table_cells import titanic_like
from tests.journeys.conftest import LEFT, Hand
from tests.journeys.test_trying_tables import titanic

pytestmark = pytest.mark.usefixtures("nothing_read")


def lines(path: Path) -> list[list[str]]:
    return list(csv.reader(path.read_text("utf-8").splitlines()))


def predicted(hand: Hand, source: Path, out: Path) -> ScoringDialog:
    """Press the button, choose both files, and wait for the end of it."""
    hand.answers.path, hand.answers.out = source, out
    button = hand.window.tryout.table.file_button
    hand.until(button.isEnabled, "the button")
    QTest.mouseClick(button, LEFT)
    dialog = hand.window.scoring.dialog
    assert dialog is not None
    hand.until(lambda: dialog.button.text() == "Close", "the end")
    return dialog


def test_a_file_is_predicted_and_what_is_worth_knowing_is_said(hand: Hand, tmp_path: Path) -> None:
    titanic(hand, tmp_path)
    source, out = tmp_path / "new.csv", tmp_path / "out.csv"
    rows = lines(titanic_like(tmp_path / "more.csv", rows=50))
    rows[3][4], rows[5][2] = "Mars", "999"
    with source.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows(rows)
    dialog = predicted(hand, source, out)
    assert dialog.title.text() == "The predictions are saved"
    assert dialog.words.text().startswith("50 rows were predicted and saved in out.csv")
    assert "accuracy" in dialog.figures.text()
    assert "50 rows" in dialog.figures.text()
    assert "Embarked is 'Mars'" in dialog.warnings.text()
    assert "Row 5: Age is 999, far above" in dialog.warnings.text()
    written = lines(out)
    assert [line[: len(rows[0])] for line in written] == rows
    assert written[0][len(rows[0]) :] == ["prediction", "probability", "P(0)", "P(1)"]
    accuracy = sum(line[6] == line[7] for line in written[1:]) / 50
    assert f"{100 * accuracy:.2f} %" in dialog.figures.text()
    QTest.mouseClick(dialog.button, LEFT)
    assert hand.window.scoring.dialog is None
    # A workbook, by its ending; from the menu.
    hand.answers.out = tmp_path / "out.xlsx"
    hand.window.commands["score"].trigger()
    again = hand.window.scoring.dialog
    assert again is not None
    hand.until(lambda: again.button.text() == "Close", "the workbook")
    assert (tmp_path / "out.xlsx").read_bytes()[:2] == b"PK"
    QTest.keyClick(again, Qt.Key.Key_Escape)
    assert hand.window.scoring.dialog is None


def test_what_is_wrong_is_said_and_nothing_is_written(hand: Hand, tmp_path: Path) -> None:
    titanic(hand, tmp_path)
    source, out = tmp_path / "other.csv", tmp_path / "out.csv"
    source.write_text("Pclass,Sex\n1,male\n", "utf-8")
    dialog = predicted(hand, source, out)
    assert dialog.title.text() == "other.csv could not be predicted"
    assert "lacks the columns" in dialog.warnings.text()
    assert not out.exists()
    QTest.mouseClick(dialog.button, LEFT)
    # The table itself is never replaced by its predictions.
    path = tmp_path / "titanic.csv"
    before = path.read_bytes()
    dialog = predicted(hand, path, path)
    assert "would replace titanic.csv itself" in dialog.warnings.text()
    assert path.read_bytes() == before
    QTest.mouseClick(dialog.button, LEFT)
    hand.answers.out = None
    QTest.mouseClick(hand.window.tryout.table.file_button, LEFT)
    assert hand.window.scoring.dialog is None, "no file was chosen"


def test_it_is_cancelled(hand: Hand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    titanic(hand, tmp_path)
    monkeypatch.setattr(scoring, "_AT_ONCE", 1)
    source, out = titanic_like(tmp_path / "long.csv", rows=20_000), tmp_path / "out.csv"
    hand.answers.path, hand.answers.out = source, out
    QTest.mouseClick(hand.window.tryout.table.file_button, LEFT)
    dialog = hand.window.scoring.dialog
    assert dialog is not None
    hand.until(lambda: dialog.bar.maximum() == 20_000 and dialog.bar.value() > 0, "some rows")
    assert "of 20,000 rows" in dialog.words.text()
    QTest.mouseClick(dialog.button, LEFT)
    hand.until(lambda: hand.window.scoring._thread is None, "the end of the thread")
    assert not out.exists()
    assert not list(tmp_path.glob("*out.csv*"))
    assert hand.window.scoring.dialog is None
