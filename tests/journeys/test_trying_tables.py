"""A network is trained on a table that was dropped, and tried out: by the form, and by what the data holds."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox

from engine.cli.predict import answer
from engine.data.fields import inputs
from engine.data.tables.cells import cells, encoded_cells
from engine.data.tables.file import read_samples
from engine.tasks.answerer import Answerer
from engine.tasks.queries import Predict
from gui.panels.fields import ChoiceField, TextField
from gui.tryout.table import TablePanel
from tests.engine.data.test_table_cells import titanic_like
from tests.journeys.conftest import LEFT, Hand
from tests.journeys.test_own_data import trained_on

pytestmark = pytest.mark.usefixtures("nothing_read")


def titanic(hand: Hand, folder: Path) -> TablePanel:
    """A network for passengers, trained for a moment, and the form for one of them with its prediction."""
    trained_on(hand, titanic_like(folder / "titanic.csv"), epochs=3)
    panel = hand.window.tryout.table
    hand.until(lambda: panel.isVisible() and panel.answer.text().startswith("Survived: "), "a prediction")
    return panel


def said(hand: Hand, panel: TablePanel) -> np.ndarray:
    """The probabilities of the row in the form, when they have come."""
    trained = hand.window.studio.predictions.trained
    assert trained is not None
    wanted = Answerer().answer(trained.learned, Predict(panel.row())).answers[0]
    hand.until(
        lambda: panel.bars.values() is not None and np.allclose(panel.bars.values(), wanted, atol=1e-6), "the answer"
    )
    return wanted


def test_a_passenger_is_tried_and_the_file_says_the_same(hand: Hand, tmp_path: Path) -> None:
    panel = titanic(hand, tmp_path)
    names = [field.name for field in inputs(panel._schema.fields)]
    assert names == ["Pclass", "Sex", "Age", "Fare", "Embarked", "Cabin"]
    sex, age = panel.form.field(1), panel.form.field(2)
    assert isinstance(sex, ChoiceField)
    assert isinstance(age, TextField)
    assert {sex.combo.itemText(n) for n in range(sex.combo.count())} == {"male", "female", "missing"}
    # Samples of the data are put in, with what is known of them.
    lines = list(csv.reader((tmp_path / "titanic.csv").read_text("utf-8").splitlines()))[1:]
    tried, predictions = [], []
    for _ in range(5):
        QTest.mouseClick(panel.example, LEFT)
        assert panel.truth.isVisible()
        assert panel.truth.text().startswith("Actual: ")
        assert "held back from training" in panel.truth.text()
        tried.append(panel.texts())
        predictions.append(said(hand, panel))
        assert [panel.truth.text()[8]] == [
            line[-1] for line in lines if all(_same(*pair) for pair in zip(line, panel.texts(), strict=False))
        ]
    assert len(set(tried)) == 5
    # The same rows in a file have the same predictions, to the last bit.
    path = tmp_path / "new.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([names, *tried])
    network = hand.window.studio.predictions.trained.learned
    answers = Answerer().answer(network, Predict(read_samples(path, network.schema)[0])).answers
    for row, wanted in zip(answers, predictions, strict=True):
        assert np.allclose(row, wanted, atol=1e-6)
        assert json.loads(json.dumps(answer(row, network.schema.target)))["answer"] in ("0", "1")


def test_cells_are_typed_chosen_and_left_out(hand: Hand, tmp_path: Path) -> None:
    panel = titanic(hand, tmp_path)
    QTest.mouseClick(panel.example, LEFT)
    assert panel.truth.isVisible()
    sex, age = panel.form.field(1), panel.form.field(2)
    assert isinstance(sex, ChoiceField)
    assert isinstance(age, TextField)
    before = panel.texts()[1]
    sex.combo.setFocus()
    QTest.keyClick(sex.combo, Qt.Key.Key_Down if sex.combo.currentIndex() == 0 else Qt.Key.Key_Up)
    assert panel.texts()[1] != before
    assert not panel.truth.isVisible(), "it is another passenger now"
    said(hand, panel)
    hand.type_into(age.edit, "400")
    hand.until(lambda: "Age is 400, far above" in panel.warning.text(), "the warning")
    age.edit.setFocus()
    QTest.keyClick(age.edit, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(age.edit, Qt.Key.Key_Backspace)
    place = panel._schema.columns.index("Age")
    assert np.isnan(panel.row()[0, place]), "it is missing, as an empty cell of a file is"
    said(hand, panel)
    assert "far above" not in panel.warning.text()
    QTest.mouseClick(panel.typical, LEFT)
    assert panel.texts() == panel._typical
    assert age.edit.text() == panel._typical[2]
    said(hand, panel)


def _same(cell: str, text: str) -> bool:
    try:
        return np.isclose(float(cell), float(text), rtol=1e-5)
    except ValueError:
        return cell == text


def click_tab(panel: TablePanel, page: int) -> None:
    QTest.mouseClick(panel.tabs, LEFT, pos=panel.tabs.tabRect(page).center())


def choose(box: QComboBox, words: str) -> None:
    """Choose an entry with the keys of the list."""
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Home)
    while box.currentText() != words:
        at = box.currentIndex()
        QTest.keyClick(box, Qt.Key.Key_Down)
        assert box.currentIndex() != at, words


def test_the_prediction_is_followed_along_a_column_also_while_training(hand: Hand, tmp_path: Path) -> None:
    panel = titanic(hand, tmp_path)
    QTest.mouseClick(panel.example, LEFT)
    click_tab(panel, 1)
    view = panel.what_if
    assert view.isVisible()
    choose(view.column, "Fare")
    hand.until(lambda: view.curve.values is not None, "the curve")
    found = view.sweep
    assert found is not None
    # The curve is what the network says of the same row with each value in the cell.
    fields = inputs(panel._schema.fields)
    network = hand.window.studio.predictions.trained.learned
    rows = [encoded_cells(fields, [*panel.texts()[:3], text, *panel.texts()[4:]])[0] for text in found.texts]
    wanted = Answerer().answer(network, Predict(np.stack(rows))).answers[:, 1]
    hand.until(lambda: np.allclose(view.curve.values, wanted, atol=1e-5), "the curve of this row")
    assert np.isclose(view.curve.at_now, said(hand, panel)[1], atol=1e-5)
    # The slider moves along it, and the form has its value.
    view.slider.setFocus()
    QTest.keyClick(view.slider, Qt.Key.Key_End)
    assert panel.texts()[3] == found.texts[-1]
    hand.until(lambda: np.isclose(view.curve.at_now or 0, wanted[-1], atol=1e-5), "the value at its end")
    click_tab(panel, 0)
    assert panel.form.field(3).edit.text() == found.texts[-1]
    click_tab(panel, 1)
    # Categories have a bar each; a click takes one.
    choose(view.column, "Embarked")
    hand.until(lambda: view.curve.values is not None and len(view.curve.values) == 4, "the bars")
    assert view.sweep.labels == ("S", "C", "Q", "missing")
    assert not view.slider.isVisible()
    place = view.curve.rect().topLeft() + QPoint(60, 16 + 22 * 2 + 11)
    QTest.mouseClick(view.curve, LEFT, pos=place)
    assert panel.texts()[4] == "Q"
    # The other class is chosen, and a run that is under way moves the curve.
    hand.until(lambda: view.sweep.now == 2 and np.isclose(view.curve.at_now, said(hand, panel)[1]), "the bars for Q")
    before = view.curve.values.copy()
    choose(view.part, "0")
    assert np.allclose(view.curve.values, 1 - before, atol=1e-5)
    hand.window.document.try_setting("More epochs", "epochs", 4_000)
    hand.window.document.try_setting("No early stopping", "patience", 0)
    before = view.curve.values.copy()
    QTest.mouseClick(hand.window.toolbar.train, LEFT)
    hand.until(
        lambda: hand.window.studio.training
        and view.curve.values is not None
        and not np.allclose(view.curve.values, before, atol=1e-4),
        "the curve of the network in training",
    )
    hand.window.studio.trainer.stop()
    hand.until(lambda: not hand.window.studio.training, "the end of the run")


def test_the_nearest_training_samples_are_looked_at_and_taken(hand: Hand, tmp_path: Path) -> None:
    panel = titanic(hand, tmp_path)
    QTest.mouseClick(panel.example, LEFT)
    click_tab(panel, 2)
    view = panel.neighbours
    hand.until(lambda: view.found is not None and view.table.isVisible(), "the neighbours")
    table, found = view.table, view.found
    assert table.rowCount() == 5
    heads = [table.horizontalHeaderItem(n).text() for n in range(table.columnCount())]
    assert heads[:2] == ["Actual", "Distance"]
    assert sorted(heads[2:]) == ["Age", "Cabin", "Embarked", "Fare", "Pclass", "Sex"]
    assert list(found.distances) == sorted(found.distances)
    # What differs from the form is in heavier letters.
    fields = inputs(panel._schema.fields)
    for row, texts in enumerate(cells(fields, one) for one in found.inputs.tolist()):
        for place, head in enumerate(heads[2:], 2):
            number = [field.name for field in fields].index(head)
            bold = table.item(row, place).font().weight() >= QFont.Weight.DemiBold
            assert bold == (texts[number] != panel.texts()[number]), (row, head)
    # A click puts one into the form, with what is known of it, and it is its own nearest.
    nearest = cells(fields, found.inputs[0].tolist())
    QTest.mouseClick(table.viewport(), LEFT, pos=table.visualItemRect(table.item(0, 0)).center())
    assert panel.texts() == nearest
    assert panel.truth.text() == f"Actual: {table.item(0, 0).text()} (a training sample)"
    hand.until(lambda: view.found is not found and view.found.distances[0] == 0, "its own neighbours")
