"""Cross-validation in the window: chosen at the split, watched fold by fold, stopped, gone on with, and kept."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.project.file import read
from gui.splits.folds import FoldStrip
from tests.gui.window.test_own_table import data_page


def strip_of(desk) -> FoldStrip:
    page = data_page(desk)
    desk.until(lambda: page.split.lines["train"].rows.text() not in ("", "0"), "the rows")
    desk.window.inspector.ensureWidgetVisible(page.folds)
    QApplication.processEvents()
    return page.folds


def folds_done(desk) -> int:
    report = desk.window.studio.report
    return 0 if report is None or report.folds is None else report.folds.done


def choose(strip: FoldStrip, key: Qt.Key) -> None:
    strip.choice.setFocus()
    QTest.keyClick(strip.choice, key)


def test_folds_are_chosen_at_the_split_and_undone(desk) -> None:
    strip = strip_of(desk)
    assert [strip.choice.itemText(at) for at in range(strip.choice.count())] == ["Off", "5 folds", "10 folds"]
    assert not strip.bar.isVisible()
    choose(strip, Qt.Key.Key_Down)
    assert desk.recipe().folds == 5
    assert strip.bar.isVisible()
    assert "Then the network is trained once on the training split above" in strip.words.text()
    choose(strip, Qt.Key.Key_Down)
    assert desk.recipe().folds == 10
    desk.window.document.undo()
    assert desk.recipe().folds == 5
    desk.window.document.try_setting("Folds", "folds", 7)
    assert strip.choice.currentText() == "7 folds"
    desk.use("empty", dataset="python-topics")
    assert not data_page(desk).folds.isVisible(), "what is read in order has no folds"


def test_the_folds_are_watched_and_their_figures_kept(desk, tmp_path: Path) -> None:
    desk.use("points-2d", epochs=40, dataset_options__samples=400)  # long enough to be seen on a fast computer
    strip = strip_of(desk)
    choose(strip, Qt.Key.Key_Down)
    told: list[str] = []
    shown: list[str] = []

    def look(_report: object) -> None:
        told.append(desk.window.toolbar.progress.words[0])
        shown.append(strip.words.text())

    desk.trainer.reported.connect(look)
    desk.train_to_the_end()
    assert any(words.startswith("fold ") and words.endswith(" of 5") for words in told)
    assert any("is being judged." in words for words in shown)
    trained = desk.window.session.trained
    assert trained is not None
    assert trained.folds is not None
    assert trained.folds.complete
    assert trained.epochs == 40, "the network that is kept was trained as without folds"
    assert strip.words.text().startswith("Mean ± standard deviation of 5 folds:\naccuracy ")
    assert " ± " in strip.words.text().splitlines()[1]
    results = desk.window.results
    assert results.test.folds.text().startswith("5 folds, mean ± standard deviation · accuracy ")
    results.runs.show()
    results.runs.refresh()
    results.runs._fill()
    assert "5 folds: accuracy " in results.runs.table.topLevelItem(0).text(3)
    path = tmp_path / "folded.sketchnet"
    desk.window.session.save(path)
    assert read(path).run.folds == trained.folds


def test_a_stop_keeps_the_folds_that_are_finished(desk) -> None:
    desk.use("points-2d", epochs=40, dataset_options__samples=200, folds=5)
    strip = strip_of(desk)
    desk.do("train")
    desk.until(lambda: folds_done(desk) > 0, "a fold")
    desk.do("stop")
    desk.until(lambda: not desk.trainer.running, "the end")
    trained = desk.window.session.trained
    assert trained is not None
    assert trained.folds is not None
    done = trained.folds.done
    assert 1 <= done < 5
    assert trained.steps == 0
    assert f"Stopped after {done} of 5 folds" in strip.words.text()
    desk.window.document.try_setting("Epochs", "epochs", 40)
    desk.do("train")
    desk.until(lambda: desk.trainer.running, "going on")
    desk.until(lambda: not desk.trainer.running, "the end")
    trained = desk.window.session.trained
    assert trained is not None
    assert trained.folds is not None
    assert trained.folds.complete
    assert trained.epochs == 40
