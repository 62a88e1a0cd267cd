"""A table of passengers: what its columns are is set right in the data window, undone, learned from and tried."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox

from engine.data.fields import DataField, Feature, Impute
from gui.data.data_window import DataWindow
from tests.journeys.conftest import LEFT, Hand
from tests.journeys.test_data_window import click_head, looked_at

pytestmark = pytest.mark.usefixtures("nothing_read")


@pytest.fixture
def passengers(tmp_path: Path) -> Path:
    """Two hundred people who were at sea: some of unknown age, in classes that are numbers, on a day."""
    chance = np.random.default_rng(3)
    rows = ["PassengerId,Survived,Pclass,Sex,Age,Cabin,Fare,Boarded"]
    for number in range(1, 201):
        sex = ("male", "female")[int(chance.random() < 0.4)]
        survived = int(chance.random() < (0.75 if sex == "female" else 0.2))
        age = "" if number % 5 == 0 else f"{chance.integers(1, 80)}"
        cabin = "" if number % 3 else f"{'ABCDE'[number % 5]}{number % 4}"
        fare = f"{np.exp(chance.normal(3, 1)):.2f}"
        rows.append(f"{number},{survived},{number % 3 + 1},{sex},{age},{cabin},{fare},1912-04-{number % 5 + 10}")
    path = tmp_path / "passengers.csv"
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


def field(dialog: DataWindow, name: str) -> DataField | None:
    return next((one for one in dialog.rows.fields if one.name == name), None)


def pick(box: QComboBox, value: object) -> None:
    """Choose from a list with its keys, all the way in one go."""
    place = box.findData(value)
    assert place >= 0, [box.itemText(at) for at in range(box.count())]
    box.setFocus()
    box.showPopup()
    QTest.keyClick(box.view(), Qt.Key.Key_Home)
    for _ in range(place):
        QTest.keyClick(box.view(), Qt.Key.Key_Down)
    QTest.keyClick(box.view(), Qt.Key.Key_Return)
    QApplication.processEvents()


def inputs(hand: Hand) -> int:
    """How many numbers the network is given, 0 while that is not known."""
    signature = hand.window.document.signature
    return 0 if signature is None else signature.input.count


def settings(hand: Hand) -> dict[str, object]:
    text = hand.window.document.recipe.dataset_options.get("settings", "")
    found: dict[str, object] = json.loads(text) if text else {}
    return found


def test_what_is_worth_knowing_leads_to_its_column_and_is_repaired_there(hand: Hand, passengers: Path) -> None:
    dialog, document = looked_at(hand, passengers), hand.window.document
    hand.until(lambda: dialog.tabs.isTabVisible(1) and "Fare" in dialog.warnings.links, "what is worth knowing")
    told = len(dialog.warnings.words)
    assert dialog.tabs.tabText(1) == f"Worth knowing ({told})"
    assert dialog.warnings.words == hand.window.inspector.data.warnings.words
    QTest.mouseClick(dialog.tabs, LEFT, pos=dialog.tabs.tabRect(1).center())
    assert dialog.warnings.isVisible()
    assert not dialog.page.isVisible()
    QTest.mouseClick(dialog.warnings.links["Fare"], LEFT)
    assert dialog.page.isVisible()
    assert dialog.page.column_name == "Fare"
    (said,) = dialog.page.warnings.words
    assert said.startswith("Fare is skewed by")
    before = document.recipe
    (button,) = dialog.page.warnings.buttons
    assert button.text() == "Take the logarithm of Fare"
    QTest.mouseClick(button, LEFT)
    hand.until(lambda: (one := field(dialog, "Fare")) is not None and one.log, "the logarithm")
    hand.until(lambda: dialog.page.warnings.words == [], "nothing more to be said of it")
    assert dialog.page.log.isChecked()
    hand.until(lambda: len(dialog.warnings.words) == told - 1, "one less in the list")
    document.undo()
    assert document.recipe == before
    hand.until(lambda: len(dialog.warnings.words) == told, "the warning again")


def test_columns_are_set_right_undone_trained_and_tried(hand: Hand, passengers: Path) -> None:
    dialog, document = looked_at(hand, passengers), hand.window.document
    choices = dialog.page.choices
    names = [one.name for one in dialog.rows.fields]
    proposed = settings(hand)
    assert proposed == {"Boarded": {"type": "date"}}
    start = document.recipe
    hand.until(lambda: inputs(hand) > 0, "what the network is given")
    width = inputs(hand)

    click_head(dialog, names.index("Pclass"))
    assert choices.evidence.text() == "Number: 200 of 200 cells are numbers."
    pick(choices.type, "category")
    hand.until(lambda: (one := field(dialog, "Pclass")) and one.feature is Feature.CATEGORY, "Pclass as a category")
    assert choices.evidence.text() == "Category: 3 different values."
    hand.until(lambda: inputs(hand) == width + 2, "one number for each of three categories")

    click_head(dialog, names.index("Age"))
    QTest.mouseClick(choices.title, LEFT)
    QTest.keyClicks(choices.title, "Age in years")
    QTest.keyClick(choices.title, Qt.Key.Key_Return)
    hand.until(lambda: (one := field(dialog, "Age")) and one.shown == "Age in years", "the new name")
    assert dialog.view.model().headerData(names.index("Age"), Qt.Orientation.Horizontal) == "Age in years"
    ages = [float(line.split(",")[4]) for line in passengers.read_text("utf-8").splitlines()[1:] if line.split(",")[4]]
    offered = [choices.missing.itemText(at) for at in range(choices.missing.count())]
    assert offered[0] == f"The median: {np.median(ages):g}"
    assert offered[3] == "Leave these rows out: 40"
    pick(choices.missing, "mean")
    hand.until(lambda: (one := field(dialog, "Age")) and one.impute is Impute.MEAN, "the mean")
    pick(choices.missing, "leave out")
    hand.until(lambda: (one := field(dialog, "Age")) and one.impute is Impute.LEAVE_OUT, "rows left out")
    document.undo()
    QApplication.processEvents()
    hand.until(lambda: (one := field(dialog, "Age")) and one.impute is not Impute.LEAVE_OUT, "the rule there was")
    assert field(dialog, "Age").shown == "Age in years"  # type: ignore[union-attr]
    document.undo()
    hand.until(lambda: (one := field(dialog, "Age")) and one.shown == "Age", "the name there was")
    document.undo()
    hand.until(lambda: (one := field(dialog, "Pclass")) and one.feature is Feature.NUMBER, "the type there was")
    assert document.recipe == start
    for _ in range(3):
        document.redo()
    hand.until(lambda: (one := field(dialog, "Pclass")) and one.feature is Feature.CATEGORY, "all of it again")
    assert settings(hand)["Age"] == {"missing": "leave out", "title": "Age in years"}
    pick(choices.missing, "mean")

    click_head(dialog, names.index("Cabin"))
    pick(choices.missing, "category")
    hand.until(lambda: (one := field(dialog, "Cabin")) and one.impute is Impute.CATEGORY, "missing as a category")
    click_head(dialog, names.index("Sex"))
    choices.sensitive.click()
    hand.until(lambda: (one := field(dialog, "Sex")) and one.sensitive, "the mark")
    assert "stays an input" in choices.sensitive_note.text()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)

    hand.until(lambda: document.whole_analysis.ready, "the network for it")
    document.try_setting("Fewer epochs", "epochs", 3)
    button = hand.window.toolbar.train
    hand.until(button.isEnabled, "the rows")
    QTest.mouseClick(button, LEFT)
    hand.until(lambda: bool(dict(hand.window.session.project().run.test or {})), "the run, and its figures")
    schema = hand.window.session.project().run.own_schema
    assert schema is not None
    assert {"Age in years", "Pclass = 3", "Cabin = missing", "Boarded days"} <= set(schema.columns)
    hand.until(lambda: bool(hand.window.tryout.table.answer.text()), "an answer to a row")
    assert hand.answers.told == []
