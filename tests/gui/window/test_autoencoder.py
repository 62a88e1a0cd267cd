"""Autoencoders in the window: what comes back of samples, the code as a map, errors, and the panel to try one."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from engine.training.data_loading import load_rows
from gui.panels.task_chooser import TaskChooser
from gui.tasks.autoencoder.code_map import CodeView
from gui.tasks.autoencoder.errors import ErrorsView
from gui.tasks.autoencoder.reconstruction_panel import ReconstructionPanel
from gui.tasks.autoencoder.reconstructions import ReconstructionsView

LEFT = Qt.MouseButton.LeftButton
PICTURES = {"dataset_options.samples": 300, "batch_size": 64, "epochs": 2}


def use(desk, template: str, **settings: object) -> ReconstructionPanel:
    desk.window.resize(1440, 900)
    desk.use(template, **settings)
    QApplication.processEvents()
    panel = desk.window.tryout.currentWidget()
    assert isinstance(panel, ReconstructionPanel)
    return panel


def bring(desk, name: str):
    desk.window.results.bring(name)
    QApplication.processEvents()
    return desk.window.results.view(name)


def test_its_views_stand_in_their_order_and_leave_with_it(desk) -> None:
    use(desk, "autoencoder-table")
    results = desk.window.results
    titles = [results.tabText(number) for number in range(results.count())]
    assert titles[:4] == ["Reconstructions", "Code", "Errors", "Curves"]
    assert isinstance(results.view("code"), CodeView)
    desk.use("points-2d")
    assert results.view("code") is None


def test_images_come_back_in_rows_that_grow_with_training(desk) -> None:
    panel = use(desk, "autoencoder-conv", **PICTURES)
    view = bring(desk, "reconstructions")
    assert isinstance(view, ReconstructionsView)
    assert view.images.rows() == []
    assert "not trained yet" in panel.note.text()
    desk.train_to_the_end()
    desk.until(lambda: bool(view.images.rows()) and bool(view.images.errors), "what comes back")
    rows = view.images.rows()
    assert (rows[0].words, rows[-1].words) == ("original", "given back")
    assert len(rows[0].images) == len(view.images.errors) == 16
    held = load_rows(desk.recipe()).validation.inputs
    assert rows[0].images[3].pixelColor(14, 14).red() == held[3, 0, 14, 14]
    # A click on one of them tries it.
    widget = view.images
    side = next(x for x in range(widget.width()) if widget.column_at(x) == 2)
    QTest.mouseClick(widget, LEFT, pos=QPoint(side + 3, 20))
    desk.until(lambda: panel.verdict.text().startswith("Error "), "the verdict on it")
    assert np.array_equal(panel.pad.picture(), held[2, 0])
    assert "come back worse" in panel.rank.text() or "come back better" in panel.rank.text()


def test_noise_has_a_row_of_its_own(desk) -> None:
    use(desk, "denoising-autoencoder", **PICTURES)
    view = bring(desk, "reconstructions")
    desk.train_to_the_end()
    desk.until(lambda: len(view.images.rows()) > 2, "the rows")
    assert [row.words for row in view.images.rows()][:2] == ["original", "with noise"]


def test_a_table_is_listed_beside_what_comes_back_and_the_worst_first(desk) -> None:
    panel = use(desk, "autoencoder-table", epochs=3)
    view, errors = bring(desk, "reconstructions"), desk.window.results.view("errors")
    desk.train_to_the_end()
    desk.until(lambda: view.table.rowCount() > 0, "the rows")
    assert view.table.item(0, 1).text().count(" → ") == 1
    assert isinstance(errors, ErrorsView)
    bring(desk, "errors")
    desk.until(lambda: errors.table.rowCount() > 0, "the worst")
    found = [float(errors.table.item(row, 0).text()) for row in range(errors.table.rowCount())]
    assert found == sorted(found, reverse=True)
    assert int(sum(errors.bars.opts["height"])) == len(load_rows(desk.recipe()).validation)
    item = errors.table.item(0, 0)
    QTest.mouseClick(errors.table.viewport(), LEFT, pos=errors.table.visualItemRect(item).center())
    worst = f"Error {item.text()}"
    desk.until(lambda: panel.verdict.text().startswith(worst), "the worst in the panel")
    assert "unusual" in panel.verdict.text()


def test_points_have_lines_to_where_they_come_back(desk) -> None:
    use(desk, "autoencoder-table", dataset="moons", epochs=3)
    view = desk.window.results.view("reconstructions")
    desk.train_to_the_end()
    bring(desk, "reconstructions")
    desk.until(lambda: len(view.plot.back) > 0, "the points")
    assert view.plot.back.shape == view.plot.places.shape


def test_the_map_of_the_code_decodes_where_one_clicks(desk) -> None:
    use(desk, "autoencoder-table", dataset="iris", epochs=5)
    desk.until(lambda: desk.window.studio.look() is not None, "the data: the map begins anew when it comes")
    desk.train_to_the_end()
    view = bring(desk, "code")
    desk.until(lambda: len(view.plot.places) > 0, "the map")
    assert len(view.plot.places) == len(load_rows(desk.recipe()).validation)
    assert len(view.plot.scatters) == 3, "a colour a class"
    place = view.plot.places[0]
    scene = view.plot.plot.getViewBox().mapViewToScene(QPointF(*place))
    QTest.mouseClick(view.plot.plot.viewport(), LEFT, pos=view.plot.plot.mapFromScene(scene))
    desk.until(lambda: len(view.values.text().splitlines()) == 4, "what is there, a line a column")
    assert view.plot.mark == pytest.approx(tuple(place), abs=0.2)


def test_a_digit_is_drawn_and_comes_back_and_the_way_between_two_is_gone(desk) -> None:
    panel = use(desk, "autoencoder-conv", **PICTURES)
    desk.train_to_the_end()
    desk.until(panel.example.isVisible, "the panel")
    assert panel.way.isVisible()
    assert not panel.sliders.isVisible(), "sixteen numbers are too many to set one by one"
    pad = panel.pad
    QTest.mousePress(pad, LEFT, pos=QPoint(60, 20))
    QTest.mouseMove(pad, QPoint(62, 100))
    QTest.mouseRelease(pad, LEFT, pos=QPoint(62, 100))
    desk.until(lambda: panel.verdict.text().startswith("Error "), "the error")
    before = panel.back.image
    assert before is not None
    panel.way.setFocus()
    QTest.keyClick(panel.way, Qt.Key.Key_PageUp)
    desk.until(lambda: panel.back.image is not before, "a place on the way")
    assert "between example 1 and the next" in panel.caption.text()
    QTest.mouseClick(panel.clear_button, LEFT)
    desk.until(lambda: panel.back.image is None, "nothing")
    QTest.mouseClick(panel.example, LEFT)
    desk.until(lambda: panel.verdict.text().startswith("Error "), "an example")


def test_the_numbers_of_a_code_are_set_by_hand(desk) -> None:
    panel = use(desk, "autoencoder-table", dataset="iris", epochs=5)
    desk.train_to_the_end()
    desk.until(lambda: len(panel.sliders.sliders) == 2 and bool(panel.verdict.text()), "two sliders")
    before = panel.form.item(0, 2).text()
    slider = panel.sliders.sliders[0]
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_End)
    desk.until(lambda: panel.form.item(0, 2).text() != before, "another row")
    assert "code as it is set below" in panel.caption.text()


def test_a_number_is_typed_into_the_row(desk) -> None:
    panel = use(desk, "autoencoder-table", dataset="iris", epochs=5)
    desk.train_to_the_end()
    desk.until(lambda: panel.verdict.text().startswith("Error "), "an example")
    before = panel.verdict.text()
    cell = panel.form.visualItemRect(panel.form.item(0, 1)).center()
    QTest.mouseClick(panel.form.viewport(), LEFT, pos=cell)
    QTest.mouseDClick(panel.form.viewport(), LEFT, pos=cell)
    editor = panel.form.viewport().findChild(QLineEdit)
    QTest.keyClicks(editor, "77")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    desk.until(lambda: panel.verdict.text() not in ("", before), "its error")
    assert "unusual" in panel.verdict.text()
    assert panel.form.item(0, 1).text() == "77"


def test_it_is_asked_while_it_learns_and_noise_is_changed_meanwhile(desk) -> None:
    panel = use(desk, "autoencoder-table", dataset="iris", epochs=100_000)
    desk.do("train")
    desk.until(lambda: panel.verdict.text().startswith("Error "), "an example")
    before = panel.verdict.text()
    desk.until(lambda: panel.verdict.text() != before, "newer weights")
    desk.type_into(desk.window.toolbar.field("task.noise").edit, "0.5")
    studio = desk.window.studio
    begun = studio.report.step
    desk.until(lambda: studio.report.step > begun + 1, "a step with it")
    desk.do("stop")
    desk.until(lambda: not desk.trainer.running, "the end")
    QApplication.processEvents()
    trained = desk.window.session.trained
    assert any("noise" in words.lower() for _, words in trained.marks), "where it was changed is marked"
    assert trained.training.position["learner"]["noise"] == 0.5


def test_choosing_it_keeps_the_drawing_and_a_repair_gives_the_shape_back(desk) -> None:
    desk.window.resize(1440, 900)
    desk.use("digit-mlp")
    document = desk.window.document
    names = set(desk.graph.names)
    document.select([document.whole.of_kind("Output")[0].id])
    QApplication.processEvents()
    chooser = desk.window.findChild(TaskChooser)
    card = chooser.cards["autoencoder"]
    QTest.mouseClick(card, LEFT, pos=card.rect().center())
    assert desk.recipe().task.kind == "autoencoder"
    assert set(desk.graph.names) == names
    assert {"autoencoder", "autoencoder-conv", "denoising-autoencoder"} <= set(chooser.offers)
    (problem,) = [one for one in document.whole_analysis.problems if one.repairs]
    assert problem.message.startswith("The goal does not give back its input's shape")
    desk.do("train")  # which brings the keyboard to the first repair
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert document.whole_analysis.ready
    assert document.whole_analysis.result.sizes == (1, 28, 28)
    document.undo()
    document.undo()
    assert desk.recipe().task.kind != "autoencoder"
