"""The form for a row: choices for categories, numbers with their range, and no more editors than are on show."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.data.fields import DataField, Feature, Impute
from engine.data.tables.cells import other_text
from engine.data.tables.seen import ColumnSeen
from gui.panels.fields import ChoiceField, TextField
from gui.tryout.column_form import SEARCHED_ABOVE, ColumnForm
from tests.desktop import PATIENCE_MS

TOWN = DataField("town", Feature.CATEGORY, categories=("Bonn", "Kiel"), other=True, impute=Impute.MOST_FREQUENT)
AGE = DataField("age", impute=Impute.MEDIAN)
ROOMS = DataField("rooms in all of the house, counted by the owner (number)")
SMOKES = DataField("smokes", Feature.YES_NO, categories=("no", "yes"))
SEEN = (
    ColumnSeen("Bonn", counts=(5, 3, 1)),
    ColumnSeen("31.5", 0.5, 80.0, ends=("0.5", "80")),
    ColumnSeen("3", 1.0, 9.0, whole=True, ends=("1", "9")),
    ColumnSeen("no", counts=(7, 2)),
)


@pytest.fixture
def form(qtbot, qapp: QApplication) -> ColumnForm:
    made = ColumnForm()
    qtbot.addWidget(made)
    made.resize(280, 240)
    made.show_fields((TOWN, AGE, ROOMS, SMOKES), SEEN, [one.typical for one in SEEN])
    made.show()
    qtbot.waitExposed(made)
    return made


def test_categories_are_chosen_by_name(form: ColumnForm) -> None:
    said: list[tuple[int, str]] = []
    form.edited.connect(lambda number, text: said.append((number, text)))
    town, smokes = form.field(0), form.field(3)
    assert isinstance(town, ChoiceField)
    assert isinstance(smokes, ChoiceField)
    assert [town.combo.itemText(n) for n in range(town.combo.count())] == ["Bonn", "Kiel", "other", "missing"]
    assert [smokes.combo.itemText(n) for n in range(smokes.combo.count())] == ["no", "yes"], "it is never missing"
    town.combo.setFocus()
    for _ in range(3):
        QTest.keyClick(town.combo, Qt.Key.Key_Down)
    assert said == [(0, "Kiel"), (0, other_text(TOWN)), (0, "")]
    assert town.combo.currentText() == "missing"


def test_numbers_show_their_range_and_step_by_what_they_are(form: ColumnForm) -> None:
    said: list[tuple[int, str]] = []
    form.edited.connect(lambda number, text: said.append((number, text)))
    age, rooms = form.field(1), form.field(2)
    assert isinstance(age, TextField)
    assert isinstance(rooms, TextField)
    assert age.edit.shown_unit == "0.5 … 80"
    assert "0.5 … 80 in the training samples" in age.edit.toolTip()
    assert "whole number, 1 … 9" in rooms.edit.toolTip()
    assert ROOMS.name in rooms.edit.toolTip(), "the whole name"
    rooms.edit.setFocus()
    QTest.keyClick(rooms.edit, Qt.Key.Key_Up)
    assert rooms.edit.text() == "4"
    age.edit.setFocus()
    QTest.keyClick(age.edit, Qt.Key.Key_Down)
    assert age.edit.text() == "31"
    QTest.keyClick(age.edit, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(age.edit, Qt.Key.Key_Backspace)
    assert age.edit.placeholderText() == "missing"
    QTest.keyClicks(age.edit, "1,5")
    assert said == [(2, "4"), (1, "31"), (1, ""), (1, "1"), (1, "1.5")]
    assert not form.problems()


def test_a_number_that_is_never_missing_is_asked_for(form: ColumnForm) -> None:
    rooms = form.field(2)
    assert isinstance(rooms, TextField)
    rooms.edit.setFocus()
    QTest.keyClick(rooms.edit, Qt.Key.Key_Backspace)
    assert form.problems() == (f"{ROOMS.name} is empty: type a number.",)
    QTest.keyClick(rooms.edit, Qt.Key.Key_Escape)
    assert rooms.edit.text() == "3"
    assert not form.problems()


def test_a_thousand_columns_make_only_what_is_seen(qtbot, qapp: QApplication) -> None:
    names = [DataField(f"sensor {number:04}", impute=Impute.MEDIAN) for number in range(1_000)]
    form = ColumnForm()
    qtbot.addWidget(form)
    form.resize(300, 300)
    form.show_fields(names, [ColumnSeen("1", 0, 5)] * 1_000, [str(number) for number in range(1_000)])
    form.show()
    form.activateWindow()
    assert QTest.qWaitForWindowActive(form, PATIENCE_MS)
    assert form.search.isVisible()
    assert form.made < 40
    bar = form.area.verticalScrollBar()
    bar.setValue(bar.maximum())
    last = form.field(999)
    assert isinstance(last, TextField)
    assert last.edit.text() == "999"
    assert not last.edit.visibleRegion().isEmpty()
    assert form.made < 80
    # The Tab key goes on to rows that were not made before.
    bar.setValue(0)
    form.field(0).setFocus()
    for number in range(1, 40):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        assert focus is form.field(number).focusProxy(), number
        assert not focus.visibleRegion().isEmpty(), number
    form.search.setFocus()
    QTest.keyClicks(form.search, "0517")
    only = form.field(517)
    assert only.isVisible()
    assert only.mapTo(form, QPoint()).y() < 80
    assert not form.field(0).isVisible()
    QTest.keyClicks(form.search, "x")
    assert form.nothing.isVisible()
    assert "0517x" in form.nothing.text()
    form.search.clear()
    assert form.field(0).isVisible()


def test_few_columns_need_no_search(form: ColumnForm) -> None:
    assert not form.search.isVisible()
    form.show_fields([AGE] * (SEARCHED_ABOVE + 1), [SEEN[1]] * (SEARCHED_ABOVE + 1), ["1"] * (SEARCHED_ABOVE + 1))
    assert form.search.isVisible()


def test_hostile_names_are_texts(qtbot, qapp: QApplication) -> None:
    form = ColumnForm()
    qtbot.addWidget(form)
    name = "<img src=x onerror=1> &amp \u202e evil"
    field = DataField(name, Feature.CATEGORY, categories=("<b>a</b>", "&b"))
    form.resize(280, 200)
    form.show_fields((field,), (ColumnSeen("&b"),), ["&b"])
    editor = form.field(0)
    assert isinstance(editor, ChoiceField)
    assert "&lt;img" in editor.combo.toolTip()
    assert "<img" not in editor.combo.toolTip()
    assert editor.combo.currentText() == "&b"


def test_every_row_has_its_place(form: ColumnForm) -> None:
    places = [form.field(number).geometry() for number in range(4)]
    for one, other in pairwise(places):
        assert one.bottom() < other.top()
    assert np.unique([place.left() for place in places]).size == 1
