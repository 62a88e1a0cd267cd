"""From a figure to the samples behind it, and from a sample to where it can be tried and changed."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.training.data_loading import load_rows

LEFT = Qt.MouseButton.LeftButton


def open_test(desk):  # type: ignore[no-untyped-def]
    page = desk.window.results.test
    desk.window.results.setCurrentWidget(page)
    QApplication.processEvents()
    return page


def fullest(page, *, wrong: bool) -> tuple[int, int]:  # type: ignore[no-untyped-def]
    counts = page.matrix.counts().copy()
    if wrong:
        np.fill_diagonal(counts, 0)
    row, column = np.unravel_index(int(counts.argmax()), counts.shape)
    return int(row), int(column)


def test_a_mistaken_digit_lies_on_the_pad_and_is_read_at_every_stroke(desk) -> None:
    desk.use("digit-mlp", epochs=1, dataset_options__samples=600, optimizer__learning_rate=1e-4)
    desk.train_to_the_end()
    page, panel = open_test(desk), desk.window.tryout.pad
    cell = fullest(page, wrong=True)
    QTest.mouseClick(page.matrix, LEFT, pos=page.matrix.cell(*cell).center().toPoint())
    desk.until(lambda: page.gallery.pictures.count() > 0, "the images of the cell")
    count = int(page.matrix.counts()[cell])
    assert page.gallery.pictures.count() == min(count, 200)
    assert f"{count:,} image" in page.gallery.note.text()
    assert page.gallery.title.text() == f'Actual "{cell[0]}", but predicted "{cell[1]}"'
    sure = page.predictions.predictions[page.shown_samples].max(axis=1)
    assert (np.diff(sure) <= 0).all(), "the most confidently wrong comes first"
    view = page.gallery.pictures
    QTest.mouseClick(view.viewport(), LEFT, pos=view.visualItemRect(view.item(0)).center())
    sample = page.predictions.inputs[page.shown_samples[0]][0]
    np.testing.assert_array_equal(panel.preview.picture(), sample)
    desk.until(lambda: panel.bars.values() is not None, "what it is read as")
    assert panel.bars.best() == cell[1], "as it was read in the test"
    pad = panel.pad
    QTest.mousePress(pad, LEFT, pos=QPoint(30, 30))
    QTest.mouseMove(pad, QPoint(90, 30))
    QTest.mouseRelease(pad, LEFT, pos=QPoint(90, 30))
    changed = panel.preview.picture()
    assert (changed >= sample).all()
    assert (changed != sample).any()
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert page.side.currentWidget() is page.tables


def test_a_point_goes_into_the_fields(desk) -> None:
    desk.train_to_the_end()
    page = open_test(desk)
    cell = fullest(page, wrong=False)
    QTest.mouseClick(page.matrix, LEFT, pos=page.matrix.cell(*cell).center().toPoint())
    desk.until(lambda: page.gallery.table.rowCount() > 0, "the rows of the cell")
    sure = page.predictions.predictions[page.shown_samples].max(axis=1)
    assert (np.diff(sure) >= 0).all(), "of right ones the least sure comes first"
    table = page.gallery.table
    QTest.mouseClick(table.viewport(), LEFT, pos=table.visualItemRect(table.item(0, 1)).center())
    sample = page.predictions.inputs[page.shown_samples[0]]
    np.testing.assert_allclose(desk.window.tryout.table.row()[0], sample, rtol=1e-6)


def test_values_are_shown_against_the_actual_ones(desk) -> None:
    desk.use("line", epochs=3)
    desk.train_to_the_end()
    page = open_test(desk)
    desk.until(lambda: page.predictions is not None, "the test samples")
    test = load_rows(desk.recipe()).test
    np.testing.assert_allclose(np.sort(page.agreement.drawn()[0]), np.sort(test.targets.reshape(-1)))
    plot, at = page.agreement.against, page.predictions
    QApplication.processEvents()
    place = QPointF(float(at.targets.reshape(-1)[4]), float(at.predictions.reshape(-1)[4]))
    QTest.mouseClick(
        plot.viewport(), LEFT, pos=plot.mapFromScene(plot.getViewBox().mapViewToScene(place))
    )
    row = desk.window.tryout.table.row()[0]
    assert np.abs(at.inputs - row).min() < 1e-6
    desk.do("train")
    assert not page.agreement.isVisibleTo(page), "a new run has no test figures yet"
    desk.until(lambda: not desk.trainer.running, "the end")


def test_samples_that_cannot_be_had_are_said_to_be_missing(desk, monkeypatch) -> None:
    desk.train_to_the_end()
    page = open_test(desk)

    def gone(_recipe: object) -> None:
        from engine.data.dataset import DataError

        raise DataError("The points are gone.")

    monkeypatch.setattr("gui.training.sample_predictions.load_rows", gone)
    cell = fullest(page, wrong=False)
    QTest.mouseClick(page.matrix, LEFT, pos=page.matrix.cell(*cell).center().toPoint())
    desk.until(lambda: page.gallery.note.text() == "The points are gone.", "the reason")


@pytest.mark.parametrize("when", ["before it begins", "brought back"])
def test_the_floor_is_in_the_curve(desk, when: str) -> None:
    desk.train_to_the_end()
    curves = desk.window.results.curves
    assert curves.plots[1].floor.value == pytest.approx(0.5, abs=0.1)
    assert curves.plots[1].floor.words.startswith('always "')
    assert curves.plots[0].unit.text() == "cross-entropy"
    if when == "brought back":
        trained = desk.window.session.trained
        desk.window.document.undo()
        assert curves.plots[1].floor.value is None
        desk.window.document.redo()
        assert curves.plots[1].floor.value == trained.test["floor_accuracy"]


def test_a_run_that_learned_nothing_is_not_done(desk) -> None:
    desk.use("line", epochs=1, optimizer__learning_rate=1e-7, dataset_options__samples=400)
    desk.train_to_the_end()
    page = open_test(desk)
    assert "learned nothing" in page.wrong.text()
    assert not any(notice.startswith("Done") for notice in desk.notices)
    assert "learned nothing" in desk.window.status.text
    assert page.mend.isVisible()
    desk.click(page.mend)
    assert desk.recipe().optimizer.learning_rate == 0.05
    desk.window.document.undo()
    assert desk.recipe().optimizer.learning_rate == 1e-7
    desk.use("line", epochs=20, dataset_options__samples=400)
    desk.train_to_the_end()
    assert not page.wrong.isVisible()
    assert not page.mend.isVisible()
    assert desk.notices[-1].startswith("Done. Mean absolute error of y ")
